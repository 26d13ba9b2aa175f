// Every bound that is drawn lies above the measured mean, for every family of problems.
//
// A comparison fails where measured - 4 standard errors > bound. A bound is at least the exact
// mean, so a correct program fails one of them with probability below 3.2e-5 (one side, normal
// limit) even where the bound is tight, and far below where it is not. Seeds are fixed: there are
// no retries.

#include <string>

#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"
#include "statistical/bound_comparison.hpp"

namespace sid {
namespace {

using test::Tally;

Tally compare_all(const RunSpec& spec) {
  return test::compare_with_bounds(spec, 4.0);
}

/// Batch, steps so small that every theorem applies, and the recommended schedules.
std::vector<MethodSpec> covered_methods(double eta, std::int64_t minibatch) {
  MethodSpec theorem = test::decreasing(minibatch);
  theorem.step.gamma_theorem = true;
  MethodSpec two_phase = theorem;
  two_phase.step = StepSpec{};
  two_phase.step.kind = StepKind::two_phase;
  two_phase.step.eta = 0.0;
  MethodSpec bound_optimal = theorem;
  bound_optimal.step = StepSpec{};
  bound_optimal.step.kind = StepKind::bound_optimal;
  return {test::batch(),
          test::constant(eta, minibatch),
          test::decreasing(minibatch),
          theorem,
          two_phase,
          bound_optimal};
}

TEST(Bounds, DominateMeansOfTheTeachingProblem) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 400;
  spec.run.checkpoints.count = 12;
  spec.run.replicas = 400;
  spec.problem.lambda = std::vector<double>{0.2, 2.0};
  spec.methods = covered_methods(0.4, 5);
  const Tally plain = compare_all(spec);
  EXPECT_GE(plain.curves, 60);
  EXPECT_GE(plain.hypergradient_curves, 15);
  spec.problem.quadratic.noise_lambda = 0.5;  // m2 > 0
  const Tally coupled = compare_all(spec);
  EXPECT_GE(coupled.hypergradient_curves, 15);
  EXPECT_GE(coupled.comparisons, 600);
}

TEST(Bounds, DominateMeansOfLogisticRegression) {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{0.1, 1.0};
  spec.run.iterations = 400;
  spec.run.checkpoints.count = 10;
  spec.run.replicas = 200;
  spec.methods = covered_methods(0.2, 10);
  spec.methods[1].sampling = Sampling::without_replacement;
  const Tally tally = compare_all(spec);
  EXPECT_GE(tally.curves, 60);
  EXPECT_GE(tally.hypergradient_curves, 10);
  spec.problem.lower_loss = LossScale::sum;
  spec.problem.lambda = std::vector<double>{12.0};
  spec.problem.upper_loss = LossScale::mean;
  spec.problem.alpha = AlphaRule::inverse_smoothness;
  EXPECT_GE(compare_all(spec).curves, 30);
}

TEST(Bounds, DominateMeansOfLogisticRegressionWithVectorLambda) {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::logistic_multi;
  spec.problem.lambda = RandomLambda{-1.5, 0.5, 4};
  spec.run.iterations = 400;
  spec.run.checkpoints.count = 10;
  spec.run.replicas = 200;
  spec.methods = covered_methods(0.2, 10);
  const Tally tally = compare_all(spec);
  EXPECT_GE(tally.curves, 30);
  EXPECT_GE(tally.hypergradient_curves, 5);
}

/// All samplings the theorems cover, both rules for alpha; parts of the error by either route.
Tally compare_family(RunSpec spec) {
  spec.run.iterations = 300;
  spec.run.checkpoints.count = 8;
  spec.run.replicas = 150;
  spec.run.decomposition = DecompositionRoute::conditional_mean;
  spec.problem.alpha = AlphaRule::inverse_smoothness;
  spec.methods = covered_methods(0.1, 6);
  spec.methods[1].sampling = Sampling::without_replacement;
  spec.methods[1].jacobian_samples = 3;
  spec.methods[2].jacobian_samples = 0;
  Tally all = compare_all(spec);
  spec.run.decomposition = DecompositionRoute::nested;
  spec.problem.alpha = AlphaRule::optimal;
  all += compare_all(spec);
  return all;
}

TEST(Bounds, DominateMeansOfRidgeRegression) {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::ridge;
  spec.problem.lambda = std::vector<double>{0.5, 3.0};
  const Tally squares = compare_family(spec);  // E quadratic: on a ball, where there is one
  EXPECT_GE(squares.curves, 60);
  spec.problem.upper = UpperLevel::pseudo_huber;
  spec.problem.huber_delta = 0.5;
  const Tally huber = compare_family(spec);
  EXPECT_GE(huber.hypergradient_curves, 10);
  EXPECT_GE(huber.parts, 100);
  spec.problem.upper = UpperLevel::logistic;
  spec.problem.kind = ProblemKind::ridge_multi;
  spec.problem.lambda = RandomLambda{-1.0, 1.0, 3};
  EXPECT_GE(compare_family(spec).hypergradient_curves, 5);
}

TEST(Bounds, DominateMeansOfDataHyperCleaning) {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::data_weights;
  spec.problem.lambda = RandomLambda{-1.0, 2.0, 5};
  spec.problem.weight_decay = 0.2;
  spec.data.label_noise = 0.2;
  const Tally tally = compare_family(spec);
  EXPECT_GE(tally.hypergradient_curves, 10);
  EXPECT_GE(tally.parts, 100);
  spec.problem.upper = UpperLevel::squares;
  EXPECT_GE(compare_family(spec).curves, 30);
}

TEST(Bounds, AreAbsentForDependentDrawsAndVaryingSplits) {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::constant(0.1), test::decreasing()};
  for (MethodSpec& method : spec.methods) method.sampling = Sampling::reshuffle;
  EXPECT_EQ(compare_all(spec).curves, 0);
  for (MethodSpec& method : spec.methods) method.sampling = Sampling::iid;
  EXPECT_GT(compare_all(spec).curves, 0);
  spec.run.vary_split = true;
  EXPECT_EQ(compare_all(spec).curves, 0);
}

}  // namespace
}  // namespace sid
