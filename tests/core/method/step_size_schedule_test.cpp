#include "sid/method/step_size_schedule.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

std::vector<double> first(const StepSizeSchedule& schedule, std::size_t count) {
  std::vector<double> steps(count);
  schedule.fill(0, steps);
  return steps;
}

TEST(StepSizeSchedule, FollowsItsFormula) {
  const StepSizeSchedule constant(ConstantStep{0.3});
  const StepSizeSchedule decreasing(DecreasingStep{.beta = 6.0, .gamma = 8.0});
  const StepSizeSchedule two_phase(
      TwoPhaseStep{.eta = 0.75, .beta = 6.0, .gamma = 8.0, .switch_at = 3});
  EXPECT_EQ(first(constant, 3), (std::vector<double>{0.3, 0.3, 0.3}));
  EXPECT_EQ(first(decreasing, 3), (std::vector<double>{6.0 / 8.0, 6.0 / 9.0, 6.0 / 10.0}));
  EXPECT_EQ(first(two_phase, 5), (std::vector<double>{0.75, 0.75, 0.75, 0.75, 6.0 / 9.0}));
  EXPECT_EQ(constant.at(1'000'000'000'000), 0.3);
  EXPECT_THROW((void)constant.at(-1), ContractViolation);
}

TEST(StepSizeSchedule, SaysHowManyStepsAreEqual) {
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  const StepSizeSchedule constant(ConstantStep{0.3});
  EXPECT_EQ(constant.equal_from(0), kForever);
  EXPECT_EQ(constant.equal_from(10), kForever - 10);
  const StepSizeSchedule two_phase(
      TwoPhaseStep{.eta = 0.75, .beta = 6.0, .gamma = 9.0, .switch_at = 300});
  EXPECT_EQ(two_phase.equal_from(0), 300);
  EXPECT_EQ(two_phase.equal_from(299), 1);
  EXPECT_EQ(two_phase.equal_from(300), 1);
  EXPECT_EQ(StepSizeSchedule(DecreasingStep{}).equal_from(7), 1);
  for (const std::int64_t t : {0, 5, 299}) {
    std::vector<double> steps(static_cast<std::size_t>(two_phase.equal_from(t)) + 1);
    two_phase.fill(t, steps);
    EXPECT_EQ(steps[steps.size() - 2], steps.front());
    EXPECT_NE(steps.back(), steps.front()) << "not one more";
  }
}

TEST(StepSizeSchedule, LargestIsTheMaximumOfItsSteps) {
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  const auto two_phase = [](double eta, std::int64_t switch_at) {
    return StepSizeSchedule(
        TwoPhaseStep{.eta = eta, .beta = 6.0, .gamma = 8.0, .switch_at = switch_at});
  };
  EXPECT_EQ(StepSizeSchedule(ConstantStep{0.3}).largest(), 0.3);
  EXPECT_EQ(StepSizeSchedule(DecreasingStep{.beta = 6.0, .gamma = 8.0}).largest(), 0.75);
  EXPECT_EQ(two_phase(0.9, 3).largest(), 0.9);
  EXPECT_EQ(two_phase(0.1, 3).largest(), 0.75) << "the second phase may start higher";
  EXPECT_EQ(two_phase(0.9, 0).largest(), 0.75) << "the first phase is empty";
  EXPECT_EQ(two_phase(0.1, kForever).largest(), 0.1) << "the second phase never comes";
  EXPECT_EQ(two_phase(0.1, kForever).at(1 << 30), 0.1);
}

TEST(StepSizeSchedule, BoundOptimalStepsGoFromStepToStep) {
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  BoundOptimalStep rule{.largest = 0.8, .rate = 0.19, .first = 0.7, .switch_at = 5};
  const StepSizeSchedule schedule(rule, 300), forgetful(rule);
  EXPECT_EQ(schedule.at(4), 0.8);
  double eta = 0.7;
  for (std::int64_t t = 5; t < 1000; ++t) {
    ASSERT_EQ(schedule.at(t), eta) << "at " << t;
    ASSERT_EQ(forgetful.at(t), eta) << "at " << t;
    eta *= 1.0 - 0.5 * 0.19 * eta;
  }
  std::vector<double> steps(700);
  schedule.fill(2, steps);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    ASSERT_EQ(steps[i], schedule.at(static_cast<std::int64_t>(i) + 2));
  }
  EXPECT_EQ(schedule.largest(), 0.8);
  EXPECT_EQ(schedule.equal_from(1), 4);
  EXPECT_EQ(schedule.equal_from(5), 1);
  EXPECT_FALSE(schedule.constant());
  EXPECT_EQ(schedule, forgetful);
  EXPECT_NEAR(schedule.at(100'000) * 100'000.0 * 0.19 / 2.0, 1.0, 1e-3) << "like beta/t";
  rule.switch_at = 0;
  EXPECT_EQ(StepSizeSchedule(rule).largest(), 0.7);
  rule.switch_at = kForever;
  EXPECT_EQ(StepSizeSchedule(rule).at(1'000'000), 0.8);
  EXPECT_TRUE(StepSizeSchedule(rule, kForever).constant());
  rule = {.largest = 0.8, .rate = 0.19, .first = 0.0, .switch_at = 0};
  EXPECT_TRUE(StepSizeSchedule(rule).constant()) << "of nothing but zeros";
}

TEST(StepSizeSchedule, PrintsItself) {
  EXPECT_EQ(StepSizeSchedule(ConstantStep{1.0}).formula(), "η = 1.00");
  EXPECT_EQ(StepSizeSchedule(DecreasingStep{.beta = 26.4, .gamma = 52.8}).formula(),
            "η_t = 26.4/(52.8 + t)");
  EXPECT_EQ(
      StepSizeSchedule(TwoPhaseStep{.eta = 0.5, .beta = 26.4, .gamma = 52.8, .switch_at = 120})
          .formula(),
      "η_t = 0.500 for t < 120, then 26.4/(52.8 + t − 120)");
  BoundOptimalStep step{.largest = 0.8, .rate = 0.2, .first = 0.7, .switch_at = 57};
  EXPECT_EQ(StepSizeSchedule(step).formula(),
            "η_t = 0.800 for t < 57, η_57 = 0.700, then η_(t+1) = η_t·(1 − 0.100·η_t)");
  step.switch_at = 0;
  EXPECT_EQ(StepSizeSchedule(step).formula(), "η_0 = 0.700, η_(t+1) = η_t·(1 − 0.100·η_t)");
  step.switch_at = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(StepSizeSchedule(step).formula(), "η = 0.800");
}

}  // namespace
}  // namespace sid
