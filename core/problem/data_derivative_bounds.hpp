#pragma once

#include <stop_token>

#include "sid/problem/data_problem.hpp"
#include "sid/problem/derivative_bounds.hpp"

namespace sid {

/// See BilevelProblem::derivative_lipschitz. With B_2 = sup phi'', B_3 = sup |phi'''|:
///   hessian = B_3 lambda_max((1/n) sum omega_i ||x_i|| x_i x_i^T),
///   cross = 1, or (B_2/n) lambda_max(sum s'_i^2 ||x_i||^2 x_i x_i^T)^(1/2), s' = omega (1 -
///   omega), upper_gradient = a B_2 lambda_max(X_v^T X_v).
/// An eigenvalue problem where lambda weights examples; then NaN when stopped.
DerivativeLipschitz data_derivative_lipschitz(const DataProblem& problem,
                                              const std::stop_token& stop = {});

/// See BilevelProblem::point_bounds. Two passes over the data, and for CrossNorm::exact where
/// lambda weights examples an eigenvalue; then NaN when stopped. The quick norm is the smaller of
///   (1/n) (sum_i (s'_i g'_i)^2 ||x_i||^2)^(1/2)   and
///   (lambda_max(G) max_i omega_i (1 - omega_i)^2 g'_i^2 / n)^(1/2),   G = (1/n) sum omega x x^T,
/// both with room for the rounding of sums over the examples. The bounds hold for the problem at
/// lambda(): omega_i and 1 - omega_i are each stored to the last bits, and what is missing of them
/// is counted.
PointBounds data_point_bounds(const DataProblem& problem,
                              const ConstVectorRef& w,
                              CrossNorm cross_norm,
                              const std::stop_token& stop = {});

}  // namespace sid
