#include "sid/theory/internal/one_step_rules.hpp"

#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"
#include "sid/theory/solver_bounds.hpp"

#include "support/vectors.hpp"

namespace sid::internal {
namespace {

using MakeRule = std::function<std::unique_ptr<OneStepRule>()>;

struct Case {
  std::string name;
  double initial = 0.0;
  MakeRule make;
};

NoisyContraction map_with(double q, double sigma1, double sigma2) {
  return {.q = q, .sigma1 = sigma1, .sigma2 = sigma2, .initial = 40.0};
}

const DirectBound& direct_bound(bool noise) {
  static const DirectBound with({{0.02, 0.0}, {0.4, 0.05}, {2.0, 0.7}}, 0.3);
  static const DirectBound without({{0.02, 0.0}, {0.4, 0.0}, {2.0, 0.0}}, 0.0);
  return noise ? with : without;
}

std::vector<Case> rules() {
  const NoisyContraction noisy = map_with(0.98, 0.5, 0.8);
  const NoisyContraction quiet = map_with(0.9, 0.0, 0.0);
  return {{"proof", 40.0, [=] { return std::make_unique<ProofRule>(noisy); }},
          {"proof without noise", 40.0, [=] { return std::make_unique<ProofRule>(quiet); }},
          {"sharp", 40.0, [=] { return std::make_unique<SharpRule>(noisy); }},
          {"direct", 40.0, [] { return std::make_unique<DirectRule>(direct_bound(true), 0.8); }},
          {"direct, from below its floor",
           1e-3,
           [] { return std::make_unique<DirectRule>(direct_bound(true), 0.8); }},
          {"direct without noise",
           40.0,
           [] { return std::make_unique<DirectRule>(direct_bound(false), 0.8); }},
          {"smaller", 40.0, [=] {
             return std::make_unique<SmallerRule>(DirectRule(direct_bound(true), 0.8),
                                                  SharpRule(noisy));
           }}};
}

std::vector<StepSizeSchedule> schedules() {
  return {
      StepSizeSchedule(ConstantStep{0.4}),
      StepSizeSchedule(ConstantStep{0.003}),
      StepSizeSchedule(DecreasingStep{.beta = 60.0, .gamma = 120.0}),
      StepSizeSchedule(DecreasingStep{.beta = 900.0, .gamma = 1000.0}),
      StepSizeSchedule(TwoPhaseStep{.eta = 0.3, .beta = 50.0, .gamma = 170.0, .switch_at = 2500})};
}

/// Every step by itself.
std::vector<double> one_by_one(OneStepRule& rule,
                               double bound,
                               const StepSizeSchedule& schedule,
                               const std::vector<std::int64_t>& at) {
  std::vector<double> bounds;
  std::int64_t t = 0;
  for (const std::int64_t target : at) {
    for (; t < target; ++t) bound = rule.step(bound, schedule.at(t));
    bounds.push_back(bound);
  }
  return bounds;
}

TEST(OneStepRules, ManyStepsAtOnceAreABoundAndLoseNextToNothing) {
  const std::vector<std::int64_t> at = {1, 50, 1024, 1500, 2600, 9000, 60000};
  for (const Case& c : rules()) {
    for (const StepSizeSchedule& schedule : schedules()) {
      SCOPED_TRACE(c.name + ", " + schedule.formula());
      const std::vector<double> exact = one_by_one(*c.make(), c.initial, schedule, at);
      const std::vector<double> bound = run_rule(*c.make(), c.initial, schedule, at);
      ASSERT_EQ(bound.size(), at.size());
      for (std::size_t i = 0; i < at.size(); ++i) {
        if (exact[i] < 1e-300) {  // next to underflow, where no digits are left
          EXPECT_LT(bound[i], 1e-299);
          continue;
        }
        EXPECT_GE(bound[i], exact[i] * (1.0 - 1e-10)) << at[i];
        EXPECT_LE(bound[i], exact[i] * (1.0 + 1e-4)) << at[i];
        if (at[i] <= 1024) {
          EXPECT_EQ(bound[i], exact[i]) << "single steps";
        }
      }
    }
  }
}

TEST(OneStepRules, EqualStepsOfAnAffineRuleAreTheorem41) {
  const NoisyContraction map = map_with(0.9999, 0.5, 0.8);
  const StepSizeSchedule schedule(ConstantStep{map.step_limit()});
  ProofRule rule(map);
  const std::vector<std::int64_t> at = {2000, 1'000'000, 10'000'000'000};
  const std::vector<double> bound = run_rule(rule, map.initial, schedule, at);
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_REL(bound[i], Theorem41(map, map.step_limit()).at(at[i]), 1e-11);
  }
}

TEST(OneStepRules, DecreasingStepsKeepTheRateOfTheorem42) {
  const NoisyContraction map = map_with(0.95, 0.5, 0.8);
  const double beta = 2.0 / map.rate();
  const DecreasingStep step{.beta = beta, .gamma = beta * 1.8};
  const Theorem42 theorem(map, step);
  ASSERT_TRUE(theorem.holds());
  ProofRule rule(map);
  const std::vector<std::int64_t> at = {1000, 100'000, 10'000'000, 1'000'000'000};
  const std::vector<double> bound = run_rule(rule, map.initial, StepSizeSchedule(step), at);
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_LE(bound[i], theorem.at(at[i]) * (1.0 + 1e-5));
    EXPECT_GE(bound[i], 0.01 * theorem.at(at[i])) << "it goes on falling like 1/t, no faster";
  }
}

/// Counts what a rule is asked for.
class CountingRule final : public OneStepRule {
 public:
  explicit CountingRule(OneStepRule& rule) : rule_(rule) {}
  double step(double bound, double eta) override {
    ++calls;
    return rule_.step(bound, eta);
  }
  double steps(double bound, const StepRange& range) override {
    ++calls;
    return rule_.steps(bound, range);
  }
  bool affine() const override { return rule_.affine(); }

