#pragma once

#include <limits>
#include <vector>

namespace sid {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Global curvature of the lower level l(., lambda), mean convention. Certified: L is never below
/// and tau never above the truth. B2 = sup phi'' is 1/4 for the logistic loss and 1 for squares,
/// G = (1/n) sum_i omega_i x_i x_i^T, and the regulariser is w^T D w / 2.
struct Curvature {
  double L = 0.0;    ///< smoothness: largest eigenvalue of B2 * G + D
  double tau = 0.0;  ///< strong convexity: tau_R (logistic), smallest eigenvalue of G + D (squares)
  double tau_R = 0.0;   ///< smallest eigenvalue of the regulariser D
  double D_max = 0.0;   ///< largest eigenvalue of the regulariser D
  double L_max0 = 0.0;  ///< largest curvature of one data term, without the regulariser
  double L_max = 0.0;   ///< L_max0 + D_max
  double alpha = 0.0;   ///< inner step by the AlphaRule
  double q = 0.0;       ///< contraction constant of Phi, max(|1 - alpha tau|, |1 - alpha L|)
  /// How L was obtained: "dense eigenvalues", "Lanczos, certified by Cholesky", "Collatz-Wielandt".
  /// A contraction that is no gradient step has q from there, L = 1 + q and tau = 1 - q.
  const char* provenance = "";
};

/// One direction of curvature h with the variance n of its multiplicative noise: along it one
/// stochastic step of size s multiplies the second moment of the error by (1 - s h)^2 + s^2 n.
/// A one-step bound for SGD takes the worst pair (not in the paper). Data problems: (tau, c_b (tau
/// - tau_R)) and (L, c_b (L - tau_R)); teaching problem: one pair (h_i + lambda, N2_i) per
/// coordinate.
struct CurvatureNoise {
  double h = 0.0;
  double variance = 0.0;
};

/// Every constant that the bounds need, for one problem, lambda, minibatch size and sampling.
/// Names are the paper's symbols; what is not in the paper says so. Quantities without "_star" or
/// "at_w" hold globally (or on the ball or box where `L_E_radius` is finite).
struct ProblemConstants {
  // Geometry
  double alpha = 0.0, q = 0.0;
  double L = 0.0, tau = 0.0, tau_R = 0.0, L_max0 = 0.0, L_max = 0.0;
  double L_hat = 0.0;  ///< sup of ||d_1 Phi-hat||, Assumption B(iii): max(|1 - alpha tau_R|, |1 -
                       ///< alpha L_max|)

  // Smoothness of Phi and E
  double nu1 = 0.0, nu2 = 0.0;  ///< Lipschitz constants of d_1 Phi, d_2 Phi in w, Assumption A(ii)
  double mu1 = 0.0,
         mu2 = 0.0;        ///< Lipschitz constants of grad_1 E, grad_2 E in w, Assumption A(iii)
  double L_E = kInfinity;  ///< Lipschitz constant of E: global, or on the ball/box below
  double L_E_global = kInfinity;
  /// Radius of the ball around w(lambda) (data problems) or norm of the box (teaching problem) on
  /// which L_E and m2 hold; infinite where they hold globally.
  double L_E_radius = kInfinity;
  /// Largest effective step s = eta * alpha for which iterates provably never leave that ball or
  /// box; infinite where L_E is global. 0 if there is no such ball.
  double ball_step_limit = kInfinity;
  /// The box of the teaching problem also asks for eta <= 1; infinite elsewhere.
  double ball_eta_limit = kInfinity;
  /// Almost-sure radius of the iterates around w(lambda) from w_0 = 0, whatever L_E is (not in the
  /// paper): each w -> w - s grad l_i(w) is (1 - s tau_R)-Lipschitz for s <= radius_step_limit =
  /// 2/(L_max + tau_R), so ||w_t - w*|| <= max(||w*||, max_i ||grad l_i(w*)||/tau_R). Teaching
  /// problem: norm of the box |w_i| <= (|b_i| + s_a)/lo_i, and its step limit.
  double radius = kInfinity;
  double radius_step_limit = 0.0;

  // At the solution
  double L_Phi = 0.0;   ///< ||d_2 Phi(w(lambda), lambda)||
  double norm_w = 0.0;  ///< ||w(lambda)||: initial error from w_0 = 0
  double norm_v = 0.0;  ///< ||v(w(lambda))||
  double norm_c = 0.0;  ///< ||grad_1 E(w(lambda))||
  double c1 = 0.0;      ///< constant of Theorem 3.1 (infinite where L_E is)

