#pragma once

#include "sid/math/types.hpp"

namespace sid {

enum class LossKind {
  logistic,      ///< phi(z; y) = log(1 + e^{-yz}), y in {-1, +1}
  squares,       ///< phi(z; y) = (z - y)^2/2
  pseudo_huber,  ///< phi(z; y) = delta^2 (sqrt(1 + ((z-y)/delta)^2) - 1)
};

/// Loss phi(z; y) of one example with prediction z = x^T w and label y, its derivatives in z and
/// their bounds. Convex. Array functions take `count` entries, `out` may be `z` itself, and give
/// the same bits on every processor.
struct ExampleLoss {
  LossKind kind = LossKind::logistic;
  double delta = 1.0;  ///< > 0, pseudo_huber only

  bool operator==(const ExampleLoss&) const = default;

  double value(double z, double y) const;
  void first(const double* z, const double* y, double* out, Index count) const;
  void second(const double* z, const double* y, double* out, Index count) const;
  void third(const double* z, const double* y, double* out, Index count) const;

  /// sup phi'': 1/4, 1, 1.
  double curvature_bound() const;
  /// sup |phi'''|: 1/(6 sqrt 3), 0, 48/(25 sqrt 5 delta).
  double third_bound() const;
  /// sup |phi'|: 1, infinity, delta.
  double slope_bound() const;
};

}  // namespace sid
