#include "sid/problem/teaching_moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/teaching_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::matrix;
using testing::number;
using testing::numbers;
using testing::TeachingCase;
using testing::vector;

constexpr double kTolerance = 1e-11;

// Step sizes of the reference schedules, by name.
std::vector<double> schedule(const TeachingCase& tc, const std::string& name, std::size_t count) {
  const std::vector<double> first = numbers((*tc.json)["schedules"][name]["etas_first"]);
  std::vector<double> etas(count);
  // Decreasing: min(eta_0, beta/(gamma + t)), fitted to the values at t = 1 and 2.
  const double gamma = name == "dec" ? first[2] / (first[1] - first[2]) - 1.0 : 0.0;
  const double beta = first[1] * (gamma + 1.0);
  for (std::size_t t = 0; t < count; ++t) {
    etas[t] =
        name == "dec" ? std::min(first[0], beta / (gamma + static_cast<double>(t))) : first[0];
  }
  for (std::size_t t = 0; t < first.size(); ++t) EXPECT_REL(etas[t], first[t], 1e-13);
  return etas;
}

class TeachingMoments : public ::testing::TestWithParam<TeachingCase> {};
INSTANTIATE_TEST_SUITE_P(AllCases,
                         TeachingMoments,
                         ::testing::ValuesIn(testing::teaching_cases()),
                         [](const auto& test) { return test.param.name; });

TEST_P(TeachingMoments, NoiseMomentsAgree) {
  const TeachingCase& tc = GetParam();
  const Json& e = (*tc.json)["noise_moments"];
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  EXPECT_VECTOR_REL(noise.curvature_second, vector(e["mu2"]), kTolerance);
  EXPECT_VECTOR_REL(noise.curvature_fourth, vector(e["mu4"]), kTolerance);
  EXPECT_REL(noise.additive_second, numbers(e["x2"])[0], kTolerance);
  EXPECT_REL(noise.additive_fourth, numbers(e["x4"])[0], kTolerance);
}

TEST_P(TeachingMoments, StatisticsAgreeForEverySchedule) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  int compared = 0;
  for (const auto& [name, entry] : (*tc.json)["schedules"].items()) {
    const std::vector<double> etas = schedule(tc, name, 100);
    std::vector<std::int64_t> t, k;
    for (const Json& row : entry["rows"]) {
      t.push_back(row["t"].get<std::int64_t>());
      k.push_back(row["k"].get<std::int64_t>());
    }
    for (const std::int64_t draws : {1, 3}) {
      const auto exact = problem.exact_moments({.settings = {.minibatch = tc.minibatch},
                                                .eta_lower = etas,
                                                .eta_linear = etas,
                                                .t = t,
                                                .k = k,
                                                .jacobian_samples = draws});
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
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 36);
}

TEST_P(TeachingMoments, RawMomentsAndAdjointMomentsAgree) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  const Vector w_star = problem.solve_reference().w;
  const Vector box = problem.box() + tc.parameters.target.cwiseAbs();
  for (const auto& [name, entry] : (*tc.json)["schedules"].items()) {
    const std::vector<double> etas = schedule(tc, name, 100);
    for (const Json& row : entry["rows"]) {
      IterateMoments m = initial_iterate_moments(tc.parameters);
      for (std::size_t t = 0; t < row["t"].get<std::size_t>(); ++t) {
        advance_iterate_moments(tc.parameters, noise, etas[t] * problem.alpha(), m);
      }
      const Eigen::ArrayXd w = (w_star + m.mean_error).array();
      const Eigen::ArrayXd c2 = m.second.array(), c3 = m.third.array(), c4 = m.fourth.array();
      const Matrix raw = matrix(row["w_raw_moments"]);
      EXPECT_VECTOR_REL(w.matrix(), raw.row(1).transpose(), kTolerance);
      EXPECT_VECTOR_REL((w * w + c2).matrix(), raw.row(2).transpose(), kTolerance);
      EXPECT_VECTOR_REL((w * w * w + 3 * w * c2 + c3).matrix(), raw.row(3).transpose(), kTolerance);
      EXPECT_VECTOR_REL((w.pow(4) + 6 * w * w * c2 + 4 * w * c3 + c4).matrix(),
                        raw.row(4).transpose(),
                        kTolerance);
      AdjointMoments v = initial_adjoint_moments(tc.parameters, problem.alpha());
      for (std::size_t k = 0; k < row["k"].get<std::size_t>(); ++k) {
        advance_adjoint_moments(tc.parameters, noise, etas[k] * problem.alpha(), v);
      }
      const Vector kappa = v.limit + v.mean_error;
      EXPECT_VECTOR_REL(kappa, vector(row["kappa"]), kTolerance);
      EXPECT_VECTOR_REL((v.variance + kappa.cwiseAbs2()).eval(), vector(row["theta"]), kTolerance);
      const double over_box = (v.variance + v.mean_error.cwiseAbs2()).dot(box.cwiseAbs2());
      EXPECT_REL(over_box, number(row["v_mse_sup_box"]), kTolerance);
    }
  }
}

