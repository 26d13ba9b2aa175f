#pragma once

#include <memory>

#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/equilibrium_map.hpp"

namespace sid {

/// What bounds of the equilibrium problem need of its parameters alone. With a_ir, b_ir the rows of
/// A_i, B_i, means over the n components, and |tanh'| <= 1, |tanh''| <= K = 4/(3 sqrt 3)
/// everywhere:
///
///   q^2    = lambda_max(mean A_i^T A_i): contraction of Phi (equilibrium_parameters.hpp);
///   L_hat  = max ||A_i||: ||d_1 Phi-hat|| for every minibatch;
///   nu1    = K mean( max_r ||a_ir|| ||A_i|| ): the slopes of row r at w and u differ by at most
///            K |a_ir^T (w - u)| <= K max_r ||a_ir|| ||w - u||;
///   nu2    = K mean min( max_r ||a_ir|| ||B_i||_F, max_r ||b_ir|| ||A_i|| ), the second by
///            ||diag(e) B_i||_F <= max_r ||b_ir|| ||e|| and ||e|| <= K ||A_i (w - u)||;
///   w_growth = (sqrt lambda_max(mean (A_i - A)^T (A_i - A)) + q)^2/4, A = mean A_i: for w, u
///            the variance over components of Phi_i(w) - Phi_i(u) = diag(s_i) A_i (w - u) is at
///            most w_growth ||w - u||^2. The slopes s_i on the way lie in [0, 1]: write 1/2 + (s_i
///            - 1/2), take standard deviations and Minkowski's inequality;
///   v_growth = (sqrt lambda_max(mean (A_i - A)(A_i - A)^T) + sqrt mean ||A_i||^2)^2/4: likewise
///            the variance of (d_1 Phi_i)^T v = A_i^T diag(s_i) v is at most v_growth ||v||^2;
///   cross_variance = (sqrt mean ||B_i - B||_F^2 + sqrt mean ||B_i||_F^2)^2/4, B = mean B_i: of
///            d_2 Phi_i = diag(s_i) B_i, in the Frobenius norm, at every w.
struct EquilibriumGeometry {
  double q = 0.0, L_hat = 0.0, nu1 = 0.0, nu2 = 0.0;
  double w_growth = 0.0, v_growth = 0.0, cross_variance = 0.0;
  double mean_weights = 0.0;   ///< mean ||A_i||_F
  double mean_coupling = 0.0;  ///< mean ||B_i||_F
};

/// n eigenvalue problems of size d. Every entry is at or above what its formula says.
EquilibriumGeometry equilibrium_geometry(const EquilibriumParameters& parameters);

/// Variances over components at one w, v and v(w) there. For every w, V[Phi_i(w)] <= d: each entry
/// lies in (-1, 1).
struct EquilibriumVariances final : SolutionCache {
  double value = 0.0;       ///< V[Phi_i(w)], a sum over entries
  double linear = 0.0;      ///< V[(d_1 Phi_i(w))^T v]
  double linear_top = 0.0;  ///< largest eigenvalue of E[(D_i - D)(D_i - D)^T], D_i = d_1 Phi_i(w)
  double cross = 0.0;       ///< V[(d_2 Phi_i(w))^T v]
  double cross_top = 0.0;   ///< largest eigenvalue of the same matrix of d_2 Phi_i(w)
  double norm_cross = 0.0;  ///< ||d_2 Phi(w)||
};
std::shared_ptr<const EquilibriumVariances> equilibrium_variances(const EquilibriumMap& map,
                                                                  const Vector& w,
                                                                  const Vector& v);

/// The largest singular value, from above.
double spectral_norm(const Matrix& m);

/// All constants at minibatches with the variance factor f_b. E is Lipschitz everywhere, L_E =
/// delta sqrt d, mu1 = 1, so nothing here asks for a ball, and there is no c_b. With the variances
/// above and ||w - w(lambda)|| <= ||Phi(w) - w||/(1 - q), ||v - v(w)|| <= ||Psi(v) - v||/(1 - q):
///   w:  sigma1 = f_b d, sigma2 = 0 (every w);  in w_noise, f_b V* and f_b w_growth;
///   v:  sigma1 = (1+theta) f_b v_growth (L_E/(1-q))^2, sigma2 = (1+1/theta) f_b v_growth/(1-q)^2;
///   m2 = f_b cross_variance.
ProblemConstants equilibrium_constants(const EquilibriumGeometry& geometry,
                                       const EquilibriumMap& map,
                                       const Reference& reference,
                                       const OracleSettings& settings,
                                       double theta);

}  // namespace sid
