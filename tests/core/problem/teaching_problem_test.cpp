#include "sid/problem/teaching_problem.hpp"

#include <cmath>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/exact_moments.hpp"
#include "sid/problem/teaching_oracle.hpp"

#include "support/teaching_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::matrix;
using testing::number;
using testing::TeachingCase;
using testing::vector;

constexpr double kTolerance = 1e-11;

class TeachingVectors : public ::testing::TestWithParam<TeachingCase> {};
INSTANTIATE_TEST_SUITE_P(AllCases,
                         TeachingVectors,
                         ::testing::ValuesIn(testing::teaching_cases()),
                         [](const auto& test) { return test.param.name; });

TEST_P(TeachingVectors, ConstantsAgree) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const Json& e = (*tc.json)["constants"];
  const OracleSettings settings{.minibatch = tc.minibatch};
  const ProblemConstants c = problem.constants(problem.solve_reference(), settings);
  EXPECT_REL(c.alpha, number(e["alpha"]), kTolerance);
  EXPECT_REL(c.L, number(e["L"]), kTolerance);
  EXPECT_REL(c.tau, number(e["tau"]), kTolerance);
  EXPECT_REL(c.q, number(e["q"]), kTolerance);
  EXPECT_REL(c.nu1, number(e["nu1"]), kTolerance);
  EXPECT_REL(c.nu2, number(e["nu2"]), kTolerance);
  EXPECT_REL(c.mu1, number(e["mu1"]), kTolerance);
  EXPECT_REL(c.mu2, number(e["mu2"]), kTolerance);
  EXPECT_REL(c.L_hat, number(e["L_hat"]), kTolerance);
  EXPECT_REL(c.L_Phi, number(e["L_Phi"]), kTolerance);
  EXPECT_VECTOR_REL(problem.box(), vector(e["box"]), kTolerance);
  EXPECT_REL(c.L_E, number(e["L_E"]), kTolerance);
  EXPECT_EQ(c.L_E_global, kInfinity);
  EXPECT_REL(c.m2, number(e["m2"]), kTolerance);
  EXPECT_REL(c.c1, number(e["c1"]), kTolerance);
  EXPECT_REL(c.floor_exact, number(e["floor_exact"]), kTolerance);
  EXPECT_REL(c.sigma1_prime, number(e["s1p"]), kTolerance);
  EXPECT_REL(c.sigma2_prime, number(e["s2p"]), kTolerance);
  EXPECT_REL(c.V_star_b, number(e["V_star_b"]), kTolerance);
  EXPECT_REL(c.alpha * c.alpha * c.sigma1_prime, number(e["sigma1_w"]), kTolerance);
  EXPECT_REL(c.sigma1_w_theorem43, number(e["sigma1_w_43"]), kTolerance);
  EXPECT_REL(c.sigma2_theorem43, number(e["sigma2_43"]), kTolerance);
  EXPECT_REL(c.v_noise_star, number(e["sigma_v_star2"]), kTolerance);
  EXPECT_REL(c.sigma1_v_at_w, number(e["sigma1_v"]), kTolerance);
  EXPECT_REL(c.sigma2_v_at_w, number(e["sigma2_v"]), kTolerance);
  EXPECT_REL(c.norm_w, number(e["norm_w"]), kTolerance);
  EXPECT_REL(c.norm_v, number(e["norm_v"]), kTolerance);
  EXPECT_REL(c.ball_step_limit / c.alpha, number((*tc.json)["eta_max_box"]), kTolerance);
}

TEST_P(TeachingVectors, ReferenceAgrees) {
  const TeachingCase& tc = GetParam();
  const TeachingProblem problem(tc.parameters, tc.rule);
  const Json& e = (*tc.json)["reference"];
  const Reference r = problem.solve_reference();
  EXPECT_VECTOR_REL(r.w, vector(e["w"]), kTolerance);
  EXPECT_VECTOR_REL(r.v, vector(e["v"]), kTolerance);
  EXPECT_VECTOR_REL(r.q, vector(e["q"]), kTolerance);
  EXPECT_REL(r.hypergradient(0), number(e["hypergrad"]), kTolerance);
  EXPECT_TRUE(r.converged);
  EXPECT_LT(r.certificate, 1e-14);
  EXPECT_VECTOR_REL(problem.solve_linear_system(r.w), r.v, 1e-14);
}

