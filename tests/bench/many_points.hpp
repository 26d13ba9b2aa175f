#pragma once

#include <memory>

#include "sid/run/experiment.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/run/snapshot.hpp"

namespace sid::bench {

inline constexpr std::int64_t kCurves = 20, kPoints = 10'000;

/// As many methods and checkpoints as the benchmarks of figures show. One step of every linear
/// system, so that a real run of it takes about a second.
RunSpec many_points_spec();

/// A run of it with made-up errors: noisy curves that fall like powers of t, and bands.
struct ManyPoints {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
  RunSnapshot snapshot;
};
ManyPoints make_many_points();

}  // namespace sid::bench