  int calls = 0;

 private:
  OneStepRule& rule_;
};

TEST(OneStepRules, TenMillionStepsTakeSomeThousandCalls) {
  std::vector<std::int64_t> at;
  for (std::int64_t t = 1; t <= 10'000'000; t += 1 + t / 2) at.push_back(t);
  at.push_back(10'000'000);
  for (const Case& c : rules()) {
    for (const StepSizeSchedule& schedule : schedules()) {
      SCOPED_TRACE(c.name + ", " + schedule.formula());
      const std::unique_ptr<OneStepRule> rule = c.make();
      CountingRule counting(*rule);
      const std::vector<double> bounds = run_rule(counting, c.initial, schedule, at);
      EXPECT_LT(counting.calls, 20000);
      for (const double bound : bounds) EXPECT_TRUE(std::isfinite(bound));
    }
  }
}

TEST(OneStepRules, ABoundThatGrowsFirstIsABoundToo) {
  // Steps far above the contraction limit until t is about 4000.
  const DirectBound& bound = direct_bound(true);
  const StepSizeSchedule schedule(DecreasingStep{.beta = 5000.0, .gamma = 400.0});
  ASSERT_GT(schedule.at(2000) * 0.8, bound.step_limit());
  const std::vector<std::int64_t> at = {10, 1024, 1100, 1200};
  DirectRule exact(bound, 0.8), together(bound, 0.8);
  const std::vector<double> single = one_by_one(exact, 1e-200, schedule, at);
  const std::vector<double> many = run_rule(together, 1e-200, schedule, at);
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (!std::isfinite(single[i])) {
      EXPECT_FALSE(std::isfinite(many[i]));
    } else {
      EXPECT_GE(many[i], single[i] * (1.0 - 1e-10));
    }
  }
}

}  // namespace
}  // namespace sid::internal
