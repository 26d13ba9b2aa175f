#pragma once

#include <cstdint>
#include <span>

#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/exact_moments.hpp"

namespace sid::internal {

/// A schedule as exact recursions read it.
inline StepSizes step_sizes(const StepSizeSchedule& schedule) {
  return {
      .fill = [schedule](std::int64_t first, std::span<double> out) { schedule.fill(first, out); },
      .equal_from = [schedule](std::int64_t t) { return schedule.equal_from(t); }};
}

}  // namespace sid::internal
