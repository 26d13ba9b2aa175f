#pragma once

#include <cstdint>
#include <optional>

#include "sid/method/noisy_contraction.hpp"
#include "sid/problem/constants.hpp"
#include "sid/theory/direct_bound.hpp"
#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// The level that the bound of one of the two iterations tends to for the constant step eta:
///   paper:          Theorem 4.1, F = eta sigma1/(1 - q^2), eta <= 1/(1 + sigma2);
///   other ladders:  the smaller of two levels, because at every step the smaller of two increasing
///                   one-step bounds is taken, and each falls above its own level only:
///     sharp recursion  eta^2 sigma1/(1 - chi(eta)), eta <= 1 (sharp_loss() of solver_bounds.hpp),
///     direct bound     min over theta of (1 + theta) s^2 V*/loss(s, theta), s = eta alpha.
/// Unit of the iterate squared. Increases with eta, because every loss is concave in eta and zero
/// at eta = 0. Pure formulas, some microseconds.
class ConstantStepFloor {
 public:
  /// `iteration`: lower_level or linear_system. `constants`: of MethodTheory, noise-free for batch
  /// methods.
  ConstantStepFloor(const ProblemConstants& constants, Quantity iteration, Ladder ladder);

  /// NaN where the bound does not contract or its constants are not known; 0 without noise.
  double at(double eta) const;
  /// The floor is known up to here, perhaps not at the limit itself; 0: nowhere.
  double limit() const;

 private:
  double sharp_recursion(double eta) const;
  double direct(double s) const;

  Ladder ladder_;
  double alpha_;
  NoisyContraction map_;
  bool map_known_;
  std::optional<DirectBound> direct_;
};

/// The same for the mean-square error of the hypergradient: (13) in the paper's ladder, else its
/// sharp form, with the floors of both iterations in the place of rho(t) and sigma(k). In the mean
/// convention. Increases with both steps.
class HypergradientStepFloor {
 public:
  HypergradientStepFloor(const ProblemConstants& constants,
                         std::int64_t jacobian_samples,
                         Ladder ladder);

  /// NaN where one of the two floors is not known.
  double at(double lower_eta, double linear_eta) const;
  const ConstantStepFloor& lower() const { return lower_; }
  const ConstantStepFloor& linear() const { return linear_; }

 private:
  Ladder ladder_;
  HypergradientConstants constants_;
  ConstantStepFloor lower_, linear_;
};

}  // namespace sid
