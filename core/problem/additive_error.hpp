#pragma once

#include <optional>
#include <vector>

#include "sid/problem/exact_moments.hpp"
#include "sid/problem/solution_models.hpp"

namespace sid {

/// One iteration's error e at one checkpoint.
struct IterationError {
  Vector mean;                 ///< d, E e
  double mean_square = 0.0;    ///< E||e||^2
  double from_variance = 0.0;  ///< tr(F Cov e), F the form by which e enters the hypergradient
};

/// Errors of w_t and of v_k at a query's checkpoints.
struct IterationErrors {
  std::vector<IterationError> lower, linear;
};

/// Pairs of coordinates times steps that additive_errors takes, runs of 64 and more equal steps
/// counting as 64.
double additive_work(Index dim, const ExactQuery& query);

/// With the noise at the solution alone: e' = (I - s H) e - s xi with xi independent of e, so that
/// in eigenvectors of H the covariance is the entrywise product of f_b S and AccumulatedNoise.
/// O(d^2) a step, and once for both iterations where they take the same steps to the same
/// checkpoints. std::nullopt when stopped.
std::optional<IterationErrors> additive_errors(const AdditiveModel& model,
                                               const Reference& reference,
                                               double alpha,
                                               double f_b,
                                               const ExactQuery& query);

}  // namespace sid
