#pragma once

#include "sid/problem/constants.hpp"
#include "sid/theory/solution_based_bound.hpp"

namespace sid {

/// Bound of the mean-square error of SID that replaces A(iv) by an almost-sure radius. Not in the
/// paper.
///
/// Hypotheses: A(i)-(iii), B, independent minibatches, and ||w_t - w*|| <= R always, which steps
/// eta alpha <= radius_step_limit give (constants.hpp: radius, radius_step_limit). With r =
/// sqrt(rho), S = sqrt(sigma) where E||v_k(w) - v(w)||^2 <= sigma ||grad_1 E(w)||^2 for every w,
/// n_c = ||grad_1 E(w*)|| and k1, a1, a2 of SolutionSlopes,
///   MSE <= (m2/J) [||v*|| + k1 r + S (n_c + mu1 r)]^2
///        + [(a1 + a2 R) r + L_Phi S (n_c + mu1 r) + nu2 S (n_c + mu1 R) r]^2.
/// As sharp_bound(), with ||w - w*||^2 <= R ||w - w*|| and ||grad_1 E(w)|| <= n_c + mu1 ||w - w*||.
struct RadiusBound {
  SolutionSlopes slopes;
  double norm_v = 0.0;  ///< ||v*||
  double norm_c = 0.0;  ///< n_c
  double mu1 = 0.0;
  double L_Phi = 0.0;
  double nu2 = 0.0;
  double radius = 0.0;  ///< R
  double m2 = 0.0;      ///< of the average used

  double at(double rho, double sigma_per_gradient) const;
};

RadiusBound radius_bound(const ProblemConstants& constants, double averaged_m2);

/// Start and noise at the solution of the linear system per unit of ||grad_1 E(w)||^2, for every w
/// of a data problem: ||v(w)||^2 <= initial ||grad_1 E(w)||^2 and v(w)^T Sigma_H(w) v(w) <= V_star
/// ||grad_1 E(w)||^2 with
///   initial = 1/(alpha tau_R)^2,   V_star = c_b/(4 tau_R alpha^2).
/// The direct bound from these with the pairs of v_noise is the sigma of RadiusBound.
struct LinearSystemPerGradient {
  double initial = 0.0;
  double V_star = 0.0;
};
LinearSystemPerGradient linear_system_per_gradient(const ProblemConstants& constants);

}  // namespace sid
