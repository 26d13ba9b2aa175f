#pragma once

#include <stop_token>

#include "sid/problem/hessian.hpp"

namespace sid {

/// First-order estimate (not a bound) of -C(w)^T q - hypergradient for w near w(lambda) and q near
/// H(w)^-1 grad_1 E(w); signed, m. Not in the paper: with g(w) = -C(w)^T H(w)^-1 grad_1 E(w),
///   -C^T q - g(w*) = [g(w) - g(w*)] + C^T (H^-1 c - q) = G (w - w*) + C^T H^-1 (c - H q) + ...,
/// w - w* = H^-1 grad_1 l(w) + ..., and G x = -C'[q] x - C^T H^-1 (E'' - T) x with
/// T = (1/n) sum omega_i phi_i^(3) (x_i^T q) x_i x_i^T, both with H(w)^-1 c for q. Its relative
/// defect is of the order of the distance. `preconditioner` is one for H near w.
Vector first_order_error(const DataProblem& problem,
                         const Vector& w,
                         const Vector& q,
                         const HessianPreconditioner& preconditioner,
                         const std::stop_token& stop = {});

}  // namespace sid
