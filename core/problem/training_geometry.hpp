#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "sid/data/dataset.hpp"
#include "sid/math/types.hpp"
#include "sid/problem/extreme_eigenvalues.hpp"

namespace sid {

/// What bounds need to know about the training examples under weights omega, without the
/// regulariser. Independent of lambda unless lambda is omega. Expensive to compute: one or two
/// weighted Gram matrices.
struct TrainingGeometry {
  Vector row_norms;         ///< n, ||x_i||
  Matrix gram;              ///< d x d, (1/n) sum omega_i x_i x_i^T; empty above kGramLimit columns
  EigenvalueBound largest;  ///< of gram
  double norm_weighted_largest = 0.0;  ///< lambda_max((1/n) sum omega_i ||x_i|| x_i x_i^T)
  /// Largest eigenvalue of (1/n) sum omega_i^2 ||x_i||^2 x_i x_i^T; infinite where that overflows.
  double fourth_moment = 0.0;
  double max_curvature = 0.0;  ///< max_i omega_i ||x_i||^2
  double second_moment = 0.0;  ///< M_2 = (1/n) sum omega_i^2 ||x_i||^2
  /// V_yx = M_2 - ||(1/n) sum omega_i y_i x_i||^2: variance of the labelled examples.
  double labelled_variance = 0.0;

  static constexpr Index kGramLimit = 2000;
};

/// omega: n, or empty for ones. std::nullopt when stopped.
std::optional<TrainingGeometry> measure_training(const Dataset& train,
                                                 const Vector& omega,
                                                 const std::stop_token& stop = {});

/// Of the validation examples: enough for mu_1 and L_E of every upper level.
struct ValidationGeometry {
  double largest = 0.0;            ///< lambda_max(X_v^T X_v)
  double sum_of_norms = 0.0;       ///< sum_j ||x_j||
  double labelled_sum_norm = 0.0;  ///< ||X_v^T y||
};
std::optional<ValidationGeometry> measure_validation(const Dataset& validation,
                                                     const std::stop_token& stop = {});

}  // namespace sid
