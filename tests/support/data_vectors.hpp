#pragma once

#include <memory>
#include <string>

#include "sid/problem/data_problem.hpp"

#include "support/vectors.hpp"

namespace sid::testing {

Dataset dataset(const Json& rows, const Json& labels);

ExampleLoss example_loss(const Json& in);

/// The family of data_problems[name], P1 to P5.
std::shared_ptr<const DataProblemFamily> data_family(const std::string& name);

std::shared_ptr<const DataProblem> data_problem(const std::string& name, AlphaRule rule);

OracleSettings oracle_settings(const Json& constants);

}  // namespace sid::testing
