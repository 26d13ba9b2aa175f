#include "sid/run/internal/run_messages.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"

namespace sid::internal {
namespace {

/// One curve at t = 1, 10, 100, 1000; `diverged` replicas of 32 are lost at each.
MethodCurve curve_with(const std::vector<std::int64_t>& diverged) {
  MethodCurve curve;
  curve.label = "SID";
  curve.replicas = 32;
  std::int64_t t = 1;
  for (const std::int64_t lost : diverged) {
    curve.checkpoints.push_back({.t = t, .k = t});
    CurvePoint point;
    point.at = curve.checkpoints.back();
    point.diverged = lost;
    point.replicas = curve.replicas - lost;
    curve.points.push_back(point);
    t *= 10;
  }
  curve.checkpoints_done = static_cast<std::int64_t>(diverged.size());
  return curve;
}

RunSnapshot run_of(std::vector<MethodCurve> curves) {
  RunSnapshot run;
  run.spec = test::small_quadratic();
  run.spec.methods = {test::constant(1.0), test::decreasing()};
  run.curves = std::move(curves);
  return run;
}

TEST(RunMessages, CountDivergedRunsAtTheEndAndNameTheFirst) {
  // At t = 41 one run overflowed; the 30 of the message are those lost by t = 1000.
  MethodCurve curve = curve_with({0, 0, 1, 30});
  curve.first_diverged_t = 41;
  EXPECT_EQ(diverged_message(run_of({curve})),
            "SID: 30 of 32 runs overflowed, the first at t = 41. Means shown up to t = 10. Halve "
            "η.");
  MethodCurve single = curve_with({1, 1});
  single.first_diverged_t = 1;
  EXPECT_EQ(diverged_message(run_of({single})),
            "SID: 1 of 32 runs overflowed, at t = 1. No mean is shown. Halve η.");
  RunSnapshot optimal = run_of({single});
  optimal.spec.methods[0].step.kind = StepKind::bound_optimal;
  EXPECT_EQ(diverged_message(optimal),
            "SID: 1 of 32 runs overflowed, at t = 1. No mean is shown. Choose another rule of "
            "steps.");
}

TEST(RunMessages, AdviseNoStepWhereTheSolversHaveTheirOwn) {
  MethodCurve curve = curve_with({0, 1});
  curve.first_diverged_t = 7;
  RunSnapshot run = run_of({curve});
  MethodSpec& method = run.spec.methods[0];
  method.kind = MethodKind::inexact;
  const std::string told = "SID: 1 of 32 runs overflowed, at t = 7. Means shown up to t = 1.";
  EXPECT_EQ(diverged_message(run), told);
  method.lower_solver = LowerIteration::heavy_ball;
  EXPECT_EQ(diverged_message(run), told + " Use lower_solver = \"accelerated\".");
}

TEST(RunMessages, SpeakOfTheWorstCurveAndItsOwnStep) {
  MethodCurve few = curve_with({0, 2});
  few.first_diverged_t = 3;
  MethodCurve many = curve_with({0, 5});
  many.label = "SID dec";
  many.method = 1;
  many.first_diverged_t = 7;
  many.linear_diverged = true;
  EXPECT_EQ(diverged_message(run_of({few, many})),
            "SID dec: 5 of 32 runs overflowed in the linear system, the first at k = 7. Means "
            "shown up to t = 1. 1 other curve overflowed too. Double γ.");
  EXPECT_EQ(diverged_message(run_of({curve_with({0, 0})})), "");
}

TEST(RunMessages, SayWhatAStopKeeps) {
  MethodCurve done = curve_with({0, 0});
  done.replicas = 2;
  MethodCurve begun = curve_with({0, 0});
  begun.points.clear();
  begun.checkpoints_done = 0;
  EXPECT_EQ(stopped_message(run_of({done, begun})),
            "Stopped after 2 of 4 points; 2 replicas are kept.");
  EXPECT_EQ(stopped_message(run_of({begun, begun})),
            "Stopped before the first point; nothing is kept.");
}

}  // namespace
}  // namespace sid::internal
