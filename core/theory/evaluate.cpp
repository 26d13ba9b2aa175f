#include "sid/theory/evaluate.hpp"

#include <vector>

#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/setting.hpp"

namespace sid {

MethodTheory evaluate_method_theory(const TheoryInput& input) {
  return internal::evaluate_setting(internal::make_setting(input));
}

MethodTheory internal::evaluate_setting(const Setting& setting) {
  MethodTheory theory;
  theory.constants = setting.constants;
  std::vector<TheoryCurve>& curves = theory.curves;
  const bool expectations = setting.fixed_point();
  if (setting.usual_lower_level()) {
    internal::append_solver_curves(setting, setting.lower, curves);
    internal::append_expected_smoothness(setting, curves);
  }
  if (expectations) {
    internal::append_exact_curves(setting, Quantity::lower_level, curves);
    internal::append_prediction(setting, Quantity::lower_level, curves);
    internal::append_solver_curves(setting, setting.linear, curves);
    internal::append_exact_curves(setting, Quantity::linear_system, curves);
    internal::append_prediction(setting, Quantity::linear_system, curves);
  } else {
    internal::append_own_rates(setting, curves);
  }
  internal::append_hypergradient_curves(setting, curves);
  if (expectations) {
    internal::append_exact_curves(setting, Quantity::hypergradient, curves);
    internal::append_prediction(setting, Quantity::hypergradient, curves);
  }
  if (setting.input.batch) internal::append_iteration_bounds(setting, curves);
  theory.checks = internal::check_assumptions(setting, theory.curves);
  theory.limits = internal::step_limits(setting);
  return theory;
}

}  // namespace sid
