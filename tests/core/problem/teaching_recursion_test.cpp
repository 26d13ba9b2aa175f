#include "sid/problem/teaching_recursion.hpp"

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/teaching_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::matrix;
using testing::number;
using testing::numbers;
using testing::reference_schedule;
using testing::TeachingCase;
using testing::vector;

constexpr double kTolerance = 1e-11;

class TeachingRecursion : public ::testing::TestWithParam<TeachingCase> {};
INSTANTIATE_TEST_SUITE_P(AllCases,
                         TeachingRecursion,
                         ::testing::ValuesIn(testing::teaching_cases()),
                         [](const auto& test) { return test.param.name; });

TEST_P(TeachingRecursion, NoiseMomentsAgree) {
  const TeachingCase& tc = GetParam();
  const Json& e = (*tc.json)["noise_moments"];
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  EXPECT_VECTOR_REL(noise.curvature_second, vector(e["mu2"]), kTolerance);
  EXPECT_VECTOR_REL(noise.curvature_fourth, vector(e["mu4"]), kTolerance);
  EXPECT_REL(noise.additive_second, numbers(e["x2"])[0], kTolerance);
  EXPECT_REL(noise.additive_fourth, numbers(e["x4"])[0], kTolerance);
}

TEST_P(TeachingRecursion, RawMomentsAndAdjointMomentsAgree) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  const Vector w_star = problem.solve_reference().w;
  const Vector box = problem.box() + tc.parameters.target.cwiseAbs();
  for (const auto& [name, entry] : (*tc.json)["schedules"].items()) {
    std::vector<double> steps = reference_schedule(tc, name, 100);
    for (double& step : steps) step *= problem.alpha();
    for (const Json& row : entry["rows"]) {
      IterateMoments m = initial_iterate_moments(tc.parameters);
      advance_iterate_moments(
          tc.parameters, noise, std::span(steps).first(row["t"].get<std::size_t>()), m);
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
      advance_adjoint_moments(
          tc.parameters, noise, std::span(steps).first(row["k"].get<std::size_t>()), v);
      const Vector kappa = v.limit + v.mean_error;
      EXPECT_VECTOR_REL(kappa, vector(row["kappa"]), kTolerance);
      EXPECT_VECTOR_REL((v.variance + kappa.cwiseAbs2()).eval(), vector(row["theta"]), kTolerance);
      const double over_box = (v.variance + v.mean_error.cwiseAbs2()).dot(box.cwiseAbs2());
      EXPECT_REL(over_box, number(row["v_mse_sup_box"]), kTolerance);
    }
  }
}

// P(t) = r^t w*^2 + u (1 - r^t)/(1 - r) + z (r^t - a^t)/(r - a) for a constant step.
TEST_P(TeachingRecursion, EqualStepsTakenAtOnceGiveTheClosedForm) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  const double step =
      problem.alpha() * numbers((*tc.json)["schedules"]["const_0.6"]["etas_first"])[0];
  for (const auto& [t, expected] : (*tc.json)["closed_form_P_t"].items()) {
    const std::int64_t count = std::stoll(t);
    IterateMoments single = initial_iterate_moments(tc.parameters);
    advance_iterate_moments(
        tc.parameters, noise, std::vector<double>(static_cast<std::size_t>(count), step), single);
    IterateMoments at_once = initial_iterate_moments(tc.parameters);
    repeat_iterate_moments(tc.parameters, noise, step, count, at_once);
    for (const IterateMoments& m : {single, at_once}) {
      EXPECT_VECTOR_REL((m.mean_error.cwiseAbs2() + m.second).eval(), vector(expected), kTolerance);
    }
  }
}

TEST_P(TeachingRecursion, EqualStepsTakenAtOnceAreThoseTakenOneByOne) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const TeachingNoise noise = teaching_noise(tc.parameters, tc.minibatch);
  // Steps for which 1 - s (h + lambda) has either sign.
  for (const double eta : {1e-4, 0.3, 0.9}) {
    const double step = eta * problem.alpha();
    const std::vector<double> steps(300, step);
    IterateMoments w = initial_iterate_moments(tc.parameters), w_at_once = w;
    AdjointMoments v = initial_adjoint_moments(tc.parameters, problem.alpha()), v_at_once = v;
    for (const std::int64_t count : {1, 2, 37, 260}) {
      const std::span<const double> now(steps.data(), static_cast<std::size_t>(count));
      advance_iterate_moments(tc.parameters, noise, now, w);
      repeat_iterate_moments(tc.parameters, noise, step, count, w_at_once);
      EXPECT_VECTOR_REL(w_at_once.mean_error, w.mean_error, 1e-12);
      EXPECT_VECTOR_REL(w_at_once.second, w.second, 1e-12);
      EXPECT_VECTOR_REL(w_at_once.third, w.third, 1e-12);
      EXPECT_VECTOR_REL(w_at_once.fourth, w.fourth, 1e-12);
      advance_adjoint_moments(tc.parameters, noise, now, v);
      repeat_adjoint_moments(tc.parameters, noise, step, count, v_at_once);
      EXPECT_VECTOR_REL(v_at_once.mean_error, v.mean_error, 1e-12);
      EXPECT_VECTOR_REL(v_at_once.variance, v.variance, 1e-12);
    }
  }
}

TEST(TeachingRecursionGroups, EveryCoordinateIsOnItsOwn) {
  // Nine coordinates: a whole group and a rest.
  TeachingShape shape{.dim = 9, .noise_lambda = 0.3};
  const TeachingParameters all = make_teaching_parameters(shape, 0.4);
  const TeachingNoise noise = teaching_noise(all, 2);
  const std::vector<double> steps{0.3, 0.25, 0.2, 0.1};
  IterateMoments together = initial_iterate_moments(all);
  advance_iterate_moments(all, noise, steps, together);
  for (Index i = 0; i < 9; ++i) {
    TeachingParameters one = all;
    one.h = all.h.segment(i, 1);
    one.b = all.b.segment(i, 1);
    one.target = all.target.segment(i, 1);
    IterateMoments alone = initial_iterate_moments(one);
    advance_iterate_moments(one, teaching_noise(one, 2), steps, alone);
    EXPECT_EQ(alone.mean_error[0], together.mean_error[i]);
    EXPECT_EQ(alone.second[0], together.second[i]);
    EXPECT_EQ(alone.third[0], together.third[i]);
    EXPECT_EQ(alone.fourth[0], together.fourth[i]);
  }
}

}  // namespace
}  // namespace sid
