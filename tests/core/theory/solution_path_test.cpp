#include "sid/theory/internal/solution_path.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "core/theory/solution_constants.hpp"

namespace sid::internal {
namespace {

using testing::VectorCase;

std::vector<StepSizeSchedule> schedules(double largest) {
  return {StepSizeSchedule(ConstantStep{largest}),
          StepSizeSchedule(ConstantStep{0.02 * largest}),
          StepSizeSchedule(DecreasingStep{.beta = 30.0 * largest, .gamma = 30.0}),
          StepSizeSchedule(TwoPhaseStep{largest, 300.0 * largest, 300.0, 1500})};
}

/// The same recursions, one step at a time.
MomentPath one_by_one(const VectorCase& c,
                      const ProblemConstants& p,
                      const StepSizeSchedule& schedule,
                      const std::vector<std::int64_t>& at) {
  const DirectBound map(p.w_noise, p.V_star_b);
  const FourthMoment moment(p);
  DirectBound::Guess guess;
  double rho = p.norm_w * p.norm_w, fourth = rho * rho;
  MomentPath path;
  std::int64_t t = 0;
  for (const std::int64_t target : at) {
    for (; t < target; ++t) {
      const double s = schedule.at(t) * p.alpha;
      fourth = moment.step(fourth, rho, s);
      rho = map.best_step(rho, s, guess);
    }
    path.rho.push_back(rho);
    path.fourth.push_back(fourth);
  }
  EXPECT_FALSE(c.name.empty());
  return path;
}

TEST(SolutionPath, StaysJustAboveTheSingleSteps) {
  const std::vector<std::int64_t> at = {0, 1, 10, 1024, 1100, 3000, 20'000};
  for (const VectorCase& c : testing::data_cases()) {
    const ProblemConstants p = testing::solution_constants(c);
    const DirectBound map(p.w_noise, p.V_star_b);
    const FourthMoment moment(p);
    const double largest = 0.3 * std::min(moment.step_limit(), map.step_limit()) / p.alpha;
    for (const StepSizeSchedule& schedule : schedules(largest)) {
      SCOPED_TRACE(c.name + " " + schedule.formula());
      DirectRule rule(map, p.alpha);
      const MomentPath path =
          run_moments(rule, moment, p.norm_w * p.norm_w, kInfinity, schedule, p.alpha, at);
      const MomentPath exact = one_by_one(c, p, schedule, at);
      for (std::size_t i = 0; i < at.size(); ++i) {
        EXPECT_GE(path.fourth[i], exact.fourth[i] * (1.0 - 1e-11)) << at[i];
        EXPECT_LE(path.fourth[i], exact.fourth[i] * 1.02) << at[i];
        EXPECT_LE(path.rho[i], exact.rho[i] * 1.001) << at[i];
      }
    }
  }
}

TEST(SolutionPath, RadiusBoundsTheFourthMoment) {
  const ProblemConstants p = testing::solution_constants(testing::data_cases()[12]);
  const DirectBound map(p.w_noise, p.V_star_b);
  const std::vector<std::int64_t> at = {1, 50, 2000};
  const StepSizeSchedule step(ConstantStep{0.9 * p.radius_step_limit / p.alpha});
  DirectRule rule(map, p.alpha);
  const MomentPath path =
      run_moments(rule, FourthMoment(p), p.norm_w * p.norm_w, p.radius, step, p.alpha, at);
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_LE(path.fourth[i], p.radius * p.radius * path.rho[i]);
  }
}

TEST(SolutionPath, GrowthBeyondEveryNumberIsInfinite) {
  ProblemConstants p = testing::solution_constants(testing::data_cases()[12]);
  const DirectBound map(p.w_noise, p.V_star_b);
  const std::vector<std::int64_t> at = {1, 1'000'000, 2'000'000};
  DirectRule rule(map, p.alpha);
  const MomentPath path = run_moments(rule,
                                      FourthMoment(p),
                                      1.0,
                                      kInfinity,
                                      StepSizeSchedule(ConstantStep{40.0 / p.alpha}),
                                      p.alpha,
                                      at);
  EXPECT_LT(path.fourth[0], kInfinity);
  EXPECT_EQ(path.fourth[1], kInfinity);
  EXPECT_EQ(path.fourth[2], kInfinity);
}

TEST(SolutionPath, SharesGiveTheDirectBoundOfTheirWeights) {
  const std::vector<std::int64_t> at = {0, 1, 10, 1024, 1100, 3000, 20'000};
  for (const VectorCase& c : testing::data_cases()) {
    const ProblemConstants p = testing::solution_constants(c);
    const SolutionBasedBound bound(p, p.m2);
    const LinearWeights weights{.initial = p.norm_v * p.norm_v, .noise = bound.linear_noise(0.0)};
    const DirectBound map(p.v_noise, weights.noise);
    for (const StepSizeSchedule& schedule : schedules(0.3 * map.step_limit() / p.alpha)) {
      SCOPED_TRACE(c.name + " " + schedule.formula());
      const auto shares = run_shares(map, weights, true, schedule, p.alpha, at);
      DirectBound::Guess guess;
      double best = weights.initial;
      std::int64_t k = 0;
      for (std::size_t i = 0; i < at.size(); ++i) {
        for (; k < at[i]; ++k) best = map.best_step(best, schedule.at(k) * p.alpha, guess);
        const double error = bound.linear_error(0.0, shares[i]);
        EXPECT_GE(error, best * (1.0 - 1e-9)) << at[i];
        EXPECT_LE(error, best * 1.001) << at[i];
      }
    }
  }
}

TEST(SolutionPath, NoNoiseAddsNothing) {
  ProblemConstants p = testing::solution_constants(testing::data_cases().front());
  const DirectBound map({{p.tau, 0.0}, {p.L, 0.0}}, 0.0);
  const std::vector<std::int64_t> at = {0, 5, 100'000};
  const auto shares = run_shares(map,
                                 {.initial = 2.0, .noise = 0.0},
                                 false,
                                 StepSizeSchedule(ConstantStep{0.01}),
                                 p.alpha,
                                 at);
  EXPECT_EQ(shares[0].kept, 1.0);
  EXPECT_REL(shares[1].kept, std::pow(1.0 - 0.01 * p.alpha * p.tau, 10.0), 1e-13);
  for (const LinearErrorShares& share : shares) EXPECT_EQ(share.added, 0.0);
}

}  // namespace
}  // namespace sid::internal
