#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/app/state/latest_worker.hpp"
#include "sid/run/outer_run.hpp"

namespace sid::app {

/// What a loop is of. `bench` is one of the same problem, whose data are then shared; may be null.
struct OuterRequest {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
};
/// The same loop: titles, checkpoints of curves over t and constants of the theory do not count.
bool same_loop(const RunSpec& a, const RunSpec& b);

/// The outer loop on the desk, and the worker that runs it. A loop that was asked for goes on until
/// nothing is wanted or stop() is called.
class OuterDesk {
 public:
  using Run = std::function<std::shared_ptr<const OuterSnapshot>(
      const RunSpec&, const OuterRunOptions&, const std::stop_token&, const OuterPublish&)>;

  /// `on_news` is called from the worker and its pool, after everything that poll() can pick up.
  OuterDesk(std::function<void()> on_news, int threads, Run run = run_outer);

  /// Call every frame; a request for the same loop does nothing. None: nothing is wanted; a loop at
  /// work stops, and its last snapshot stays for the next request of the same loop.
  void want(const std::optional<OuterRequest>& request);
  /// Runs the present request again, from the beginning.
  void restart();
  void stop() { worker_.stop(); }
  /// Picks up what the worker published.
  void poll();
  /// The newest snapshot of the present or last request; null before the first.
  const std::shared_ptr<const OuterSnapshot>& latest() const { return latest_; }
  /// Counts changes of latest().
  std::uint64_t changes() const { return changes_; }
  /// The present request has a loop that has not ended.
  bool running() const { return running_; }

 private:
  struct Job {
    OuterRequest request;
    std::uint64_t generation = 0;
  };

  void begin();

  std::optional<OuterRequest> present_;
  bool wanted_now_ = false;
  std::shared_ptr<const OuterSnapshot> latest_;
  std::uint64_t changes_ = 0;
  bool running_ = false;
  std::uint64_t generation_ = 0;  ///< of the latest request
  LatestWorker<Job, OuterSnapshot> worker_;
};

}  // namespace sid::app
