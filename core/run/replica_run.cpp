#include "sid/run/internal/replica_run.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "sid/method/batch_oracle.hpp"

namespace sid::internal {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Relative accuracy of ||v_k - v(w_t)||^2: far below the spread of a mean over replicas, and what
/// one may compare where there is no spread. It decides how long the exact solves take.
double linear_error_accuracy(MethodKind kind) {
  return kind == MethodKind::batch ? 1e-9 : 1e-3;
}

std::unique_ptr<StochasticOracle> make_oracle(const Panel& panel, const ResolvedMethod& method) {
  if (method.kind == MethodKind::batch) return std::make_unique<BatchOracle>(*panel.problem);
  return panel.problem->make_oracle(method.oracle);
}

}  // namespace

ReplicaRun::ReplicaRun(const Panel& panel,
                       const ResolvedMethod& method,
                       std::uint64_t seed,
                       std::uint32_t replica)
    : panel_(panel),
      method_(method),
      path_(*panel.problem,
            make_oracle(panel, method),
            make_oracle(panel, method),
            {.lower_step = method.lower_step,
             .linear_step = method.linear_step,
             .jacobian_samples = method.jacobian_samples}) {
  path_.start(seed, replica);
}

bool ReplicaRun::measure(std::size_t index, const std::stop_token& stop, ReplicaError& out) {
  const bool linear_lost = divergence_.has_value();
  out = {.hypergradient = kNaN, .lower = kNaN, .linear = kNaN};
  if (linear_lost && divergence_->role == Role::lower_level) return true;
  const Checkpoint& at = method_.checkpoints[index];
  const PathStatus status = path_.run_to(at, static_cast<std::uint32_t>(index), stop);
  if (status == PathStatus::stopped) return false;
  if (status == PathStatus::diverged) note_divergence(*path_.divergence());
  if (divergence_ && divergence_->role == Role::lower_level) return true;
  out.lower = (path_.w() - panel_.reference.w).squaredNorm();
  if (status == PathStatus::diverged || linear_lost) return true;
  const double scale = panel_.hypergradient_scale;
  const double error =
      (scale * (path_.hypergradient() - panel_.reference.hypergradient)).squaredNorm();
  if (!std::isfinite(error)) {  // the iterates are in range, their product is not
    note_divergence({.role = Role::lower_level, .iteration = at.t});
    return true;
  }
  out.hypergradient = error;
  const Result<double> linear = panel_.problem->linear_system_squared_error(
      path_.w(),
      path_.v(),
      {.relative_residual = linear_error_accuracy(method_.kind),
       .near = &panel_.reference,
       .upper_gradient = &path_.upper_gradient(),
       .stop = stop});
  if (linear) out.linear = *linear;
  return linear || linear.error().code != ErrorCode::stopped;
}

void ReplicaRun::note_divergence(const Divergence& divergence) {
  // A lower level that overflows after a linear system did is the graver news.
  if (!divergence_ || divergence.role == Role::lower_level) divergence_ = divergence;
}

}  // namespace sid::internal
