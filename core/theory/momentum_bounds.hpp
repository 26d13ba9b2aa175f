#pragma once

#include <optional>

#include "sid/method/solver_choice.hpp"

namespace sid {

/// Proved rates of the solvers of method/inexact_solvers.hpp, for every number of steps and not
/// only in the limit. Not in the paper. Hypotheses: the Hessian of l(., lambda) has its eigenvalues
/// in [tau, L] at every w, kappa = L/tau, q = max(|1 - alpha tau|, |1 - alpha L|); quadratic: it is
/// the same at every w. Functions return a factor f(t) of the initial error; f(0) = 1. Steps are
/// counts, >= 0.
struct SolverRate {
  double q = 0.0;          ///< contraction constant of Phi, in [0, 1)
  double kappa = 1.0;      ///< >= 1
  bool quadratic = false;  ///< of the lower level; a linear system always is
};

/// Heavy ball on a quadratic, with rho = (sqrt(kappa) - 1)/(sqrt(kappa) + 1):
///   ||x_t - x*|| <= rho^t (1 + t (1 + rho)) ||x_0 - x*||,
/// with equality where the error is an eigenvector of eigenvalue L. Errors may grow at first.
/// Proof: along an eigenvector of eigenvalue h the error is multiplied by p_t, p_{t+1} = (1 +
/// weight - step h) p_t - weight p_{t-1}, p_{-1} = p_0 = 1. Polyak's parameters make weight = rho^2
/// and 1 + weight - step h = 2 rho z, where z runs over [-1, 1] as h does from L to tau: 2 rho for
/// h = tau because step tau = (1 - rho)^2, -2 rho for h = L because step L = (1 + rho)^2. So p_t =
/// rho^t (U_t(z) - rho U_{t-1}(z)) with the Chebyshev polynomials of the second kind, which has p_0
/// = 1, p_{-1} = -rho^-1 rho U_{-2} = 1, and |U_t| <= t + 1 on [-1, 1], equal with alternating
/// signs at z = -1. The same polynomial in H multiplies the residual of a linear system.
double heavy_ball_factor(double kappa, double t);

/// Nesterov's momentum for strongly convex functions, with s = 1/sqrt(kappa):
///   ||x_t - x*||^2 <= (kappa + 1) (1 - s)^t ||x_0 - x*||^2.
/// Proof. x_0 = x_{-1}; y_t = x_t + (1-s)/(1+s) (x_t - x_{t-1}), x_{t+1} = y_t - g_t/L, g_t the
/// gradient at y_t. Let z_t = x_t + (1/s - 1) (x_t - x_{t-1}); then (1+s) y_t = x_t + s z_t and
/// z_{t+1} = (1-s) z_t + s y_t - (s/tau) g_t. Let V_t = l(x_t) - l* + (tau/2) ||z_t - x*||^2. Three
/// inequalities: smoothness, l(x_{t+1}) <= l(y_t) - ||g_t||^2/(2L); strong convexity, l(y_t) - l(x)
/// <= <g_t, y_t - x> - (tau/2) ||y_t - x||^2 for x = x_t with weight 1 - s and x = x* with weight
/// s. Expanding ||z_{t+1} - x*||^2, where ||(1-s) (z_t - x*) + s (y_t - x*)||^2 <= (1-s) ||z_t -
/// x*||^2 + s ||y_t - x*||^2, the terms in ||g_t||^2 cancel ((tau/2) s^2/tau^2 = 1/(2L)), so do
/// those in ||y_t - x*||^2, and those in g_t, because s ((1-s) z_t + s y_t) = (y_t - x_t)(1-s) + s
/// y_t: V_{t+1} <= (1-s) V_t. z_0 = x_0 gives V_0 <= (L + tau)/2 ||x_0 - x*||^2, and V_t >= (tau/2)
/// ||x_t - x*||^2. On a quadratic also
///   ||x_t - x*|| <= r^t (1 + t (1 + r)) ||x_0 - x*||,   r = 1 - s,
/// which is smaller in the end: as for the heavy ball, p_{t+1} = (1 + weight) m p_t - weight m
/// p_{t-1} with m = 1 - h/L in [0, 1 - 1/kappa] has p_t = u^t (U_t(z) - u U_{t-1}(z)), u^2 = weight
/// m <= r^2, and z = (1 + weight) m/(2u) = (1 + weight) u/(2 weight) is in [0, 1], 1 for h = tau.
/// The distance, not its square; the smaller of the two where both hold.
double accelerated_factor(const SolverRate& rate, double t);

/// ||w_t - w(lambda)|| over ||w_0 - w(lambda)|| is at most this. Nothing for the heavy ball where
/// the lower level is not quadratic: there it need not converge (Lessard, Recht, Packard, SIAM J.
/// Optim. 26(1), 2016, have a strongly convex function on which it cycles).
std::optional<double> lower_factor(LowerIteration iteration, const SolverRate& rate, double t);

/// sup over t of lower_factor, or a little more.
std::optional<double> lower_growth(LowerIteration iteration, const SolverRate& rate);

/// ||v_k - v(w)|| over ||v(w)|| from v_0 = 0: q^k, heavy_ball_factor, conjugate_gradient_rate.
double linear_factor(LinearIteration iteration, const SolverRate& rate, double k);

/// ||alpha H v_k - c|| over ||c|| from v_0 = 0: q^k, heavy_ball_factor; of conjugate gradients 2
/// sqrt(kappa) rho^k from k = 1 on.
double residual_factor(LinearIteration iteration, const SolverRate& rate, double k);

}  // namespace sid
