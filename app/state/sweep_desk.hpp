#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/app/state/latest_worker.hpp"
#include "sid/app/state/session.hpp"
#include "sid/run/sweep.hpp"

namespace sid::app {

/// A sweep that the window wants, and the bench of its spec.
struct SweepJob {
  SweepRequest request;
  std::shared_ptr<const ProblemBench> bench;
  bool waits = false;  ///< a run is at work that needs the processors: not yet
};
/// The maps agree: what the axes set may differ in their specs, and whatever else no cell sees.
bool same_map(const SweepRequest& a, const SweepRequest& b);

/// What the map shows of `session`: step size against minibatch of one method, or what it has in
/// place of these; 48 x 12 cells where the error is known exactly, else 24 x 8 with at most
/// kMapReplicas runs a cell, once the run is over. None while there is no bench.
std::optional<SweepJob> map_job(const Session& session, std::size_t panel, std::size_t method);
inline constexpr std::int64_t kMapReplicas = 8;

/// The sweep on the desk, and the worker that computes the next one. Cells are handed out as they
/// come, coarse ones first.
class SweepDesk {
 public:
  using Evaluate = std::function<std::shared_ptr<const SweepSnapshot>(
      const SweepJob&, const std::stop_token&, const SweepHook&)>;

  /// `on_news` is called from workers after each publication that poll() can pick up.
  SweepDesk(std::function<void()> on_news, Evaluate evaluate);
  explicit SweepDesk(std::function<void()> on_news, int threads = 0);

  /// A job with the map of the one before does nothing. One that waits is not begun.
  void want(SweepJob job);
  /// Nothing can be computed yet: latest() stays, as a map of earlier settings.
  void hold();
  /// Nothing is wanted: nothing is computed, and latest() is forgotten.
  void clear();
  /// Picks up what the worker published.
  void poll();
  /// The newest snapshot, perhaps of an earlier request; null before the first.
  const std::shared_ptr<const SweepSnapshot>& latest() const { return latest_; }
  /// latest() is of the present request.
  bool current() const { return current_; }
  /// Some of the present request is still on its way.
  bool pending() const { return pending_; }
  /// Counts changes of latest() and current().
  std::uint64_t changes() const { return changes_; }
  /// How many sweeps were begun.
  std::int64_t evaluations() const { return worker_.begun(); }

 private:
  void replace(std::optional<SweepJob> job);

  std::optional<SweepRequest> present_;
  std::shared_ptr<const SweepSnapshot> latest_;
  std::uint64_t changes_ = 0;
  bool pending_ = false, current_ = false;
  LatestWorker<SweepJob, SweepSnapshot> worker_;
};

}  // namespace sid::app
