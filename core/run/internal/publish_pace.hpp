#pragma once

#include <algorithm>
#include <chrono>

namespace sid::internal {

/// When a run may publish: at most so many times a second, and publishing may take a tenth of the
/// time. New points of curves and mere progress keep a pace each, because tasks report progress all
/// the time and a round of new points ends right after one: on one pace, progress would take every
/// turn and curves would never grow.
class PublishPace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit PublishPace(double per_second) : interval_(1.0 / per_second) {}

  /// At least one interval after the last snapshot with new points.
  bool curves_due(Time now) const { return now >= next_curves_; }
  /// At least one interval after the last snapshot of any kind.
  bool progress_due(Time now) const { return now >= next_; }

  void sent_curves(Time begun, Time now) {
    sent_progress(begun, now);
    next_curves_ = next_;
  }
  void sent_progress(Time begun, Time now) {
    constexpr double kShare = 0.1;
    using Seconds = std::chrono::duration<double>;
    const Seconds pause = std::max(interval_, Seconds(now - begun) / kShare);
    next_ = now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(pause);
  }

 private:
  std::chrono::duration<double> interval_;
  Time next_{}, next_curves_{};
};

}  // namespace sid::internal