  // Sampling
  double f_b = 1.0;               ///< variance factor of a minibatch mean, variance_factor()
  double c_b = 0.0;               ///< f_b * L_max0
  double theta = 1.0;             ///< Young's parameter used below
  bool gradient_map = true;       ///< Phi is a gradient step on a loss, H is symmetric
  bool independent_draws = true;  ///< false for reshuffled minibatches: no bound applies

  // Final derivative in lambda
  double m2 = 0.0;  ///< Assumption B(iv), one sample
  double m2_at_solution = 0.0;
  double floor_exact = 0.0;  ///< exact limit of the mean-square error for one sample; 0 if m2 = 0

  // Noise of the w problem: V[grad l_B(w)] <= sigma1_prime + sigma2_prime ||grad l(w)||^2,
  // Assumption F(ii)
  double V_star_b = 0.0;            ///< V[grad l_B(w(lambda))]
  double sigma1_prime_paper = 0.0;  ///< f_b M_2 (Remark 4.2), or (1+theta) V_star_b for squares
  double sigma1_prime = 0.0;        ///< sharper where known, <= sigma1_prime_paper
  double sigma2_prime = 0.0;
  bool remark_4_2 = false;              ///< the w problem has sigma2 = 0 by Remark 4.2
  std::vector<CurvatureNoise> w_noise;  ///< pairs of the direct bound for w

  // Noise of the v problem, V[Psi-hat(v)] <= sigma1 + sigma2 ||Psi(v) - v||^2
  double v_noise_star = 0.0;           ///< alpha^2 v*^T Sigma_H(w*) v*  (V[Psi-hat(v*)])
  double sigma1_v_at_w = 0.0;          ///< at w = w(lambda), (1 + theta) v_noise_star
  double sigma2_v_at_w = 0.0;          ///< at w = w(lambda); infinite where it was not computed
  double sigma1_v_global = kInfinity;  ///< valid for every w (of the ball or box)
  double sigma2_v_global = kInfinity;
  double norm_v_squared_sup = kInfinity;  ///< sup over w of ||v(w)||^2
  double V_star_v_global =
      kInfinity;  ///< sup over w of v(w)^T Sigma_H(w) v(w), for steps s = eta alpha
  std::vector<CurvatureNoise> v_noise;  ///< pairs of the direct bound for v, valid for every w

  // For the solution-based bound (not in the paper); infinite where they are not known, and then
  // that bound is not drawn.
  double curvature_bound = kInfinity;  ///< B_2 = sup phi'': 1/4 (logistic), 1 (squares)
  double curvature_slope = kInfinity;  ///< sup |phi'''|: 1/(6 sqrt 3) (logistic), 0 (squares)
  /// lambda_max(M_4), M_4 = (1/n) sum omega_i^2 ||x_i||^2 x_i x_i^T.
  double fourth_moment = kInfinity;
  /// lambda_max(Q), Q = (1/n) sum omega_i^2 ||x_i||^2 (x_i^T v*)^2 x_i x_i^T; 0 for squares.
  double slope_moment = kInfinity;
  /// max_i ||g_i(w*) - mean g(w*)||, g_i = omega_i g'_i x_i: noise of one draw at the solution.
  double noise_reach_star = kInfinity;
  /// Almost-sure bound of the noise of one draw at every w: (1 - 1/n) max_i omega_i ||x_i|| +
  /// (1/n) sum omega_i ||x_i|| (logistic); infinite for squares.
  double noise_reach = kInfinity;

  // Theorem 4.3 (both subproblems)
  double sigma2_theorem43 = 0.0;          ///< 2 (L_hat^2 + q^2) / (1 - q)^2
  double sigma1_w_theorem43 = 0.0;        ///< 2 alpha^2 V_star_b
  double sigma1_v_theorem51 = kInfinity;  ///< 2 L_hat^2 L_E^2 / (1 - q)^2, every w
};

/// Fills what follows from the other entries: c1 (Theorem 3.1) = mu2 + (mu1 L_Phi + nu2 L_E)/(1-q)
/// + nu1 L_E L_Phi/(1-q)^2, and the constants of Theorems 4.3 and 5.1.
void fill_theorem_constants(ProblemConstants& constants);

}  // namespace sid
