#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/theory/internal/curves.hpp"
#include "sid/theory/sgd_bounds.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid::internal {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

std::string read(double value) {
  return format_for_reading(value);
}

std::string step_too_large(double eta,
                           double limit,
                           const Subproblem& sub,
                           const std::string& source,
                           const char* theorem) {
  return fmt::format(
      "Step size {} exceeds 1/(1+σ₂) = {} ({}, {}). {} does not apply; its curve is not drawn.",
      read(eta),
      read(limit),
      sub.subject,
      source,
      theorem);
}

/// The first hypothesis of Theorem 4.2 that fails, as a sentence; empty if none does.
std::string theorem_4_2_fails(const Theorem42& theorem,
                              const DecreasingStep& step,
                              const Subproblem& sub,
                              const std::string& source,
                              const char* name) {
  if (!theorem.beta_holds()) {
    return fmt::format(
        "β must exceed 1/(1−q²) = {} for the 1/t rate; now {} ({}). {} does not apply; its curve "
        "is not drawn.",
        read(theorem.beta_limit()),
        read(step.beta),
        sub.subject,
        name);
  }
  if (!theorem.gamma_holds()) {
    return fmt::format(
        "γ = {} is below β(1+σ₂) = {} ({}, {}). {} asks for at least that; its curve is not drawn.",
        read(step.gamma),
        read(theorem.gamma_limit()),
        sub.subject,
        source,
        name);
  }
  return {};
}

template <class Value>
std::vector<double> at_checkpoints(const Subproblem& sub, Value&& value) {
  std::vector<double> values;
  values.reserve(sub.at.size());
  for (const std::int64_t t : sub.at) values.push_back(value(t));
  return values;
}

/// Runs B_{t+1} = step(B_t, eta_t) from `initial` and keeps the checkpoints.
template <class Step>
std::vector<double> recursion(const Subproblem& sub, double initial, Step&& step) {
  double bound = initial;
  std::int64_t t = 0;
  return at_checkpoints(sub, [&](std::int64_t target) {
    for (; t < target; ++t) bound = step(bound, sub.schedule.at(t));
    return bound;
  });
}

bool known(const NoisyContraction& map) {
  return std::isfinite(map.sigma1) && std::isfinite(map.sigma2) && std::isfinite(map.initial);
}

Outcome unknown_noise(const Subproblem& sub) {
  return Outcome::none(fmt::format(
      "The noise of the {} has no known bound of the form D(iii) that holds for every w.",
      sub.subject));
}

Outcome other_schedule(const char* theorem, const char* kind) {
  return Outcome::none(fmt::format("{} speaks of {}; this schedule is another.", theorem, kind),
                       Verdict::not_covered);
}

Outcome theorem_4_1(const Subproblem& sub, const SourcedNoise& noise, const char* name) {
  const auto* step = std::get_if<ConstantStep>(&sub.schedule.rule());
  if (step == nullptr) return other_schedule(name, "constant steps");
  if (!known(noise.map)) return unknown_noise(sub);
  const Theorem41 theorem(noise.map, step->eta);
  if (!theorem.holds()) {
    return Outcome::none(
        step_too_large(step->eta, noise.map.step_limit(), sub, noise.source, name));
  }
  return {at_checkpoints(sub, [&](std::int64_t t) { return theorem.at(t); }), {}};
}

Outcome theorem_4_2(const Subproblem& sub, const SourcedNoise& noise, const char* name) {
  const auto* step = std::get_if<DecreasingStep>(&sub.schedule.rule());
  if (step == nullptr) return other_schedule(name, "steps β/(γ+t)");
  if (!known(noise.map)) return unknown_noise(sub);
  const Theorem42 theorem(noise.map, *step);
  std::string failure = theorem_4_2_fails(theorem, *step, sub, noise.source, name);
  if (!failure.empty()) return Outcome::none(std::move(failure));
  const double c = theorem.c();
  return {at_checkpoints(
              sub, [&](std::int64_t t) { return c / (step->gamma + static_cast<double>(t)); }),
          {}};
}

