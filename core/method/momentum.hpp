#pragma once

#include <cmath>

#include "sid/math/contract.hpp"

namespace sid {

/// Step and weight of a momentum that never change: x_{t+1} = x_t - step g_t + weight (x_t -
/// x_{t-1}), x_{-1} = x_0, with the gradient g_t of a function whose Hessian has its eigenvalues in
/// [tau, L], 0 < tau <= L. kappa = L/tau.
struct Momentum {
  double step = 0.0;    ///< > 0, over a gradient
  double weight = 0.0;  ///< in [0, 1)
};

/// (sqrt(kappa) - 1)/(sqrt(kappa) + 1), without the division by tau.
inline double root_rate(double L, double tau) {
  SID_EXPECTS(tau > 0.0 && L >= tau, "curvatures are positive, the larger one first");
  const double high = std::sqrt(L), low = std::sqrt(tau);
  return (high - low) / (high + low);
}

/// Polyak's heavy ball, g_t taken at x_t: sqrt(step) = 2/(sqrt(L) + sqrt(tau)), sqrt(weight) =
/// (sqrt(kappa) - 1)/(sqrt(kappa) + 1). Source: Polyak, Some methods of speeding up the convergence
/// of iteration methods, 1964. For functions that are not quadratic it need not converge.
inline Momentum heavy_ball(double L, double tau) {
  const double rate = root_rate(L, tau);
  const double root = 2.0 / (std::sqrt(L) + std::sqrt(tau));
  return {.step = root * root, .weight = rate * rate};
}

/// Nesterov's constant momentum for strongly convex functions, g_t taken at y_t = x_t + weight (x_t
/// - x_{t-1}): step = 1/L, weight = (sqrt(kappa) - 1)/(sqrt(kappa) + 1). Source: Nesterov,
/// Introductory Lectures on Convex Optimization, 2004, scheme (2.2.11).
inline Momentum accelerated_gradient(double L, double tau) {
  return {.step = 1.0 / L, .weight = root_rate(L, tau)};
}

}  // namespace sid
