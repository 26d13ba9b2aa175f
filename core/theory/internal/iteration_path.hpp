#pragma once

#include "sid/theory/deterministic_bounds.hpp"
#include "sid/theory/internal/setting.hpp"

namespace sid::internal {

/// path_constants of the setting where its steps keep w_t in the ball around w(lambda) that w_0 is
/// in, that is s <= 2/L; else with the global L_E alone, which may be infinite.
PathConstants iteration_path(const Setting& setting);

/// ||v_k - v(w_t)|| is at most this times L_E/(1 - q) after k steps of the setting's Krylov method:
/// conjugate_gradient_rate; on the normal equations min{1, 2 ((kappa-1)/(kappa+1))^k}, because
/// ||v_k - v|| <= ||residual||/(alpha tau), alpha tau = 1 - q, the residual falls at the rate of
/// conjugate gradients with kappa^2 from ||c|| <= L_E, and the error does not grow.
double krylov_factor(const Setting& setting, double k);

}  // namespace sid::internal
