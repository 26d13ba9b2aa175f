// Methods with a choice of solvers and with tolerances, as runs show them.

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/method_kind.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/validation.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MethodSpec inexact(LowerIteration lower, LinearIteration linear) {
  MethodSpec method;
  method.kind = MethodKind::inexact;
  method.lower_solver = lower;
  method.linear_solver = linear;
  method.t = 300;
  return with_own_settings(method);
}

RunSpec to_tolerances() {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{0.3, 1.0};
  spec.run.certificate = true;
  spec.methods = {inexact(LowerIteration::accelerated, LinearIteration::conjugate_gradients),
                  inexact(LowerIteration::gradient, LinearIteration::heavy_ball)};
  for (MethodSpec& method : spec.methods) {
    method.lower_tolerance = 1e-3;
    method.linear_tolerance = 1e-4;
  }
  return spec;
}

TEST(InexactMethod, SaysHowManyStepsItsTolerancesTook) {
  const RunSpec spec = to_tolerances();
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  EXPECT_THAT(run.message, HasSubstr("tolerances met"));
  for (const MethodCurve& curve : run.curves) {
    ASSERT_TRUE(curve.steps_taken) << curve.label;
    EXPECT_TRUE(curve.steps_taken->lower_met && curve.steps_taken->linear_met);
    EXPECT_LT(curve.steps_taken->t, 300);
    EXPECT_THAT(run.message, HasSubstr(std::to_string(curve.steps_taken->t) + " steps for w"));
    for (std::size_t i = 0; i < curve.checkpoints.size(); ++i) {
      EXPECT_LE(curve.errors[i].hypergradient, curve.certificates[i]);
      if (curve.checkpoints[i].t < curve.steps_taken->t) continue;
      EXPECT_LE(std::sqrt(curve.errors[i].lower), 1e-3);
      // After the end every point repeats the value, once k is large enough too.
      if (curve.checkpoints[i].k >= 100) {
        EXPECT_EQ(curve.errors[i].hypergradient, curve.errors.back().hypergradient);
      }
    }
  }
}

TEST(InexactMethod, SaysWhichToleranceWasNotMet) {
  RunSpec spec = to_tolerances();
  spec.problem.lambda = std::vector<double>{0.3};
  spec.methods.resize(1);
  spec.methods[0].t = 3;
  spec.methods[0].lower_tolerance = 1e-12;
  spec.methods[0].linear_tolerance = 1e3;
  EXPECT_THAT(run_to_end(spec).message, HasSubstr("lower_tolerance not met."));
  spec.methods[0].lower_tolerance.reset();
  spec.methods[0].linear_tolerance.reset();
  const RunSnapshot plain = run_to_end(spec);
  EXPECT_THAT(plain.message, Not(HasSubstr("tolerance")));
  EXPECT_FALSE(plain.curves[0].steps_taken);
}

TEST(InexactMethod, TakesTheMostStepsOfAllSplits) {
  RunSpec spec = to_tolerances();
  spec.run.vary_split = true;
  spec.run.certificate = false;
  spec.run.replicas = 5;
  const RunSnapshot once = run_to_end(spec, {.threads = 1});
  const RunSnapshot again = run_to_end(spec, {.threads = 3});
  ASSERT_EQ(once.status, RunStatus::finished) << once.message;
  for (std::size_t c = 0; c < once.curves.size(); ++c) {
    EXPECT_EQ(once.curves[c].replicas, 5);
    ASSERT_TRUE(once.curves[c].steps_taken);
    EXPECT_EQ(once.curves[c].steps_taken, again.curves[c].steps_taken);
  }
}

TEST(InexactMethod, OfGradientStepsIsTheBatchMethod) {
  RunSpec spec = test::small_logistic();
  MethodSpec method = inexact(LowerIteration::gradient, LinearIteration::gradient);
  method.t = 40;
  MethodSpec batch = test::batch();
  batch.t = 40;
  spec.methods = {batch, method};
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const std::size_t pairs = run.curves.size() / 2;
  for (std::size_t p = 0; p < pairs; ++p) {
    const MethodCurve& a = run.curves[2 * p];
    const MethodCurve& b = run.curves[2 * p + 1];
    ASSERT_EQ(a.errors.size(), b.errors.size());
    EXPECT_EQ(a.checkpoints, b.checkpoints);
    for (std::size_t i = 0; i < a.errors.size(); ++i) {
      EXPECT_EQ(a.errors[i].hypergradient, b.errors[i].hypergradient);
    }
  }
}

TEST(InexactMethod, IsRefusedWhereThereIsNoLoss) {
  RunSpec spec;
  spec.problem.kind = ProblemKind::equilibrium;
  spec.methods = {inexact(LowerIteration::gradient, LinearIteration::gradient)};
  const auto issues = validate(spec);
  ASSERT_FALSE(issues.empty());
  EXPECT_EQ(issues[0].field, "method[1].kind");
  EXPECT_THAT(issues[0].violated, HasSubstr("symmetric"));
}

}  // namespace
}  // namespace sid