TEST_P(TeachingMoments, ClosedFormAgreesWithRecursionAndReference) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  const double step =
      problem.alpha() * numbers((*tc.json)["schedules"]["const_0.6"]["etas_first"])[0];
  for (const auto& [t, expected] : (*tc.json)["closed_form_P_t"].items()) {
    const std::int64_t steps = std::stoll(t);
    const Vector closed = teaching_closed_form(tc.parameters, tc.minibatch, step, steps);
    EXPECT_VECTOR_REL(closed, vector(expected), kTolerance);
    IterateMoments m = initial_iterate_moments(tc.parameters);
    for (std::int64_t s = 0; s < steps; ++s) {
      advance_iterate_moments(tc.parameters, noise, step, m);
    }
    EXPECT_VECTOR_REL((m.mean_error.cwiseAbs2() + m.second).eval(), closed, kTolerance);
  }
}

TEST(TeachingRecursion, DecompositionAddsUpAndExactJacobianRemovesItsNoise) {
  const auto problem = make_teaching_problem(
      {.dim = 4, .noise_lambda = 0.6, .seed = 3}, 0.5, AlphaRule::inverse_smoothness);
  const std::vector<double> etas(50, 0.5);
  const std::vector<std::int64_t> t{0, 1, 5, 50}, k{50, 2, 0, 7};  // k in no order
  ExactQuery query{.settings = {.minibatch = 3},
                   .eta_lower = etas,
                   .eta_linear = etas,
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

TEST(TeachingRecursion, NoiseFreeProblemsHaveNoVarianceAndShrinkGeometrically) {
  TeachingShape shape{.dim = 3};
  shape.noise_additive = shape.noise_multiplicative = 0.0;
  const auto problem = make_teaching_problem(shape, 0.5, AlphaRule::optimal);
  const std::vector<double> etas(200, 1.0);
  const std::vector<std::int64_t> t{10, 200};
  const ExactMoments m = *problem->exact_moments(
      {.settings = {}, .eta_lower = etas, .eta_linear = etas, .t = t, .k = t});
  EXPECT_EQ(m.variance_of_mean[0], 0.0);
  EXPECT_EQ(m.mean_of_variance[0], 0.0);
  // Far below rounding of the squares: the recursion follows the error itself.
  const double q = problem->curvature().q;
  EXPECT_LE(m.lower[1], std::pow(q, 400.0) * problem->solve_reference().w.squaredNorm() * 1.0001);
  EXPECT_GT(m.lower[1], 0.0);
}

TEST(TeachingRecursion, RefusesSchedulesShorterThanTheCheckpoints) {
  const auto problem = make_teaching_problem({}, 0.5, AlphaRule::optimal);
  const std::vector<double> etas(3, 0.5);
  const std::vector<std::int64_t> t{4};
  EXPECT_THROW((void)problem->exact_moments(
                   {.settings = {}, .eta_lower = etas, .eta_linear = etas, .t = t, .k = t}),
               ContractViolation);
}

}  // namespace
}  // namespace sid
