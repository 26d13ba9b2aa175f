#pragma once

namespace sid {

/// Bounds of Section 3 for the SID estimate of the hypergradient, at one (t, k).
///
/// Hypotheses of all of them: Assumptions A, B and C. With rho = rho(t) >= E||w_t - w(lambda)||^2
/// and sigma = sigma(k) >= E||v_k(w) - v(w)||^2 for every w that w_t can take.
/// rho has the unit of w squared, sigma of v squared, the bounds of the hypergradient (3.1) or of
/// its square (all others).
struct HypergradientConstants {
  double c1 = 0.0;     ///< constant of Theorem 3.1, fill_theorem_constants()
  double L_Phi = 0.0;  ///< ||d_2 Phi(w(lambda), lambda)||
  double nu2 = 0.0;    ///< Lipschitz constant of d_2 Phi
  double m2 = 0.0;     ///< Assumption B(iv), of the average used: m2/J for J samples
  double L_E = 0.0;    ///< Lipschitz constant of E(., lambda)
  double q = 0.0;      ///< contraction constant
};

/// m2 of the average of J independent samples of d_2 Phi-hat. The covariance E[D D^T] of a mean of
/// J independent terms is that of one over J, so m2/J is exact for m2 = largest eigenvalue of
/// E[D D^T], the reading of B(iv) the proof of Theorem 3.2 uses. J = 0: exact derivative, 0.
double averaged_m2(double m2, long long jacobian_samples);

/// Theorem 3.1 (i): ||E[estimate | w_t] - hypergradient||, distance = ||w_t - w(lambda)||.
double theorem_3_1_conditional(const HypergradientConstants& c, double distance, double sigma);
/// Theorem 3.1 (ii): ||E[estimate] - hypergradient||, the bias.
double theorem_3_1(const HypergradientConstants& c, double rho, double sigma);
/// Theorem 3.2, (12): E[V[estimate | w_t]].
double theorem_3_2(const HypergradientConstants& c, double rho, double sigma);
/// Theorem 3.3: V[E[estimate | w_t]].
double theorem_3_3(const HypergradientConstants& c, double rho, double sigma);

/// Theorem 3.4, equation (13): the mean-square error, by summands in the order of the formula.
struct Theorem34 {
  double jacobian = 0.0;  ///< 2 m2 L_E^2/(1-q)^2; also the floor (14)
  double lower = 0.0;     ///< 6 c1^2 rho
  double linear = 0.0;    ///< 2 (4 L_Phi^2 + m2) sigma
  double product = 0.0;   ///< 8 nu2^2 rho sigma

  double total() const { return jacobian + lower + linear + product; }
};
Theorem34 theorem_3_4(const HypergradientConstants& c, double rho, double sigma);

/// (14): what (13) tends to as rho, sigma -> 0: 2 m2 L_E^2/(1-q)^2.
double floor_14(const HypergradientConstants& c);

/// 2 m2 L_E^2/(1-q)^2 + 3 c1^2 rho + (5 L_Phi^2 + 2 m2) sigma + 5 nu2^2 rho sigma.
/// Not in the paper, same hypotheses: squared bias and V[E[. | w_t]] add up to one second moment,
/// E||E[estimate | w_t] - hypergradient||^2 <= 3 (c1^2 rho + L_Phi^2 sigma + nu2^2 rho sigma), so
/// it need not be bounded twice; with Theorem 3.2 for the rest. Never above (13).
double merged_bound(const HypergradientConstants& c, double rho, double sigma);

/// m2 (L_E/(1-q) + sqrt(sigma))^2 + (c1 sqrt(rho) + L_Phi sqrt(sigma) + nu2 sqrt(rho sigma))^2.
/// Not in the paper, same hypotheses: estimate - hypergradient = D^T v_k + X with D = d_2 Phi-hat -
/// d_2 Phi of mean zero given (w_t, v_k), so the mean-square error is E||D^T v_k||^2 + E||X||^2;
/// ||v_k|| has root mean square <= L_E/(1-q) + sqrt(sigma), and X is bounded as in Theorem 3.1 by
/// Minkowski's inequality. Never above merged_bound.
double sharp_bound(const HypergradientConstants& c, double rho, double sigma);

/// What sharp_bound tends to: m2 L_E^2/(1-q)^2, half of (14).
double sharp_floor(const HypergradientConstants& c);

}  // namespace sid
