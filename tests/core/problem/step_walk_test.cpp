#include "sid/problem/step_walk.hpp"

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/listed_steps.hpp"

namespace sid {
namespace {

using testing::listed_steps;

std::vector<double> some_steps() {
  std::vector<double> steps(20, 0.5);
  for (int i = 0; i < 10; ++i) steps.push_back(0.4 / (1.0 + i));
  return steps;
}

struct Log {
  std::vector<double> taken;
  int pieces = 0, repetitions = 0;
};

bool walk(const StepWalk& walk, std::int64_t target, const std::stop_token& stop, Log& log) {
  std::int64_t t = 0;
  const bool done = walk.go(
      listed_steps(some_steps()),
      2.0,
      t,
      target,
      stop,
      [&](std::span<const double> steps) {
        ++log.pieces;
        log.taken.insert(log.taken.end(), steps.begin(), steps.end());
      },
      [&](double step, std::int64_t count) {
        ++log.repetitions;
        log.taken.insert(log.taken.end(), static_cast<std::size_t>(count), step);
      });
  if (done) {
    EXPECT_EQ(t, target);
  }
  return done;
}

TEST(StepWalk, TakesEveryStepOnceTimesAlpha) {
  for (const std::int64_t repeat_from : {std::int64_t{5}, StepWalk::kNever}) {
    for (const std::int64_t target : {0, 3, 19, 20, 23, 30}) {
      Log log;
      ASSERT_TRUE(walk({.repeat_from = repeat_from, .piece = 4}, target, {}, log));
      std::vector<double> expected = some_steps();
      expected.resize(static_cast<std::size_t>(target));
      for (double& step : expected) step *= 2.0;
      EXPECT_EQ(log.taken, expected);
      EXPECT_EQ(log.repetitions, repeat_from == 5 && target >= 5 ? 1 : 0);
    }
  }
}

TEST(StepWalk, CountsARunAsWhatItCosts) {
  const std::array<std::int64_t, 2> targets{20, 30};
  EXPECT_EQ((StepWalk{.repeat_from = 5}.work(listed_steps(some_steps()), targets)), 15.0);
  EXPECT_EQ((StepWalk{}.work(listed_steps(some_steps()), targets)), 30.0);
}

TEST(StepWalk, StopsBeforeTheNextPiece) {
  std::stop_source source;
  source.request_stop();
  Log log;
  EXPECT_FALSE(walk({}, 10, source.get_token(), log));
  EXPECT_TRUE(log.taken.empty());
}

TEST(ExactQueries, AreCheckedAndOrdered) {
  const std::vector<std::int64_t> t{1, 2, 3}, k{5, 1, 4}, down{3, 2, 1}, negative{-1, 2, 3};
  EXPECT_NO_THROW(check_exact_query({.t = t, .k = k}));
  EXPECT_THROW(check_exact_query({.t = down, .k = k}), ContractViolation);
  EXPECT_THROW(check_exact_query({.t = negative, .k = k}), ContractViolation);
  EXPECT_THROW(check_exact_query({.t = t, .k = negative}), ContractViolation);
  EXPECT_THROW(check_exact_query({.t = t}), ContractViolation);
  EXPECT_THROW(check_exact_query({.t = t, .k = k, .jacobian_samples = -1}), ContractViolation);
  EXPECT_THROW(check_exact_query({.settings = {.minibatch = 0}, .t = t, .k = k}),
               ContractViolation);
  EXPECT_EQ(order_by_k(k), (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(ascending(k), (std::vector<std::int64_t>{1, 4, 5}));
}

}  // namespace
}  // namespace sid
