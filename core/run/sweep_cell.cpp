#include "sid/run/internal/sweep_cell.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "sid/problem/exact_moments.hpp"
#include "sid/run/internal/replica_run.hpp"
#include "sid/run/internal/step_sizes.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::internal {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr std::array kQuantities = {
    Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system};

SweepValue unknown() {
  return {kNaN, kNaN, kNaN, false};
}

bool beyond(const StepSizeSchedule& schedule, double edge) {
  return schedule.constant() && schedule.largest() >= edge;
}

/// Whether the expected error grows without limit, by the steps.
bool grows(const ResolvedMethod& method, const StabilityEdges& edges, Quantity quantity) {
  const bool lower = beyond(method.lower_step, edges.lower);
  if (quantity == Quantity::lower_level) return lower;
  const bool linear = lower || beyond(method.linear_step, edges.linear);
  if (quantity == Quantity::linear_system) return linear;
  return linear || beyond(method.lower_step, edges.hypergradient);
}

void put(SweepCell& cell, Quantity quantity, const std::vector<double>& values, double scale) {
  if (values.empty()) return;
  const double value = scale * values.back();
  SweepValue& out = cell.values[static_cast<std::size_t>(quantity)];
  const bool finite = std::isfinite(value);
  out = finite ? SweepValue{value, value, value, false} : SweepValue{kNaN, kNaN, kNaN, true};
}

/// Expectations, where `quantity` has one.
bool fill_exactly(SweepCell& cell,
                  const Panel& panel,
                  const ResolvedMethod& method,
                  Quantity quantity,
                  const std::stop_token& stop) {
  // The moments are those of SID; other kinds have other ones, and exact gradients need one run.
  if (method.kind != MethodKind::sid) return false;
  const std::array<std::int64_t, 1> t = {cell.t}, k = {cell.k};
  const Result<ExactMoments> moments =
      panel.problem->exact_moments({.settings = method.oracle,
                                    .lower_steps = step_sizes(method.lower_step),
                                    .linear_steps = step_sizes(method.linear_step),
                                    .t = t,
                                    .k = k,
                                    .jacobian_samples = method.jacobian_samples,
                                    .reference = &panel.reference,
                                    .stop = stop});
  if (!moments) return false;
  const double scale = panel.hypergradient_scale;
  put(cell, Quantity::hypergradient, moments->hypergradient, scale * scale);
  put(cell, Quantity::lower_level, moments->lower, 1.0);
  put(cell, Quantity::linear_system, moments->linear, 1.0);
  const SweepValue& asked = cell.value(quantity);
  if (std::isnan(asked.mean) && !asked.diverged) return false;
  const StabilityEdges edges = panel.problem->stability_edges(panel.reference, method.oracle, stop);
  for (const Quantity each : kQuantities) {
    SweepValue& value = cell.values[static_cast<std::size_t>(each)];
    const bool known = !std::isnan(value.mean);
    value.diverged = value.diverged || (known && grows(method, edges, each));
  }
  return true;
}

SweepValue estimate(const MeanEstimate& mean, bool overflowed) {
  if (overflowed) return {kNaN, kNaN, kNaN, true};
  return {mean.mean, mean.ci_low, mean.ci_high, false};
}

/// One method at one panel with the last of its checkpoints alone.
struct Place {
  const Panel* panel = nullptr;
  ResolvedMethod method;
};

Place place_of(const RunSpec& spec, const ProblemBench& bench, const Panel& panel, std::size_t m) {
  return {&panel, resolve_methods(spec, bench, panel)[m]};
}

/// Means over replicas, the numbers of a run's last checkpoint. False if stopped.
bool fill_by_runs(SweepCell& cell,
                  const RunSpec& spec,
                  std::size_t m,
                  const ProblemBench& bench,
                  std::size_t panel,
                  const Place& fixed,
                  const std::stop_token& stop) {
  const bool varied = bench.varied_replicas > 0;
  const bool once = !traits_of(fixed.method.kind).random && !varied;
  const std::int64_t replicas = once ? 1 : spec.run.replicas;
  MethodCurve curve;
  curve.checkpoints = {fixed.method.checkpoints.back()};
  curve.checkpoints_done = 1;
  curve.replicas = replicas;
  curve.errors.resize(static_cast<std::size_t>(replicas));
  double within = 0.0;
  std::vector<double> mean(static_cast<std::size_t>(fixed.panel->problem->upper_dim()));
  const ReplicaParts parts{.within = &within, .mean = mean.data()};
  for (std::int64_t r = 0; r < replicas; ++r) {
    const auto row = static_cast<std::size_t>(r);
    const Place own = varied ? place_of(spec, bench, bench.varied_panels[row][panel], m) : Place{};
    const Place& place = varied ? own : fixed;
    ReplicaRun run(*place.panel,
                   place.method,
                   static_cast<std::uint64_t>(spec.run.seed),
                   static_cast<std::uint32_t>(r),
                   spec.run);
    const std::size_t last = place.method.checkpoints.size() - 1;
    if (!run.measure(last, stop, curve.errors[row], parts)) return false;
  }
  const CurvePoint point = curve_point(curve, 0);
  const auto lost = [&](double ReplicaError::*error) {
    return std::any_of(curve.errors.begin(), curve.errors.end(), [&](const ReplicaError& e) {
      return !std::isfinite(e.*error);
    });
  };
  const bool hypergradient = lost(&ReplicaError::hypergradient);
  cell.replicas = replicas;
  cell.exact = once;
  cell.values = {estimate(point.hypergradient, hypergradient),
                 estimate(point.lower, lost(&ReplicaError::lower)),
                 estimate(point.linear, hypergradient)};
  // A linear system that could not be solved in double precision is unknown, not diverged.
  if (!hypergradient && lost(&ReplicaError::linear)) cell.values[2] = unknown();
  return true;
}

}  // namespace

std::optional<SweepCell> sweep_cell(const RunSpec& spec,
                                    std::size_t method,
                                    const ProblemBench& bench,
                                    std::size_t panel,
                                    Quantity quantity,
                                    const std::stop_token& stop) {
  SweepCell cell;
  cell.values.fill(unknown());
  const Place place = place_of(spec, bench, bench.panels[panel], method);
  const Checkpoint& last = place.method.checkpoints.back();
  cell.t = last.t;
  cell.k = last.k;
  const bool exact =
      bench.varied_replicas == 0 && fill_exactly(cell, *place.panel, place.method, quantity, stop);
  if (stop.stop_requested()) return std::nullopt;
  cell.exact = exact;
  if (!exact && !fill_by_runs(cell, spec, method, bench, panel, place, stop)) return std::nullopt;
  cell.state = SweepState::done;
  return cell;
}

}  // namespace sid::internal
