#include "sid/theory/step_floor.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "sid/theory/internal/one_step_rules.hpp"
#include "sid/theory/noise_constants.hpp"
#include "sid/theory/solver_bounds.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"
#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Bench;
using testing::curve;
using testing::DataBench;

constexpr Quantity kIterations[] = {Quantity::lower_level, Quantity::linear_system};

TEST(ConstantStepFloor, OfThePaperIsTheorem41) {
  const Bench bench;
  const ProblemConstants& c = bench.input.constants;
  const NoisyContraction map = lower_level_noise(c, Ladder::paper).map;
  const ConstantStepFloor floor(c, Quantity::lower_level, Ladder::paper);
  EXPECT_EQ(floor.limit(), map.step_limit());
  for (const double share : {1e-6, 0.1, 0.7, 1.0}) {
    const double eta = share * map.step_limit();
    EXPECT_EQ(floor.at(eta), Theorem41(map, eta).floor()) << share;
  }
  EXPECT_TRUE(std::isnan(floor.at(1.01 * map.step_limit())));
}

TEST(ConstantStepFloor, SharpenedStaysWhereOneStepOfTheBoundLeavesIt) {
  for (int problem = 1; problem <= 5; ++problem) {
    const DataBench bench(testing::data_case(problem));
    const ProblemConstants& c = bench.input.constants;
    for (const double eta : {0.003, 0.05, 0.3}) {
      SCOPED_TRACE(std::to_string(problem) + ", " + std::to_string(eta));
      const double level = ConstantStepFloor(c, Quantity::lower_level, Ladder::sharpened).at(eta);
      const DirectBound direct(c.w_noise, c.V_star_b);
      if (std::isnan(level)) {
        EXPECT_GE(direct.factor(eta * c.alpha), 1.0);
        continue;
      }
      internal::SmallerRule rule(internal::DirectRule(direct, c.alpha),
                                 internal::SharpRule(lower_level_noise(c, Ladder::sharpened).map));
      for (int i = 0; i < 3; ++i) (void)rule.step(level, eta);  // it finds its theta
      EXPECT_NEAR(rule.step(level, eta) / level, 1.0, 1e-9);
      EXPECT_LT(rule.step(2.0 * level, eta), 2.0 * level);
      EXPECT_GT(rule.step(0.5 * level, eta), 0.5 * level);
    }
  }
}

TEST(ConstantStepFloor, GrowsWithTheStepUpToItsLimit) {
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    for (const Quantity iteration : kIterations) {
      const Bench bench(0.3);
      const ConstantStepFloor floor(bench.input.constants, iteration, ladder);
      const double limit = floor.limit();
      ASSERT_GT(limit, 0.0);
      double before = 0.0;
      for (int i = 1; i < 200; ++i) {
        const double level = floor.at(0.005 * i * limit);
        ASSERT_GT(level, before) << i;
        before = level;
      }
      EXPECT_TRUE(std::isfinite(floor.at(0.9999 * limit)));
      EXPECT_TRUE(std::isnan(floor.at(1.0001 * limit)));
    }
  }
}

TEST(ConstantStepFloor, HasNoLevelForStepsThatAreNone) {
  const Bench bench;
  const ConstantStepFloor floor(bench.input.constants, Quantity::lower_level, Ladder::sharpened);
  for (const double eta : {0.0, -1.0, kInfinity, std::nan("")}) {
    EXPECT_TRUE(std::isnan(floor.at(eta))) << eta;
  }
}

TEST(ConstantStepFloor, IsWhereTheDrawnBoundsEnd) {
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    Bench bench(0.3, 1'000'000);
    bench.input.ladder = ladder;
    bench.set_step(StepSizeSchedule(ConstantStep{0.03}));
    const MethodTheory theory = bench.evaluate();
    const char* const main = ladder == Ladder::paper ? "bound_3_4" : "bound_sharp";
    for (const auto& [bound, floor] : {std::pair{"bound_lower", "floor_lower"},
                                       std::pair{"bound_linear", "floor_linear"},
                                       std::pair{main, "floor_constant"}}) {
      const TheoryCurve level = curve(theory, floor);
      ASSERT_TRUE(level.drawn()) << floor << ": " << level.reason;
      EXPECT_EQ(level.kind, CurveKind::floor);
      EXPECT_EQ(level.values.front(), level.values.back());
      const double end = curve(theory, bound).values.back();
      EXPECT_NEAR(end / level.values.back(), 1.0, 1e-4) << bound;
    }
  }
}

TEST(ConstantStepFloor, OfTwoPhasesEndsAtTheSwitch) {
  Bench bench;
  bench.set_step(StepSizeSchedule(
      TwoPhaseStep{.eta = 0.2, .beta = 2.0 / bench.rate(), .gamma = 40.0, .switch_at = 100}));
  const TheoryCurve floor = curve(bench.evaluate(), "floor_lower");
  ASSERT_TRUE(floor.drawn()) << floor.reason;
  for (std::size_t i = 0; i < floor.values.size(); ++i) {
    EXPECT_EQ(std::isnan(floor.values[i]), bench.checkpoints[i].t > 100) << i;
  }
  EXPECT_FALSE(curve(bench.evaluate(), "floor_constant").drawn());
}

TEST(ConstantStepFloor, SaysWhyThereIsNone) {
  Bench bench;
  bench.set_step(StepSizeSchedule(DecreasingStep{.beta = 2.0 / bench.rate(), .gamma = 100.0}));
  EXPECT_NE(curve(bench.evaluate(), "floor_lower").reason.find("go to zero"), std::string::npos);
  bench.set_step(StepSizeSchedule(ConstantStep{50.0}));
  const MethodTheory bold = bench.evaluate();
  EXPECT_EQ(curve(bold, "floor_lower").reason, curve(bold, "bound_lower").reason);
  bench.set_step(StepSizeSchedule(ConstantStep{0.5}));
  bench.input.batch = true;
  const MethodTheory exact = bench.evaluate();
  EXPECT_FALSE(curve(exact, "floor_lower").drawn());
  EXPECT_EQ(curve(exact, "floor_lower").verdict, Verdict::holds);
}

}  // namespace
}  // namespace sid
