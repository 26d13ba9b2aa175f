#include "sid/problem/teaching_moments.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/listed_steps.hpp"
#include "support/teaching_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::listed_steps;
using testing::number;
using testing::reference_schedule;
using testing::single_steps;
using testing::TeachingCase;

constexpr double kTolerance = 1e-11;

class TeachingMoments : public ::testing::TestWithParam<TeachingCase> {};
INSTANTIATE_TEST_SUITE_P(AllCases,
                         TeachingMoments,
                         ::testing::ValuesIn(testing::teaching_cases()),
                         [](const auto& test) { return test.param.name; });

TEST_P(TeachingMoments, StatisticsAgreeForEverySchedule) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  int compared = 0;
  for (const auto& [name, entry] : (*tc.json)["schedules"].items()) {
    const std::vector<double> etas = reference_schedule(tc, name, 100);
    std::vector<std::int64_t> t, k;
    for (const Json& row : entry["rows"]) {
      t.push_back(row["t"].get<std::int64_t>());
      k.push_back(row["k"].get<std::int64_t>());
    }
    const auto moments = [&](std::int64_t draws) {
      return problem.exact_moments({.settings = {.minibatch = tc.minibatch},
                                    .lower_steps = listed_steps(etas),
                                    .linear_steps = listed_steps(etas),
                                    .t = t,
                                    .k = k,
                                    .jacobian_samples = draws});
    };
    const auto derivative_exact = moments(0);
    ASSERT_TRUE(derivative_exact.has_value());
    for (const std::int64_t draws : {1, 3}) {
      const auto exact = moments(draws);
      ASSERT_TRUE(exact.has_value());
      for (std::size_t i = 0; i < t.size(); ++i) {
        SCOPED_TRACE(name + " t=" + std::to_string(t[i]) + " k=" + std::to_string(k[i]));
        const Json& row = entry["rows"][i];
        const Json& hg = row[draws == 1 ? "hg_J1" : "hg_J3"];
        const double bias = number(hg["bias"]);
        EXPECT_REL(exact->lower[i], number(row["w_mse"]), kTolerance);
        EXPECT_REL(exact->linear[i], number(row["v_mse_over_w"]), kTolerance);
        EXPECT_REL(exact->hypergradient[i], number(hg["mse"]), kTolerance);
        EXPECT_REL(exact->mean_of_variance[i], number(hg["EV"]), kTolerance);
        EXPECT_REL(exact->variance_of_mean[i], number(hg["VE"]), kTolerance);
        // The reference subtracts two numbers of order one to get the bias.
        EXPECT_NEAR(std::sqrt(exact->bias_squared[i]), std::abs(bias), 1e-13);
        EXPECT_NEAR(std::abs(number(hg["mean"]) - number(hg["true"])), std::abs(bias), 1e-13);
        EXPECT_NEAR(exact->mean_of_variance[i] - derivative_exact->mean_of_variance[i],
                    number(hg["lam_noise"]),
                    kTolerance * exact->mean_of_variance[i]);
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 36);
}

TEST(TeachingMomentsLimits, DecompositionAddsUpAndExactJacobianRemovesItsNoise) {
  const auto problem = make_teaching_problem(
      {.dim = 4, .noise_lambda = 0.6, .seed = 3}, 0.5, AlphaRule::inverse_smoothness);
  const std::vector<double> etas(50, 0.5);
  const std::vector<std::int64_t> t{0, 1, 5, 50}, k{50, 2, 0, 7};  // k in no order
  ExactQuery query{.settings = {.minibatch = 3},
                   .lower_steps = listed_steps(etas),
                   .linear_steps = listed_steps(etas),
                   .t = t,
                   .k = k,
                   .jacobian_samples = 1};
  const ExactMoments one = *problem->exact_moments(query);
  query.jacobian_samples = 0;
  const ExactMoments exact = *problem->exact_moments(query);
  for (std::size_t i = 0; i < t.size(); ++i) {
    EXPECT_REL(one.hypergradient[i],
               one.bias_squared[i] + one.mean_of_variance[i] + one.variance_of_mean[i],
               1e-14);
    EXPECT_LE(exact.mean_of_variance[i], one.mean_of_variance[i]);
    EXPECT_EQ(exact.bias_squared[i], one.bias_squared[i]);
  }
  EXPECT_LT(exact.mean_of_variance[3], 0.9 * one.mean_of_variance[3]);
}

TEST(TeachingMomentsLimits, NoiseFreeProblemsHaveNoVarianceAndShrinkGeometrically) {
  TeachingShape shape{.dim = 3};
  shape.noise_additive = shape.noise_multiplicative = 0.0;
  const auto problem = make_teaching_problem(shape, 0.5, AlphaRule::optimal);
  const std::vector<double> etas(200, 1.0);
  const std::vector<std::int64_t> t{10, 200};
  const ExactMoments m = *problem->exact_moments({.settings = {},
                                                  .lower_steps = listed_steps(etas),
                                                  .linear_steps = listed_steps(etas),
                                                  .t = t,
                                                  .k = t});
  EXPECT_EQ(m.variance_of_mean[0], 0.0);
  EXPECT_EQ(m.mean_of_variance[0], 0.0);
  // Far below rounding of the squares: the recursion follows the error itself.
  const double q = problem->curvature().q;
  EXPECT_LE(m.lower[1], std::pow(q, 400.0) * problem->solve_reference().w.squaredNorm() * 1.0001);
  EXPECT_GT(m.lower[1], 0.0);
}

TEST(TeachingMomentsLimits, MillionsOfEqualStepsAreTakenAtOnceAndAgreeWithSingleOnes) {
  const auto problem = make_teaching_problem(
      {.dim = 11, .condition = 300.0, .noise_lambda = 0.2, .seed = 3}, 1e-3, AlphaRule::optimal);
  const std::int64_t last = 200000;
  const std::vector<double> etas(static_cast<std::size_t>(last), 0.4);
  const std::vector<std::int64_t> t{1, 3000, 60001, last}, k{1, 2500, 2501, last};
  ExactQuery query{.settings = {.minibatch = 3},
                   .lower_steps = listed_steps(etas),
                   .linear_steps = listed_steps(etas),
                   .t = t,
                   .k = k};
  const ExactMoments at_once = *problem->exact_moments(query);
  query.lower_steps = query.linear_steps = single_steps(etas);
  const ExactMoments one_by_one = *problem->exact_moments(query);
  for (std::size_t i = 0; i < t.size(); ++i) {
    EXPECT_REL(at_once.lower[i], one_by_one.lower[i], 1e-10);
    EXPECT_REL(at_once.linear[i], one_by_one.linear[i], 1e-10);
    EXPECT_REL(at_once.mean_of_variance[i], one_by_one.mean_of_variance[i], 1e-10);
    EXPECT_REL(at_once.variance_of_mean[i], one_by_one.variance_of_mean[i], 1e-10);
    EXPECT_REL(at_once.hypergradient[i], one_by_one.hypergradient[i], 1e-10);
  }
}

TEST(TeachingMomentsLimits, WhatTakesTooLongIsLeftOutWithAReason) {
  const auto problem = make_teaching_problem({}, 0.5, AlphaRule::optimal);
  const std::vector<std::int64_t> t{2'000'000'000};
  StepSizes changing;
  changing.fill = [](std::int64_t, std::span<double>) { FAIL() << "no step is to be taken"; };
  changing.equal_from = [](std::int64_t) { return std::int64_t{1}; };
  const Result<ExactMoments> refused = problem->exact_moments(
      {.settings = {}, .lower_steps = changing, .linear_steps = changing, .t = t, .k = t});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_NE(refused.error().message.find("4·10¹⁰"), std::string::npos) << refused.error().message;
  // Equal steps are free.
  StepSizes equal;
  equal.fill = [](std::int64_t, std::span<double> out) { std::fill(out.begin(), out.end(), 0.5); };
  equal.equal_from = [](std::int64_t) { return std::int64_t{1} << 62; };
  EXPECT_TRUE(problem
                  ->exact_moments(
                      {.settings = {}, .lower_steps = equal, .linear_steps = equal, .t = t, .k = t})
                  .has_value());
}

TEST(TeachingMomentsLimits, StopsBetweenSteps) {
  const auto problem = make_teaching_problem({}, 0.5, AlphaRule::optimal);
  std::stop_source source;
  StepSizes steps;
  std::int64_t asked = 0;
  steps.fill = [&](std::int64_t first, std::span<double> out) {
    std::fill(out.begin(), out.end(), 0.5);
    asked = first + static_cast<std::int64_t>(out.size());
    if (asked > 10000) source.request_stop();
  };
  steps.equal_from = [](std::int64_t) { return std::int64_t{1}; };
  const std::vector<std::int64_t> t{10'000'000};
  const Result<ExactMoments> stopped = problem->exact_moments({.settings = {},
                                                               .lower_steps = steps,
                                                               .linear_steps = steps,
                                                               .t = t,
                                                               .k = t,
                                                               .stop = source.get_token()});
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::stopped);
  EXPECT_LT(asked, 12000) << "within a few hundred steps of the request";
}

TEST(TeachingMomentsLimits, OverflowIsNoSmallNumber) {
  // A step far beyond mean-square stability: moments leave the range of doubles one after the
  // other, and none may come back as a finite value.
  const auto problem = make_teaching_problem({}, 0.5, AlphaRule::optimal);
  const std::vector<double> etas(6000, 3.0);
  const std::vector<std::int64_t> t{100, 600, 2100, 6000};
  for (const StepSizes& steps : {listed_steps(etas), single_steps(etas)}) {
    const ExactMoments m = *problem->exact_moments(
        {.settings = {}, .lower_steps = steps, .linear_steps = steps, .t = t, .k = t});
    EXPECT_GT(m.hypergradient[0], 1e20);
    for (std::size_t i = 1; i < t.size(); ++i) {
      for (const double value :
           {m.hypergradient[i], m.variance_of_mean[i], m.mean_of_variance[i]}) {
        EXPECT_FALSE(value < m.hypergradient[0]) << value << " at " << t[i];
      }
    }
  }
}

}  // namespace
}  // namespace sid
