// Measured parts of the mean-square error of the teaching problem against their exact values.
//
// Seeds are fixed. A comparison is of an unbiased estimate with its jackknife standard error from
// 3000 outer replicas, so a correct program with other seeds fails one |z| < 4.5 with probability
// of about 1e-5 (a few times that: squares are skewed); 3 parts x 2 routes x 2 methods x 6
// checkpoints make at most some 1e-3 together. The estimate of bias^2 is quadratic in a mean, and
// its standard error says little where the bias is lost in the noise of that mean: it is compared
// where bias^2 is at least 100 times S_B/R, so that the mean is ten standard errors from zero.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

RunSpec teaching(DecompositionRoute route) {
  RunSpec spec = test::small_quadratic();
  spec.problem.quadratic.dim = 3;
  spec.problem.quadratic.noise_multiplicative = 0.4;
  spec.problem.quadratic.noise_additive = 0.5;
  spec.problem.quadratic.noise_lambda = 0.5;
  spec.run.iterations = 40;
  spec.run.checkpoints.count = 6;
  spec.run.replicas = 3000;
  spec.run.decomposition = route;
  spec.run.inner_replicas = 3;
  spec.methods = {test::constant(0.6, 3), test::decreasing(2)};
  return spec;
}

void compare(double measured, double error, double exact, const std::string& what) {
  ASSERT_GT(error, 0.0) << what;
  EXPECT_LT(std::abs(measured - exact), 4.5 * error)
      << what << ": measured " << measured << ", exact " << exact;
}

void compare_with_exact(DecompositionRoute route) {
  const RunSpec spec = teaching(route);
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const auto theory = evaluate_theory(spec, *run.bench);
  int biases = 0;
  for (const MethodCurve& curve : run.curves) {
    const MethodTheory& exact = theory[curve.panel][curve.method];
    ASSERT_EQ(curve.points.size(), curve.checkpoints.size());
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      ASSERT_TRUE(curve.points[i].parts) << i;
      const Decomposition& parts = *curve.points[i].parts;
      const std::string at = curve.label + " at t = " + std::to_string(curve.points[i].at.t);
      const auto exact_at = [&](const char* id) { return exact.find(id)->values[i]; };
      EXPECT_NEAR(parts.value.mean_square_error / curve.points[i].hypergradient.mean, 1.0, 1e-12);
      compare(parts.value.mean_square_error,
              parts.standard_error.mean_square_error,
              exact_at("exact"),
              at + ", mean-square error");
      const double noise = parts.between / static_cast<double>(curve.points[i].replicas);
      if (exact_at("exact_bias_squared") > 100.0 * noise) {
        ++biases;
        compare(parts.value.bias_squared,
                parts.standard_error.bias_squared,
                exact_at("exact_bias_squared"),
                at + ", bias");
      }
      compare(parts.value.mean_of_variance,
              parts.standard_error.mean_of_variance,
              exact_at("exact_mean_of_variance"),
              at + ", mean of variance");
      // Before the first noisy step w_t is known, and its variance is rounding.
      if (exact_at("exact_variance_of_mean") < 1e-12) continue;
      compare(parts.value.variance_of_mean,
              parts.standard_error.variance_of_mean,
              exact_at("exact_variance_of_mean"),
              at + ", variance of mean");
    }
  }
  EXPECT_GE(biases, 5);
}

TEST(MeasuredParts, OfNestedReplicasMeetTheirExactValues) {
  compare_with_exact(DecompositionRoute::nested);
}

TEST(MeasuredParts, OfConditionalMeansMeetTheirExactValues) {
  compare_with_exact(DecompositionRoute::conditional_mean);
}

TEST(MeasuredParts, OfNestedReplicasAddUp) {
  const RunSnapshot run = run_to_end(teaching(DecompositionRoute::nested));
  for (const CurvePoint& point : run.curves.front().points) {
    const ErrorParts& p = point.parts->value;
    EXPECT_NEAR((p.bias_squared + p.mean_of_variance + p.variance_of_mean) / p.mean_square_error,
                1.0,
                1e-9);
  }
}

TEST(MeasuredParts, DoNotDependOnThreads) {
  RunSpec spec = teaching(DecompositionRoute::nested);
  spec.run.replicas = 50;
  const RunSnapshot one = run_to_end(spec, {.threads = 1});
  const RunSnapshot four = run_to_end(spec, {.threads = 4});
  for (std::size_t c = 0; c < one.curves.size(); ++c) {
    EXPECT_EQ(one.curves[c].conditional.means, four.curves[c].conditional.means);
    EXPECT_EQ(one.curves[c].conditional.within, four.curves[c].conditional.within);
  }
}

}  // namespace
}  // namespace sid
