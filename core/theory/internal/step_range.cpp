#include "sid/theory/internal/step_range.hpp"

#include <algorithm>
#include <limits>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid::internal {

namespace {

/// Between beta/(gamma + slope t) and beta/(gamma + t), t counted from the phase's beginning;
/// beta = 0 for a constant phase.
struct Phase {
  double beta = 0.0;
  double gamma = 0.0;
  double slope = 1.0;
  std::int64_t begin = 0;
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
};

Phase phase_of(const StepSizeSchedule& schedule, std::int64_t t) {
  if (const auto* step = std::get_if<DecreasingStep>(&schedule.rule())) {
    return {.beta = step->beta, .gamma = step->gamma};
  }
  if (const auto* step = std::get_if<TwoPhaseStep>(&schedule.rule())) {
    if (t < step->switch_at) return {.end = step->switch_at};
    return {.beta = step->beta, .gamma = step->gamma, .begin = step->switch_at};
  }
  if (const auto* step = std::get_if<BoundOptimalStep>(&schedule.rule())) {
    if (t < step->switch_at) return {.end = step->switch_at};
    const double eta = schedule.at(t);
    if (eta == 0.0) return {};
    // u = beta/eta, at least 2, goes to u + 1 + 1/(u - 1).
    const double beta = 2.0 / step->rate;
    const double u = beta / eta;
    return {.beta = beta, .gamma = u, .slope = 1.0 + 1.0 / (u - 1.0), .begin = t};
  }
  return {};
}

}  // namespace

StepRange step_range(const StepSizeSchedule& schedule, std::int64_t t, std::int64_t count) {
  SID_EXPECTS(count >= 1, "a range has at least one step");
  const Phase phase = phase_of(schedule, t);
  SID_EXPECTS(count <= phase.end - t, "a range does not cross a switch");
  StepRange range{.first = schedule.at(t),
                  .last = schedule.at(t + count - 1),
                  .count = static_cast<double>(count)};
  range.mean_low = range.mean_high = range.first;
  if (phase.beta == 0.0 || count == 1) return range;
  const double u = phase.gamma + static_cast<double>(t - phase.begin);
  const double low = u / phase.slope;
  const double end = low + range.count;
  const double trapezoid = portable_log1p(range.count / low) + 0.5 * (1.0 / low - 1.0 / end);
  range.mean_low = std::max(range.last, phase.beta / phase.slope * trapezoid / range.count);
  range.mean_high = range.first;
  if (u > 1.0) {
    const double midpoint = portable_log1p(range.count / (u - 0.5));
    range.mean_high = std::min(range.first, phase.beta * midpoint / range.count);
  }
  return range;
}

std::int64_t similar_steps(const StepSizeSchedule& schedule, std::int64_t t, double width) {
  const Phase phase = phase_of(schedule, t);
  if (phase.beta == 0.0) return phase.end - t;
  const double u = phase.gamma + static_cast<double>(t - phase.begin);
  const double count = std::min(width * u / phase.slope, 1e15);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(count));
}

}  // namespace sid::internal
