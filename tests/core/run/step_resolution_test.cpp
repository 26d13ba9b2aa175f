#include "sid/run/step_resolution.hpp"

#include <cmath>
#include <variant>

#include <gtest/gtest.h>

#include "support/recommended_steps.hpp"

namespace sid {
namespace {

NoisyContraction map_with_noise() {
  return {.q = 0.8, .sigma1 = 0.3, .sigma2 = 1.5, .initial = 40.0};
}

TEST(StepResolution, DefaultsAreThePapersChoice) {
  StepSpec step;
  step.kind = StepKind::decreasing;
  const auto rule = std::get<DecreasingStep>(resolve_step(step, map_with_noise(), 100).rule());
  EXPECT_NEAR(rule.beta, 2.0 / (1.0 - 0.64), 1e-14);
  EXPECT_EQ(rule.gamma, rule.beta);
}

TEST(StepResolution, TheoremGammaAllowsTheTheorem) {
  StepSpec step;
  step.kind = StepKind::decreasing;
  step.gamma_theorem = true;
  step.beta_factor = 3.0;
  const auto rule = std::get<DecreasingStep>(resolve_step(step, map_with_noise(), 100).rule());
  EXPECT_NEAR(rule.beta, 3.0 / 0.36, 1e-13);
  EXPECT_NEAR(rule.gamma, rule.beta * 2.5, 1e-12);
  EXPECT_TRUE(needs_noise_constants(step));
}

TEST(StepResolution, AbsoluteValuesWinOverFactors) {
  StepSpec step;
  step.kind = StepKind::decreasing;
  step.beta = 7.0;
  step.gamma = 11.0;
  step.beta_factor = 100.0;
  step.gamma_factor = 100.0;
  const auto rule = std::get<DecreasingStep>(resolve_step(step, map_with_noise(), 100).rule());
  EXPECT_EQ(rule.beta, 7.0);
  EXPECT_EQ(rule.gamma, 11.0);
  step.gamma.reset();
  step.gamma_factor = 2.0;
  EXPECT_EQ(std::get<DecreasingStep>(resolve_step(step, map_with_noise(), 100).rule()).gamma, 14.0);
  EXPECT_FALSE(needs_noise_constants(step));
}

TEST(StepResolution, TwoPhaseDefaultsAreTheRecommendedSchedule) {
  StepSpec step;
  step.kind = StepKind::two_phase;
  step.eta = 0.0;
  const auto rule = std::get<TwoPhaseStep>(resolve_step(step, map_with_noise(), 100).rule());
  const TwoPhaseStep expected = testing::recommended_two_phase(map_with_noise());
  EXPECT_DOUBLE_EQ(rule.eta, expected.eta);
  EXPECT_DOUBLE_EQ(rule.beta, expected.beta);
  EXPECT_DOUBLE_EQ(rule.gamma, expected.gamma);
  EXPECT_EQ(rule.switch_at, expected.switch_at);
  EXPECT_GT(rule.switch_at, 0);
}

TEST(StepResolution, TwoPhaseStepsJoinAtTheSwitchForAnyEta) {
  StepSpec step;
  step.kind = StepKind::two_phase;
  for (const double eta : {0.05, 0.4, 1.0, 1.7}) {
    step.eta = eta;
    step.switch_at = 13;
    const StepSizeSchedule schedule = resolve_step(step, map_with_noise(), 100);
    EXPECT_EQ(schedule.at(12), eta);
    EXPECT_NEAR(schedule.at(13), eta, 1e-15);
    step.switch_at.reset();
    EXPECT_GE(std::get<TwoPhaseStep>(resolve_step(step, map_with_noise(), 100).rule()).switch_at,
              0);
  }
}

TEST(StepResolution, BoundOptimalStepsFollowTheConstantsAlone) {
  StepSpec step;
  step.kind = StepKind::bound_optimal;
  step.eta = 0.123;
  const StepSizeSchedule schedule = resolve_step(step, map_with_noise(), 100);
  EXPECT_EQ(std::get<BoundOptimalStep>(schedule.rule()), bound_optimal_step(map_with_noise()));
  EXPECT_TRUE(needs_noise_constants(step));
}

TEST(StepResolution, LinearSystemUsesTheConstantsOfTheLadder) {
  ProblemConstants c;
  c.L_E = 6.0;
  c.q = 0.5;
  c.alpha = 2.0;
  c.norm_w = 3.0;
  c.norm_v = 7.0;
  c.sigma2_theorem43 = 100.0;
  c.sigma1_v_theorem51 = 77.0;
  c.sigma1_v_global = 5.0;
  c.sigma2_v_global = 2.0;
  c.norm_v_squared_sup = 90.0;
  EXPECT_EQ(linear_system_map(c, Ladder::paper).sigma1, 77.0);
  EXPECT_EQ(linear_system_map(c, Ladder::paper).sigma2, 100.0);
  EXPECT_EQ(linear_system_map(c, Ladder::paper).initial, 144.0) << "where its bound starts";
  EXPECT_EQ(linear_system_map(c, Ladder::sharpened).sigma1, 5.0);
  EXPECT_EQ(linear_system_map(c, Ladder::sharpened).sigma2, 2.0);
  EXPECT_EQ(linear_system_map(c, Ladder::sharpened).initial, 90.0);
  // Without constants for every w, those at the solution serve to choose a step.
  c.sigma1_v_global = kInfinity;
  c.sigma1_v_at_w = 1.25;
  c.sigma2_v_at_w = 0.5;
  const NoisyContraction local = linear_system_map(c, Ladder::sharpened);
  EXPECT_EQ(local.sigma1, 1.25);
  EXPECT_EQ(local.sigma2, 0.5);
  EXPECT_EQ(local.initial, 49.0);
}

}  // namespace
}  // namespace sid
