#include "sid/problem/hessian_anchors.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {
namespace {

/// Weights that underflow count as this small.
double log_weight(double weight) {
  return portable_log(std::max(weight, 1e-300));
}

/// How far weights are from an anchor's: mean differences of logarithms in which every example
/// counts by its share of the anchor's curvature, so that one large row cannot hide among many
/// small ones.
struct Distance {
  double all = 0.0;    ///< absolute differences
  double below = 0.0;  ///< of those that are smaller than the anchor's
  double share = 0.0;  ///< sum of the shares

  void add(double curvature, double difference) {
    all += curvature * std::abs(difference);
    below += curvature * std::max(0.0, difference);
    share += curvature;
  }
  /// No curvature at all: nothing can be far.
  void finish() {
    if (!(share > 0.0)) return;
    all /= share;
    below /= share;
  }
};

}  // namespace

HessianAnchors::HessianAnchors(const DataProblem& problem,
                               const ConstVectorRef& solution,
                               HessianPreconditioner at_solution)
    : at_solution_(std::move(at_solution)) {
  if (problem.family().shape().lower.kind == LossKind::squares) return;
  const Vector weights = problem.hessian_weights(solution);
  log_weights_ = weights.unaryExpr(&log_weight);
  curvatures_ = weights.cwiseProduct(problem.geometry().row_norms.cwiseAbs2());
  regulariser_.set_diagonal(problem.regulariser());
}

Anchor HessianAnchors::nearest(const DataProblem& problem,
                               const ConstVectorRef& weights,
                               const std::stop_token& stop) const {
  if (log_weights_.size() == 0) return {&at_solution_};
  SID_EXPECTS(weights.size() == log_weights_.size(), "there is one weight an example");
  // Measured on images with lambda from 1e-8 to 1: with equal distances the solution's factor takes
  // about two thirds of the products.
  constexpr double kAllowance = 0.65;
  constexpr double kFarTooLarge = 4.0;
  constexpr Index kFew = 40;
  const auto n = static_cast<double>(weights.size());
  const double bound = problem.family().shape().lower.curvature_bound();
  const Vector& omega = problem.example_weights();
  const Vector& row_norms = problem.geometry().row_norms;
  const double tau_R = problem.curvature().tau_R;
  const double log_largest = log_weight(bound / n);
  Distance solution, origin;
  Index counting = 0;
  for (Index i = 0; i < weights.size(); ++i) {
    const double here = log_weight(weights[i]);
    const double largest = omega.size() == 0 ? log_largest : log_weight(omega[i] * bound / n);
    const double norm2 = row_norms[i] * row_norms[i];
    solution.add(curvatures_[i], log_weights_[i] - here);
    origin.add((omega.size() == 0 ? 1.0 : omega[i]) * norm2, largest - here);
    if (weights[i] * norm2 > 0.01 * tau_R) ++counting;
  }
  solution.finish();
  origin.finish();
  const bool early = origin.all < kAllowance * solution.all;
  const Distance& nearer = early ? origin : solution;
  if (nearer.below > kFarTooLarge) {
    return counting <= kFew ? Anchor{&regulariser_} : Anchor{};
  }
  return {early ? at_origin(problem, stop) : &at_solution_, portable_exp(-0.5 * nearer.below)};
}

const HessianPreconditioner* HessianAnchors::at_origin(const DataProblem& problem,
                                                       const std::stop_token& stop) const {
  const std::lock_guard lock(mutex_);
  if (!at_origin_) {
    HessianPreconditioner made;
    made.set_at_origin(problem, stop);
    if (stop.stop_requested()) return nullptr;
    at_origin_ = std::move(made);
  }
  return at_origin_->dense() ? &*at_origin_ : nullptr;
}

}  // namespace sid
