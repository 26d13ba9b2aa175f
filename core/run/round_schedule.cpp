#include "sid/run/internal/round_schedule.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid::internal {

RoundSchedule::RoundSchedule(std::vector<std::vector<std::int64_t>> costs)
    : costs_(std::move(costs)), left_(costs_.empty() ? 0 : costs_.front().size(), 0) {
  for (std::size_t lane = 0; lane < costs_.size(); ++lane) {
    SID_EXPECTS(costs_[lane].size() == left_.size(), "all lanes have the same rounds");
    for (std::size_t round = 0; round < left_.size(); ++round) {
      if (costs_[lane][round] >= 0) ++left_[round];
    }
    queue(lane, 0);
  }
  count_rounds();
}

void RoundSchedule::count_rounds() {
  std::size_t rounds = rounds_done();
  while (rounds < left_.size() && left_[rounds] == 0) ++rounds;
  rounds_done_.store(rounds, std::memory_order_release);
}

void RoundSchedule::queue(std::size_t lane, std::size_t round) {
  const std::vector<std::int64_t>& costs = costs_[lane];
  while (round < costs.size() && costs[round] < 0) ++round;
  if (round < costs.size()) free_.push({.round = round, .cost = costs[round], .lane = lane});
}

std::optional<RoundSchedule::Turn> RoundSchedule::take() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait(lock, [this] { return given_up_ || !free_.empty() || busy_ == 0; });
  --waiting_;
  if (given_up_ || free_.empty()) return std::nullopt;
  const Next next = free_.top();
  free_.pop();
  ++busy_;
  return Turn{.lane = next.lane, .round = next.round};
}

void RoundSchedule::done(Turn turn) {
  const std::lock_guard lock(mutex_);
  --busy_;
  --left_[turn.round];
  queue(turn.lane, turn.round + 1);
  if (waiting_ > 0) changed_.notify_all();
  count_rounds();
}

void RoundSchedule::give_up() {
  const std::lock_guard lock(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

}  // namespace sid::internal
