#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "sid/run/snapshot.hpp"

namespace sid {

struct RunnerOptions {
  int threads = 0;  ///< 0: all processors
  /// Called after each published snapshot and once a run has left the worker (busy() may be false
  /// then), from the worker, a thread of its pool or the thread that calls stop(); must not block
  /// and must not call the Runner back except for snapshot().
  std::function<void()> on_publish = {};
  double publishes_per_second = 30.0;
};

/// Runs specs in a worker thread with a pool over replicas. start() cancels what runs and returns
/// at once. All replicas advance checkpoint by checkpoint, so curves grow from left to right.
/// Reductions run in replica order: the same spec gives the same bits for any thread count.
///
///   Runner runner({.on_publish = [] { wake_up_window(); }});
///   runner.start(spec);
///   ... every frame: std::shared_ptr<const RunSnapshot> run = runner.snapshot();
///
/// All members may be called from any thread.
class Runner {
 public:
  explicit Runner(RunnerOptions options = {});
  ~Runner();  ///< stops and joins
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Starts `spec`; `bench` is used if it fits the spec (fits() in experiment.hpp), else a new one
  /// is prepared with what it has in common (pass the bench of the last run, always). A run that
  /// has not ended is cancelled and publishes nothing more. Returns the generation that snapshots
  /// of this run carry; snapshot() has it from now on (status preparing). A spec that does not pass
  /// validate() fails with the issues as message.
  std::uint64_t start(const RunSpec& spec, std::shared_ptr<const ProblemBench> bench = nullptr);
  /// Asks the run to stop; it ends within 50 ms with its last whole checkpoint. While a run is
  /// being prepared its snapshot says stopped at once, even if the worker is still busy reading a
  /// file.
  void stop();
  bool busy() const;
  /// The latest snapshot; never null.
  std::shared_ptr<const RunSnapshot> snapshot() const;
  /// Blocks until nothing runs.
  void wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs to the end in the calling thread (with a pool). For the command line and tests. With a
/// shard, only its replicas are computed: curves of several shards put together in the order of
/// replica_numbers and recompute_points() equal those of one run, bit by bit. `on_publish` gets
/// each snapshot, one at a time, from any thread.
RunSnapshot run_to_end(const RunSpec& spec,
                       const RunnerOptions& options = {},
                       const std::stop_token& stop = {},
                       const std::function<void(const RunSnapshot&)>& on_publish = {},
                       Shard shard = {});

}  // namespace sid
