#include "sid/method/inexact_solvers.hpp"

#include <cmath>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"
#include "sid/method/cg_path.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "contract/problem_zoo.hpp"
#include "core/method/template_problem.hpp"
#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::vector;

constexpr LowerIteration kLower[] = {
    LowerIteration::gradient, LowerIteration::heavy_ball, LowerIteration::accelerated};
constexpr LinearIteration kLinear[] = {
    LinearIteration::gradient, LinearIteration::heavy_ball, LinearIteration::conjugate_gradients};

std::unique_ptr<SidPath> batch_path(const BilevelProblem& problem) {
  auto path =
      std::make_unique<SidPath>(problem,
                                std::make_unique<BatchOracle>(problem),
                                std::make_unique<BatchOracle>(problem),
                                SidSettings{.lower_step = StepSizeSchedule(ConstantStep{1}),
                                            .linear_step = StepSizeSchedule(ConstantStep{1}),
                                            .jacobian_samples = 0});
  path->start(0, 0);
  return path;
}

double residual(const BilevelProblem& problem, const HypergradientPath& at) {
  Vector image(problem.lower_dim());
  problem.hessian_vector(at.w(), at.v(), image);
  return (problem.alpha() * image - at.upper_gradient()).norm();
}

class InexactSolvers : public ::testing::TestWithParam<testing::ProblemEntry> {
 protected:
  std::shared_ptr<const BilevelProblem> problem_ =
      GetParam().make(GetParam().lambda, AlphaRule::optimal);
  bool applies() const { return problem_->is_gradient_map(); }
};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         InexactSolvers,
                         ::testing::ValuesIn(testing::problem_zoo()),
                         [](const auto& test) { return test.param.name; });

TEST_P(InexactSolvers, OfGradientStepsAreAidFpToTheBit) {
  if (!applies()) GTEST_SKIP() << "no gradient step";
  const auto batch = batch_path(*problem_);
  InexactPath path(*problem_, {});
  path.start(3, 4);
  std::uint32_t index = 0;
  for (const Checkpoint at : {Checkpoint{.t = 0, .k = 2}, {.t = 3, .k = 0}, {.t = 9, .k = 14}}) {
    ASSERT_EQ(batch->run_to(at, index, {}), PathStatus::reached);
    ASSERT_EQ(path.run_to(at, index++, {}), PathStatus::reached);
    EXPECT_EQ(path.w(), batch->w());
    EXPECT_EQ(path.v(), batch->v());
    EXPECT_EQ(path.hypergradient(), batch->hypergradient());
    EXPECT_EQ(path.solver_steps(), batch->solver_steps());
  }
  EXPECT_EQ(path.samples(), path.solver_steps() * problem_->sample_count());
  EXPECT_FALSE(path.steps_taken().has_value());
  EXPECT_FALSE(path.can_repeat());
}

TEST_P(InexactSolvers, OfGradientStepsAndConjugateGradientsAreAidCgToTheBit) {
  if (!applies()) GTEST_SKIP() << "no gradient step";
  CgPath conjugate(*problem_);
  InexactPath path(*problem_, {.linear = LinearIteration::conjugate_gradients});
  path.start(0, 0);
  std::uint32_t index = 0;
  for (const Checkpoint at : {Checkpoint{.t = 2, .k = 1}, {.t = 7, .k = 3}, {.t = 12, .k = 40}}) {
    ASSERT_EQ(conjugate.run_to(at, index, {}), PathStatus::reached);
    ASSERT_EQ(path.run_to(at, index++, {}), PathStatus::reached);
    EXPECT_EQ(path.v(), conjugate.v());
    EXPECT_EQ(path.hypergradient(), conjugate.hypergradient());
  }
}

