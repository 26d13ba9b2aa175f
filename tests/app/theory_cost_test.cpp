#include "sid/app/state/theory_cost.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

double predicted(const RunSpec& spec) {
  const auto bench = prepare_bench(spec).value();
  std::vector<std::vector<ResolvedMethod>> methods;
  for (const Panel& panel : bench->panels) {
    methods.push_back(resolve_methods(spec, *bench, panel));
  }
  return predicted_theory_seconds(spec, methods);
}

TEST(TheoryCost, GrowsWithWhatIsWalkedThrough) {
  RunSpec spec = start_spec();
  const double start = predicted(spec);
  EXPECT_GT(start, 0.0);
  EXPECT_LT(start, 0.004) << "the first picture is drawn at once";
  spec.run.iterations = 1'000'000;
  EXPECT_GT(predicted(spec), 0.05);
  const double longer = predicted(spec);
  spec.problem.quadratic.dim = 100;
  EXPECT_GT(predicted(spec), 5.0 * longer);
  spec.problem.lambda = std::vector<double>{0.1, 1.0};
  EXPECT_GT(predicted(spec), 10.0 * longer);
}

TEST(TheoryCost, CountsEqualStepsBetweenCheckpointsOnce) {
  RunSpec spec = start_spec();
  spec.methods = {spec.methods[1]};
  ASSERT_EQ(spec.methods[0].step.kind, StepKind::constant);
  spec.run.iterations = 1'000'000;
  const double million = predicted(spec);
  spec.run.iterations = 100'000'000;
  EXPECT_LT(predicted(spec), 1.5 * million);
  spec.methods[0].step.kind = StepKind::decreasing;
  EXPECT_GT(predicted(spec), 100.0 * million);
}

TEST(TheoryCost, CountsEveryBatchStep) {
  RunSpec spec = start_spec();
  spec.methods = {spec.methods[0]};
  ASSERT_EQ(spec.methods[0].kind, MethodKind::batch);
  spec.run.iterations = 5'000'000;
  EXPECT_GT(predicted(spec), 1.0);
}

TEST(TheoryCost, OfBoundsCountsMethodsAndStepsUpToALimit) {
  const auto bounds = [](const RunSpec& spec) {
    const auto bench = prepare_bench(spec).value();
    std::vector<std::vector<ResolvedMethod>> methods;
    for (const Panel& panel : bench->panels) {
      methods.push_back(resolve_methods(spec, *bench, panel));
    }
    return predicted_bounds_seconds(methods);
  };
  RunSpec spec = start_spec();
  const double start = bounds(spec);
  EXPECT_GT(start, 0.0);
  EXPECT_LT(start, 0.004);
  spec.problem.lambda = std::vector<double>{0.1, 1.0};
  EXPECT_NEAR(bounds(spec), 2.0 * start, 1e-12);
  spec.run.iterations = 1'000'000;
  const double long_run = bounds(spec);
  EXPECT_GT(long_run, 3.0 * start);
  spec.run.iterations = 100'000'000;
  EXPECT_EQ(bounds(spec), long_run);
  spec.methods = {spec.methods[0]};
  ASSERT_EQ(spec.methods[0].kind, MethodKind::batch);
  EXPECT_LT(bounds(spec), 1e-3);
  EXPECT_EQ(predicted_bounds_seconds({}), 0.0);
}

TEST(TheoryCost, IsBeyondAnyFrameForProblemsWithData) {
  EXPECT_TRUE(std::isinf(predicted_theory_seconds(preset_spec("figure-1"), {})));
}

}  // namespace
}  // namespace sid::app
