#pragma once

#include <optional>
#include <stop_token>

#include "sid/data/feature_matrix.hpp"
#include "sid/math/types.hpp"

namespace sid {

/// M = X^T diag(weights) X + diag(shift): the form of every Hessian of a data problem.
/// Refers to `features` and owns the rest. Weights and shift are not negative.
class WeightedRows {
 public:
  /// weights: rows; shift: cols.
  WeightedRows(const FeatureMatrix& features, Vector weights, Vector shift);

  Index dim() const { return features_->cols(); }
  const FeatureMatrix& features() const { return *features_; }
  const Vector& weights() const { return weights_; }
  const Vector& shift() const { return shift_; }

  /// out = M u: two passes over X. `scratch` is resized to rows; no aliasing.
  void multiply(const ConstVectorRef& u, Vector& scratch, VectorRef out) const;

  /// The matrix itself, summed over pieces of rows between which `stop` is polled; std::nullopt
  /// when stopped.
  std::optional<Matrix> form(const std::stop_token& stop = {}) const;

  /// Diagonal of M, one pass.
  Vector diagonal() const;

 private:
  const FeatureMatrix* features_;
  Vector weights_;
  Vector shift_;
};

/// sum_i weights_i x_i x_i^T in pieces of rows; see WeightedRows::form.
std::optional<Matrix> weighted_gram(const FeatureMatrix& features,
                                    const ConstVectorRef& weights,
                                    const std::stop_token& stop = {});

/// |X|, entry by entry; std::nullopt if no entry is negative, so that X itself serves.
std::optional<FeatureMatrix> absolute_values(const FeatureMatrix& features);

}  // namespace sid
