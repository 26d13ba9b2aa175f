#pragma once

namespace sid {

/// A contraction T seen through an unbiased random map, as Assumption D has it:
///   ||T(x) - T(y)|| <= q ||x - y||,   V[T-hat(x)] <= sigma1 + sigma2 ||T(x) - x||^2,
/// and the mean-square error of the starting point. Both subproblems of SID are of this form: the
/// lower level with T = Phi(., lambda), the linear system with T = Psi_w.
struct NoisyContraction {
  double q = 0.0;        ///< contraction constant, [0, 1)
  double sigma1 = 0.0;   ///< >= 0, unit of the iterate squared
  double sigma2 = 0.0;   ///< >= 0, dimensionless
  double initial = 0.0;  ///< E||x_0 - x*||^2, or a bound of it

  /// 1 - q^2, without the cancellation near q = 1.
  double rate() const { return (1.0 - q) * (1.0 + q); }
  /// 1/(1 + sigma2): the largest step Theorems 4.1 and 4.2 allow.
  double step_limit() const { return 1.0 / (1.0 + sigma2); }
  /// eta sigma1/(1 - q^2): the level (18) tends to for the constant step eta.
  double floor(double eta) const { return eta * sigma1 / rate(); }
};

}  // namespace sid
