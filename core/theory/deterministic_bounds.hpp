#pragma once

#include "sid/problem/constants.hpp"

namespace sid {

/// q^steps for q >= 0; 1 for no steps, also where q = 0 (L = tau: one step reaches w(lambda)).
double contraction_power(double q, double steps);

/// What the bounds of deterministic methods need. The iterates w_{t+1} = Phi(w_t, lambda) never
/// leave the ball ||w - w*|| <= ||w_0 - w*||, w* = w(lambda), so L_E is a Lipschitz constant of E
/// on that ball, and Assumption A(iv) need not hold elsewhere.
struct PathConstants {
  double q = 0.0;        ///< contraction constant of Phi
  double kappa = 1.0;    ///< L/tau, condition number of the lower level
  double initial = 0.0;  ///< ||w_0 - w*||
  double L_E = 0.0;      ///< sup of ||grad_1 E|| on the ball
  double L_Phi = 0.0;    ///< ||d_2 Phi(w*, lambda)||
  double nu1 = 0.0, nu2 = 0.0, mu1 = 0.0, mu2 = 0.0;
  /// ||w'(lambda)|| or a bound of it; L_Phi/(1 - q) where no better one is known, because w' = (I -
  /// d_1 Phi)^-1 d_2 Phi at w*.
  double solution_slope = 0.0;
};

/// From w_0 = 0: L_E = min{L_E_global, ||grad_1 E(w*)|| + mu1 ||w*||}, solution_slope = L_Phi/(1 -
/// q).
PathConstants path_constants(const ProblemConstants& constants);

/// Bounds of ||estimate - hypergradient|| (not squared) for methods on the whole data.
/// Hypotheses of all: A(i), A(ii), A(iii), and the steps named with each. Derived here in the style
/// of Grazzi, Franceschi, Pontil, Salzo (ICML 2020); not in the paper. Delta_0 = initial, W =
/// solution_slope, Q_k = 1 + q + ... + q^(k-1).

/// Iterative differentiation, t steps w_{s+1} = Phi(w_s):
///   (mu2 + mu1 W) Delta_0 q^t + (nu2 + nu1 W) L_E Delta_0 t q^(t-1) + L_E W q^t.
/// Proof: the estimate is grad_2 E(w_t) + w_t'^T grad_1 E(w_t) with w_{s+1}' = d_1 Phi(w_s) w_s' +
/// d_2 Phi(w_s), and ||w_{s+1}' - w*'|| <= q ||w_s' - w*'|| + (nu1 W + nu2) q^s Delta_0.
struct ItdBound {
  double upper = 0.0;    ///< change of the derivatives of E
  double map = 0.0;      ///< change of the derivatives of Phi along the path
  double initial = 0.0;  ///< w_0' = 0

  double total() const { return upper + map + initial; }
};
ItdBound itd_bound(const PathConstants& c, double t);

/// Approximate implicit differentiation with fixed-point iterations: t steps, then k steps of
/// v_{j+1} = d_1 Phi(w_t)^T v_j + grad_1 E(w_t) from v_0 = 0:
///   [mu2 + Q_k (mu1 L_Phi + nu2 L_E + nu1 L_Phi L_E/(1-q))] q^t Delta_0 + L_Phi L_E q^k/(1-q).
/// Proof: ||v_k - v*|| <= q^k ||v*|| + Q_k (mu1 + nu1 ||v*||) ||w_t - w*||, ||v_k|| <= Q_k L_E.
struct AidBound {
  double lower = 0.0;    ///< what ||w_t - w*|| > 0 costs
  double linear = 0.0;   ///< what an inexact linear system costs
  double product = 0.0;  ///< of both errors; 0 for fixed-point iterations

  double total() const { return lower + linear + product; }
};
AidBound aid_fixed_point_bound(const PathConstants& c, double t, double k);

/// Approximate implicit differentiation with any solvers: ||w_t - w*|| <= lower Delta_0 and
/// ||v_k - v(w_t)|| <= linear ||v(w_t)||, for w_t in the ball:
///   c1 lower Delta_0 + (L_Phi + nu2 lower Delta_0) linear L_E/(1-q),
/// c1 the constant of Theorem 3.1 with L_E of the ball. Proof: ||v(w)|| <= L_E/(1-q), and Theorem
/// 3.1's for a deterministic w_t.
struct SolverFactors {
  double lower = 1.0;   ///< q^t for t steps of Phi; in [0, 1]
  double linear = 1.0;  ///< q^k, conjugate_gradient_rate(kappa, k); >= 0
};
AidBound aid_bound(const PathConstants& c, const SolverFactors& factors);

/// The same from errors themselves, ||w_t - w*|| <= distance and ||v_k - v(w_t)|| <= linear_error,
/// for w_t in the ball that c.L_E is of: c1 distance + (L_Phi + nu2 distance) linear_error.
AidBound aid_bound(const PathConstants& c, double distance, double linear_error);

/// ||v_k - v|| <= this times ||v|| for k conjugate-gradient steps from v_0 = 0 on a symmetric
/// positive definite system of condition number kappa >= 1:
///   min{1, 2 sqrt(kappa) ((sqrt(kappa) - 1)/(sqrt(kappa) + 1))^k}.
/// Proof: the rate of conjugate gradients in the norm of the matrix costs sqrt(kappa) in the
/// Euclidean one, in which the error does not increase.
double conjugate_gradient_rate(double kappa, double k);

/// c1 of Theorem 3.1 with L_E of the ball: mu2 + (mu1 L_Phi + nu2 L_E)/(1-q) + nu1 L_E
/// L_Phi/(1-q)^2.
double path_c1(const PathConstants& c);

}  // namespace sid
