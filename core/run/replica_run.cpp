#include "sid/run/internal/replica_run.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "sid/run/internal/make_path.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::internal {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Of the linear system that a method without v is certified by.
constexpr double kSolvedResidual = 1e-10;

/// Relative accuracy of ||v_k - v(w_t)||^2: far below the spread of a mean over replicas, and what
/// one may compare where there is no spread. It decides how long the exact solves take.
double linear_error_accuracy(MethodKind kind) {
  return traits_of(kind).random ? 1e-3 : 1e-9;
}

}  // namespace

ReplicaRun::ReplicaRun(const Panel& panel,
                       const ResolvedMethod& method,
                       std::uint64_t seed,
                       std::uint32_t replica,
                       const RunSettings& settings,
                       const DerivativeLipschitz* lipschitz,
                       std::unique_ptr<HypergradientPath> path,
                       std::shared_ptr<SharedErrors> errors,
                       std::size_t column)
    : panel_(panel),
      method_(method),
      path_(path ? std::move(path) : make_path(panel, method)),
      errors_(std::move(errors)),
      column_(column),
      inner_replicas_(settings.inner_replicas),
      lipschitz_(lipschitz) {
  path_->start(seed, replica);
  if (!traits_of(method.kind).repeats) return;  // nothing is random, or the path alone
  route_ = settings.decomposition;
  if (route_ == DecompositionRoute::conditional_mean) {
    mean_solver_ = make_conditional_mean(panel, method);
  }
  error_ = mean_ = Vector::Zero(panel.problem->upper_dim());
  mean_v_ = Vector::Zero(panel.problem->lower_dim());
}

bool ReplicaRun::measure(std::size_t index,
                         const std::stop_token& stop,
                         ReplicaError& out,
                         ReplicaParts parts) {
  const bool linear_lost = divergence_.has_value();
  out = {.hypergradient = kNaN, .lower = kNaN, .linear = kNaN};
  if (linear_lost && divergence_->role == Role::lower_level) return true;
  const Checkpoint& at = method_.checkpoints[index];
  const PathStatus status = path_->run_to(at, static_cast<std::uint32_t>(index), stop);
  if (status == PathStatus::stopped) return false;
  if (status == PathStatus::diverged) note_divergence(*path_->divergence());
  if (divergence_ && divergence_->role == Role::lower_level) return true;
  out.lower = (path_->w() - panel_.reference.w).squaredNorm();
  if (status == PathStatus::diverged || linear_lost) return true;
  const double scale = panel_.hypergradient_scale;
  const double error =
      (scale * (path_->hypergradient() - panel_.reference.hypergradient)).squaredNorm();
  if (!std::isfinite(error)) {  // the iterates are in range, their product is not
    note_divergence({.role = Role::lower_level, .iteration = at.t});
    return true;
  }
  out.hypergradient = error;
  if (parts.certificate != nullptr) {
    if (certify(stop, *parts.certificate) == PathStatus::stopped) return false;
  }
  if (!traits_of(method_.kind).linear_system) return true;
  const Result<double> linear = linear_error(index, stop);
  if (linear) out.linear = *linear;
  if (!linear && linear.error().code == ErrorCode::stopped) return false;
  if (parts.within == nullptr || route_ == DecompositionRoute::none) return true;
  const PathStatus more = route_ == DecompositionRoute::nested
                              ? measure_nested(error, stop, out, parts)
                              : measure_conditional_mean(at, stop, parts);
  return more != PathStatus::stopped;
}

Result<double> ReplicaRun::linear_error(std::size_t index, const std::stop_token& stop) const {
  const double accuracy = linear_error_accuracy(method_.kind);
  if (errors_) {
    if (const std::optional<double> found = errors_->at(column_, index, accuracy, stop)) {
      return *found;
    }
  }
  return panel_.problem->linear_system_squared_error(path_->w(),
                                                     path_->v(),
                                                     {.relative_residual = accuracy,
                                                      .near = &panel_.reference,
                                                      .upper_gradient = &path_->upper_gradient(),
                                                      .stop = stop});
}

