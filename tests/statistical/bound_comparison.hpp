#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/run/runner.hpp"
#include "sid/run/step_resolution.hpp"

namespace sid::test {

/// Which part of the mean-square error a bound is of; null for bounds of the whole.
inline double ErrorParts::*part_bounded(const std::string& id) {
  if (id == "bound_3_1_squared") return &ErrorParts::bias_squared;
  if (id == "bound_3_2") return &ErrorParts::mean_of_variance;
  if (id == "bound_3_3") return &ErrorParts::variance_of_mean;
  return nullptr;
}

/// How much was compared, so that a test cannot pass by comparing nothing.
struct Tally {
  int comparisons = 0;
  int curves = 0;
  int hypergradient_curves = 0;
  int parts = 0;  ///< comparisons of bias or a variance

  Tally& operator+=(const Tally& other) {
    comparisons += other.comparisons;
    curves += other.curves;
    hypergradient_curves += other.hypergradient_curves;
    parts += other.parts;
    return *this;
  }
};

/// Fails where measured - `errors` standard errors > bound.
inline void expect_above_measured(const TheoryCurve& bound,
                                  const MethodCurve& curve,
                                  double errors,
                                  Tally& tally) {
  if (bound.kind != CurveKind::bound || !bound.drawn()) return;
  double ErrorParts::*const part = part_bounded(bound.id);
  if (part != nullptr && curve.conditional.empty()) return;
  ++tally.curves;
  tally.hypergradient_curves += bound.quantity == Quantity::hypergradient ? 1 : 0;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    if (!(bound.values[i] >= 0.0)) continue;  // a gap
    double mean = mean_error(curve.points[i], bound.quantity).mean;
    double error = mean_error(curve.points[i], bound.quantity).sem;
    if (part != nullptr) {
      mean = (*curve.points[i].parts).value.*part;
      error = (*curve.points[i].parts).standard_error.*part;
      ++tally.parts;
    }
    ++tally.comparisons;
    if (curve.replicas == 1) {  // deterministic: compared down to what rounding leaves of distances
      const double start = mean_error(curve.points[0], bound.quantity).mean;
      EXPECT_LE(std::sqrt(mean),
                std::sqrt(bound.values[i]) * (1.0 + 1e-9) + 1e-12 * std::sqrt(start))
          << curve.label << ", " << bound.id << " at t = " << curve.points[i].at.t;
      continue;
    }
    EXPECT_LE(mean - errors * error, bound.values[i] * (1.0 + 1e-9))
        << curve.label << ", " << bound.id << " at t = " << curve.points[i].at.t;
  }
}

/// Every bound of every method under both ladders, against one run of `spec`. Methods whose steps
/// depend on the ladder are compared under the spec's own ladder only.
inline Tally compare_with_bounds(const RunSpec& spec, double errors) {
  Tally tally;
  const RunSnapshot run = run_to_end(spec);
  EXPECT_EQ(run.status, RunStatus::finished) << run.message;
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    RunSpec other = spec;
    other.ladder = ladder;
    const auto theory = evaluate_theory(other, *run.bench);
    for (const MethodCurve& curve : run.curves) {
      const StepSpec& step = spec.methods[curve.method].step;
      const bool follows_ladder = needs_noise_constants(step);
      if (ladder != spec.ladder && follows_ladder) continue;
      for (const TheoryCurve& bound : theory[curve.panel][curve.method].curves) {
        expect_above_measured(bound, curve, errors, tally);
      }
    }
  }
  return tally;
}

}  // namespace sid::test
