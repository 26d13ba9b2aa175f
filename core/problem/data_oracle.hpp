#pragma once

#include <memory>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// Minibatch oracle of a data problem, which must outlive it: MinibatchKernels on the rows that a
/// MinibatchSampler draws. Requires 1 <= minibatch <= n.
std::unique_ptr<StochasticOracle> make_data_oracle(const DataProblem& problem,
                                                   const OracleSettings& settings);

}  // namespace sid