// Step-by-step runs with listed signs: a row has (for h, for lambda, for b) of each coordinate.
TEST_P(TeachingVectors, StepsFollowTheListedSigns) {
  const TeachingCase& tc = GetParam();
  if (!tc.json->contains("trace")) GTEST_SKIP() << "no trace listed for this case";
  const TeachingProblem problem(tc.parameters, tc.rule);
  const Json& trace = (*tc.json)["trace"];
  const Matrix rows = matrix(trace["signs"]);
  const Index d = problem.lower_dim();
  const auto signs = [&](Index row) {
    const Matrix per_coordinate = rows.row(row).reshaped(3, d);
    return SignAverages{per_coordinate.row(0).transpose(),
                        per_coordinate.row(1).transpose(),
                        per_coordinate.row(2).transpose()};
  };
  const double eta = number(trace["eta"]);
  Vector w = Vector::Zero(d);
  for (Index i = 0; i < rows.rows(); ++i) {
    teaching_lower_step(tc.parameters, signs(i), eta * problem.alpha(), w);
    EXPECT_VECTOR_REL(w, vector(trace["w"][static_cast<std::size_t>(i)]), kTolerance);
  }
  Vector c(d), v = Vector::Zero(d);
  problem.upper_gradient(w, c);
  for (Index i = 0; i < rows.rows(); ++i) {
    const SignAverages row = signs(rows.rows() - 1 - i);
    teaching_linear_step(tc.parameters, row, c, problem.alpha(), eta, v);
    EXPECT_VECTOR_REL(v, vector(trace["v"][static_cast<std::size_t>(i)]), kTolerance);
  }
  const SignAverages zeta = signs(trace["zeta_row"].get<Index>());
  const Vector noise = (1.0 + tc.parameters.noise_lambda * zeta.lambda.array()).matrix();
  const double hypergradient = -problem.alpha() * noise.cwiseProduct(w).dot(v);
  EXPECT_REL(hypergradient, number(trace["hypergrad"]), kTolerance);
}

TEST(TeachingProblem, HypergradientIsTheDerivativeOfTheUpperValue) {
  const TeachingShape shape{.dim = 7};
  const double lambda = 0.4;
  const Reference r = make_teaching_problem(shape, lambda, AlphaRule::optimal)->solve_reference();
  for (const double h : {1e-2, 3e-3, 1e-3}) {
    const auto value = [&](double at) {
      return make_teaching_problem(shape, at, AlphaRule::optimal)->solve_reference().upper_value;
    };
    // Fourth-order central difference.
    const double slope = (8.0 * (value(lambda + h) - value(lambda - h)) -
                          (value(lambda + 2 * h) - value(lambda - 2 * h))) /
                         (12.0 * h);
    EXPECT_REL(slope, r.hypergradient(0), 500.0 * std::pow(h, 4) + 1e-10);
  }
}

TEST(TeachingProblem, HypergradientDoesNotDependOnAlpha) {
  const TeachingShape shape{.dim = 5};
  const Reference a = make_teaching_problem(shape, 0.3, AlphaRule::optimal)->solve_reference();
  const Reference b =
      make_teaching_problem(shape, 0.3, AlphaRule::inverse_smoothness)->solve_reference();
  EXPECT_EQ(a.hypergradient(0), b.hypergradient(0));
  EXPECT_NE(a.v(0), b.v(0));
}

TEST(TeachingProblem, CopesWithEqualCurvatures) {
  // h constant gives L = tau and q = 0 exactly; nothing divides by q.
  TeachingParameters p;
  p.h = Vector::Constant(3, 1.5);
  p.b = Vector::Constant(3, 1.0);
  p.target = Vector::Zero(3);
  p.noise_multiplicative = 0.5;
  const TeachingProblem problem(p, AlphaRule::optimal);
  EXPECT_EQ(problem.curvature().q, 0.0);
  const ProblemConstants c = problem.constants(problem.solve_reference(), {.minibatch = 4});
  EXPECT_TRUE(std::isfinite(c.c1) && std::isfinite(c.sigma2_theorem43));
}

TEST(TeachingProblem, GeneratedShapeHasTheAskedSpectrumWhateverLambda) {
  const TeachingShape shape{.dim = 10, .condition = 20.0, .smoothness = 2.0};
  const TeachingParameters a = make_teaching_parameters(shape, 0.1);
  const TeachingParameters b = make_teaching_parameters(shape, 7.0);
  EXPECT_EQ(a.b, b.b);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.h.maxCoeff(), 2.0);
  EXPECT_REL(a.h.minCoeff(), 0.1, 1e-14);
  EXPECT_GE(a.target.cwiseAbs().minCoeff(), 0.5);
  EXPECT_LE(a.target.cwiseAbs().maxCoeff(), 1.5);
  TeachingShape other = shape;
  other.seed = 2;
  EXPECT_NE(make_teaching_parameters(other, 0.1).b, a.b);
}

TEST(TeachingProblem, RejectsParametersOutsideTheirRanges) {
  TeachingParameters good;
  good.h = good.b = good.target = Vector::Ones(2);
  const auto build = [](const TeachingParameters& p) { TeachingProblem(p, AlphaRule::optimal); };
  EXPECT_NO_THROW(build(good));
  const double nan = std::nan("");
  const auto expect_rejected = [&](auto change) {
    TeachingParameters bad = good;
    change(bad);
    EXPECT_THROW(build(bad), ContractViolation);
  };
  expect_rejected([](auto& p) { p.lambda = 0.0; });
  expect_rejected([&](auto& p) { p.lambda = nan; });
  expect_rejected([](auto& p) { p.h(1) = 0.0; });
  expect_rejected([&](auto& p) { p.b(0) = nan; });
  expect_rejected([](auto& p) { p.noise_multiplicative = 1.0; });
  expect_rejected([](auto& p) { p.noise_lambda = -0.1; });
  expect_rejected([](auto& p) { p.noise_additive = kInfinity; });
  expect_rejected([](auto& p) { p.samples = 0; });
  expect_rejected([](auto& p) {
    p.b.resize(3);
    p.b.setOnes();
  });
  EXPECT_THROW(TeachingProblem(good, AlphaRule::optimal).make_oracle({.minibatch = 0}),
               ContractViolation);
}

}  // namespace
}  // namespace sid