/// The recursions of momentum written out with a list of iterates.
TEST_P(InexactSolvers, FollowTheirFormulas) {
  if (!applies()) GTEST_SKIP() << "no gradient step";
  const double L = problem_->curvature().L, tau = problem_->curvature().tau;
  const double kappa = L / tau, rate = (std::sqrt(kappa) - 1.0) / (std::sqrt(kappa) + 1.0);
  const double step = 4.0 / std::pow(std::sqrt(L) + std::sqrt(tau), 2);
  const Index d = problem_->lower_dim();
  Vector gradient(d), product(d);
  for (const LowerIteration lower : {LowerIteration::heavy_ball, LowerIteration::accelerated}) {
    std::vector<Vector> w(2, Vector::Zero(d));  // w_{-1}, w_0
    for (int t = 0; t < 8; ++t) {
      const Vector now = w.back(), before = w[w.size() - 2];
      if (lower == LowerIteration::heavy_ball) {
        problem_->lower_gradient(now, gradient);
        w.emplace_back(now - step * gradient + rate * rate * (now - before));
      } else {
        const Vector y = now + rate * (now - before);
        problem_->lower_gradient(y, gradient);
        w.emplace_back(y - gradient / L);
      }
    }
    InexactPath path(*problem_, {.lower = lower, .linear = LinearIteration::heavy_ball});
    path.start(0, 0);
    ASSERT_EQ(path.run_to({.t = 3, .k = 2}, 0, {}), PathStatus::reached);
    EXPECT_VECTOR_REL(path.w(), w[4], 1e-12);
    ASSERT_EQ(path.run_to({.t = 8, .k = 6}, 1, {}), PathStatus::reached);
    EXPECT_VECTOR_REL(path.w(), w[9], 1e-12);
    // q = alpha v.
    std::vector<Vector> q(2, Vector::Zero(d));
    for (int k = 0; k < 6; ++k) {
      const Vector now = q.back(), before = q[q.size() - 2];
      problem_->hessian_vector(path.w(), now, product);
      q.emplace_back(now - step * (product - path.upper_gradient()) + rate * rate * (now - before));
    }
    EXPECT_VECTOR_REL(problem_->alpha() * path.v(), q.back(), 1e-12);
  }
}

TEST_P(InexactSolvers, MeetTheirTolerancesAndThenStay) {
  if (!applies()) GTEST_SKIP() << "no gradient step";
  constexpr double kLowerTolerance = 1e-5, kLinearTolerance = 3e-7;
  const Reference reference = problem_->solve_reference();
  for (const LowerIteration lower : kLower) {
    for (const LinearIteration linear : kLinear) {
      InexactPath path(*problem_,
                       {.lower = lower,
                        .linear = linear,
                        .lower_tolerance = kLowerTolerance,
                        .linear_tolerance = kLinearTolerance});
      path.start(0, 0);
      ASSERT_EQ(path.run_to({.t = 1, .k = 1}, 0, {}), PathStatus::reached);
      ASSERT_TRUE(path.steps_taken());
      EXPECT_FALSE(path.steps_taken()->lower_met);
      ASSERT_EQ(path.run_to({.t = 20000, .k = 20000}, 1, {}), PathStatus::reached);
      const StepsTaken taken = *path.steps_taken();
      ASSERT_TRUE(taken.lower_met);
      ASSERT_TRUE(taken.linear_met);
      EXPECT_LT(taken.t, 20000);
      EXPECT_GT(taken.t, 1);
      EXPECT_LT(taken.k, 20000);
      EXPECT_LE((path.w() - reference.w).norm(), kLowerTolerance);
      EXPECT_LE(residual(*problem_, path), kLinearTolerance);
      const Vector w = path.w(), estimate = path.hypergradient();
      const std::int64_t steps = path.solver_steps();
      ASSERT_EQ(path.run_to({.t = 30000, .k = 30000}, 2, {}), PathStatus::reached);
      EXPECT_EQ(path.w(), w);
      EXPECT_EQ(path.hypergradient(), estimate);
      EXPECT_EQ(path.solver_steps(), steps + taken.k);
      EXPECT_EQ(*path.steps_taken(), taken);
    }
  }
}

TEST(InexactSolversOf, ConjugateGradientsEndInAsManyStepsAsThereAreColumns) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape, .seed = 8});
    SCOPED_TRACE(problem->name());
    InexactPath path(*problem,
                     {.linear = LinearIteration::conjugate_gradients, .linear_tolerance = 1e-9});
    path.start(0, 0);
    ASSERT_EQ(path.run_to({.t = 3, .k = 1000}, 0, {}), PathStatus::reached);
    EXPECT_TRUE(path.steps_taken()->linear_met);
    EXPECT_LE(path.steps_taken()->k, problem->lower_dim());
    EXPECT_EQ(path.steps_taken()->t, 3);
    EXPECT_FALSE(path.steps_taken()->lower_met);
  }
}

