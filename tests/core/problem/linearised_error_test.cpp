#include "sid/problem/linearised_error.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/additive_error.hpp"

#include "support/data_vectors.hpp"
#include "support/listed_steps.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::listed_steps;
using testing::number;

constexpr double kTolerance = 1e-11;

StepSizes constant(double eta) {
  return {.fill = [eta](std::int64_t,
                        std::span<double> out) { std::fill(out.begin(), out.end(), eta); },
          .equal_from = [](std::int64_t) { return std::int64_t{1} << 40; }};
}

StepSizes decreasing(double eta) {
  return {.fill =
              [eta](std::int64_t first, std::span<double> out) {
                for (std::size_t i = 0; i < out.size(); ++i) {
                  out[i] =
                      eta / (1.0 + 0.01 * (static_cast<double>(first) + static_cast<double>(i)));
                }
              },
          .equal_from = [](std::int64_t) { return std::int64_t{1}; }};
}

const std::vector<std::int64_t> kGrid{1, 5, 50};

class LinearisedErrorVectors : public ::testing::TestWithParam<std::string> {
 protected:
  const Json& json() const { return testing::theory_vectors()["data_problems"][GetParam()]; }
};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         LinearisedErrorVectors,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

TEST_P(LinearisedErrorVectors, Agree) {
  int compared = 0;
  for (const Json& entry : json()["cases"]) {
    const bool optimal = entry["rule"].get<std::string>() == "opt";
    const auto problem = testing::data_problem(
        GetParam(), optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
    const Reference r = problem->solve_reference();
    const StepSizes steps = constant(number(entry["LIN"]["eta"]));
    const auto predict = [&](std::int64_t samples) {
      return problem
          ->predicted_moments({.settings = testing::oracle_settings(entry["constants"]),
                               .lower_steps = steps,
                               .linear_steps = steps,
                               .t = kGrid,
                               .k = kGrid,
                               .jacobian_samples = samples,
                               .reference = &r})
          .value();
    };
    const PredictedMoments one = predict(1), four = predict(4), exact = predict(0);
    EXPECT_FALSE(one.additive_noise);
    const double floor = number(entry["constants"]["floor_exact"]);
    for (std::size_t i = 0; i < kGrid.size(); ++i) {
      const Json& mse = entry["LIN"]["mse"][std::to_string(kGrid[i])];
      EXPECT_REL(one.hypergradient[i], number(mse), kTolerance);
      // J divides what the derivative's samples add, and that alone.
      const double noise = one.hypergradient[i] - exact.hypergradient[i];
      EXPECT_NEAR(four.hypergradient[i] - exact.hypergradient[i],
                  0.25 * noise,
                  1e-13 * one.hypergradient[i]);
      if (kGrid[i] == 50) {
        EXPECT_NEAR(noise, floor, 0.05 * floor);
      }
      ++compared;
    }
  }
  EXPECT_EQ(compared, 18);
}

TEST_P(LinearisedErrorVectors, OfRidgeRegressionAreExact) {
  const std::vector<std::int64_t> t{0, 1, 5, 50};
  for (const Json& entry : json()["cases"]) {
    const bool optimal = entry["rule"].get<std::string>() == "opt";
    const auto problem = testing::data_problem(
        GetParam(), optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
    const Reference r = problem->solve_reference();
    const StepSizes steps = constant(number(entry["LIN"]["eta"]));
    const ExactQuery query{.settings = testing::oracle_settings(entry["constants"]),
                           .lower_steps = steps,
                           .linear_steps = steps,
                           .t = t,
                           .k = t,
                           .reference = &r};
    const auto exact = problem->exact_moments(query);
    if (!entry.contains("w_exact_ridge")) {
      ASSERT_FALSE(exact.has_value());
      EXPECT_EQ(exact.error().code, ErrorCode::not_found);
      continue;
    }
    ASSERT_TRUE(exact.has_value());
    EXPECT_TRUE(exact->linear.empty() && exact->hypergradient.empty());
    const Json& e = entry["w_exact_ridge"];
    EXPECT_EQ(e["eta"], entry["LIN"]["eta"]);
    const auto predicted = problem->predicted_moments(query);
    for (std::size_t i = 0; i < t.size(); ++i) {
      EXPECT_REL(exact->lower[i], number(e["mse"][i]), kTolerance);
      EXPECT_EQ(predicted->lower[i], exact->lower[i]);
    }
  }
}

class LinearisedError : public ::testing::TestWithParam<DataProblemShape> {};
INSTANTIATE_TEST_SUITE_P(AllShapes, LinearisedError, ::testing::ValuesIn(testing::all_shapes()));

// Where fourth moments are too expensive the noise at the solution serves; near the solution, for
// decreasing steps, both say the same.
TEST_P(LinearisedError, BothKindsAgreeForSmallSteps) {
  const auto problem = testing::random_problem({.rows = 60, .columns = 7, .shape = GetParam()});
  const Reference r = problem->solve_reference();
  const StepSizes steps = decreasing(0.02);
  const std::vector<std::int64_t> t{40'000};
  const ExactQuery query{.settings = {.minibatch = 10},
                         .lower_steps = steps,
                         .linear_steps = steps,
                         .t = t,
                         .k = t,
                         .reference = &r};
  const auto predicted = problem->predicted_moments(query);
  ASSERT_TRUE(predicted.has_value());
  ASSERT_FALSE(predicted->additive_noise);
  const auto model = make_additive_model(*problem, r);
  const auto additive = additive_errors(*model, r, problem->alpha(), 0.1, query);
  EXPECT_NEAR(additive->lower[0].mean_square / predicted->lower[0], 1.0, 0.05);
  EXPECT_NEAR(additive->linear[0].mean_square / predicted->linear[0], 1.0, 0.05);
}

TEST_P(LinearisedError, LargeProblemsTakeTheNoiseAtTheSolution) {
  const auto problem = testing::random_problem({.rows = 500, .columns = 70, .shape = GetParam()});
  const Reference r = problem->solve_reference();
  const std::vector<std::int64_t> t{10, 300, 400}, k{10, 100, 50};
  for (const std::int64_t samples : {1, 4}) {
    const ExactQuery query{.settings = {.minibatch = 5, .sampling = Sampling::without_replacement},
                           .lower_steps = decreasing(0.4),
                           .linear_steps = constant(0.2),
                           .t = t,
                           .k = k,
                           .jacobian_samples = samples,
                           .reference = &r};
    const auto predicted = problem->predicted_moments(query);
    ASSERT_TRUE(predicted.has_value()) << predicted.error().message;
    EXPECT_TRUE(predicted->additive_noise);
    const auto model = make_additive_model(*problem, r);
    const double f_b = variance_factor(Sampling::without_replacement, 500, 5);
    const auto errors = additive_errors(*model, r, problem->alpha(), f_b, query);
    const double spread = problem->constants(r, query.settings).floor_exact /
                          model->forms->apply_linear(*problem, r.v).squaredNorm();
    for (std::size_t i = 0; i < t.size(); ++i) {
      const double mean =
          model->forms->apply(*problem, errors->lower[i].mean, errors->linear[i].mean)
              .squaredNorm();
      EXPECT_REL(predicted->hypergradient[i],
                 mean + errors->lower[i].from_variance + errors->linear[i].from_variance +
                     spread / static_cast<double>(samples) *
                         (errors->linear[i].from_variance +
                          model->forms->apply_linear(*problem, r.v + errors->linear[i].mean)
                              .squaredNorm()),
                 1e-12);
      EXPECT_EQ(predicted->lower[i], errors->lower[i].mean_square);
      EXPECT_EQ(predicted->linear[i], errors->linear[i].mean_square);
    }
  }
}

TEST_P(LinearisedError, DivergenceIsInfinite) {
  for (const Index columns : {4, 70}) {
    const auto problem =
        testing::random_problem({.rows = 500, .columns = columns, .shape = GetParam()});
    const Reference r = problem->solve_reference();
    const std::vector<std::int64_t> t{100'000};
    const auto predicted = problem->predicted_moments({.settings = {.minibatch = 1},
                                                       .lower_steps = constant(9.0),
                                                       .linear_steps = constant(9.0),
                                                       .t = t,
                                                       .k = t,
                                                       .reference = &r});
    ASSERT_TRUE(predicted.has_value());
    EXPECT_EQ(predicted->lower[0], kInfinity);
    EXPECT_EQ(predicted->linear[0], kInfinity);
    EXPECT_EQ(predicted->hypergradient[0], kInfinity);
  }
}

TEST(LinearisedErrorLimits, SayWhyNothingIsGiven) {
  const ExampleLoss squares{LossKind::squares};
  const auto problem = testing::random_problem({.shape = {.lower = squares, .upper = squares}});
  const Reference r = problem->solve_reference();
  const std::vector<std::int64_t> t{30'000'000};
  ExactQuery query{.lower_steps = decreasing(0.1),
                   .linear_steps = decreasing(0.1),
                   .t = t,
                   .k = t,
                   .reference = &r};
  const auto long_exact = problem->exact_moments(query);
  ASSERT_FALSE(long_exact.has_value());
  EXPECT_EQ(long_exact.error().code, ErrorCode::bad_input);
  const auto long_prediction = problem->predicted_moments(query);
  ASSERT_FALSE(long_prediction.has_value() && !long_prediction->additive_noise);
  query.settings.sampling = Sampling::reshuffle;
  EXPECT_EQ(problem->exact_moments(query).error().code, ErrorCode::not_found);
  EXPECT_EQ(problem->predicted_moments(query).error().code, ErrorCode::not_found);
  const auto wide = testing::random_problem({.rows = 20'000, .columns = 30, .shape = {}});
  const Reference wide_reference = wide->solve_reference();
  query.settings.sampling = Sampling::iid;
  query.reference = &wide_reference;
  const auto wide_prediction = wide->predicted_moments(query);
  ASSERT_FALSE(wide_prediction.has_value());
  EXPECT_EQ(wide_prediction.error().code, ErrorCode::bad_input);
  query.reference = nullptr;
  EXPECT_THROW((void)wide->predicted_moments(query), ContractViolation);
}

TEST(LinearisedErrorLimits, TooManyColumnsAreRefusedWithTheLimit) {
  const auto problem = testing::random_problem({.rows = 40, .columns = 1001, .shape = {}});
  const Reference r = problem->solve_reference();
  const std::vector<std::int64_t> t{3};
  const auto predicted = problem->predicted_moments({.lower_steps = constant(0.1),
                                                     .linear_steps = constant(0.1),
                                                     .t = t,
                                                     .k = t,
                                                     .reference = &r});
  ASSERT_FALSE(predicted.has_value());
  EXPECT_EQ(predicted.error().code, ErrorCode::bad_input);
  EXPECT_NE(predicted.error().message.find("1000"), std::string::npos);
}

TEST(LinearisedErrorLimits, StopsInEveryPart) {
  std::stop_source source;
  source.request_stop();
  for (const Index columns : {4, 70}) {
    const auto problem = testing::random_problem(
        {.rows = 500, .columns = columns, .shape = {.lower = {LossKind::squares}, .upper = {}}});
    Reference r = problem->solve_reference();
    const std::vector<std::int64_t> t{10};
    ExactQuery query{.lower_steps = constant(0.1),
                     .linear_steps = constant(0.1),
                     .t = t,
                     .k = t,
                     .reference = &r,
                     .stop = source.get_token()};
    EXPECT_EQ(problem->predicted_moments(query).error().code, ErrorCode::stopped);
    if (columns == 4) {
      EXPECT_EQ(problem->exact_moments(query).error().code, ErrorCode::stopped);
    }
    EXPECT_EQ(problem->stability_edges(r, {}, source.get_token()).linear, kInfinity);
    // What was not made because of the stop is made when it is asked for again.
    query.stop = {};
    EXPECT_TRUE(problem->predicted_moments(query).has_value());
  }
}

TEST_P(LinearisedError, StabilityEdgesContractAndAreKept) {
  const auto problem = testing::random_problem({.rows = 40, .columns = 5, .shape = GetParam()});
  Reference r = problem->solve_reference();
  const std::vector<std::int64_t> t{2000, 20'000};
  for (const std::int64_t b : {1, 8}) {
    const OracleSettings settings{.minibatch = b};
    const StabilityEdges edges = problem->stability_edges(r, settings);
    ASSERT_TRUE(std::isfinite(edges.linear));
    EXPECT_EQ(edges.lower, edges.linear);
    EXPECT_EQ(problem->stability_edges(r, settings).linear, edges.linear);
    for (const double factor : {0.98, 1.02}) {
      const auto predicted =
          problem->predicted_moments({.settings = settings,
                                      .lower_steps = constant(factor * edges.lower),
                                      .linear_steps = constant(factor * edges.linear),
                                      .t = t,
                                      .k = t,
                                      .reference = &r});
      ASSERT_TRUE(predicted.has_value());
      ASSERT_FALSE(predicted->additive_noise);
      const bool grows = predicted->linear[1] > 10.0 * predicted->linear[0];
      EXPECT_EQ(grows, factor > 1.0) << predicted->linear[0] << " " << predicted->linear[1];
    }
  }
  r.cache = nullptr;
  EXPECT_TRUE(std::isfinite(problem->stability_edges(r, {}).linear));
  EXPECT_EQ(problem->stability_edges(r, {.sampling = Sampling::reshuffle}).linear, kInfinity);
  const auto wide = testing::random_problem({.rows = 50, .columns = 65, .shape = GetParam()});
  EXPECT_EQ(wide->stability_edges(wide->solve_reference(), {}).linear, kInfinity);
}

}  // namespace
}  // namespace sid
