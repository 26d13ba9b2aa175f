#pragma once

#include <memory>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// Minibatch oracle of a data problem, which must outlive it. A step of b examples reads b rows
/// twice (dot products, then their weighted sum) and allocates nothing. Requires
/// 1 <= minibatch <= n.
///
/// Curvature weights omega_i phi''(x_i^T w) of a frozen w are computed when example i is first
/// drawn and kept until the next freeze, so a long linear solve pays at most n extra dot products
/// and a short one only for what it draws.
std::unique_ptr<StochasticOracle> make_data_oracle(const DataProblem& problem,
                                                   const OracleSettings& settings);

}  // namespace sid
