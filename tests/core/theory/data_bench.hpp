#pragma once

#include <vector>

#include "sid/theory/evaluate.hpp"

#include "core/theory/solution_constants.hpp"

namespace sid::testing {

/// A data problem of the reference file as theory looks at it. P1, P2, P5: logistic; P3: squares in
/// both levels, so A(iv) holds on a ball only; P4: squares below a pseudo-Huber upper level.
struct DataBench {
  std::vector<Checkpoint> checkpoints = {{0, 0, 0.0},
                                         {1, 1, 1.0},
                                         {5, 5, 5.0},
                                         {50, 50, 50.0},
                                         {2000, 2000, 2000.0},
                                         {100'000, 100'000, 1e5}};
  TheoryInput input;

  explicit DataBench(const VectorCase& c) {
    input.constants = solution_constants(c);
    if (number((*c.problem)["ball"]["L_E_global"]) == kInfinity) {
      input.constants.L_E_global = kInfinity;
      input.constants.L_E_radius = input.constants.radius;
      input.constants.ball_step_limit = input.constants.radius_step_limit;
    }
    input.alpha_rule = c.rule;
    input.checkpoints = checkpoints;
    // Half of what the solution-based bound allows.
    const FourthMoment moment(input.constants);
    const DirectBound map(input.constants.w_noise, 0.0);
    set_effective_step(0.5 * std::min(moment.step_limit(), map.step_limit()));
  }
  DataBench(const DataBench&) = delete;
  DataBench& operator=(const DataBench&) = delete;

  void set_step(const StepSizeSchedule& step) { input.lower_step = input.linear_step = step; }
  void set_effective_step(double s) {
    set_step(StepSizeSchedule(ConstantStep{s / input.constants.alpha}));
  }
  MethodTheory evaluate() const { return evaluate_method_theory(input); }
};

/// Case `index` (0 to 5) of P`problem`.
inline VectorCase data_case(int problem, int index = 0) {
  return data_cases()[static_cast<std::size_t>(6 * (problem - 1) + index)];
}

}  // namespace sid::testing
