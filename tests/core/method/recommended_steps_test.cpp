#include "sid/method/recommended_steps.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "support/recommended_steps.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

NoisyContraction abstract_map(const Json& json) {
  return {.q = number(json["q"]),
          .sigma1 = number(json["sigma1"]),
          .sigma2 = number(json["sigma2"]),
          .initial = number(json["mse0"])};
}

void expect_two_phase(const NoisyContraction& map, const Json& json) {
  const TwoPhaseStep step = testing::recommended_two_phase(map);
  EXPECT_REL(step.eta, number(json["eta"]), 1e-11);
  EXPECT_REL(step.beta, number(json["beta"]), 1e-11);
  EXPECT_REL(step.gamma, number(json["gamma"]), 1e-11);
  EXPECT_EQ(step.switch_at, json["t1"].get<std::int64_t>());
  EXPECT_REL(map.floor(step.eta), number(json["floor"]), 1e-11);
  // At the switch the second term of c in Theorem 4.2 is gamma times twice the floor.
  EXPECT_REL(step.gamma * 2.0 * map.floor(step.eta), number(json["c"]), 1e-11);
  if (json.contains("etas")) {
    const StepSizeSchedule schedule(step);
    for (std::size_t i = 0; i < json["grid_t"].size(); ++i) {
      EXPECT_REL(
          schedule.at(json["grid_t"][i].get<std::int64_t>()), number(json["etas"][i]), 1e-11);
    }
  }
}

TEST(RecommendedSteps, TwoPhaseAgreesWithReference) {
  for (const Json& json : testing::theory_vectors()["abstract_solver"]) {
    expect_two_phase(abstract_map(json), json["two_phase"]);
  }
  for (const char* group : {"data_problems", "teaching_problems"}) {
    for (const auto& [name, problem] : testing::theory_vectors()[group].items()) {
      for (const Json& entry : problem["cases"]) {
        SCOPED_TRACE(name);
        const Json& c = entry["constants"];
        const NoisyContraction map{.q = number(c["q"]),
                                   .sigma1 = number(c["sigma1_w"]),
                                   .sigma2 = number(c["sigma2_w"]),
                                   .initial = number(c["norm_w"]) * number(c["norm_w"])};
        expect_two_phase(map, entry["w_bounds"]["two_phase"]);
      }
    }
  }
}

/// B_0 .. B_count along the schedule, by the recursion it is the best for.
std::vector<double> bounds_along(const NoisyContraction& map, std::int64_t count) {
  const StepSizeSchedule schedule(bound_optimal_step(map), count);
  std::vector<double> bound{map.initial};
  for (std::int64_t t = 0; t < count; ++t) {
    const double eta = schedule.at(t);
    bound.push_back((1.0 - eta * map.rate()) * bound.back() + eta * eta * map.sigma1);
  }
  return bound;
}

TEST(RecommendedSteps, BoundOptimalAgreesWithReference) {
  for (const Json& json : testing::theory_vectors()["abstract_solver"]) {
    const StepSizeSchedule schedule(bound_optimal_step(abstract_map(json)), 1);
    EXPECT_REL(schedule.at(0), number(json["greedy_first_step"]), 1e-11);
  }
  for (const auto& [name, problem] : testing::theory_vectors()["data_problems"].items()) {
    for (const Json& entry : problem["cases"]) {
      SCOPED_TRACE(name);
      const Json& c = entry["constants"];
      const Json& w = entry["w_bounds"];
      const NoisyContraction map{.q = number(c["q"]),
                                 .sigma1 = number(c["sigma1_w"]),
                                 .sigma2 = number(c["sigma2_w"]),
                                 .initial = number(c["norm_w"]) * number(c["norm_w"])};
      // The reference lists eta_0, eta_1, eta_5 and the last of 50.
      const StepSizeSchedule schedule(bound_optimal_step(map), 50);
      for (std::size_t i = 0; i < w["grid_t"].size(); ++i) {
        EXPECT_REL(schedule.at(std::min<std::int64_t>(w["grid_t"][i].get<std::int64_t>(), 49)),
                   number(w["greedy"]["etas"][i]),
                   1e-11);
      }
      EXPECT_REL(bounds_along(map, 50).back(), number(w["greedy"]["bound_at_50"]), 1e-11);
    }
  }
}

TEST(RecommendedSteps, BoundOptimalIsTheBestOneStepChoice) {
  for (const double initial : {4.0, 900.0, 0.01, 1e-20, 0.0}) {
    const NoisyContraction map{.q = 0.9, .sigma1 = 0.3, .sigma2 = 0.5, .initial = initial};
    const std::vector<double> bound = bounds_along(map, 300);
    for (std::size_t t = 0; t + 1 < bound.size(); ++t) {
      for (int i = 0; i <= 100; ++i) {
        const double eta = map.step_limit() * i / 100.0;
        const double next = (1.0 - eta * map.rate()) * bound[t] + eta * eta * map.sigma1;
        ASSERT_LE(bound[t + 1], next * (1.0 + 1e-12)) << "from " << initial << " at " << t;
      }
    }
  }
}

TEST(RecommendedSteps, BoundOptimalWithoutNoiseTakesTheLargestStepAllowed) {
  for (const double initial : {1.0, 0.0}) {
    const StepSizeSchedule schedule(
        bound_optimal_step({.q = 0.5, .sigma1 = 0.0, .sigma2 = 0.25, .initial = initial}));
    EXPECT_TRUE(schedule.constant());
    EXPECT_EQ(schedule.at(1000), 0.8);
  }
}

TEST(RecommendedSteps, SwitchIsTheFirstTimeTheBoundIsAtTwiceItsFloor) {
  const NoisyContraction map{.q = 0.95, .sigma1 = 0.2, .sigma2 = 1.0, .initial = 30.0};
  for (const double eta : {0.01, 0.1, 0.5}) {
    const std::int64_t t = switch_time(map, eta);
    const auto bound = [&](std::int64_t s) {
      const double floor = map.floor(eta);
      return std::pow(1.0 - eta * map.rate(), static_cast<double>(s)) * (map.initial - floor) +
             floor;
    };
    EXPECT_LE(bound(t), 2.0 * map.floor(eta) * (1.0 + 1e-12));
    EXPECT_GT(bound(t - 1), 2.0 * map.floor(eta));
  }
}

TEST(RecommendedSteps, WithoutNoiseThereIsNoSwitch) {
  EXPECT_EQ(switch_time({.q = 0.9, .sigma1 = 0.0, .initial = 1.0}, 1.0), kNever);
  EXPECT_EQ(switch_time({.q = 0.9, .sigma1 = 0.0, .initial = 0.0}, 1.0), 0);
  EXPECT_EQ(switch_time({.q = 0.9, .sigma1 = 1e-300, .initial = 1e300}, 1e-300), kNever);
}

}  // namespace
}  // namespace sid
