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
      const auto shares = run_shares(map, weights, true, schedule, p.alpha, at).values;
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
                                 at)
                          .values;
  EXPECT_EQ(shares[0].kept, 1.0);
  EXPECT_REL(shares[1].kept, std::pow(1.0 - 0.01 * p.alpha * p.tau, 10.0), 1e-13);
  for (const LinearErrorShares& share : shares) EXPECT_EQ(share.added, 0.0);
}

/// Ten million exact steps are as many ranges as there are step sizes that differ.
TEST(SolutionPath, ExactStepsAreTakenAtOnce) {
  ProblemConstants p = testing::solution_constants(testing::data_cases().front());
  p.V_star_b = p.c_b = p.sigma1_prime = 0.0;
  const DirectBound map({{p.tau, 0.0}, {p.L, 0.0}}, 0.0);
  const FourthMoment moment(p);
  ASSERT_TRUE(moment.quiet());
  const std::vector<std::int64_t> at = {0, 2000, 10'000'000};
  const auto last = static_cast<double>(at.back());
  // A hundred thousand steps take the error down by a factor e.
  const double eta = 1e-5 / (p.alpha * p.tau), kept = last * std::log1p(-1e-5);
  const StepSizeSchedule equal(ConstantStep{eta});
  DirectRule rule(map, p.alpha);
  const MomentPath path = run_moments(rule, moment, 2.0, kInfinity, equal, p.alpha, at);
  EXPECT_LE(path.pieces, 1030);
  EXPECT_REL(path.rho.back(), 2.0 * std::exp(2.0 * kept), 1e-10);
  EXPECT_REL(path.fourth.back(), 4.0 * std::exp(4.0 * kept), 1e-8);
  const SharesPath shares = run_shares(map, {.initial = 2.0}, false, equal, p.alpha, at);
  EXPECT_LE(shares.pieces, 1030);
  EXPECT_REL(shares.values.back().kept, std::exp(2.0 * kept), 1e-10);
  // The error falls to less than every number on the way.
  for (const StepSizeSchedule& schedule :
       {StepSizeSchedule(ConstantStep{100.0 * eta}),
        StepSizeSchedule(DecreasingStep{.beta = 3000.0 * eta, .gamma = 3000.0})}) {
    DirectRule again(map, p.alpha);
    EXPECT_LE(run_moments(again, moment, 2.0, kInfinity, schedule, p.alpha, at).pieces, 8000);
    EXPECT_LE(run_shares(map, {.initial = 2.0}, false, schedule, p.alpha, at).pieces, 8000);
  }
}

/// Steps that begin beyond stability let the error grow first; nothing is taken at once there.
TEST(SolutionPath, ExactStepsThatGrowAreStillBounded) {
  ProblemConstants p = testing::solution_constants(testing::data_cases().front());
  p.V_star_b = p.c_b = p.sigma1_prime = 0.0;
  const DirectBound map({{p.tau, 0.0}, {p.L, 0.0}}, 0.0);
  const FourthMoment moment(p);
  const double eta = 2.02 / (p.alpha * p.L);
  const StepSizeSchedule schedule(DecreasingStep{.beta = 2e5 * eta, .gamma = 2e5});
  const std::vector<std::int64_t> at = {1500, 4000, 20'000};
  DirectRule rule(map, p.alpha);
  const MomentPath path = run_moments(rule, moment, 1e-9, kInfinity, schedule, p.alpha, at);
  double fourth = 1e-18;
  std::int64_t t = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    for (; t < at[i]; ++t) fourth = moment.step(fourth, 0.0, schedule.at(t) * p.alpha);
    EXPECT_GE(path.fourth[i], fourth * (1.0 - 1e-10)) << at[i];
    // Chord and mean of (1 - x)^4 at x = 2 give away 2.5e-5 a step where x falls by 1/512 in a
    // range; the 2000 steps on the way down from x = 2 to 1.98 are all there is at 4000.
    if (at[i] > 4000) continue;
    EXPECT_LE(path.fourth[i], fourth * 1.06) << at[i];
  }
}

}  // namespace
}  // namespace sid::internal