Outcome two_phase(const Subproblem& sub, const SourcedNoise& noise) {
  const auto* step = std::get_if<TwoPhaseStep>(&sub.schedule.rule());
  if (step == nullptr)
    return other_schedule("The two-phase bound", "a constant, then a decreasing step");
  if (!known(noise.map)) return unknown_noise(sub);
  const TwoPhaseBound bound(noise.map, *step);
  if (step->switch_at > 0 && !bound.first().holds()) {
    return Outcome::none(step_too_large(
        step->eta, noise.map.step_limit(), sub, noise.source, "Theorem 4.1 (first phase)"));
  }
  std::string failure = theorem_4_2_fails(bound.second(),
                                          {.beta = step->beta, .gamma = step->gamma},
                                          sub,
                                          noise.source,
                                          "Theorem 4.2 (second phase)");
  const bool second = failure.empty();
  const bool reaches_second = !sub.at.empty() && sub.at.back() > step->switch_at;
  if (!reaches_second) failure.clear();
  return {
      at_checkpoints(
          sub, [&](std::int64_t t) { return t <= step->switch_at || second ? bound.at(t) : kGap; }),
      std::move(failure)};
}

Outcome theorem_for_schedule(const Subproblem& sub, const SourcedNoise& noise, bool theorem_5_1) {
  if (std::holds_alternative<ConstantStep>(sub.schedule.rule())) {
    return theorem_4_1(sub, noise, "Theorem 4.1");
  }
  if (std::holds_alternative<DecreasingStep>(sub.schedule.rule())) {
    return theorem_4_2(sub, noise, theorem_5_1 ? "Theorem 5.1" : "Theorem 4.2");
  }
  return two_phase(sub, noise);
}

Outcome theorem_recursion(const Subproblem& sub, const SourcedNoise& noise) {
  if (!known(noise.map)) return unknown_noise(sub);
  const double largest = sub.schedule.largest();
  if (!at_most(largest, noise.map.step_limit())) {
    return Outcome::none(step_too_large(
        largest, noise.map.step_limit(), sub, noise.source, "The one-step recursion"));
  }
  return {
      recursion(sub,
                noise.map.initial,
                [&](double bound, double eta) { return recursion_step(noise.map, bound, eta); }),
      {}};
}

bool constant_forever(const StepSizeSchedule& schedule) {
  const auto* two = std::get_if<TwoPhaseStep>(&schedule.rule());
  return std::holds_alternative<ConstantStep>(schedule.rule()) ||
         (two != nullptr && two->switch_at == std::numeric_limits<std::int64_t>::max());
}

Outcome sharp_recursion(const Subproblem& sub, const SourcedNoise& noise) {
  if (!known(noise.map)) return unknown_noise(sub);
  const double largest = sub.schedule.largest();
  if (!at_most(largest, 1.0)) {
    return Outcome::none(fmt::format(
        "Step size {} exceeds 1 ({}). The sharp recursion does not apply; its curve is not drawn.",
        read(largest),
        sub.subject));
  }
  if (constant_forever(sub.schedule) && !(sharp_factor(noise.map, largest) < 1.0)) {
    return Outcome::none(fmt::format(
        "The sharp recursion multiplies the error by χ = {} ≥ 1 at step size {} ({}): it does not "
        "contract, and its curve is not drawn.",
        read(sharp_factor(noise.map, largest)),
        read(largest),
        sub.subject));
  }
  return {recursion(sub,
                    noise.map.initial,
                    [&](double bound, double eta) {
                      return sharp_factor(noise.map, eta) * bound + eta * eta * noise.map.sigma1;
                    }),
          {}};
}

std::string direct_grows(const Subproblem& sub) {
  return fmt::format(
      "Step size {} is not below {}, from which the direct bound grows with every step ({}). Its "
      "curve is not drawn.",
      read(sub.schedule.largest()),
      read(sub.direct->step_limit() / sub.alpha),
      sub.subject);
}

bool direct_contracts(const Subproblem& sub) {
  return !constant_forever(sub.schedule) ||
         sub.direct->factor(sub.schedule.largest() * sub.alpha) < 1.0;
}

