#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "sid/run/outer_run.hpp"

namespace sid::app {

/// What a loop is of. `bench` is one of the same problem, whose data are then shared; may be null.
struct OuterRequest {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
};
/// The same loop: titles, checkpoints of curves over t and constants of the theory do not count.
bool same_loop(const RunSpec& a, const RunSpec& b);

/// The outer loop on the desk, and the thread that runs it: drawing never computes. The latest
/// request wins: it stops the one before, of which nothing more is handed out. A loop that was
/// asked for goes on until nothing is wanted or stop() is called.
class OuterDesk {
 public:
  using Run = std::function<std::shared_ptr<const OuterSnapshot>(
      const RunSpec&, const OuterRunOptions&, const std::stop_token&, const OuterPublish&)>;

  /// `on_news` is called from the worker and its pool, after everything that poll() can pick up.
  OuterDesk(std::function<void()> on_news, int threads, Run run = run_outer);
  ~OuterDesk();  ///< stops the loop at work and joins
  OuterDesk(const OuterDesk&) = delete;
  OuterDesk& operator=(const OuterDesk&) = delete;

  /// Call every frame; a request for the same loop does nothing. None: nothing is wanted; a loop at
  /// work stops, and its last snapshot stays for the next request of the same loop.
  void want(const std::optional<OuterRequest>& request);
  /// Runs the present request again, from the beginning.
  void restart();
  void stop();
  /// Picks up what the worker published.
  void poll();
  /// The newest snapshot of the present or last request; null before the first.
  const std::shared_ptr<const OuterSnapshot>& latest() const { return latest_; }
  /// Counts changes of latest().
  std::uint64_t changes() const { return changes_; }
  /// The present request has a loop that has not ended.
  bool running() const { return running_; }

 private:
  void begin();
  void take(std::uint64_t ticket, std::shared_ptr<const OuterSnapshot> snapshot);
  void work(const std::stop_token& quit);

  std::function<void()> on_news_;
  int threads_;
  Run run_;
  // Of the drawing thread.
  std::optional<OuterRequest> present_;
  bool wanted_now_ = false;
  std::shared_ptr<const OuterSnapshot> latest_;
  std::uint64_t changes_ = 0;
  bool running_ = false;
  // Shared.
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<OuterRequest> pending_;
  std::uint64_t ticket_ = 0;   ///< of the latest request
  std::stop_source job_stop_;  ///< of the loop at work, or of the one that waits for it
  std::shared_ptr<const OuterSnapshot> news_;
  std::jthread thread_;  // last: starts when all else is there, joins before it goes
};

}  // namespace sid::app
