#include "sid/app/state/theory_cost.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

constexpr double kMethod = 150e-6;
constexpr double kCheckpoint = 0.5e-6, kCheckpointOfCoordinate = 12e-9;
constexpr double kStep = 0.1e-6, kStepOfCoordinate = 12e-9;
constexpr double kEqualStep = 1.0 / 3.0;    // of the cost of a new one
constexpr double kMostEqualSteps = 2048.0;  // between two checkpoints; more are taken at once

/// How many steps of a new size cost as much as the first `count` steps.
double steps_walked(const StepSizeSchedule& schedule, std::int64_t count, double checkpoints) {
  const auto total = static_cast<double>(count);
  const double equal = std::min(static_cast<double>(schedule.equal_from(0)), total);
  return kEqualStep * std::min(equal, kMostEqualSteps * checkpoints) + (total - equal);
}

double seconds_of(const ResolvedMethod& method, double dimension) {
  if (method.checkpoints.empty()) return kMethod;
  const auto checkpoints = static_cast<double>(method.checkpoints.size());
  const double seconds =
      kMethod + checkpoints * (kCheckpoint + kCheckpointOfCoordinate * dimension);
  const Checkpoint& last = method.checkpoints.back();
  const double steps = method.kind != MethodKind::sid
                           ? static_cast<double>(last.t) + static_cast<double>(last.k)
                           : steps_walked(method.lower_step, last.t, checkpoints) +
                                 steps_walked(method.linear_step, last.k, checkpoints);
  return seconds + steps * (kStep + kStepOfCoordinate * dimension);
}

}  // namespace

double predicted_theory_seconds(const RunSpec& spec,
                                const std::vector<std::vector<ResolvedMethod>>& methods) {
  if (spec.problem.kind != ProblemKind::quadratic) return std::numeric_limits<double>::infinity();
  const auto dimension = static_cast<double>(spec.problem.quadratic.dim);
  double seconds = 0.0;
  for (const auto& panel : methods) {
    for (const ResolvedMethod& method : panel) seconds += seconds_of(method, dimension);
  }
  return seconds;
}

double predicted_bounds_seconds(const std::vector<std::vector<ResolvedMethod>>& methods) {
  constexpr double kOneMethod = 40e-6, kOneStep = 0.15e-6;
  constexpr std::int64_t kMostSteps = 15'000;
  double seconds = 0.0;
  for (const auto& panel : methods) {
    for (const ResolvedMethod& method : panel) {
      seconds += kOneMethod;
      if (!traits_of(method.kind).minibatches || method.checkpoints.empty()) continue;
      const Checkpoint& last = method.checkpoints.back();
      seconds += kOneStep * static_cast<double>(std::min(std::max(last.t, last.k), kMostSteps));
    }
  }
  return seconds;
}

}  // namespace sid::app
