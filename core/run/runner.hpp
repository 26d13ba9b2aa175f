#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "sid/run/snapshot.hpp"

namespace sid {

struct RunnerOptions {
  int threads = 0;  ///< 0: all processors
  /// Called from the worker after each published snapshot; must not block.
  std::function<void()> on_publish;
  double publishes_per_second = 30.0;
};

/// Runs specs in a worker thread with a pool over replicas. start() cancels what runs and returns
/// at once. All replicas advance checkpoint by checkpoint, so curves grow from left to right.
/// Reductions run in replica order: the same spec gives the same bits for any thread count.
class Runner {
 public:
  explicit Runner(RunnerOptions options = {});
  ~Runner();  ///< stops and joins
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Starts `spec`; `bench` may be passed if spec.problem and spec.data equal the bench's.
  /// Returns the generation that snapshots of this run carry.
  std::uint64_t start(const RunSpec& spec, std::shared_ptr<const ProblemBench> bench = nullptr);
  /// Asks the run to stop; it ends within 50 ms with its last whole checkpoint.
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

/// Replicas first, first + stride, ... of the whole experiment: one shard (command line).
struct Shard {
  std::int64_t index = 0;
  std::int64_t count = 1;
};

/// Runs to the end in the calling thread (with a pool). For the command line and tests.
RunSnapshot run_to_end(const RunSpec& spec,
                       const RunnerOptions& options = {},
                       std::stop_token stop = {},
                       const std::function<void(const RunSnapshot&)>& on_publish = {},
                       Shard shard = {});

}  // namespace sid
