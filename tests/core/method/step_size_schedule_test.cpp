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

TEST(StepSizeSchedule, PrintsItself) {
  EXPECT_EQ(StepSizeSchedule(ConstantStep{1.0}).formula(), "η = 1.00");
  EXPECT_EQ(StepSizeSchedule(DecreasingStep{.beta = 26.4, .gamma = 52.8}).formula(),
            "η_t = 26.4/(52.8 + t)");
  EXPECT_EQ(
      StepSizeSchedule(TwoPhaseStep{.eta = 0.5, .beta = 26.4, .gamma = 52.8, .switch_at = 120})
          .formula(),
      "η_t = 0.500 for t < 120, then 26.4/(52.8 + t − 120)");
}

}  // namespace
}  // namespace sid
