#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "sid/run/outer_snapshot.hpp"

namespace sid {

struct OuterRunOptions {
  int threads = 0;  ///< 0: all processors
  double publishes_per_second = 30.0;
  std::uint64_t generation = 0;
  /// A bench of the same problem and data, whose data are then not read again; may be null.
  std::shared_ptr<const ProblemBench> previous = nullptr;
};
using OuterPublish = std::function<void(std::shared_ptr<const OuterSnapshot>)>;

/// Exact solves that the optimum of several lambdas may take.
inline constexpr std::int64_t kMostOuterSolves = 200;
/// Outer steps, spaced logarithmically, at which f is solved for where lambda has several entries.
inline constexpr std::int64_t kValuePoints = 12;

/// Optimises lambda with every method of the spec, outer_replicas(spec) times, in the calling
/// thread and a pool. All replicas take outer step after outer step, so that curves grow together.
/// First comes what the loop is measured by, which no method knows of:
///   one lambda: f over the box (ValueCurve: at most 129 exact solves), from it theta*, and f at
///   all
///     points of all paths at no further cost; where the curve is not accurate enough an exact
///     solve each;
///   several: theta* by spectral projected gradients (kMostOuterSolves exact solves at most), and f
///     by an exact solve at kValuePoints points of every replica.
/// Estimates of step s of replica r draw from the streams of PathEstimator with run.seed: methods
/// of one minibatch size share their draws as far as their paths allow. The same spec gives the
/// same bits for any number of threads. `publish` gets snapshots, one at a time; the last one is
/// also returned. A stop keeps whole outer steps. Throws nothing: what goes wrong is a status and a
/// message.
std::shared_ptr<const OuterSnapshot> run_outer(const RunSpec& spec,
                                               const OuterRunOptions& options = {},
                                               const std::stop_token& stop = {},
                                               const OuterPublish& publish = {});

}  // namespace sid