TEST(InexactSolversOf, TolerancesThatNoSolverMeetsSayNothing) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  for (const LinearIteration linear : kLinear) {
    InexactPath path(*problem,
                     {.lower = LowerIteration::heavy_ball,
                      .linear = linear,
                      .lower_tolerance = 1e-300,
                      .linear_tolerance = 1e-300});
    path.start(0, 0);
    ASSERT_EQ(path.run_to({.t = 40, .k = 40}, 0, {}), PathStatus::reached);
    EXPECT_FALSE(path.steps_taken()->lower_met);
    EXPECT_FALSE(path.steps_taken()->linear_met);
    EXPECT_EQ(path.steps_taken()->t, 40);
    EXPECT_LE(path.steps_taken()->k, 40);
  }
}

TEST(InexactSolversOf, StepsOfADivergedPathAreNotThoseOfAnEarlierCheckpoint) {
  const testing::TemplateProblem wild(testing::theory_vectors()["data_problems"]["P3"]["inputs"],
                                      1e6);
  InexactPath path(wild, {.lower_tolerance = 1e-6, .linear_tolerance = 1e300});
  path.start(0, 0);
  ASSERT_EQ(path.run_to({.t = 3, .k = 3}, 0, {}), PathStatus::reached);
  ASSERT_TRUE(path.steps_taken());
  EXPECT_TRUE(path.steps_taken()->linear_met);
  ASSERT_EQ(path.run_to({.t = 90, .k = 3}, 1, {}), PathStatus::diverged);
  EXPECT_FALSE(path.steps_taken());
}

TEST(InexactSolversOf, AWarmStartBeginsWithoutMomentum) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  const Vector initial = Vector::LinSpaced(problem->lower_dim(), -1.0, 2.0);
  Vector gradient(problem->lower_dim());
  problem->lower_gradient(initial, gradient);
  for (const LowerIteration lower : kLower) {
    InexactPath path(*problem, {.lower = lower});
    path.start(0, 0);
    ASSERT_EQ(path.run_to({.t = 5, .k = 1}, 0, {}), PathStatus::reached);
    path.start_at(0, 0, initial);
    ASSERT_EQ(path.run_to({.t = 1, .k = 1}, 0, {}), PathStatus::reached);
    const Vector step = initial - path.w();
    EXPECT_VECTOR_REL(step / step.norm(), gradient / gradient.norm(), 1e-11);
  }
}

TEST(InexactSolversOf, AStopIsHeededAndContinued) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  std::stop_source source;
  source.request_stop();
  for (const LinearIteration linear : kLinear) {
    InexactPath path(*problem, {.lower = LowerIteration::accelerated, .linear = linear});
    InexactPath whole(*problem, {.lower = LowerIteration::accelerated, .linear = linear});
    path.start(0, 0);
    whole.start(0, 0);
    EXPECT_EQ(path.run_to({.t = 5, .k = 3}, 0, source.get_token()), PathStatus::stopped);
    ASSERT_EQ(path.run_to({.t = 5, .k = 3}, 0, {}), PathStatus::reached);
    ASSERT_EQ(whole.run_to({.t = 5, .k = 3}, 0, {}), PathStatus::reached);
    EXPECT_EQ(path.hypergradient(), whole.hypergradient());
  }
}

TEST(InexactSolversOf, ReferenceAgreeWithTheTraces) {
  for (const std::string name : {"P1", "P2", "P3", "P4", "P5"}) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Json& json = testing::theory_vectors()["data_problems"][name]["deterministic"];
    InexactPath gradient(*problem, {});
    InexactPath conjugate(*problem, {.linear = LinearIteration::conjugate_gradients});
    gradient.start(0, 0);
    conjugate.start(0, 0);
    std::uint32_t index = 0;
    for (const Json& row : json["rows"]) {
      const Checkpoint at{.t = row["t"].get<std::int64_t>(), .k = row["k"].get<std::int64_t>()};
      ASSERT_EQ(gradient.run_to(at, index, {}), PathStatus::reached);
      ASSERT_EQ(conjugate.run_to(at, index++, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(gradient.w(), vector(row["w_t"]), 1e-11);
      EXPECT_VECTOR_REL(conjugate.hypergradient(), vector(row["hg_cg"]), 1e-11);
      const double left = number(row["res_fp"]);
      EXPECT_NEAR(residual(*problem, gradient), left, 1e-14 + 1e-11 * left);
    }
  }
}

TEST(InexactSolversOf, NegativeTolerancesAreRefused) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  EXPECT_THROW(InexactPath(*problem, {.lower_tolerance = -1.0}), ContractViolation);
  EXPECT_THROW(InexactPath(*problem, {.linear_tolerance = -1.0}), ContractViolation);
}

}  // namespace
}  // namespace sid
