#include "sid/theory/looseness.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/theory/measured_rates.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"

namespace sid {
namespace {

using testing::curve;

MethodTheory with_ladder(TheoryInput input, Ladder ladder) {
  input.ladder = ladder;
  return evaluate_method_theory(input);
}

/// A step at which the paper's constants hold too.
double common_step(const TheoryInput& input) {
  return 0.5 / (1.0 + input.constants.sigma2_theorem43);
}

std::vector<std::string> ids_of(const std::vector<LoosenessStep>& steps) {
  std::vector<std::string> ids;
  ids.reserve(steps.size());
  for (const LoosenessStep& step : steps) ids.push_back(step.id);
  return ids;
}

TEST(Looseness, GoesFromThePapersBoundToTheTruth) {
  testing::DataBench bench(testing::data_case(2));
  bench.set_step(StepSizeSchedule(ConstantStep{common_step(bench.input)}));
  PredictedMoments predicted;
  const std::size_t last = bench.checkpoints.size() - 1;
  predicted.lower.assign(last + 1, 2e-5);
  predicted.linear.assign(last + 1, 3e-5);
  predicted.hypergradient.assign(last + 1, 1e-6);
  bench.input.predicted = &predicted;
  const MethodTheory paper = with_ladder(bench.input, Ladder::paper);
  const MethodTheory sharpened = with_ladder(bench.input, Ladder::sharpened);
  const TrueErrors truth{.hypergradient = 1.1e-6, .lower = 2e-5, .linear = 3e-5};
  const double m2 = bench.input.constants.m2;
  const auto steps = looseness(paper, sharpened, last, m2, truth);
  EXPECT_EQ(
      ids_of(steps),
      (std::vector<std::string>{
          "noise_constants", "merged", "sharp", "solution", "true_rates", "prediction", "truth"}));
  EXPECT_EQ(steps.front().from, curve(paper, "bound_3_4").values[last]);
  EXPECT_EQ(steps.back().to, truth.hypergradient);
  double sum = 0.0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i > 0) {
      EXPECT_EQ(steps[i].from, steps[i - 1].to);
    }
    EXPECT_NEAR(steps[i].decades, std::log10(steps[i].from / steps[i].to), 1e-12);
    EXPECT_GE(steps[i].sentence.size(), 20U);
    EXPECT_EQ(steps[i].decades < 0.0, steps[i].sentence.find("not ordered") != std::string::npos);
    sum += steps[i].decades;
  }
  EXPECT_NEAR(sum, std::log10(steps.front().from / truth.hypergradient), 1e-10);
  EXPECT_GT(steps[0].decades, 0.0);
  EXPECT_GE(steps[1].decades, 0.0);
  EXPECT_GE(steps[2].decades, 0.0);
  EXPECT_LT(steps.back().decades, 0.0) << "the prediction is 10 % too low here";
  EXPECT_EQ(steps[4].to, sharp_value_with_rates(sharpened.constants, m2, 2e-5, 3e-5));
}

TEST(Looseness, LeavesOutWhatIsNotKnown) {
  testing::Bench bench;
  bench.set_step(StepSizeSchedule(ConstantStep{common_step(bench.input)}));
  const MethodTheory paper = with_ladder(bench.input, Ladder::paper);
  const MethodTheory sharpened = with_ladder(bench.input, Ladder::sharpened);
  const double nan = std::nan("");
  const auto steps =
      looseness(paper, sharpened, 3, 0.0, {.hypergradient = 0.01, .lower = nan, .linear = nan});
  EXPECT_EQ(ids_of(steps),
            (std::vector<std::string>{"noise_constants", "merged", "sharp", "truth"}));
  // Sharpened steps are beyond the paper's constants: the waterfall begins one lower.
  bench.set_step(StepSizeSchedule(ConstantStep{0.9}));
  const auto shorter = looseness(with_ladder(bench.input, Ladder::paper),
                                 with_ladder(bench.input, Ladder::sharpened),
                                 3,
                                 0.0,
                                 {.hypergradient = 0.01, .lower = 0.1, .linear = 0.1});
  EXPECT_EQ(ids_of(shorter), (std::vector<std::string>{"merged", "sharp", "true_rates", "truth"}));
  EXPECT_TRUE(looseness(paper, sharpened, 3, 0.0, {.hypergradient = 0.0}).empty());
  EXPECT_TRUE(looseness(paper, sharpened, 9999, 0.0, {.hypergradient = 1.0}).empty());
}

TEST(Looseness, TrueRatesFollowTheScaleOfTheHypergradient) {
  testing::Bench bench;
  MethodTheory theory = bench.evaluate();
  const TrueErrors truth{.hypergradient = 0.01, .lower = 0.1, .linear = 0.2};
  const auto plain = looseness(theory, theory, 3, 0.0, truth);
  for (TheoryCurve& c : theory.curves) {
    if (c.quantity != Quantity::hypergradient) continue;
    for (double& value : c.values) value *= 1e-4;
  }
  const auto scaled =
      looseness(theory, theory, 3, 0.0, {.hypergradient = 1e-6, .lower = 0.1, .linear = 0.2}, 0.01);
  ASSERT_EQ(scaled.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(scaled[i].decades, plain[i].decades, 1e-10) << plain[i].id;
  }
}

}  // namespace
}  // namespace sid
