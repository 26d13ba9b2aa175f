#include <cmath>
#include <stop_token>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/run/experiment.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

std::shared_ptr<const ProblemBench> bench_of(const RunSpec& spec) {
  const auto bench = prepare_bench(spec);
  EXPECT_TRUE(bench.has_value());
  return bench.value();
}

TEST(EvaluateTheory, ExactCurvesReachTenMillionIterations) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 10'000'000;
  spec.methods = {test::constant(0.4), test::decreasing()};
  MethodSpec two_phase = test::constant(0.4);
  two_phase.step.kind = StepKind::two_phase;
  two_phase.step.switch_at = 9'000'000;
  spec.methods.push_back(two_phase);
  MethodSpec bound_optimal = test::constant(0.4);
  bound_optimal.step.kind = StepKind::bound_optimal;
  spec.methods.push_back(bound_optimal);
  const auto bench = bench_of(spec);
  const std::vector<std::vector<MethodTheory>> theories = evaluate_theory(spec, *bench);
  for (const MethodTheory& theory : theories.at(0)) {
    for (const char* id : {"exact", "exact_lower", "exact_linear"}) {
      const TheoryCurve* exact = theory.find(id);
      ASSERT_NE(exact, nullptr);
      ASSERT_TRUE(exact->drawn()) << exact->reason;
      const TheoryCurve* bound =
          theory.find(exact->quantity == Quantity::hypergradient ? "bound_sharp"
                      : exact->quantity == Quantity::lower_level ? "bound_lower"
                                                                 : "bound_linear");
      ASSERT_TRUE(bound->drawn()) << bound->reason;
      EXPECT_GT(exact->values.back(), 0.0);
      EXPECT_LE(exact->values.back(), bound->values.back());
    }
  }
}

TEST(EvaluateTheory, AbsentExactCurvesSayTheTrueReason) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 400'000'000;
  spec.methods = {test::decreasing()};
  const auto long_run = evaluate_theory(spec, *bench_of(spec));
  const TheoryCurve* left_out = long_run[0][0].find("exact");
  EXPECT_FALSE(left_out->drawn());
  EXPECT_NE(left_out->reason.find("steps × dimension = 3.2·10⁹ exceeds"), std::string::npos)
      << left_out->reason;
  // Equal steps are taken at once, but only from one checkpoint to the next.
  spec.methods = {test::constant(0.5)};
  EXPECT_TRUE(evaluate_theory(spec, *bench_of(spec))[0][0].find("exact")->drawn());
  spec.problem.quadratic.dim = 10'000;
  spec.run.iterations = 10'000'000;
  spec.run.checkpoints.count = 1000;
  spec.run.checkpoints.spacing = CheckpointSpec::Spacing::linear;
  const auto many_points = evaluate_theory(spec, *bench_of(spec));
  EXPECT_FALSE(many_points[0][0].find("exact")->drawn());
  const RunSpec data = test::small_logistic();
  for (const auto& row : evaluate_theory(data, *bench_of(data))) {
    EXPECT_EQ(row[1].find("exact")->reason,
              "Exact expectations are known for a lower level with squared loss only.");
    EXPECT_EQ(row[0].find("exact")->reason,
              "Batch steps are deterministic: the measured error is exact.");
  }
}

TEST(EvaluateTheory, StoppedIsNothingAtAll) {
  const RunSpec spec = test::small_quadratic();
  std::stop_source source;
  source.request_stop();
  EXPECT_TRUE(evaluate_theory(spec, *bench_of(spec), source.get_token()).empty());
}

}  // namespace
}  // namespace sid
