#include <cmath>
#include <limits>
#include <utility>

#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/solver_outcomes.hpp"
#include "sid/theory/step_floor.hpp"

namespace sid::internal {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

CurveName ladder_name(const Setting& setting, const Subproblem& sub) {
  const std::string id = sub.linear_system() ? "bound_linear" : "bound_lower";
  if (setting.input.ladder != Ladder::paper) {
    return {id,
            "sharpened bound",
            "smaller of the direct bound and the sharp recursion in every step (not in the paper)"};
  }
  const std::string with = sub.paper.source;
  if (std::holds_alternative<ConstantStep>(sub.schedule.rule())) {
    return {id, "Theorem 4.1", "Theorem 4.1, equation (18), constants of " + with};
  }
  if (std::holds_alternative<DecreasingStep>(sub.schedule.rule())) {
    if (sub.linear_system()) return {id, "Theorem 5.1", "Theorem 5.1, equation (31)"};
    return {id, "Theorem 4.2", "Theorem 4.2, equation (20), constants of " + with};
  }
  if (std::holds_alternative<BoundOptimalStep>(sub.schedule.rule())) {
    return {
        id, "one-step recursion", "proof of Theorem 4.1, one step at a time, constants of " + with};
  }
  return {id, "Theorems 4.1, 4.2", "Theorem 4.1, then Theorem 4.2, constants of " + with};
}

/// Appends bounds of one subproblem under its coverage; what is not covered is not computed.
class SolverCurves {
 public:
  SolverCurves(const Subproblem& sub, std::vector<TheoryCurve>& curves)
      : sub_(sub), curves_(curves) {}

  template <class Make>
  TheoryCurve& add(CurveName name, Make&& make) {
    return append_curve(curves_,
                        std::move(name),
                        sub_.quantity,
                        CurveKind::bound,
                        sub_.coverage,
                        sub_.coverage.open() ? make() : Outcome{});
  }

 private:
  const Subproblem& sub_;
  std::vector<TheoryCurve>& curves_;
};

void append_theorems(const Setting& setting, const Subproblem& sub, SolverCurves& curves) {
  const SourcedNoise& noise = sub.ladder_noise(setting.input.ladder);
  const std::string with = ", constants: " + noise.source;
  const std::string& suffix = sub.suffix;
  curves.add({"bound_4_1" + suffix, "Theorem 4.1", "Theorem 4.1, equation (18)" + with},
             [&] { return theorem_4_1(sub, noise, "Theorem 4.1"); });
  curves.add({"bound_4_2" + suffix, "Theorem 4.2", "Theorem 4.2, equation (20)" + with},
             [&] { return theorem_4_2(sub, noise, "Theorem 4.2"); });
  curves.add({"bound_two_phase" + suffix,
              "Theorems 4.1, 4.2",
              "Theorem 4.1 until the switch, then Theorem 4.2" + with},
             [&] { return two_phase(sub, noise); });
  curves.add({"bound_4_1_4_3" + suffix,
              "Theorem 4.1 with 4.3",
              "Theorem 4.1 with the constants of Theorem 4.3"},
             [&] { return theorem_4_1(sub, sub.theorem43, "Theorem 4.1"); });
  if (sub.linear_system()) {
    curves.add({"bound_5_1_linear", "Theorem 5.1", "Theorem 5.1, equation (31)"},
               [&] { return theorem_4_2(sub, sub.theorem43, "Theorem 5.1"); });
    return;
  }
  curves.add({"bound_cor_4_1", "Corollary 4.1", "Corollary 4.1, equations (22), (24)"},
             [&] { return corollary_4_1(setting, sub); });
  curves.add({"bound_bottou",
              "Bottou et al.",
              "Remark 4.1 (Bottou, Curtis, Nocedal 2018), converted from function values by 2/τ"},
             [&] { return bottou(setting, sub); });
  curves.add({"bound_5_1_lower", "Theorem 5.1", "Theorem 5.1, equation (30)"},
             [&] { return theorem_4_2(sub, sub.theorem43, "Theorem 5.1"); });
}

void append_recursions(const Setting& setting, const Subproblem& sub, SolverCurves& curves) {
  const SourcedNoise& noise = sub.ladder_noise(setting.input.ladder);
  const std::string with = ", constants: " + noise.source;
  const std::string tail = sub.linear_system() ? "_linear" : "_lower";
  curves.add({"bound_recursion" + tail,
              "one-step recursion",
              "proof of Theorem 4.1, one step at a time" + with},
             [&] { return theorem_recursion(sub, noise); });
  curves.add({"bound_sharp_recursion" + tail,
              "sharp recursion",
              "one step, displacement term kept (not in the paper)" + with},
             [&] { return sharp_recursion(sub, noise); });
  curves.add(
      {"bound_direct" + tail, "direct bound", "direct bound of gradient steps (not in the paper)"},
      [&] { return direct(sub); });
}

/// Where the bound of a constant step levels off, as long as the step stays constant.
Outcome constant_step_floor(const Setting& setting,
                            const Subproblem& sub,
                            const TheoryCurve* bound) {
  const StepSizeSchedule::Rule& rule = sub.schedule.rule();
  const auto* constant = std::get_if<ConstantStep>(&rule);
  const auto* two_phase = std::get_if<TwoPhaseStep>(&rule);
  if (constant == nullptr && two_phase == nullptr) {
    return Outcome::none("Steps that go to zero have no floor here.", Verdict::holds);
  }
  if (bound == nullptr || !bound->drawn()) {
    return Outcome::none(bound == nullptr ? "There is no bound." : bound->reason);
  }
  const double eta = constant != nullptr ? constant->eta : two_phase->eta;
  const ConstantStepFloor floor(setting.constants, sub.quantity, setting.input.ladder);
  const double level = floor.at(eta);
  if (level == 0.0) return Outcome::none("Without noise the floor is zero.", Verdict::holds);
  const std::int64_t until =
      two_phase != nullptr ? two_phase->switch_at : std::numeric_limits<std::int64_t>::max();
  Outcome outcome;
  outcome.values.reserve(sub.at.size());
  for (const std::int64_t t : sub.at) outcome.values.push_back(t <= until ? level : kGap);
  if (std::isnan(level)) return Outcome::none("The bound does not level off.");
  if (!sub.at.empty() && sub.at.front() > until) {
    return Outcome::none("The constant phase is over before the first checkpoint.");
  }
  return outcome;
}

void append_floor(const Setting& setting,
                  const Subproblem& sub,
                  const std::string& bound,
                  std::vector<TheoryCurve>& curves) {
  const bool paper = setting.input.ladder == Ladder::paper;
  Outcome outcome = sub.coverage.open()
                        ? constant_step_floor(setting, sub, find_curve(curves, bound))
                        : Outcome{};
  append_curve(curves,
               {sub.linear_system() ? "floor_linear" : "floor_lower",
                paper ? "floor of Theorem 4.1" : "floor of the sharpened bound",
                paper ? "Theorem 4.1, equation (18): ησ₁/(1−q²)"
                      : "level of the sharpened bound for a constant step (not in the paper)"},
               sub.quantity,
               CurveKind::floor,
               sub.coverage,
               std::move(outcome))
      .primary = setting.input.ladder != Ladder::prediction;
}

}  // namespace

