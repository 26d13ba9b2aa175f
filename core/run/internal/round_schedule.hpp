#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <queue>
#include <vector>

namespace sid::internal {

/// Who does what next where several lanes go through the same rounds, each lane on its own: the
/// lane that is furthest behind comes first, of those the one with the most to do in its round. No
/// round is waited for: a thread that would have to goes on with a later one, so one long piece of
/// work leaves the other threads busy. With one thread, every round ends before the next begins.
///
/// Any number of threads; a lane is with one of them at a time.
class RoundSchedule {
 public:
  /// costs[lane][round], lanes with as many rounds each. A cost below 0: the lane has nothing to do
  /// in this round and is never asked to.
  explicit RoundSchedule(std::vector<std::vector<std::int64_t>> costs);

  struct Turn {
    std::size_t lane = 0, round = 0;
  };
  /// What the calling thread is to do next; it calls done() after that. Waits while other threads
  /// have all the lanes that are left. std::nullopt: nothing is left, or given up.
  std::optional<Turn> take();

  void done(Turn turn);

  /// No further turn is given, and nobody waits for one.
  void give_up();

  /// Rounds 0 .. n-1 that all lanes have behind them. What was written before the calls of done()
  /// that ended them may be read after this.
  std::size_t rounds_done() const { return rounds_done_.load(std::memory_order_acquire); }

 private:
  struct Next {
    std::size_t round;
    std::int64_t cost;
    std::size_t lane;
    /// Of a queue that gives its largest first.
    bool operator<(const Next& other) const {
      if (round != other.round) return round > other.round;
      if (cost != other.cost) return cost < other.cost;
      return lane > other.lane;
    }
  };
  /// Puts the lane into the queue for its first round from `round` on, if there is one.
  void queue(std::size_t lane, std::size_t round);
  void count_rounds();

  const std::vector<std::vector<std::int64_t>> costs_;
  std::atomic<std::size_t> rounds_done_ = 0;  // changed under mutex_
  std::mutex mutex_;                          // guards what follows
  std::condition_variable changed_;
  std::priority_queue<Next> free_;
  std::vector<std::size_t> left_;  // [round] lanes that have it before them
  std::size_t busy_ = 0;           // lanes with a thread
  std::size_t waiting_ = 0;        // threads without a lane
  bool given_up_ = false;
};

}  // namespace sid::internal
