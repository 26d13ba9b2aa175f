#pragma once

#include <string>

#include "sid/run/snapshot.hpp"

namespace sid::internal {

// One sentence or two for RunSnapshot::message, with the numbers.

std::string running_message(const RunSnapshot& run);   ///< "Running: 12 of 120 points."
std::string stopped_message(const RunSnapshot& run);   ///< what is kept, if anything
std::string finished_message(const RunSnapshot& run);  ///< replicas, methods, steps, seconds
/// Of the curve with most diverged replicas: how many of them there are at its last checkpoint, and
/// the iteration at which the first overflowed. "SID const η = 1.4: 23 of 64 runs overflowed, the
/// first at t = 41. Means shown up to t = 40. Halve η."
std::string diverged_message(const RunSnapshot& run);

}  // namespace sid::internal