Outcome direct(const Subproblem& sub) {
  if (!sub.direct || !std::isfinite(sub.direct_initial)) return unknown_noise(sub);
  if (!direct_contracts(sub)) return Outcome::none(direct_grows(sub));
  double theta = 1.0;
  return {recursion(sub,
                    sub.direct_initial,
                    [&](double bound, double eta) {
                      return sub.direct->best_step(bound, eta * sub.alpha, theta);
                    }),
          {}};
}

/// At every step the smaller of the direct bound and the sharp recursion. Both are increasing in
/// the bound they start from, so the smaller one may be chosen anew in each step.
Outcome smallest_one_step(const Subproblem& sub) {
  const bool direct_known = sub.direct && std::isfinite(sub.direct_initial);
  const NoisyContraction& map = sub.sharpened.map;
  const bool sharp_known = known(map) && at_most(sub.schedule.largest(), 1.0);
  if (!direct_known) return sharp_recursion(sub, sub.sharpened);
  const bool sharp_contracts = sharp_known && (!constant_forever(sub.schedule) ||
                                               sharp_factor(map, sub.schedule.largest()) < 1.0);
  if (!direct_contracts(sub) && !sharp_contracts) return Outcome::none(direct_grows(sub));
  double theta = 1.0;
  return {recursion(sub,
                    sharp_known ? std::min(sub.direct_initial, map.initial) : sub.direct_initial,
                    [&](double bound, double eta) {
                      double next = sub.direct->best_step(bound, eta * sub.alpha, theta);
                      if (sharp_known) {
                        const double sharp =
                            sharp_factor(map, eta) * bound + eta * eta * map.sigma1;
                        // Written so that an overflow on either side leaves the other.
                        if (!(next <= sharp)) next = sharp;
                      }
                      return next;
                    }),
          {}};
}

SgdConstants sgd_constants(const Setting& setting) {
  const ProblemConstants& c = setting.constants;
  const bool paper = setting.input.ladder == Ladder::paper;
  return {.L = c.L,
          .tau = c.tau,
          .sigma1_prime = paper ? c.sigma1_prime_paper : c.sigma1_prime,
          .sigma2_prime = c.sigma2_prime,
          .alpha_rule = setting.input.alpha_rule,
          .initial = c.norm_w * c.norm_w};
}

Outcome corollary_4_1(const Setting& setting, const Subproblem& sub) {
  const SgdConstants constants = sgd_constants(setting);
  const Corollary41 corollary(constants);
  const SourcedNoise noise{{.q = setting.constants.q, .sigma2 = constants.sigma2_prime},
                           "Assumption F"};
  if (const auto* step = std::get_if<ConstantStep>(&sub.schedule.rule())) {
    if (!Theorem41(noise.map, step->eta).holds()) {
      return Outcome::none(
          step_too_large(step->eta, corollary.step_limit(), sub, noise.source, "Corollary 4.1"));
    }
    return {at_checkpoints(sub, [&](std::int64_t t) { return corollary.constant(step->eta, t); }),
            {}};
  }
  if (const auto* step = std::get_if<DecreasingStep>(&sub.schedule.rule())) {
    std::string failure =
        theorem_4_2_fails(Theorem42(noise.map, *step), *step, sub, noise.source, "Corollary 4.1");
    if (!failure.empty()) return Outcome::none(std::move(failure));
    return {at_checkpoints(sub, [&](std::int64_t t) { return corollary.decreasing(*step, t); }),
            {}};
  }
  return other_schedule("Corollary 4.1", "constant steps and steps β/(γ+t)");
}

