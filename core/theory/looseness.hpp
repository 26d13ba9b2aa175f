#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sid/theory/report.hpp"

namespace sid {

/// What the errors really are at one checkpoint: exact expectations, or means over runs. NaN where
/// not known. In the units of the curves.
struct TrueErrors {
  double hypergradient = 0.0;  ///< E||estimate - hypergradient||^2
  double lower = 0.0;          ///< E||w_t - w(lambda)||^2
  double linear = 0.0;         ///< E||v_k - v(w_t)||^2
};

/// From one bound to the next tighter statement, down to the truth.
struct LoosenessStep {
  std::string id;     ///< of what it arrives at: "noise_constants", "merged", "sharp", "solution",
                      ///< "true_rates", "prediction", "truth"
  std::string label;  ///< of what it arrives at: "merged form of Theorem 3.4"
  double from = 0.0;
  double to = 0.0;
  double decades = 0.0;  ///< log10(from/to); negative where `to` is the larger
  std::string sentence;  ///< which inequality is wasteful there
};

/// Where the decades between Theorem 3.4 and the error are lost, in order:
///   Theorem 3.4 with the paper's constants
///   noise_constants: with the sharper noise constants, still (13)
///   merged: squared bias and V[E[. | w_t]] not bounded twice
///   sharp: Minkowski's inequality in place of (a+b+c)^2 <= 3(a^2+b^2+c^2)
///   solution: constants at w(lambda) in place of suprema
///   true_rates: the sharp form with the true rho and sigma (not a bound, measured_rates.hpp)
///   prediction: the true sensitivity to errors of w and v, linearised
///   truth
/// What has no value at the checkpoint is left out and the next step starts from the one before.
/// Neighbours need not be ordered: then the step is negative and the sentence says so. The decades
/// add up to log10(first/truth). Empty where Theorem 3.4 has no value in either theory, or the
/// truth is not positive.
///   paper, sharpened: the same method, evaluated with the two ladders.
///   averaged_m2: m2/J in the mean convention; hypergradient_scale: the factor the hypergradient
///   was multiplied by for display (1, or 1/n for sums).
std::vector<LoosenessStep> looseness(const MethodTheory& paper,
                                     const MethodTheory& sharpened,
                                     std::size_t checkpoint,
                                     double averaged_m2,
                                     const TrueErrors& truth,
                                     double hypergradient_scale = 1.0);

}  // namespace sid
