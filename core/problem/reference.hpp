#pragma once

#include "sid/math/types.hpp"

namespace sid {

/// The exact solution, to rounding, with its error statements (theory 5.6).
struct Reference {
  Vector w;              ///< d, w(lambda)
  Vector v;              ///< d, v(w(lambda)) = (alpha H)^-1 grad_1 E
  Vector q;              ///< d, H^-1 grad_1 E = alpha v; independent of alpha
  Vector hypergradient;  ///< m, -C^T q
  double upper_value = 0.0;          ///< f(lambda)
  double gradient_norm = 0.0;        ///< ||grad_1 l(w)||
  double linear_residual_norm = 0.0; ///< ||H q - grad_1 E(w)||
  /// Rigorous bound of ||hypergradient - exact|| (4.16 a posteriori). Pessimistic for large L/tau.
  double certificate = 0.0;
  /// First-order estimate of the same error (5.6, item 5): small means right, but it is no bound.
  double first_order_estimate = 0.0;

  /// max(rigorous) unless the certificate is above 1e-12 relative and the estimate is not.
  bool certified_to(double relative) const {
    return certificate <= relative * hypergradient.norm();
  }
};

}  // namespace sid
