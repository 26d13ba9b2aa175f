#pragma once

#include <memory>

#include "sid/problem/component_oracle.hpp"
#include "sid/problem/data_problem.hpp"

namespace sid {

/// The components of a data problem, which must outlive it; the same code for every family and
/// every storage of the features. Keeps the curvature weights of a frozen w, n numbers, which are
/// computed when an example is first used.
std::unique_ptr<ComponentOracle> make_data_component_oracle(const DataProblem& problem);

}  // namespace sid