/// Means and spread over the inner replicas by one pass (Welford); the first one is at hand, and
/// its certificate. The mean of their squared certificates bounds that of their squared errors.
PathStatus ReplicaRun::measure_nested(double square_error,
                                      const std::stop_token& stop,
                                      ReplicaError& out,
                                      ReplicaParts parts) {
  const double scale = panel_.hypergradient_scale;
  const auto estimate_error = [&] {
    return scale * (path_->hypergradient() - panel_.reference.hypergradient);
  };
  mean_ = estimate_error();
  double spread = 0.0;
  for (std::int64_t j = 1; j < inner_replicas_; ++j) {
    const PathStatus status = path_->repeat(static_cast<std::uint32_t>(j), stop);
    if (status == PathStatus::stopped) return status;
    if (status == PathStatus::reached) error_ = estimate_error();
    const double square = error_.squaredNorm();
    if (status == PathStatus::diverged || !std::isfinite(square)) {
      note_divergence(path_->divergence().value_or(
          Divergence{.role = Role::linear_system, .iteration = path_->linear_steps()}));
      out.hypergradient = out.linear = kNaN;
      if (parts.certificate != nullptr) *parts.certificate = kNaN;
      return PathStatus::diverged;
    }
    square_error += square;
    if (parts.certificate != nullptr) {
      double certificate = kNaN;
      if (certify(stop, certificate) == PathStatus::stopped) return PathStatus::stopped;
      *parts.certificate += certificate;
    }
    const double before = (error_ - mean_).squaredNorm();
    mean_ += (error_ - mean_) / static_cast<double>(j + 1);
    spread += before * static_cast<double>(j) / static_cast<double>(j + 1);
  }
  const auto inner = static_cast<double>(inner_replicas_);
  out.hypergradient = square_error / inner;
  if (parts.certificate != nullptr) *parts.certificate /= inner;
  *parts.within = inner > 1.0 ? spread / (inner - 1.0) : kNaN;
  Eigen::Map<Vector>(parts.mean, mean_.size()) = mean_;
  return PathStatus::reached;
}

/// E[v_k | w_t] takes the same steps with the whole data (make_conditional_mean); so E[estimate |
/// w_t] = -alpha C(w_t)^T E[v_k | w_t].
PathStatus ReplicaRun::measure_conditional_mean(const Checkpoint& at,
                                                const std::stop_token& stop,
                                                ReplicaParts parts) {
  const double scale = panel_.hypergradient_scale;
  const BilevelProblem& problem = *panel_.problem;
  const LinearSolve solve = mean_solver_->solve(
      {.key = {}, .w = path_->w(), .c = path_->upper_gradient(), .k = at.k}, mean_v_, stop);
  if (solve.status != PathStatus::reached) return solve.status;
  problem.cross_transpose(path_->w(), mean_v_, mean_);
  mean_ *= -problem.alpha();
  *parts.within = (scale * (path_->hypergradient() - mean_)).squaredNorm();
  Eigen::Map<Vector>(parts.mean, mean_.size()) = scale * (mean_ - panel_.reference.hypergradient);
  return PathStatus::reached;
}

/// A method without v is certified by one solved for at its w_t, which need not be accurate.
PathStatus ReplicaRun::certify(const std::stop_token& stop, double& out) const {
  Vector solved;
  if (!traits_of(method_.kind).linear_system) {
    solved = panel_.problem->solve_linear_system(path_->w(),
                                                 {.relative_residual = kSolvedResidual,
                                                  .upper_gradient = &path_->upper_gradient(),
                                                  .stop = stop});
    if (stop.stop_requested()) return PathStatus::stopped;
  }
  const std::optional<ErrorCertificate> certificate =
      certified_error(*panel_.problem,
                      *lipschitz_,
                      path_->w(),
                      solved.size() > 0 ? solved : path_->v(),
                      {.cross_norm = CrossNorm::quick,  // the exact one can cost more than the step
                       .upper_gradient = &path_->upper_gradient(),
                       .estimate = &path_->hypergradient(),
                       .stop = stop});
  if (!certificate) return PathStatus::stopped;
  const double bound = panel_.hypergradient_scale * certificate->bound;
  out = bound * bound;
  return PathStatus::reached;
}

void ReplicaRun::note_divergence(const Divergence& divergence) {
  // A lower level that overflows after a linear system did is the graver news.
  if (!divergence_ || divergence.role == Role::lower_level) divergence_ = divergence;
}

}  // namespace sid::internal
