#pragma once

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/checkpoint_grid.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/theory/evaluate.hpp"

namespace sid::testing {

/// The teaching problem with everything theory looks at; alpha = 1/L, so that eta <= 1 keeps w in
/// the box.
struct Bench {
  std::shared_ptr<const TeachingProblem> problem;
  Reference reference;
  OracleSettings oracle{.minibatch = 10};
  std::vector<Checkpoint> checkpoints;
  TheoryInput input;

  explicit Bench(double noise_lambda = 0.0, std::int64_t last = 400);

  void set_step(const StepSizeSchedule& step) { input.lower_step = input.linear_step = step; }
  double rate() const { return 1.0 - input.constants.q * input.constants.q; }
  MethodTheory evaluate() const;
};

TheoryCurve curve(const MethodTheory& theory, const std::string& id);

AssumptionCheck check(const MethodTheory& theory,
                      const std::string& id,
                      const std::string& subject);

/// What every evaluation promises, whatever the setting.
void expect_well_formed(const MethodTheory& theory, std::size_t checkpoints);

}  // namespace sid::testing
