#pragma once

#include <memory>
#include <vector>

#include "sid/problem/data_problem.hpp"

namespace sid::testing {

struct RandomProblem {
  Index rows = 23, columns = 5, validation_rows = 11;
  DataProblemShape shape;
  std::uint64_t seed = 7;
};

/// Normal features, labels that suit the losses, every lambda in (0.1, 0.4) or, for example
/// weights, normal.
std::shared_ptr<const DataProblem> random_problem(const RandomProblem& wanted);

/// The three ways in which lambda enters, with every loss of the lower and the upper level.
std::vector<DataProblemShape> all_shapes();

/// The rows of the training examples as a matrix.
Matrix training_rows(const DataProblem& problem);

/// The Hessian of the lower level at w, column by column.
Matrix hessian_at(const DataProblem& problem, const Vector& w);

}  // namespace sid::testing
