#include "sid/run/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

TEST(WorkerPool, DoesEveryIterationOnceForAnyThreads) {
  for (const int threads : {1, 2, 3, 7}) {
    WorkerPool pool(threads);
    EXPECT_EQ(pool.threads(), static_cast<std::size_t>(threads));
    for (const std::size_t count : {0U, 1U, 2U, 3U, 100U}) {
      std::vector<int> done(count, 0);  // places of their own: no lock
      pool.for_each(count, [&](std::size_t i) { ++done[i]; });
      EXPECT_EQ(done, std::vector<int>(count, 1)) << threads << " threads, " << count;
    }
  }
}

TEST(WorkerPool, CanBeUsedManyTimes) {
  WorkerPool pool(4);
  std::vector<std::size_t> sums(9, 0);
  for (std::size_t loop = 0; loop < 2000; ++loop) {
    pool.for_each(sums.size(), [&](std::size_t i) { sums[i] += i + loop; });
  }
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(sums[i], 2000 * i + 1999 * 1000);
}

TEST(WorkerPool, WorksOnSeveralThreadsAtOnce) {
  WorkerPool pool(3);
  std::atomic<int> inside = 0;
  // Ends only once three threads are in it together.
  pool.for_each(3, [&](std::size_t) {
    ++inside;
    while (inside < 3) std::this_thread::yield();
  });
  EXPECT_EQ(inside, 3);
}

TEST(WorkerPool, BeginsInOrder) {
  WorkerPool pool(3);
  std::mutex mutex;
  std::size_t begun = 0;
  std::size_t latest = 0;
  pool.for_each(500, [&](std::size_t i) {
    const std::lock_guard lock(mutex);
    ++begun;
    latest = std::max(latest, i);
    EXPECT_LT(latest, begun + 3) << "at most one iteration a thread lies between";
  });
}

TEST(WorkerPool, ThrowsTheFirstExceptionAndGoesOn) {
  for (const int threads : {1, 4}) {
    WorkerPool pool(threads);
    std::atomic<int> done = 0;
    const auto failing = [&](std::size_t i) {
      if (i == 5) throw std::runtime_error("five");
      ++done;
    };
    EXPECT_THROW(pool.for_each(1'000'000, failing), std::runtime_error);
    EXPECT_LT(done, 1'000'000);
    done = 0;
    pool.for_each(50, [&](std::size_t) { ++done; });
    EXPECT_EQ(done, 50);
  }
}

TEST(WorkerPool, RunsALoopInsideALoopOnItsOwnThread) {
  WorkerPool pool(3);
  std::vector<std::vector<int>> grid(6, std::vector<int>(8, 0));
  pool.for_each(grid.size(), [&](std::size_t row) {
    const std::thread::id self = std::this_thread::get_id();
    pool.for_each(grid[row].size(), [&](std::size_t column) {
      EXPECT_EQ(std::this_thread::get_id(), self);
      grid[row][column] = static_cast<int>(10 * row + column);
    });
  });
  for (std::size_t row = 0; row < grid.size(); ++row) {
    for (std::size_t column = 0; column < grid[row].size(); ++column) {
      EXPECT_EQ(grid[row][column], static_cast<int>(10 * row + column));
    }
  }
}

TEST(WorkerPool, TakesOneThreadAProcessorUnlessTold) {
  WorkerPool pool;
  EXPECT_EQ(pool.threads(), std::max(1U, std::thread::hardware_concurrency()));
  EXPECT_THROW(WorkerPool(-1), ContractViolation);
}

}  // namespace
}  // namespace sid
