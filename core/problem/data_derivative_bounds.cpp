#include "sid/problem/data_derivative_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/problem/data_constants.hpp"

namespace sid {
namespace {

// gamma_N for N terms, with room for the few roundings around a sum and for those of a loss.
double rounding_of(Index terms) {
  constexpr double kAround = 32.0;
  return (static_cast<double>(terms) + kAround) * std::numeric_limits<double>::epsilon();
}

bool weighs_examples(const DataProblem& problem) {
  return problem.family().shape().hyperparameter == Hyperparameter::example_weights;
}

// Sums of moduli over the training examples.
struct TrainingSums {
  double gradient = 0.0;        // sum ||x|| (|omega g'| + omega B_2 ||x|| ||w||)
  double product = 0.0;         // sum omega ||x||^2 (B_2 + B_3 ||x|| ||w||)
  double cross_squared = 0.0;   // sum ((1 - omega) ||x|| (|omega g'| + omega B_2 ||x|| ||w||))^2
  double norm_squared = 0.0;    // sum ((1 - omega) omega g' ||x||)^2
  double largest_scaled = 0.0;  // max omega (1 - omega)^2 g'^2
};

TrainingSums sum_training(const DataProblem& problem, const ConstVectorRef& w) {
  const Dataset& train = problem.family().train();
  const ExampleLoss& loss = problem.family().shape().lower;
  const bool weighs = weighs_examples(problem);
  Vector slopes(train.rows());
  train.features.multiply(w, slopes);
  loss.first(slopes.data(), train.labels.data(), slopes.data(), train.rows());
  const double size = w.norm();
  TrainingSums sums;
  for (Index i = 0; i < train.rows(); ++i) {
    const double norm = problem.geometry().row_norms[i];
    const double omega = weighs ? problem.example_weights()[i] : 1.0;
    const double reach = norm * size;
    const double slope = std::abs(slopes[i]);
    const double uncertain = omega * (slope + loss.curvature_bound() * reach);
    sums.gradient += norm * uncertain;
    sums.product += omega * norm * norm * (loss.curvature_bound() + loss.third_bound() * reach);
    const double rest = weighs ? problem.weight_complements()[i] : 0.0;
    sums.cross_squared += rest * norm * uncertain * rest * norm * uncertain;
    const double entry = rest * omega * slope * norm;
    sums.norm_squared += entry * entry;
    sums.largest_scaled = std::max(sums.largest_scaled, omega * rest * rest * slope * slope);
  }
  return sums;
}

// Sum of moduli of grad_1 E.
double sum_validation(const DataProblem& problem, const ConstVectorRef& w) {
  const Dataset& data = problem.family().validation();
  const ExampleLoss& loss = problem.family().shape().upper;
  const ValidationGeometry& geometry = problem.family().validation_geometry();
  Vector slopes(data.rows());
  data.features.multiply(w, slopes);
  loss.first(slopes.data(), data.labels.data(), slopes.data(), data.rows());
  // sum ||x_j||^2 is a trace, at most d times the largest eigenvalue.
  const double squares = static_cast<double>(w.size()) * geometry.largest;
  return problem.family().upper_factor() * (slopes.cwiseAbs().maxCoeff() * geometry.sum_of_norms +
                                            loss.curvature_bound() * w.norm() * squares);
}

}  // namespace

DerivativeLipschitz data_derivative_lipschitz(const DataProblem& problem,
                                              const std::stop_token& stop) {
  return {.hessian = problem.family().shape().lower.third_bound() *
                     problem.geometry().norm_weighted_largest,
          .cross = cross_lipschitz(problem, stop),
          .upper_gradient = upper_smoothness(problem)};
}

PointBounds data_point_bounds(const DataProblem& problem,
                              const ConstVectorRef& w,
                              CrossNorm kind,
                              const std::stop_token& stop) {
  const TrainingSums sums = sum_training(problem, w);
  const auto n = static_cast<double>(problem.sample_count());
  const Index d = w.size();
  const double train = rounding_of(problem.family().train().rows() + d);
  PointBounds out;
  out.gradient_rounding =
      train * (sums.gradient / n + problem.regulariser().cwiseProduct(w).norm());
  out.product_rounding = train * (sums.product / n + problem.curvature().D_max);
  out.upper_rounding =
      rounding_of(problem.family().validation().rows() + d) * sum_validation(problem, w);
  if (!weighs_examples(problem)) {
    out.norm_cross = cross_norm(problem, w);
    out.cross_rounding = rounding_of(d) * out.norm_cross;
    return out;
  }
  out.cross_rounding = rounding_of(d) * std::sqrt(sums.cross_squared) / n;
  const double summed = rounding_of(problem.family().train().rows());
  out.norm_cross =
      kind == CrossNorm::exact
          ? cross_norm(problem, w, stop)
          : (1.0 + summed) *
                std::min(std::sqrt(sums.norm_squared) / n,
                         std::sqrt(problem.geometry().largest.value * sums.largest_scaled / n));
  return out;
}

}  // namespace sid
