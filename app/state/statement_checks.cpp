#include "sid/app/state/statement_checks.hpp"

#include <algorithm>

namespace sid::app {
namespace {

bool holds(const AssumptionCheck& check) {
  return check.verdict == Verdict::holds || check.verdict == Verdict::holds_on_ball;
}

bool is_step(const AssumptionCheck& check) {
  return check.id == "step";
}

bool concerns(const TheoryCurve* curve, const AssumptionCheck& check) {
  if (curve == nullptr || curve->quantity == Quantity::hypergradient) return true;
  if (curve->quantity == Quantity::lower_level) return check.subject != "linear system";
  return check.subject != "lower level";
}

/// The statement applies: whatever its steps are, they are allowed.
void allow_steps(std::vector<AssumptionCheck>& checks) {
  for (AssumptionCheck& check : checks) {
    if (!is_step(check) || holds(check)) continue;
    check.verdict = Verdict::holds;
    check.sentence = "The steps are such as this statement asks for.";
  }
}

/// The statement does not apply, for its steps. One check of them, in place of the first.
void forbid_steps(const TheoryCurve& curve, std::vector<AssumptionCheck>& checks) {
  const auto first = std::find_if(checks.begin(), checks.end(), is_step);
  if (first == checks.end()) return;
  const bool several = std::count_if(checks.begin(), checks.end(), is_step) > 1;
  *first = {"step", several ? "" : first->subject, curve.verdict, curve.reason, {}, 0.0};
  checks.erase(std::remove_if(first + 1, checks.end(), is_step), checks.end());
}

}  // namespace

std::vector<AssumptionCheck> statement_checks(const TheoremStatement& statement,
                                              const MethodTheory& theory) {
  const TheoryCurve* const curve = theory.find(statement.curve);
  std::vector<AssumptionCheck> checks;
  for (const std::string& id : statement.hypotheses) {
    for (const AssumptionCheck& check : theory.checks) {
      if (check.id == id && concerns(curve, check)) checks.push_back(check);
    }
  }
  if (curve == nullptr) return checks;
  if (curve->drawn()) {
    allow_steps(checks);
  } else if (std::all_of(checks.begin(), checks.end(), holds)) {
    forbid_steps(*curve, checks);
  }
  return checks;
}

}  // namespace sid::app
