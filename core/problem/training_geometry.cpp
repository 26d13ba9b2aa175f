#include "sid/problem/training_geometry.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace sid {

std::optional<TrainingGeometry> measure_training(const Dataset& train,
                                                 const Vector& omega,
                                                 const std::stop_token& stop) {
  const Index n = train.rows();
  const Index d = train.cols();
  const auto count = static_cast<double>(n);
  const Vector weights = omega.size() == 0 ? Vector::Ones(n) : omega;
  TrainingGeometry g;
  g.row_norms.resize(n);
  for (Index i = 0; i < n; ++i) {
    g.row_norms[i] = std::sqrt(train.features.row_squared_norm(i));
  }
  const Vector squares = g.row_norms.cwiseAbs2();
  g.max_curvature = weights.cwiseProduct(squares).maxCoeff();
  g.second_moment = weights.cwiseAbs2().dot(squares) / count;
  Vector labelled = Vector::Zero(d);
  train.features.multiply_transpose_and_add((weights.cwiseProduct(train.labels) / count).eval(),
                                            labelled);
  g.labelled_variance = std::max(0.0, g.second_moment - labelled.squaredNorm());

  const WeightedRows plain(train.features, weights / count, Vector::Zero(d));
  std::optional<EigenvalueBound> largest;
  if (d <= TrainingGeometry::kGramLimit) {
    std::optional<Matrix> gram = plain.form(stop);
    if (!gram) return std::nullopt;
    g.gram = *std::move(gram);
    largest = largest_eigenvalue(g.gram, stop);
  } else {
    largest = largest_eigenvalue(plain, stop);
  }
  if (!largest) return std::nullopt;
  g.largest = *largest;

  const WeightedRows by_norm(
      train.features, weights.cwiseProduct(g.row_norms) / count, Vector::Zero(d));
  const std::optional<EigenvalueBound> norm_weighted = largest_eigenvalue(by_norm, stop);
  if (!norm_weighted) return std::nullopt;
  g.norm_weighted_largest = norm_weighted->value;

  const Vector fourth = weights.cwiseAbs2().cwiseProduct(squares) / count;
  g.fourth_moment = std::numeric_limits<double>::infinity();
  if (std::isfinite(fourth.dot(squares))) {  // the trace
    const std::optional<EigenvalueBound> found =
        largest_eigenvalue(WeightedRows(train.features, fourth, Vector::Zero(d)), stop);
    if (!found) return std::nullopt;
    g.fourth_moment = found->value;
  }
  return g;
}

std::optional<ValidationGeometry> measure_validation(const Dataset& validation,
                                                     const std::stop_token& stop) {
  ValidationGeometry g;
  for (Index j = 0; j < validation.rows(); ++j) {
    g.sum_of_norms += std::sqrt(validation.features.row_squared_norm(j));
  }
  Vector labelled = Vector::Zero(validation.cols());
  validation.features.multiply_transpose_and_add(validation.labels, labelled);
  g.labelled_sum_norm = labelled.norm();
  const WeightedRows rows(
      validation.features, Vector::Ones(validation.rows()), Vector::Zero(validation.cols()));
  const std::optional<EigenvalueBound> largest = largest_eigenvalue(rows, stop);
  if (!largest) return std::nullopt;
  g.largest = largest->value;
  return g;
}

}  // namespace sid
