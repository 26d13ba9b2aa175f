#include "sid/problem/example_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/problem/logistic_loss.hpp"

namespace sid {
namespace {

// In pieces, so that the products y z need no buffer as long as the arrays.
constexpr Index kPiece = 256;

template <class Function>
void logistic_in_pieces(
    const double* z, const double* y, double* out, Index count, const Function& function) {
  double margins[kPiece];
  double values[kPiece];
  for (Index first = 0; first < count; first += kPiece) {
    const Index size = std::min(kPiece, count - first);
    for (Index i = 0; i < size; ++i) margins[i] = y[first + i] * z[first + i];
    function(margins, values, size);
    for (Index i = 0; i < size; ++i) out[first + i] = values[i];
  }
}

}  // namespace

double ExampleLoss::value(double z, double y) const {
  switch (kind) {
    case LossKind::logistic:
      return logistic_loss(y * z);
    case LossKind::squares:
      return 0.5 * (z - y) * (z - y);
    case LossKind::pseudo_huber: {
      const double t = (z - y) / delta;
      return (z - y) * (z - y) / (1.0 + std::sqrt(1.0 + t * t));
    }
  }
  return 0.0;
}

void ExampleLoss::first(const double* z, const double* y, double* out, Index count) const {
  switch (kind) {
    case LossKind::logistic:
      logistic_in_pieces(z, y, out, count, [](const double* u, double* values, Index size) {
        logistic_loss_first(u, values, size);
      });
      // y_i psi'(y_i z_i); labels were not overwritten because out is not y.
      for (Index i = 0; i < count; ++i) out[i] *= y[i];
      return;
    case LossKind::squares:
      for (Index i = 0; i < count; ++i) out[i] = z[i] - y[i];
      return;
    case LossKind::pseudo_huber:
      for (Index i = 0; i < count; ++i) {
        const double t = (z[i] - y[i]) / delta;
        out[i] = (z[i] - y[i]) / std::sqrt(1.0 + t * t);
      }
      return;
  }
}

void ExampleLoss::second(const double* z, const double* y, double* out, Index count) const {
  switch (kind) {
    case LossKind::logistic:
      logistic_in_pieces(z, y, out, count, [](const double* u, double* values, Index size) {
        logistic_loss_second(u, values, size);
      });
      return;
    case LossKind::squares:
      std::fill(out, out + count, 1.0);
      return;
    case LossKind::pseudo_huber:
      for (Index i = 0; i < count; ++i) {
        const double t = (z[i] - y[i]) / delta;
        const double s = 1.0 + t * t;
        out[i] = 1.0 / (s * std::sqrt(s));
      }
      return;
  }
}

void ExampleLoss::third(const double* z, const double* y, double* out, Index count) const {
  switch (kind) {
    case LossKind::logistic:
      for (Index i = 0; i < count; ++i) out[i] = y[i] * logistic_loss_third(y[i] * z[i]);
      return;
    case LossKind::squares:
      std::fill(out, out + count, 0.0);
      return;
    case LossKind::pseudo_huber:
      for (Index i = 0; i < count; ++i) {
        const double t = (z[i] - y[i]) / delta;
        const double s = 1.0 + t * t;
        out[i] = -3.0 * t / (delta * s * s * std::sqrt(s));
      }
      return;
  }
}

double ExampleLoss::curvature_bound() const {
  return kind == LossKind::logistic ? 0.25 : 1.0;
}

double ExampleLoss::third_bound() const {
  switch (kind) {
    case LossKind::logistic:
      return kLogisticThirdBound;
    case LossKind::squares:
      return 0.0;
    case LossKind::pseudo_huber:
      // 3 t (1 + t^2)^{-5/2} is largest at t = 1/2.
      return 48.0 / (25.0 * std::sqrt(5.0) * delta);
  }
  return 0.0;
}

double ExampleLoss::slope_bound() const {
  switch (kind) {
    case LossKind::logistic:
      return 1.0;
    case LossKind::squares:
      return std::numeric_limits<double>::infinity();
    case LossKind::pseudo_huber:
      return delta;
  }
  return 0.0;
}

}  // namespace sid
