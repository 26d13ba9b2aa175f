#pragma once

#include <cstdint>

namespace sid {

/// Bound of E||w_t - w*||^2 for stochastic gradient steps of constant size s = eta alpha by
/// expected smoothness; not in the paper.
///
/// Hypotheses: the losses of single examples are convex and L_max-smooth, their mean is L-smooth
/// and tau-strongly convex, minibatches are independent with variance factor f_b, and
///   s <= 1/(2 S),   S = (1 - f_b) L + f_b L_max.
/// Then
///   M_t <= (1 - s tau)^t M_0 + (2 s V*/tau) (1 - (1 - s tau)^t),   V* = V[grad l_B(w*)].
/// From E||grad l_B(w)||^2 <= 4 S (l(w) - l(w*)) + 2 V* and strong convexity; one step is
///   M_{t+1} <= (1 - s tau) M_t + 2 s^2 V*,
/// so it may be iterated with steps that vary below the limit.
struct ExpectedSmoothness {
  double f_b = 1.0;
  double L = 0.0;
  double L_max = 0.0;
  double tau = 0.0;
  double V_star = 0.0;
  double initial = 0.0;  ///< M_0

  double constant() const { return (1.0 - f_b) * L + f_b * L_max; }  ///< S
  double step_limit() const { return 0.5 / constant(); }             ///< of s
  double at(double s, std::int64_t t) const;
  double step(double bound, double s) const;
};

}  // namespace sid
