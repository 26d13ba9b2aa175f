#include "sid/run/snapshot.hpp"

#include <cmath>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

/// The parts at one checkpoint from the rows that are finite there.
std::optional<Decomposition> parts_at(const MethodCurve& curve, std::size_t checkpoint) {
  const ConditionalErrors& from = curve.conditional;
  const std::size_t columns = curve.checkpoints.size();
  const auto dim = static_cast<std::size_t>(from.dim);
  std::vector<double> square_error, within, means;
  for (std::size_t row = 0; row < static_cast<std::size_t>(curve.replicas); ++row) {
    const std::size_t at = row * columns + checkpoint;
    if (!std::isfinite(curve.errors[at].hypergradient) || !std::isfinite(from.within[at])) continue;
    square_error.push_back(curve.errors[at].hypergradient);
    within.push_back(from.within[at]);
    const auto begin = from.means.begin() + static_cast<std::ptrdiff_t>(at * dim);
    means.insert(means.end(), begin, begin + static_cast<std::ptrdiff_t>(dim));
  }
  if (square_error.size() < 2) return std::nullopt;
  const Eigen::Map<const Matrix> errors(
      means.data(), from.dim, static_cast<Index>(square_error.size()));
  return decompose_error(
      {.mean_errors = errors, .square_error = square_error, .within = within, .inner = from.inner});
}

}  // namespace

double error_of(const ReplicaError& error, Quantity quantity) {
  switch (quantity) {
    case Quantity::lower_level:
      return error.lower;
    case Quantity::linear_system:
      return error.linear;
    case Quantity::hypergradient:
      break;
  }
  return error.hypergradient;
}

const MeanEstimate& mean_error(const CurvePoint& point, Quantity quantity) {
  switch (quantity) {
    case Quantity::lower_level:
      return point.lower;
    case Quantity::linear_system:
      return point.linear;
    case Quantity::hypergradient:
      break;
  }
  return point.hypergradient;
}

CurvePoint curve_point(const MethodCurve& curve, std::size_t checkpoint) {
  const std::size_t columns = curve.checkpoints.size();
  const auto rows = static_cast<std::size_t>(curve.replicas);
  SID_EXPECTS(curve.errors.size() == rows * columns, "one error per replica and checkpoint");
  SID_EXPECTS(checkpoint < columns, "no such checkpoint");
  std::vector<double> values(rows);
  const auto mean_of = [&](double ReplicaError::*quantity) {
    for (std::size_t row = 0; row < rows; ++row) {
      values[row] = curve.errors[row * columns + checkpoint].*quantity;
    }
    return estimate_mean(values);
  };
  CurvePoint point;
  point.at = curve.checkpoints[checkpoint];
  point.lower = mean_of(&ReplicaError::lower);
  point.linear = mean_of(&ReplicaError::linear);
  point.hypergradient = mean_of(&ReplicaError::hypergradient);
  for (const double value : values) point.replicas += std::isfinite(value) ? 1 : 0;
  point.diverged = curve.replicas - point.replicas;
  if (!curve.conditional.empty()) point.parts = parts_at(curve, checkpoint);
  if (!curve.certificates.empty()) {
    // A bound for some of the runs alone would be none for their mean.
    bool all = point.replicas > 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const double certificate = curve.certificates[row * columns + checkpoint];
      all = all && (std::isfinite(certificate) || !std::isfinite(values[row]));
      values[row] = certificate;
    }
    if (all) point.certificate = estimate_mean(values);
  }
  return point;
}

std::int64_t unsolved_linear_errors(const MethodCurve& curve) {
  if (!curve.linear_system) return 0;
  const std::size_t columns = curve.checkpoints.size();
  std::int64_t count = 0;
  for (std::size_t i = 0; i < curve.errors.size(); ++i) {
    const ReplicaError& error = curve.errors[i];
    const bool done = i % columns < static_cast<std::size_t>(curve.checkpoints_done);
    if (done && std::isnan(error.linear) && std::isfinite(error.hypergradient)) ++count;
  }
  return count;
}

void recompute_points(MethodCurve& curve) {
  const auto done = static_cast<std::size_t>(curve.checkpoints_done);
  SID_EXPECTS(done <= curve.checkpoints.size(), "no more checkpoints can be done than there are");
  curve.points.clear();
  curve.points.reserve(done);
  for (std::size_t c = 0; c < done; ++c) curve.points.push_back(curve_point(curve, c));
}

}  // namespace sid