TheoryCurve& append_curve(std::vector<TheoryCurve>& curves,
                          CurveName name,
                          Quantity quantity,
                          CurveKind kind,
                          const Coverage& coverage,
                          Outcome outcome) {
  TheoryCurve& curve = curves.emplace_back();
  curve.id = std::move(name.id);
  curve.label = std::move(name.label);
  curve.source = std::move(name.source);
  curve.quantity = quantity;
  curve.kind = kind;
  if (!coverage.open()) {
    curve.verdict = coverage.verdict;
    curve.reason = coverage.reason;
    return curve;
  }
  bool any = false;
  for (double& value : outcome.values) {
    if (!std::isfinite(value)) value = kGap;
    any = any || !std::isnan(value);
  }
  if (!outcome.values.empty() && !any) {
    outcome.values.clear();
    if (outcome.reason.empty()) outcome.reason = "The bound is beyond the largest double.";
  }
  if (outcome.values.empty()) {
    curve.verdict = outcome.verdict;
    curve.reason = std::move(outcome.reason);
    return curve;
  }
  curve.verdict = coverage.verdict;
  curve.reason = std::move(outcome.reason);
  if (curve.reason.empty()) curve.reason = coverage.reason;
  curve.values = std::move(outcome.values);
  return curve;
}

void append_solver_curves(const Setting& setting,
                          const Subproblem& sub,
                          std::vector<TheoryCurve>& curves) {
  const Ladder ladder = setting.input.ladder;
  SolverCurves list(sub, curves);
  list.add(ladder_name(setting, sub),
           [&] {
             return ladder == Ladder::paper ? theorem_for_schedule(sub, sub.paper)
                                            : smallest_one_step(sub);
           })
      .primary = ladder != Ladder::prediction;
  append_theorems(setting, sub, list);
  append_recursions(setting, sub, list);
  append_floor(setting, sub, ladder_name(setting, sub).id, curves);
}

}  // namespace sid::internal