Outcome bottou(const Setting& setting, const Subproblem& sub) {
  const auto* step = std::get_if<ConstantStep>(&sub.schedule.rule());
  if (step == nullptr) return other_schedule("Remark 4.1", "constant steps");
  if (setting.input.alpha_rule != AlphaRule::inverse_smoothness) {
    return Outcome::none("Remark 4.1 is for α = 1/L; here α = 2/(L+τ).", Verdict::not_covered);
  }
  const SgdConstants constants = sgd_constants(setting);
  // Smoothness bounds the gap of function values at w_0 = 0.
  const BottouBound bound(constants, 0.5 * constants.L * constants.initial);
  if (!at_most(step->eta, bound.step_limit())) {
    return Outcome::none(
        step_too_large(step->eta, bound.step_limit(), sub, "Assumption F", "Remark 4.1"));
  }
  return {at_checkpoints(sub, [&](std::int64_t t) { return bound.iterate_error(step->eta, t); }),
          {}};
}

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
  return {id, "Theorems 4.1, 4.2", "Theorem 4.1, then Theorem 4.2, constants of " + with};
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
  curve.reason = outcome.reason.empty() ? coverage.reason : std::move(outcome.reason);
  curve.values = std::move(outcome.values);
  return curve;
}

void append_solver_curves(const Setting& setting,
                          const Subproblem& sub,
                          std::vector<TheoryCurve>& curves) {
  const Ladder ladder = setting.input.ladder;
  const SourcedNoise& noise = sub.ladder_noise(ladder);
  const bool open = sub.coverage.open();
  const auto add =
      [&](const std::string& stem, const char* label, std::string source, auto&& make) {
        append_curve(curves,
                     {stem, label, std::move(source)},
                     sub.quantity,
                     CurveKind::bound,
                     sub.coverage,
                     open ? make() : Outcome{});
      };
  TheoryCurve& feeding = append_curve(
      curves,
      ladder_name(setting, sub),
      sub.quantity,
      CurveKind::bound,
      sub.coverage,
      !open ? Outcome{}
            : (ladder == Ladder::paper ? theorem_for_schedule(sub, sub.paper, sub.linear_system())
                                       : smallest_one_step(sub)));
  feeding.primary = ladder != Ladder::prediction;

  const std::string with = ", constants: " + noise.source;
  add("bound_4_1" + sub.suffix, "Theorem 4.1", "Theorem 4.1, equation (18)" + with, [&] {
    return theorem_4_1(sub, noise, "Theorem 4.1");
  });
  add("bound_4_2" + sub.suffix, "Theorem 4.2", "Theorem 4.2, equation (20)" + with, [&] {
    return theorem_4_2(sub, noise, "Theorem 4.2");
  });
  add("bound_two_phase" + sub.suffix,
      "Theorems 4.1, 4.2",
      "Theorem 4.1 until the switch, then Theorem 4.2" + with,
      [&] { return two_phase(sub, noise); });
  add("bound_4_1_4_3" + sub.suffix,
      "Theorem 4.1 with 4.3",
      "Theorem 4.1 with the constants of Theorem 4.3",
      [&] { return theorem_4_1(sub, sub.theorem43, "Theorem 4.1"); });
  if (!sub.linear_system()) {
    add("bound_cor_4_1", "Corollary 4.1", "Corollary 4.1, equations (22), (24)", [&] {
      return corollary_4_1(setting, sub);
    });
    add("bound_bottou",
        "Bottou et al.",
        "Remark 4.1 (Bottou, Curtis, Nocedal 2018), converted from function values by 2/τ",
        [&] { return bottou(setting, sub); });
  }
  const std::string tail = sub.linear_system() ? "_linear" : "_lower";
  add("bound_5_1" + tail,
      "Theorem 5.1",
      sub.linear_system() ? "Theorem 5.1, equation (31)" : "Theorem 5.1, equation (30)",
      [&] { return theorem_4_2(sub, sub.theorem43, "Theorem 5.1"); });
  add("bound_recursion" + tail,
      "one-step recursion",
      "proof of Theorem 4.1, one step at a time" + with,
      [&] { return theorem_recursion(sub, noise); });
  add("bound_sharp_recursion" + tail,
      "sharp recursion",
      "one step, displacement term kept (not in the paper)" + with,
      [&] { return sharp_recursion(sub, noise); });
  add("bound_direct" + tail,
      "direct bound",
      "direct bound of gradient steps (not in the paper)",
      [&] { return direct(sub); });
}

}  // namespace sid::internal
