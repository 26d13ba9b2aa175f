#include "sid/run/internal/measurements.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sid::internal {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Measurements::Measurements(const ExperimentPlan& plan, const RunSettings& settings)
    : plan_(plan), curves_(plan.curves().size()) {
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    const std::size_t rows = plan.replicas(c).size();
    curves_[c].errors.assign(rows * plan.curves()[c].checkpoints.size(), {kNaN, kNaN, kNaN});
    curves_[c].whole.assign(rows, 0);
    if (plan.with_certificates()) curves_[c].certificates.assign(curves_[c].errors.size(), kNaN);
    if (!plan.with_parts(c)) continue;
    ConditionalErrors& conditional = curves_[c].conditional;
    conditional.dim = plan.upper_dim();
    conditional.inner = settings.decomposition == DecompositionRoute::nested
                            ? static_cast<double>(settings.inner_replicas)
                            : std::numeric_limits<double>::infinity();
    conditional.within.assign(curves_[c].errors.size(), kNaN);
    conditional.means.assign(curves_[c].errors.size() * static_cast<std::size_t>(conditional.dim),
                             kNaN);
  }
}

bool Measurements::measure(ReplicaRun& replica,
                           std::size_t curve,
                           std::size_t row,
                           std::size_t from,
                           std::size_t target,
                           const std::stop_token& stop,
                           Account account) {
  CurveState& state = curves_[curve];
  const std::size_t columns = plan_.curves()[curve].checkpoints.size();
  const std::int64_t steps_before = replica.solver_steps();
  bool reached = true;
  for (std::size_t i = from; i < target && reached; ++i) {
    const std::size_t at = row * columns + i;
    ReplicaParts parts;
    if (!state.conditional.empty()) {
      parts.within = &state.conditional.within[at];
      parts.mean = &state.conditional.means[at * static_cast<std::size_t>(state.conditional.dim)];
    }
    if (!state.certificates.empty()) parts.certificate = &state.certificates[at];
    reached = replica.measure(i, stop, state.errors[at], parts);
    if (reached && account.cost) cost_done_ += plan_.cost(curve, i);
  }
  if (!account.outcome) return reached;
  steps_done_ += replica.solver_steps() - steps_before;
  if (replica.divergence()) note_divergence(state, *replica.divergence());
  if (reached && target == columns && replica.steps_taken()) {
    note_steps(state, *replica.steps_taken());
  }
  return reached;
}

void Measurements::add_steps_of_row(std::size_t curve) {
  const std::vector<Checkpoint>& checkpoints = plan_.curves()[curve].checkpoints;
  std::int64_t steps = checkpoints.empty() ? 0 : checkpoints.back().t;
  for (const Checkpoint& checkpoint : checkpoints) steps += checkpoint.k;
  steps_done_ += steps;
}

void Measurements::note_divergence(CurveState& curve, const Divergence& divergence) {
  const std::lock_guard lock(mutex_);
  const bool linear = divergence.role == Role::linear_system;
  const bool first = curve.first_diverged < 0;
  // One number for a curve: the lower level's, if that overflowed in any replica.
  if (!first && !curve.linear_diverged && linear) return;
  const bool graver = !first && curve.linear_diverged && !linear;
  if (first || graver || divergence.iteration < curve.first_diverged) {
    curve.first_diverged = divergence.iteration;
    curve.linear_diverged = linear;
  }
}

void Measurements::note_steps(CurveState& curve, const StepsTaken& steps) {
  const std::lock_guard lock(mutex_);
  curve.steps_taken = curve.steps_taken ? most_steps(*curve.steps_taken, steps) : steps;
}

void Measurements::mark_whole(std::size_t curve, std::size_t row) {
  const std::lock_guard lock(mutex_);
  CurveState& state = curves_[curve];
  state.whole[row] = 1;
  while (state.prefix < state.whole.size() && state.whole[state.prefix] != 0) ++state.prefix;
}

std::size_t Measurements::whole_rows(std::size_t curve) const {
  const std::lock_guard lock(mutex_);
  return curves_[curve].prefix;
}

void Measurements::copy_rows(std::size_t curve,
                             std::size_t rows,
                             std::size_t checkpoints,
                             MethodCurve& out) const {
  const CurveState& state = curves_[curve];
  const std::size_t columns = out.checkpoints.size();
  const std::vector<std::int64_t>& numbers = plan_.replicas(curve);
  out.replicas = static_cast<std::int64_t>(rows);
  out.replica_numbers.assign(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(rows));
  out.errors.assign(rows * columns, {kNaN, kNaN, kNaN});
  const auto dim = static_cast<std::size_t>(state.conditional.dim);
  const bool with_parts = !state.conditional.empty();
  out.conditional = {.dim = state.conditional.dim,
                     .inner = state.conditional.inner,
                     .within = std::vector<double>(with_parts ? rows * columns : 0, kNaN),
                     .means = std::vector<double>(with_parts ? rows * columns * dim : 0, kNaN)};
  const bool certified = !state.certificates.empty();
  out.certificates.assign(certified ? rows * columns : 0, kNaN);
  bool lost = false;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = row * columns; i < row * columns + checkpoints; ++i) {
      out.errors[i] = state.errors[i];
      if (certified) out.certificates[i] = state.certificates[i];
      if (with_parts) {
        out.conditional.within[i] = state.conditional.within[i];
        const auto begin = state.conditional.means.begin() + static_cast<std::ptrdiff_t>(i * dim);
        std::copy_n(
            begin, dim, out.conditional.means.begin() + static_cast<std::ptrdiff_t>(i * dim));
      }
      lost = lost || !std::isfinite(out.errors[i].hypergradient);
    }
  }
  const std::lock_guard lock(mutex_);
  // Seen once a copied error tells of it, though it be of a replica that is further by now.
  out.first_diverged_t = lost ? state.first_diverged : -1;
  out.linear_diverged = lost && state.linear_diverged;
  out.steps_taken = checkpoints == columns ? state.steps_taken : std::nullopt;
}

}  // namespace sid::internal
