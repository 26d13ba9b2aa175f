#pragma once

#include <vector>

#include "sid/run/experiment.hpp"

namespace sid::app {

/// Seconds that evaluate_theory(spec, bench) is expected to take on an ordinary laptop; the sum
/// over methods and hyperparameters of
///   0.15 ms + checkpoints (0.5 µs + 12 ns d) + steps (0.1 µs + 12 ns d),
/// where d is the dimension and `steps` are those of both processes whose size is new: exact
/// expectations walk through them one by one. Steps of one size count for a third, and those
/// between two checkpoints for at most 2048; of a batch method every step counts. A prediction:
/// within a factor of five above what is measured, seldom below. Infinite for problems with data,
/// whose constants alone take longer than a frame. `methods` as resolve_methods gives them,
/// [panel][method].
double predicted_theory_seconds(const RunSpec& spec,
                                const std::vector<std::vector<ResolvedMethod>>& methods);

/// Seconds that the bounds alone (TheoryScope::bounds) are expected to take on an ordinary laptop,
/// for any problem whose constants are known; the sum over methods and hyperparameters of
///   40 µs + 0.15 µs min(steps, 15 000),
/// where `steps` are those of the longer of both processes, zero for a batch method: recursions
/// walk through them, and take long stretches of nearly equal steps at once. Within a factor of
/// three of what is measured.
double predicted_bounds_seconds(const std::vector<std::vector<ResolvedMethod>>& methods);

}  // namespace sid::app
