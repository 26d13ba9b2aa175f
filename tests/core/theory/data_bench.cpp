#include "core/theory/data_bench.hpp"

#include <algorithm>

#include "sid/theory/direct_bound.hpp"
#include "sid/theory/solution_based_bound.hpp"

namespace sid::testing {

DataBench::DataBench(const VectorCase& c) {
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

MethodTheory DataBench::evaluate() const {
  return evaluate_method_theory(input);
}

void DataBench::set_effective_step(double s) {
  set_step(StepSizeSchedule(ConstantStep{s / input.constants.alpha}));
}

VectorCase data_case(int problem, int index) {
  return data_cases()[6 * static_cast<std::size_t>(problem - 1) + static_cast<std::size_t>(index)];
}

}  // namespace sid::testing
