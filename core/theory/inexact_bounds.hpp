#pragma once

#include "sid/theory/deterministic_bounds.hpp"

namespace sid {

/// Bounds of the hypergradient's error from accuracies, after Ehrhardt & Roberts, Analyzing inexact
/// hypergradients for bilevel learning (IMA J. Appl. Math. 89(1), 2024). With H, C, c = grad_1 E at
/// any w, accuracies
///   distance >= ||w - w*||,   residual >= ||alpha H v - c||
/// and the estimate -alpha C^T v; stars mark w* = w(lambda). Hypotheses: A(i), A(ii), A(iii),
/// grad_2 E = 0. Not in the paper. The a posteriori form, with everything taken at w, is
/// a_posteriori_bound and certified_error; for contractions in general, fixed_point_bound.
struct InexactConstants {
  double tau = 0.0;
  double norm_cross_star = 0.0;           ///< ||C(w*)|| = L_Phi/alpha
  double norm_upper_gradient_star = 0.0;  ///< ||c*||
  double hessian_lipschitz = 0.0;         ///< L_H = nu1/alpha
  double cross_lipschitz = 0.0;           ///< L_C = nu2/alpha
  double mu1 = 0.0;
};
InexactConstants inexact_constants(const ProblemConstants& constants);

struct Accuracies {
  double distance = 0.0;  ///< unit of w
  double residual = 0.0;  ///< unit of grad_1 E
};

/// A priori form:
///   [|C*| mu1/tau + |C*| |c*| L_H/tau^2 + L_C |c*|/tau] e + (L_C mu1/tau) e^2 + (|C*| + L_C e)
///   r/tau, e = distance, r = residual.
/// Proof: that of a_posteriori_bound with the parts at w and at w* exchanged.
struct AprioriBound {
  double lower = 0.0;    ///< the terms in e alone
  double linear = 0.0;   ///< |C*| r/tau
  double product = 0.0;  ///< L_C e r/tau

  double total() const { return lower + linear + product; }
};
AprioriBound a_priori_bound(const InexactConstants& c, const Accuracies& accuracies);

/// Solvers of the linear system alpha H(w_t) v = c from v_0 = 0, for what they leave of it.
enum class ResidualSolver { fixed_point, conjugate_gradients };

/// Which residual is claimed after k steps, per ||c||:
enum class ResidualForm {
  /// kappa q^k and 2 kappa^(3/2) rho^k with rho = (sqrt(kappa) - 1)/(sqrt(kappa) + 1), as the
  /// authors' public code has it.
  authors,
  /// q^k, because the residual of fixed-point steps is (I - alpha H)^k c, and 2 sqrt(kappa) rho^k.
  sharper,
};

/// A bound of ||alpha H(w_t) v_k - c|| after t steps of Phi from w_0 and k of `solver`: the factor
/// of `form` times ||c*|| + mu1 q^t Delta_0 >= ||grad_1 E(w_t)||.
double residual_bound(const PathConstants& path,
                      double norm_c,
                      ResidualSolver solver,
                      ResidualForm form,
                      double t,
                      double k);

/// The a priori bound by iteration counts: e = q^t Delta_0, r = residual_bound.
AprioriBound iteration_bound(const ProblemConstants& constants,
                             ResidualSolver solver,
                             ResidualForm form,
                             double t,
                             double k);

}  // namespace sid
