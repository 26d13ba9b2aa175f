#pragma once

#include <memory>

#include "sid/math/types.hpp"

namespace sid {

/// What a problem keeps beside a reference (factorisations, constants at the solution) so that
/// later calls at the same solution are cheap. Opaque; safe to share between threads.
class SolutionCache {
 public:
  virtual ~SolutionCache() = default;
};

/// The exact solution, to rounding, with its error statements.
struct Reference {
  Vector w;                           ///< d, w(lambda)
  Vector v;                           ///< d, v(w(lambda)) = (alpha H)^-1 grad_1 E
  Vector q;                           ///< d, H^-1 grad_1 E = alpha v; independent of alpha
  Vector hypergradient;               ///< m, -C^T q
  double upper_value = 0.0;           ///< f(lambda)
  double gradient_norm = 0.0;         ///< ||grad_1 l(w)||
  double linear_residual_norm = 0.0;  ///< ||H q - grad_1 E(w)||
  /// Bound of ||hypergradient - exact|| from the two residual norms above and the Lipschitz
  /// constants of the derivatives (a_posteriori_bound). Holds for the numbers as computed; it grows
  /// like (L/tau)^3 and is then far above the true error.
  double certificate = 0.0;
  /// First-order estimate of the same error, ||G H^-1 grad_1 l + C^T H^-1 (grad_1 E - H q)|| with G
  /// the derivative of w -> -C(w)^T H(w)^-1 grad_1 E(w). Small means right, but it is no bound.
  double first_order_estimate = 0.0;
  /// Newton's method met its stopping rule. False only where lambda is so extreme that double
  /// precision cannot solve the problem; certificate is then infinite.
  bool converged = false;
  std::shared_ptr<const SolutionCache> cache;  ///< may be null; then constants() recomputes
};

/// Ehrhardt & Roberts (IMA J. Appl. Math. 89(1), 2024) a posteriori bound in our symbols, for
/// grad_2 E = 0. With H, C, c at the point w at hand and q an approximate solution of H q = c:
///   ||-C^T q - hypergradient|| <=
///     [ |C| mu_1/tau + |C| |c| L_H/tau^2 + L_C |c|/tau ] e + (L_C mu_1/tau) e^2 + |C| r/tau,
/// e = ||grad_1 l(w)||/tau >= ||w - w(lambda)||, r = ||H q - c||; L_H, L_C Lipschitz constants of H
/// and C in w. Proof: split the difference of C^T H^-1 c at w and at w(lambda) into its three
/// factors and use ||H^-1|| <= 1/tau.
struct APosterioriTerms {
  double gradient_norm = 0.0;         ///< ||grad_1 l(w)||
  double linear_residual_norm = 0.0;  ///< ||H q - c||
  double norm_cross = 0.0;            ///< ||C(w)||
  double norm_upper_gradient = 0.0;   ///< ||c||
  double tau = 0.0;
  double hessian_lipschitz = 0.0;  ///< L_H
  double cross_lipschitz = 0.0;    ///< L_C
  double mu1 = 0.0;                ///< Lipschitz constant of grad_1 E
};
double a_posteriori_bound(const APosterioriTerms& terms);

}  // namespace sid
