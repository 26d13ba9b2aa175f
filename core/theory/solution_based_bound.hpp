#pragma once

#include "sid/problem/constants.hpp"
#include "sid/theory/direct_bound.hpp"

namespace sid {

/// How far v and the hypergradient move with w, measured from w* = w(lambda); no L_E enters.
///   ||v(w) - v*|| <= k1 ||w - w*||,   ||g(w) - hypergradient|| <= a1 ||w - w*|| + a2 ||w - w*||^2
/// for g(w) = grad_2 E(w) + d_2 Phi(w)^T v(w), v* = v(w*).
/// Not in the paper. Hypotheses: A(i), A(ii), A(iii); not A(iv). From v(w) - v* = (I - d_1
/// Phi(w)^T)^-1 [grad_1 E(w) - grad_1 E(w*) + (d_1 Phi(w) - d_1 Phi(w*))^T v*] and ||d_2 Phi(w)||
/// <= L_Phi + nu2 ||w - w*||.
struct SolutionSlopes {
  double k1 = 0.0;  ///< (mu1 + nu1 ||v*||)/(1 - q)
  double a1 = 0.0;  ///< mu2 + nu2 ||v*|| + L_Phi k1
  double a2 = 0.0;  ///< nu2 k1
};
SolutionSlopes solution_slopes(const ProblemConstants& constants);

/// Fourth moment F_t >= E||w_t - w*||^4 of stochastic gradient steps of size s = eta alpha, one
/// step at a time, beside any rho_t >= E||w_t - w*||^2. Not in the paper.
///
/// Hypotheses: those of the direct bound for a data problem (gradients of single examples whose
/// curvatures lie in [0, L_max0], independent minibatches), s >= 0. With the exact step a' = w - s
/// grad l(w) - w*, ||a'||^2 <= chi ||w - w*||^2, and the noise xi of one minibatch gradient,
///   E||a' - s xi||^4 <= E||a'||^4 + 6 s^2 E||a'||^2 ||xi||^2 + 4 s^3 E||a'|| ||xi||^3 + s^4
///   E||xi||^4.
/// Form 2 uses ||xi|| <= G_h + L_max0 ||w - w*|| and root of E[||xi||^2 | w] <= p + g ||w - w*||;
/// form 1, where the noise itself is bounded (logistic losses), ||xi|| <= G and E||xi||^2 <=
/// sigma1'. Both hold; the smaller is taken.
class FourthMoment {
 public:
  /// Takes L, tau, tau_R, c_b, L_max0, V_star_b, sigma1_prime, noise_reach_star, noise_reach.
  explicit FourthMoment(const ProblemConstants& constants);

  /// The noise of a draw has a known bound, or there is no noise.
  bool known() const;

  /// There is no noise at all: the recursion is F_{t+1} = chi^2 F_t.
  bool quiet() const { return p_ == 0.0 && g_ == 0.0; }

  /// F_{t+1} from F_t, rho_t and s_t. Increasing in F and rho. Infinite if either is.
  double step(double fourth, double rho, double s) const;
  /// After `count` steps of sizes within [s_last, s_first], during which rho_t <= rho: not below
  /// what step by step proves. Infinite if F would grow by more than `growth` of itself meanwhile:
  /// take fewer steps at once.
  double steps(
      double fourth, double rho, double s_first, double s_last, double count, double growth) const;

  /// F_{t+1}/F_t at step s where F_t is large: below 1 means that the recursion levels off. With
  /// bounded noise it is chi^2.
  double factor(double s) const;
  /// Largest s with factor(s) <= 1, to a relative accuracy of 1e-9.
  double step_limit() const;

 private:
  double loss(double s) const;  ///< 1 - chi
  double noise(double fourth, double rho, double s, double chi) const;

  double L_, tau_, p_, g_, reach_star_, l0_, sigma1_prime_, reach_;
};

/// A bound of E||v_k(w) - v(w)||^2 that is affine in ||v(w)||^2 and in the noise at v(w):
///   E||v_k(w) - v(w)||^2 <= kept ||v(w)||^2 + added v(w)^T Sigma_H(w) v(w)   (v_0 = 0),
/// by the direct bound with one theta for every w in each step.
struct LinearErrorShares {
  double kept = 1.0;   ///< P_k, dimensionless
  double added = 0.0;  ///< N_k, unit of alpha squared

  /// One step of size s with this theta, 0 < theta; infinite means that `added` stays.
  void step(const DirectBound& map, double s, double theta);
};

/// The solution-based bound of the mean-square error of SID at (t, k). Not in the paper.
///
/// Hypotheses: A(i)-(iii), B, independent minibatches of a data problem; not A(iv). No L_E and no
/// radius: every quantity is one at w*, or goes to zero with the error of w_t. With r = sqrt(rho),
/// r2 = sqrt(F), V the variance of one minibatch,
///   V[H-hat_B(w) v(w)]^(1/2) <= A0 + A1 ||w - w*||,
///   A0^2 = v*^T Sigma_H(w*) v*,   A1 = sqrt(f_b) (B2 sqrt(lambda_max M4) k1 + sup|phi'''|
///   sqrt(lambda_max Q)), sv^2  = P_k (||v*|| + k1 r)^2 + N_k (A0 + A1 r)^2          >= E||v_k -
///   v(w_t)||^2, sdv^2 = P_k (||v*|| r + k1 r2)^2 + N_k (A0 r + A1 r2)^2    >= E||w_t - w*||^2
///   ||v_k - v(w_t)||^2, MSE <= (m2/J) (||v*|| + k1 r + sv)^2 + (a1 r + a2 r2 + L_Phi sv + nu2
///   sdv)^2.
/// From estimate - hypergradient = D^T v_k + d_2 Phi(w_t)^T (v_k - v(w_t)) + g(w_t) - hypergradient
/// with D of mean zero given (w_t, v_k), and Minkowski's inequality in L^2 over w_t.
class SolutionBasedBound {
 public:
  /// `averaged_m2` = m2/J, averaged_m2().
  SolutionBasedBound(const ProblemConstants& constants, double averaged_m2);

  /// All constants it needs are finite numbers.
  bool known() const;
  const SolutionSlopes& slopes() const { return slopes_; }
  double A0() const { return A0_; }
  double A1() const { return A1_; }

  struct Parts {
    double jacobian = 0.0;     ///< (m2/J) (||v*|| + k1 r + sv)^2
    double conditional = 0.0;  ///< (a1 r + a2 r2 + L_Phi sv + nu2 sdv)^2

    double total() const { return jacobian + conditional; }
  };
  /// Increasing in every argument.
  Parts at(double rho, double fourth, const LinearErrorShares& shares) const;
  /// sv^2 and the noise (A0 + A1 r)^2 in it.
  double linear_error(double rho, const LinearErrorShares& shares) const;
  double linear_noise(double rho) const;
  /// What it tends to as rho, F, P, N -> 0: (m2/J) ||v*||^2.
  double floor() const;

 private:
  SolutionSlopes slopes_;
  double norm_v_, L_Phi_, nu2_, m2_, A0_, A1_;
};

}  // namespace sid
