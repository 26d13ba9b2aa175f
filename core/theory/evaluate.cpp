#include "sid/theory/evaluate.hpp"

#include <utility>

#include "sid/math/contract.hpp"
#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/setting.hpp"

namespace sid {

namespace {

using internal::Coverage;
using internal::CurveName;
using internal::Outcome;
using internal::Setting;

void append_exact(const Setting& setting,
                  CurveName name,
                  Quantity quantity,
                  std::vector<double> ExactMoments::*values,
                  bool primary,
                  std::vector<TheoryCurve>& curves) {
  const ExactMoments* exact = setting.input.exact;
  Coverage coverage = setting.general;
  if (!coverage.open())
    coverage.reason =
        "The exact expectation is for one problem and independent "
        "minibatches.";
  Outcome outcome = Outcome::none(
      setting.input.batch ? "Batch steps are deterministic: the measured error is exact."
                          : setting.input.exact_missing,
      Verdict::not_covered);
  if (exact != nullptr) outcome = {exact->*values, {}};
  SID_EXPECTS(outcome.values.empty() || outcome.values.size() == setting.input.checkpoints.size(),
              "exact moments are given at the checkpoints");
  internal::append_curve(
      curves, std::move(name), quantity, CurveKind::exact, coverage, std::move(outcome))
      .primary = primary;
}

void append_exact_hypergradient(const Setting& setting, std::vector<TheoryCurve>& curves) {
  const std::string source = "exact moments (not in the paper)";
  append_exact(setting,
               {"exact", "exact mean-square error", source},
               Quantity::hypergradient,
               &ExactMoments::hypergradient,
               true,
               curves);
  append_exact(setting,
               {"exact_bias_squared", "exact bias²", source},
               Quantity::hypergradient,
               &ExactMoments::bias_squared,
               false,
               curves);
  append_exact(setting,
               {"exact_mean_of_variance", "exact E[V[·|w_t]]", source},
               Quantity::hypergradient,
               &ExactMoments::mean_of_variance,
               false,
               curves);
  append_exact(setting,
               {"exact_variance_of_mean", "exact V[E[·|w_t]]", source},
               Quantity::hypergradient,
               &ExactMoments::variance_of_mean,
               false,
               curves);
}

}  // namespace

MethodTheory evaluate_method_theory(const TheoryInput& input) {
  const Setting setting = internal::make_setting(input);
  MethodTheory theory;
  theory.constants = setting.constants;
  internal::append_solver_curves(setting, setting.lower, theory.curves);
  append_exact(setting,
               {"exact_lower", "exact", "exact second moment (not in the paper)"},
               Quantity::lower_level,
               &ExactMoments::lower,
               true,
               theory.curves);
  internal::append_solver_curves(setting, setting.linear, theory.curves);
  append_exact(setting,
               {"exact_linear", "exact", "exact second moment (not in the paper)"},
               Quantity::linear_system,
               &ExactMoments::linear,
               true,
               theory.curves);
  internal::append_hypergradient_curves(setting, theory.curves);
  append_exact_hypergradient(setting, theory.curves);
  theory.checks = internal::check_assumptions(setting, theory.curves);
  theory.limits = internal::step_limits(setting);
  return theory;
}

}  // namespace sid
