#pragma once

#include <cstdint>

#include "sid/method/step_size_schedule.hpp"

namespace sid::internal {

/// What a bound over several consecutive steps at once looks at.
struct StepRange {
  double first = 0.0;  ///< eta of the first step, the largest
  double last = 0.0;   ///< eta of the last step, the smallest
  /// Bounds of the mean of eta over the steps; equal to it for equal steps.
  double mean_low = 0.0, mean_high = 0.0;
  double count = 0.0;  ///< >= 1
};

/// Steps t, t+1, ..., t+count-1 of the schedule, which must all belong to one phase. The mean of
/// beta/(gamma + t) is enclosed by the trapezoidal and the midpoint rule for its integral, between
/// which a convex function's sum lies. Bound-optimal steps lie between two such sequences from the
/// same first step on.
StepRange step_range(const StepSizeSchedule& schedule, std::int64_t t, std::int64_t count);

/// How many steps from t on belong to one phase and are equal up to the fraction `width`; at least
/// 1.
std::int64_t similar_steps(const StepSizeSchedule& schedule, std::int64_t t, double width);

}  // namespace sid::internal
