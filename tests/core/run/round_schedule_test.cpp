#include "sid/run/internal/round_schedule.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/random/stream.hpp"
#include "sid/run/worker_pool.hpp"

namespace sid::internal {
namespace {

using testing::ElementsAre;
using testing::Pair;

using Costs = std::vector<std::vector<std::int64_t>>;

/// (round, lane) in the order in which one thread has them.
std::vector<std::pair<std::size_t, std::size_t>> order_of(const Costs& costs) {
  RoundSchedule schedule(costs);
  std::vector<std::pair<std::size_t, std::size_t>> out;
  while (const auto turn = schedule.take()) {
    out.emplace_back(turn->round, turn->lane);
    schedule.done(*turn);
  }
  return out;
}

TEST(RoundSchedule, GivesOneThreadRoundAfterRoundAndTheMostExpensiveFirst) {
  EXPECT_THAT(order_of({{1, 9}, {5, 2}, {5, 3}}),
              ElementsAre(Pair(0, 1), Pair(0, 2), Pair(0, 0), Pair(1, 0), Pair(1, 2), Pair(1, 1)));
}

TEST(RoundSchedule, LeavesOutRoundsInWhichALaneHasNothingToDo) {
  EXPECT_THAT(order_of({{1, -1, 1}, {-1, -1, 2}}), ElementsAre(Pair(0, 0), Pair(2, 1), Pair(2, 0)));
  EXPECT_TRUE(order_of({}).empty());
  EXPECT_TRUE(order_of({{}, {}}).empty());
  EXPECT_TRUE(order_of({{-1, -1}}).empty());
}

TEST(RoundSchedule, SaysWhenARoundHasEnded) {
  RoundSchedule schedule({{1, -1, 1}, {0, -1, 1}});
  EXPECT_EQ(schedule.rounds_done(), 0U);
  schedule.done(*schedule.take());
  EXPECT_EQ(schedule.rounds_done(), 0U);
  schedule.done(*schedule.take());
  EXPECT_EQ(schedule.rounds_done(), 2U) << "nobody has anything to do in the second round";
  schedule.done(*schedule.take());
  EXPECT_EQ(schedule.rounds_done(), 2U);
  schedule.done(*schedule.take());
  EXPECT_EQ(schedule.rounds_done(), 3U);
  EXPECT_FALSE(schedule.take());
}

/// One lane is held: another goes on to the end, and the round that waits is not said to be over.
TEST(RoundSchedule, GoesOnWithLaterRoundsWhereOneLaneTakesLong) {
  RoundSchedule schedule({{9, 1, 1}, {1, 1, 1}});
  const auto slow = schedule.take();
  ASSERT_TRUE(slow);
  EXPECT_EQ(slow->lane, 0U);
  for (std::size_t round = 0; round < 3; ++round) {
    const auto turn = schedule.take();
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->lane, 1U);
    EXPECT_EQ(turn->round, round);
    schedule.done(*turn);
  }
  EXPECT_EQ(schedule.rounds_done(), 0U);
  schedule.done(*slow);
  EXPECT_EQ(schedule.rounds_done(), 1U);
}

/// Random lanes on several threads: every lane has each of its rounds once, in order, with one
/// thread at a time; what it wrote is seen once the round is over.
TEST(RoundSchedule, TakesEveryLaneThroughItsRoundsOnAnyThreads) {
  Stream stream(StreamKey{.seed = 11});
  for (const int threads : {1, 2, 3, 7}) {
    for (int repetition = 0; repetition < 40; ++repetition) {
      const std::size_t lanes = 1 + stream.index_below(12), rounds = 1 + stream.index_below(20);
      Costs costs(lanes, std::vector<std::int64_t>(rounds));
      for (auto& lane : costs) {
        for (std::int64_t& cost : lane) cost = static_cast<std::int64_t>(stream.index_below(5)) - 1;
      }
      RoundSchedule schedule(costs);
      std::vector<std::vector<std::size_t>> seen(lanes);  // not guarded: a lane is with one thread
      std::vector<std::vector<int>> written(lanes, std::vector<int>(rounds, 0));
      std::mutex mutex;
      std::size_t ended = 0;
      WorkerPool pool(threads);
      pool.for_each(pool.threads(), [&](std::size_t) {
        while (const auto turn = schedule.take()) {
          seen[turn->lane].push_back(turn->round);
          written[turn->lane][turn->round] = 1;
          schedule.done(*turn);
          const std::size_t over = schedule.rounds_done();
          for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (std::size_t round = 0; round < over; ++round) {
              EXPECT_EQ(written[lane][round], costs[lane][round] >= 0 ? 1 : 0);
            }
          }
          const std::lock_guard lock(mutex);
          ended = std::max(ended, over);
        }
      });
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        std::vector<std::size_t> wanted;
        for (std::size_t round = 0; round < rounds; ++round) {
          if (costs[lane][round] >= 0) wanted.push_back(round);
        }
        EXPECT_EQ(seen[lane], wanted) << threads << " threads, lane " << lane;
      }
      EXPECT_EQ(schedule.rounds_done(), rounds);
      const bool any =
          std::any_of(seen.begin(), seen.end(), [](const auto& l) { return !l.empty(); });
      EXPECT_EQ(ended, any ? rounds : 0U);
    }
  }
}

TEST(RoundSchedule, WakesWhoeverWaitsWhenItIsGivenUp) {
  RoundSchedule schedule(Costs{{1, 1}});
  const auto held = schedule.take();
  ASSERT_TRUE(held);
  std::optional<RoundSchedule::Turn> got = held;
  std::jthread other([&] { got = schedule.take(); });
  schedule.give_up();
  other.join();
  EXPECT_FALSE(got);
  EXPECT_FALSE(schedule.take());
}

/// The last lane ends: a thread that waits for it is let go.
TEST(RoundSchedule, EndsForThreadsThatWait) {
  RoundSchedule schedule(Costs{{1}});
  const auto held = schedule.take();
  ASSERT_TRUE(held);
  std::optional<RoundSchedule::Turn> got = held;
  std::jthread other([&] { got = schedule.take(); });
  schedule.done(*held);
  other.join();
  EXPECT_FALSE(got);
}

}  // namespace
}  // namespace sid::internal
