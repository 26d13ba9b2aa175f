#include "sid/theory/internal/step_range.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid::internal {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

long double mean_of(const StepSizeSchedule& schedule, std::int64_t t, std::int64_t count) {
  long double sum = 0.0L;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<long double>(schedule.at(t + i));
  return sum / static_cast<long double>(count);
}

TEST(StepRange, EnclosesTheMeanStepTightly) {
  for (const double gamma : {0.4, 3.0, 1e4}) {
    const StepSizeSchedule schedule(DecreasingStep{.beta = 2.5, .gamma = gamma});
    for (const std::int64_t t : {1024, 5000, 100000}) {
      for (const std::int64_t count : {2, 3, 10, 200}) {
        const StepRange range = step_range(schedule, t, count);
        const auto mean = static_cast<double>(mean_of(schedule, t, count));
        EXPECT_EQ(range.first, schedule.at(t));
        EXPECT_EQ(range.last, schedule.at(t + count - 1));
        EXPECT_LE(range.mean_low, mean * (1.0 + 1e-15));
        EXPECT_GE(range.mean_high, mean * (1.0 - 1e-15));
        EXPECT_LT(range.mean_high - range.mean_low, 1e-6 * mean);
      }
    }
  }
}

TEST(StepRange, EnclosesTheMeanOfBoundOptimalSteps) {
  for (const double rate : {1.0, 0.1, 1e-3}) {
    const StepSizeSchedule schedule(
        BoundOptimalStep{.largest = 1.0, .rate = rate, .first = 0.9, .switch_at = 40}, 10'000);
    for (const std::int64_t t : {40, 41, 100, 1024, 5000}) {
      for (const std::int64_t count : {1, 2, 10, 200}) {
        const StepRange range = step_range(schedule, t, count);
        const auto mean = static_cast<double>(mean_of(schedule, t, count));
        EXPECT_EQ(range.first, schedule.at(t));
        EXPECT_EQ(range.last, schedule.at(t + count - 1));
        EXPECT_LE(range.mean_low, mean * (1.0 + 1e-14));
        EXPECT_GE(range.mean_high, mean * (1.0 - 1e-14));
        EXPECT_LT(range.mean_high - range.mean_low, (t >= 1024 ? 2e-4 : 0.5) * mean);
      }
    }
    EXPECT_EQ(step_range(schedule, 10, 30).mean_low, 1.0);
  }
  const StepSizeSchedule none(
      BoundOptimalStep{.largest = 1.0, .rate = 0.1, .first = 0.0, .switch_at = 0});
  EXPECT_EQ(step_range(none, 3, 50).mean_high, 0.0);
}

TEST(StepRange, OfEqualStepsIsThatStep) {
  const StepSizeSchedule two_phase(
      TwoPhaseStep{.eta = 0.5, .beta = 3.0, .gamma = 6.0, .switch_at = 5000});
  const StepRange range = step_range(two_phase, 2000, 3000);
  EXPECT_EQ(range.first, 0.5);
  EXPECT_EQ(range.last, 0.5);
  EXPECT_EQ(range.mean_low, 0.5);
  EXPECT_EQ(range.mean_high, 0.5);
  EXPECT_EQ(range.count, 3000.0);
  EXPECT_THROW((void)step_range(two_phase, 2000, 3001), ContractViolation);
}

TEST(StepRange, SimilarStepsStayWithinThePhaseAndTheWidth) {
  const StepSizeSchedule constant(ConstantStep{0.5});
  EXPECT_EQ(similar_steps(constant, 0, 0.01), kForever);
  const StepSizeSchedule two_phase(
      TwoPhaseStep{.eta = 0.5, .beta = 3.0, .gamma = 6.0, .switch_at = 5000});
  EXPECT_EQ(similar_steps(two_phase, 1000, 0.01), 4000);
  EXPECT_EQ(similar_steps(two_phase, 5000, 0.01), 1) << "a new phase begins with its gamma";
  for (const std::int64_t t : {6000, 1'000'000}) {
    const std::int64_t count = similar_steps(two_phase, t, 0.01);
    EXPECT_GT(count, 1);
    EXPECT_GE(two_phase.at(t + count - 1), 0.99 * two_phase.at(t));
  }
  const StepSizeSchedule optimal(
      BoundOptimalStep{.largest = 1.0, .rate = 0.1, .first = 0.9, .switch_at = 40});
  EXPECT_EQ(similar_steps(optimal, 10, 0.01), 30);
  const std::int64_t count = similar_steps(optimal, 6000, 0.01);
  EXPECT_GT(count, 1);
  EXPECT_GE(optimal.at(6000 + count - 1), 0.99 * optimal.at(6000));
}

}  // namespace
}  // namespace sid::internal
