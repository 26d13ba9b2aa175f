#pragma once

#include <cstdint>

#include "sid/problem/component_constants.hpp"

namespace sid {

/// A tau-strongly convex mean of n convex terms plus an exact quadratic, as SAGA and loopless SVRG
/// see it, and how they start.
struct FiniteSum {
  std::int64_t count = 1;  ///< n
  double tau = 0.0;        ///< strong convexity of the whole
  double L_max0 = 0.0;     ///< largest smoothness of a term without the quadratic
  double L_max = 0.0;      ///< and with it
  double initial = 0.0;    ///< E||x_0 - x*||^2, or a bound of it
  /// S_0 = (1/n) sum_i ||T_i - grad phi_i(x*)||^2, phi_i the terms without the quadratic and T_i
  /// the remembered gradients at the start, or a bound of it.
  double table = 0.0;
};

/// The lower level from w_0 = 0.
FiniteSum lower_level_sum(const ComponentConstants& c);
/// alpha v^T H(w) v/2 - c^T v from v_0 = 0: every curvature is alpha times that of the lower level.
/// For every w at once, as Theorem 3.4 needs sigma(k); infinite where grad_1 E has no bound.
FiniteSum linear_system_sum(const ComponentConstants& c);
/// The same at w = w(lambda) alone.
FiniteSum linear_system_sum_at_solution(const ComponentConstants& c);

/// Linear rate of SAGA (p = 1/n) and loopless SVRG (coin probability p) with step gamma:
///   E||x_k - x*||^2 <= max{1 - gamma tau, 1 - p/2}^k [ M_0 + (4/p) gamma^2 S_0 ]
/// for 0 < gamma <= 1/(2 L_max + 4 L_max0), which 1/(6 L_max) satisfies. Used as rho(t) of the
/// lower level and sigma(k) of the linear system in Theorem 3.4 and its sharper forms; both then
/// fall linearly. Not in the paper.
///
/// Proof. Let D = F(x) - F(x*), S = (1/n) sum ||T_i - grad phi_i(x*)||^2. Write the step's
/// direction as g = [grad f_i(x) - grad f_i(x*)] - [T_i - grad phi_i(x*) - mean], f_i = phi_i +
/// quadratic. The first bracket has mean square <= 2 L_max D, the second <= S (a variance), so
/// E||g||^2 <= 4 L_max D + 2 S. A remembered gradient is replaced with probability p:
/// E S' <= (1-p) S + 2 p L_max0 D. Strong convexity gives
/// E||x' - x*||^2 <= (1 - gamma tau)||x - x*||^2 - 2 gamma D + gamma^2 E||g||^2. In
/// ||x - x*||^2 + (4/p) gamma^2 S the coefficient of D is then gamma (-2 + 4 gamma L_max +
/// 8 gamma L_max0) <= 0 and that of S is (4/p) gamma^2 (1 - p/2).
/// (The rate with 1/(6 L_max) is the textbook one for a table of whole gradients, where L_max0 is
/// L_max; Hofmann, Lucchi, Lacoste-Julien, McWilliams, 2015; Kovalev, Horvath, Richtarik, 2020.)
class VarianceReducedBound {
 public:
  /// `probability` in (0, 1]: p.
  VarianceReducedBound(const FiniteSum& sum, double gamma, double probability);

  double step_limit() const { return 1.0 / (2.0 * sum_.L_max + 4.0 * sum_.L_max0); }
  bool holds() const;
  /// 1 minus the factor a step: min{gamma tau, p/2}.
  double loss() const;
  /// Infinite for every k where `initial` or `table` is; without meaning where holds() is false.
  double at(std::int64_t k) const;

 private:
  FiniteSum sum_;
  double gamma_;
  double probability_;
};

VarianceReducedBound saga_bound(const FiniteSum& sum, double gamma);
/// `probability` in [0, 1]; 0: 1/n.
VarianceReducedBound loopless_svrg_bound(const FiniteSum& sum,
                                         double gamma,
                                         double probability = 0.0);

/// SVRG with epochs of M steps (Johnson and Zhang, 2013, Theorem 1): factor of E[F] - F* an epoch,
///   1/(tau gamma (1 - 2 L_max gamma) M) + 2 L_max gamma/(1 - 2 L_max gamma),
/// infinite for gamma >= 1/(2 L_max). For comparison; the iterates here are of the loopless form.
struct SvrgEpoch {
  double tau = 0.0;
  double L_max = 0.0;
  double gamma = 0.0;
  std::int64_t steps = 1;  ///< M
};
double svrg_epoch_factor(const SvrgEpoch& epoch);

}  // namespace sid
