#pragma once

#include <string>
#include <vector>

#include "sid/theory/internal/setting.hpp"

namespace sid::internal {

/// What one bound says of one setting: values, or why there are none.
struct Outcome {
  std::vector<double> values;        ///< one per checkpoint; empty: does not apply
  std::string reason;                ///< also beside values, where the curve stops early
  Verdict verdict = Verdict::fails;  ///< looked at only where there are no values

  static Outcome none(std::string reason, Verdict verdict = Verdict::fails) {
    return {{}, std::move(reason), verdict};
  }
};

struct CurveName {
  std::string id, label, source;
};

/// Appends a curve: `outcome` under `coverage`. Values that are not finite become gaps; a curve
/// of gaps alone is withdrawn.
TheoryCurve& append_curve(std::vector<TheoryCurve>& curves,
                          CurveName name,
                          Quantity quantity,
                          CurveKind kind,
                          const Coverage& coverage,
                          Outcome outcome);

/// All curves of one subproblem, in the order evaluate.hpp lists.
void append_solver_curves(const Setting& setting,
                          const Subproblem& sub,
                          std::vector<TheoryCurve>& curves);

/// All curves of the hypergradient; reads bound_lower and bound_linear from `curves`.
void append_hypergradient_curves(const Setting& setting, std::vector<TheoryCurve>& curves);

/// bound_5_1, bound_solution and bound_radius; reads bound_5_1_lower and bound_5_1_linear.
void append_solution_curves(const Setting& setting, std::vector<TheoryCurve>& curves);

/// bound_expected_smoothness of the lower level.
void append_expected_smoothness(const Setting& setting, std::vector<TheoryCurve>& curves);

/// Exact curves of one quantity; those of the hypergradient with their parts.
void append_exact_curves(const Setting& setting,
                         Quantity quantity,
                         std::vector<TheoryCurve>& curves);

/// The prediction of one quantity, primary where that quantity has no exact curve or the ladder
/// asks for it; reads the exact curves.
void append_prediction(const Setting& setting, Quantity quantity, std::vector<TheoryCurve>& curves);

/// The curves of the linear system of a method that is no fixed-point iteration there, and both
/// rates of a variance-reduced one or of one that chooses its solvers.
void append_own_rates(const Setting& setting, std::vector<TheoryCurve>& curves);

/// Bounds of the hypergradient of methods on the whole data, and which of all is primary; reads
/// bound_lower, bound_3_4 and bound_sharp.
void append_iteration_bounds(const Setting& setting, std::vector<TheoryCurve>& curves);

/// Every assumption, once per subproblem it speaks of; reads the verdicts of `curves`.
std::vector<AssumptionCheck> check_assumptions(const Setting& setting,
                                               const std::vector<TheoryCurve>& curves);

/// What evaluate_method_theory() says of this setting.
MethodTheory evaluate_setting(const Setting& setting);

/// Limits of the constant step, in units of eta.
std::vector<StepLimit> step_limits(const Setting& setting);

}  // namespace sid::internal
