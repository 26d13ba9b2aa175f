// Sampled means of the teaching problem against their exact values.
//
// Seeds are fixed, so each test either passes on every machine or on none. False alarms: a correct
// program with another seed fails one comparison |z| < 4 with probability 6.3e-5 (normal limit of a
// mean of 100 000 values). The 210 comparisons here, at different checkpoints of few curves and
// therefore correlated, fail together with probability of at most 1.3 %. Power: a relative error of
// 2 % in a mean shows as |z| > 4 wherever the spread of the values is below 1.5 times their mean.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

struct Comparison {
  int count = 0;
  double largest_z = 0.0;
};

void compare(const CurvePoint& point,
             const MeanEstimate& measured,
             const std::string& what,
             double exact,
             Comparison& comparison) {
  ++comparison.count;
  if (measured.sem <= 1e-12 * measured.mean) {  // no noise enters: the value itself is exact
    EXPECT_NEAR(measured.mean / exact, 1.0, 1e-9) << what << " at t = " << point.at.t;
    return;
  }
  const double z = (measured.mean - exact) / measured.sem;
  comparison.largest_z = std::max(comparison.largest_z, std::abs(z));
  EXPECT_LT(std::abs(z), 4.0) << what << " at t = " << point.at.t << ": measured " << measured.mean
                              << ", exact " << exact;
}

Comparison compare_with_exact(const RunSpec& spec) {
  Comparison comparison;
  const RunSnapshot run = run_to_end(spec);
  EXPECT_EQ(run.status, RunStatus::finished) << run.message;
  const auto theory = evaluate_theory(spec, *run.bench);
  for (const MethodCurve& curve : run.curves) {
    const MethodTheory& exact = theory[curve.panel][curve.method];
    const TheoryCurve* mse = exact.find("exact");
    const TheoryCurve* lower = exact.find("exact_lower");
    const TheoryCurve* linear = exact.find("exact_linear");
    if (mse == nullptr || !mse->drawn()) continue;
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      const CurvePoint& p = curve.points[i];
      compare(p, p.hypergradient, curve.label + " mse", mse->values[i], comparison);
      compare(p, p.lower, curve.label + " lower", lower->values[i], comparison);
      compare(p, p.linear, curve.label + " linear", linear->values[i], comparison);
    }
  }
  return comparison;
}

RunSpec teaching(double noise_lambda) {
  RunSpec spec = test::small_quadratic();
  spec.problem.quadratic.dim = 3;
  spec.problem.quadratic.noise_multiplicative = 0.4;
  spec.problem.quadratic.noise_additive = 0.5;
  spec.problem.quadratic.noise_lambda = noise_lambda;
  spec.run.iterations = 60;
  spec.run.checkpoints.count = 10;
  spec.run.replicas = 100'000;
  spec.methods = {test::constant(0.6, 3), test::decreasing(2)};
  return spec;
}

TEST(ExactMoments, MeetSampledMeansWithoutNoiseInLambda) {
  const Comparison c = compare_with_exact(teaching(0.0));
  EXPECT_EQ(c.count, 60);
  EXPECT_GT(c.largest_z, 0.1);  // something random was compared
}

TEST(ExactMoments, MeetSampledMeansWithNoiseInLambda) {
  RunSpec spec = teaching(0.6);
  spec.methods[1].jacobian_samples = 4;
  MethodSpec exact_derivative = test::constant(0.3, 3);
  exact_derivative.jacobian_samples = 0;
  exact_derivative.k = 20;
  spec.methods.push_back(exact_derivative);
  EXPECT_EQ(compare_with_exact(spec).count, 90);
}

TEST(ExactMoments, MeetSampledMeansInTheSumConvention) {
  RunSpec spec = teaching(0.3);
  spec.problem.lower_loss = LossScale::sum;
  spec.problem.lambda = std::vector<double>{60.0};
  MethodSpec two_phase = test::constant(0.5, 4);
  two_phase.step.kind = StepKind::two_phase;
  two_phase.step.switch_at = 15;
  spec.methods[0] = two_phase;
  EXPECT_EQ(compare_with_exact(spec).count, 60);
}

}  // namespace
}  // namespace sid
