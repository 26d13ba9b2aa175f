#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/theory/evaluate.hpp"

namespace sid {

/// How much one constant moves the bound of the hypergradient.
struct Sensitivity {
  std::string id;       ///< "contraction", "L_E", "L_Phi", "mu1", "mu2", "nu1", "nu2", "m2",
                        ///< "noise_lower", "noise_linear", "noise_relative", "norm_w", "norm_v"
  std::string symbol;   ///< "1−q"
  std::string meaning;  ///< what changes with it, in a few words
  std::string curve;    ///< id of the bound it moves; the same for all
  double value = 0.0;
  double up = 0.0;       ///< log10 of bound with the constant times 1.1 over the bound as it is
  double down = 0.0;     ///< the same for 0.9
  bool up_lost = false;  ///< no bound any more: a hypothesis fails or it grows; `up` is NaN
  bool down_lost = false;

  double size() const;  ///< the larger of |up| and |down|; infinite where a bound is lost
};

/// Each constant times 1.1 and times 0.9 with the others fixed, and the change of the primary bound
/// of the hypergradient at one checkpoint in decades; largest first. The primary bound is the one
/// that all of input.checkpoints make so, the sharpened ladder's where the prediction ladder has
/// none. Constants are those that bounds are computed with: of batch steps, without noise and on
/// the ball of exact steps. What is computed from the constant moves with it: c1, the constants of
/// Theorems 4.3 and 5.1, rho(t), sigma(k), F_t.
///   contraction: 1 - q, and with it tau and the flattest curvature of the direct bound
///   L_E: and with it sup ||v(w)|| and the noise of the linear system for every w
///   noise_lower: V* and sigma1 of the lower level;  noise_linear: the same of the linear system
///   noise_relative: noise that grows with the error (c_b, sigma2, of both)
/// Constants that are zero or infinite are left out. Empty where no such bound is drawn. Takes
/// about 27 evaluations, between which `stop` is looked at; empty where stopped. Requires
/// checkpoint < input.checkpoints.size().
std::vector<Sensitivity> sensitivities(const TheoryInput& input,
                                       std::size_t checkpoint,
                                       const std::stop_token& stop = {});

}  // namespace sid
