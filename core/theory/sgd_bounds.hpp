#pragma once

#include <cstdint>

#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// Stochastic gradient descent (21), w_{t+1} = w_t - eta_t alpha grad l-hat(w_t), under Assumption
/// F: l is tau-strongly convex and L-smooth, V[grad l-hat(w)] <= sigma1' + sigma2' ||grad l(w)||^2.
struct SgdConstants {
  double L = 0.0;
  double tau = 0.0;
  double sigma1_prime = 0.0;
  double sigma2_prime = 0.0;
  AlphaRule alpha_rule = AlphaRule::optimal;
  double initial = 0.0;  ///< E||w_0 - w*||^2
};

/// Corollary 4.1, both choices of alpha:
///   constant:   M_t <= r1^t (M_0 - r2) + r2,  eta <= 1/(1 + sigma2')
///   decreasing: M_t <= max{ gamma M_0, r3 }/(gamma + t),  beta > beta_limit,
///               gamma >= beta (1 + sigma2')
/// It is Theorems 4.1 and 4.2 with q of the alpha rule and sigma1 = alpha^2 sigma1' inserted.
class Corollary41 {
 public:
  explicit Corollary41(const SgdConstants& constants) : c_(constants) {}

  double step_limit() const { return 1.0 / (1.0 + c_.sigma2_prime); }
  double beta_limit() const;  ///< the right side of (23)
  double gamma_limit(double beta) const { return beta * (1.0 + c_.sigma2_prime); }
  double one_minus_r1(double eta) const;  ///< keeps the digits of r1 near 1
  double r2(double eta) const;
  double r3(double beta) const;
  double constant(double eta, std::int64_t t) const;
  double decreasing(const DecreasingStep& step, std::int64_t t) const;

 private:
  SgdConstants c_;
};

/// Remark 4.1, the rate of Bottou, Curtis and Nocedal (2018), Theorem 4.6, for alpha = 1/L and
/// eta <= 1/(1 + sigma2'). The pair (25) bounds the gap of function values,
///   E[l(w_t)] - l* <= (1 - eta tau/L)^t (l(w_0) - l* - r2) + r2,   r2 = eta sigma1'/(2 tau),
/// not the iterates' error (22) it stands beside in the paper: read as such it is false (l(w) =
/// 0.05 w^2, additive noise of variance 1, alpha = 1/L, eta = 1/2 ends at 33.3, above r2).
/// Strong convexity, ||w - w*||^2 <= (2/tau)(l(w) - l*), converts it.
class BottouBound {
 public:
  /// `initial_gap` = l(w_0) - l*, or a bound of it such as (L/2) ||w_0 - w*||^2.
  BottouBound(const SgdConstants& constants, double initial_gap)
      : c_(constants), initial_gap_(initial_gap) {}

  double step_limit() const { return 1.0 / (1.0 + c_.sigma2_prime); }
  double function_gap(double eta, std::int64_t t) const;
  double iterate_error(double eta, std::int64_t t) const;  ///< (2/tau) function_gap

 private:
  SgdConstants c_;
  double initial_gap_;
};

}  // namespace sid
