#pragma once

#include <stop_token>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// See BilevelProblem::solve_reference. w by minimise_lower_level, q = H^-1 grad_1 E by conjugate
/// gradients to rounding, the hypergradient -C^T q. n = 5000, d = 784: some tenths of a second.
Reference solve_data_reference(const DataProblem& problem, const std::stop_token& stop);

/// See BilevelProblem::solve_linear_system.
Vector solve_data_linear_system(const DataProblem& problem,
                                const ConstVectorRef& w,
                                const LinearSolveOptions& options);

}  // namespace sid
