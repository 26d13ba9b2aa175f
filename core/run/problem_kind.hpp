#pragma once

#include "sid/run/run_spec.hpp"

namespace sid {

/// What lambda is an array of.
enum class LambdaShape {
  one,          ///< a single number
  per_column,   ///< one for each coordinate of w
  per_example,  ///< one for each training example
};

constexpr LambdaShape lambda_shape(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::ridge_multi:
    case ProblemKind::logistic_multi:
      return LambdaShape::per_column;
    case ProblemKind::data_weights:
      return LambdaShape::per_example;
    case ProblemKind::quadratic:
    case ProblemKind::ridge:
    case ProblemKind::logistic:
    case ProblemKind::equilibrium:
      break;
  }
  return LambdaShape::one;
}

/// The problem is made of a data set; the quadratic one and the equilibrium are made of parameters.
constexpr bool has_data(ProblemKind kind) {
  return kind != ProblemKind::quadratic && kind != ProblemKind::equilibrium;
}

/// Phi is a gradient step on a strongly convex loss. The equilibrium's map is a contraction of its
/// own: its derivative in w is not symmetric, and there is neither an inner step alpha nor a loss.
constexpr bool is_gradient_map(ProblemKind kind) {
  return kind != ProblemKind::equilibrium;
}

/// n of a problem made of parameters.
constexpr std::int64_t parameter_samples(const ProblemSpec& problem) {
  return problem.kind == ProblemKind::equilibrium ? problem.equilibrium.samples
                                                  : problem.quadratic.samples;
}

/// d of a problem made of parameters.
constexpr std::int64_t parameter_dim(const ProblemSpec& problem) {
  return problem.kind == ProblemKind::equilibrium ? problem.equilibrium.dim : problem.quadratic.dim;
}

/// The lower level fits real numbers, so labels need not be two classes.
constexpr bool is_regression(ProblemKind kind) {
  return kind == ProblemKind::ridge || kind == ProblemKind::ridge_multi;
}

/// lambda is the strength of a regulariser, so it must be positive and depends on the convention of
/// the lower loss. Otherwise it is any real number and the same in both conventions.
constexpr bool lambda_regularises(ProblemKind kind) {
  return kind != ProblemKind::data_weights && kind != ProblemKind::equilibrium;
}

/// Factor from hypergradients of the mean convention to those of the spec's: 1/n where lambda is
/// given beside a sum over n examples.
constexpr double hypergradient_scale(const ProblemSpec& problem, double examples) {
  const bool sums = problem.lower_loss == LossScale::sum && lambda_regularises(problem.kind);
  return sums && examples > 0.0 ? 1.0 / examples : 1.0;
}

/// The upper-level loss: as asked for, else what the lower level uses.
constexpr UpperLevel upper_level(const ProblemSpec& problem) {
  return problem.upper.value_or(is_regression(problem.kind) ? UpperLevel::squares
                                                            : UpperLevel::logistic);
}

}  // namespace sid
