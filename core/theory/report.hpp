#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sid/problem/constants.hpp"

namespace sid {

/// Which constants and inequalities feed the bounds; one ladder the user climbs.
enum class Ladder {
  paper,       ///< as printed: Remark 4.2 / Theorem 4.3 / Theorem 5.1 constants, equation (13)
  sharpened,   ///< still proved: direct bound, direct constants, sharp form of Theorem 3.4
  prediction,  ///< exact curves alone, where they are known: no bound is drawn
};

/// Which of the three plotted errors a curve speaks of.
enum class Quantity {
  hypergradient,  ///< E||estimate - hypergradient||^2
  lower_level,    ///< E||w_t - w(lambda)||^2
  linear_system,  ///< E||v_k - v(w_t)||^2
};

enum class CurveKind {
  bound,
  exact,
  prediction,  ///< linearised at the solution: neither a bound nor exact
  floor,
};

enum class Verdict {
  holds,
  holds_on_ball,  ///< on a ball or box that the iterates provably never leave
  fails,
  not_covered,  ///< the theorem does not speak of this setting (dependent draws, split varies)
};

/// One summand of a bound, in the order of the formula.
struct BoundTerm {
  std::string id;              ///< "jacobian", "lower", "linear", "product"
  std::string label;           ///< "6c₁²ρ(t)"
  std::vector<double> values;  ///< at the checkpoints
};

/// A bound, exact curve or floor at the checkpoints of one method at one lambda.
struct TheoryCurve {
  std::string id;      ///< stable column name: "bound_3_4", "bound_lower", "exact", ...
  std::string label;   ///< for legends: "Theorem 3.4"
  std::string source;  ///< "Theorem 3.4, equation (13)", "direct bound ... (not in the paper)"
  Quantity quantity = Quantity::hypergradient;
  CurveKind kind = CurveKind::bound;
  Verdict verdict = Verdict::fails;
  std::string reason;          ///< why it is absent, or on which set it holds; empty if plain holds
  std::vector<double> values;  ///< one per checkpoint; empty unless verdict is holds(_on_ball)
  std::vector<BoundTerm> terms;
  bool primary = false;  ///< drawn unless the user hides it; others are there to be asked for

  bool drawn() const { return !values.empty(); }
};

/// The curve with this id; null if there is none.
inline const TheoryCurve* find_curve(const std::vector<TheoryCurve>& curves, std::string_view id) {
  for (const TheoryCurve& curve : curves) {
    if (curve.id == id) return &curve;
  }
  return nullptr;
}

/// One hypothesis, checked for one subproblem, with its numbers.
struct AssumptionCheck {
  std::string id;       ///< "A(iv)", "D(iii)", "step"
  std::string subject;  ///< "problem", "lower level", "linear system", "hypergradient"
  Verdict verdict = Verdict::holds;
  std::string sentence;  ///< what, number against limit, consequence
  /// A value that would mend it: spec key inside the method ("step.eta") and number; empty if none.
  std::string remedy_key;
  double remedy_value = 0.0;
};

/// Named step-size limits, for marks on sliders and the geometry strip; in units of eta.
struct StepLimit {
  /// "paper_lower", "noise_lower", "sharp_lower", "full_rate_lower", the same with "_linear":
  /// 1/(1+σ₂) with the paper's constants, with the sharper ones, where the direct bound contracts,
  /// and the largest step at which it contracts as fast as the flattest direction; "stability":
  /// where the expected error itself stops contracting, of the lower level (of both on the teaching
  /// problem), "stability_linear" of the linear system at w(lambda); "ball": where iterates may
  /// leave the set on which L_E holds. Those that are infinite are not listed.
  std::string id;
  std::string label;  ///< "1/(1+σ₂), Theorem 4.3 (lower level)"
  double eta = 0.0;
};

/// All theory of one method at one lambda.
struct MethodTheory {
  ProblemConstants constants;
  std::vector<TheoryCurve> curves;
  std::vector<AssumptionCheck> checks;
  std::vector<StepLimit> limits;

  const TheoryCurve* find(std::string_view id) const { return find_curve(curves, id); }
};

}  // namespace sid
