#include "sid/theory/internal/solver_outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/theory/internal/one_step_rules.hpp"
#include "sid/theory/internal/words.hpp"
#include "sid/theory/sgd_bounds.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid::internal {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

std::string step_too_large(double eta,
                           double limit,
                           const Subproblem& sub,
                           const std::string& source,
                           const char* theorem) {
  const Against step = against_upper_limit(eta, limit, false);
  return fmt::format(
      "Step size {} exceeds 1/(1+σ₂) = {} ({}, {}). {} does not apply; its curve is not drawn.",
      step.value,
      step.limit,
      sub.subject,
      source,
      theorem);
}

/// What steps beta/(gamma + t) have to meet: beta above its limit, gamma at least its own.
struct DecreasingLimits {
  double beta = 0.0;
  double gamma = 0.0;
};

DecreasingLimits limits_of(const Theorem42& theorem) {
  return {theorem.beta_limit(), theorem.gamma_limit()};
}

/// The first of the limits that `step` does not meet, as a sentence; empty if it meets both.
std::string limits_fail(const DecreasingLimits& limits,
                        const DecreasingStep& step,
                        const Subproblem& sub,
                        const std::string& source,
                        const char* name) {
  if (!(step.beta > limits.beta)) {
    const Against beta = against_lower_limit(step.beta, limits.beta, step.beta >= limits.beta);
    return fmt::format(
        "β must exceed 1/(1−q²) = {} for the 1/t rate; now {} ({}). {} does not apply; its curve "
        "is not drawn.",
        beta.limit,
        beta.value,
        sub.subject,
        name);
  }
  if (!at_most(limits.gamma, step.gamma)) {
    const Against gamma = against_lower_limit(step.gamma, limits.gamma, false);
    return fmt::format(
        "γ = {} is below β(1+σ₂) = {} ({}, {}). {} asks for at least that; its curve is not drawn.",
        gamma.value,
        gamma.limit,
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

Outcome no_gradient_step(const char* theorem) {
  return Outcome::none(
      fmt::format("{} is about gradient steps on a strongly convex loss; Φ is no such step here.",
                  theorem),
      Verdict::not_covered);
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

/// A one-step bound that may or may not contract.
struct OneStep {
  const char* name = "";
  double initial = 0.0;
  double limit = 0.0;  ///< step size up to which it contracts, in units of eta; 0: not known
};

std::string does_not_contract(const Subproblem& sub, const OneStep& about, double factor) {
  const double largest = sub.schedule.largest();
  const char* yet =
      sub.schedule.constant()
          ? "Its curve is not drawn."
          : "It has not come below its start by the last checkpoint; its curve is not "
            "drawn.";
  if (sub.schedule.constant() && largest > sub.stability) {
    const Against step = against_upper_limit(largest, sub.stability, false);
    return fmt::format(
        "Step size {} is beyond the mean-square stability edge {} ({}): {}the expected error grows "
        "without limit. {}",
        step.value,
        step.limit,
        sub.subject,
        sub.stability_exact ? "" : "linearised at w(λ), ",
        yet);
  }
  if (about.limit > 0.0 && largest >= about.limit) {
    const Against step = against_upper_limit(largest, about.limit, largest <= about.limit);
    return fmt::format("Step size {} exceeds {}, up to which {} contracts ({}). {}",
                       step.value,
                       step.limit,
                       about.name,
                       sub.subject,
                       yet);
  }
  return fmt::format("At step size {} {} multiplies the error of the {} by {}. {}",
                     read(largest),
                     about.name,
                     sub.subject,
                     read(factor),
                     yet);
}

/// Runs a one-step bound. `factor(eta)` is what it multiplies the error by where no noise is added;
/// a bound that does not contract at the largest step is drawn only if the steps become small
/// enough for it to end below where it started.
template <class Factor>
Outcome contracting(const Subproblem& sub,
                    const OneStep& about,
                    OneStepRule& rule,
                    Factor&& factor) {
  const double at_largest = factor(sub.schedule.largest());
  // Without a step the error stays what it is.
  const bool contracts = at_largest < 1.0 || sub.schedule.largest() == 0.0;
  if (!contracts && sub.schedule.constant()) {
    return Outcome::none(does_not_contract(sub, about, at_largest));
  }
  Outcome outcome{run_rule(rule, about.initial, sub.schedule, sub.at), {}};
  if (!contracts && !outcome.values.empty() && !(outcome.values.back() < about.initial)) {
    return Outcome::none(does_not_contract(sub, about, at_largest));
  }
  return outcome;
}

}  // namespace

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
  std::string failure = limits_fail(limits_of(theorem), *step, sub, noise.source, name);
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
  std::string failure = limits_fail(limits_of(bound.second()),
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

Outcome theorem_for_schedule(const Subproblem& sub, const SourcedNoise& noise) {
  if (std::holds_alternative<ConstantStep>(sub.schedule.rule())) {
    return theorem_4_1(sub, noise, "Theorem 4.1");
  }
  if (std::holds_alternative<DecreasingStep>(sub.schedule.rule())) {
    return theorem_4_2(sub, noise, sub.linear_system() ? "Theorem 5.1" : "Theorem 4.2");
  }
  if (std::holds_alternative<BoundOptimalStep>(sub.schedule.rule())) {
    return theorem_recursion(sub, noise);
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
  ProofRule rule(noise.map);
  return {run_rule(rule, noise.map.initial, sub.schedule, sub.at), {}};
}

Outcome sharp_recursion(const Subproblem& sub, const SourcedNoise& noise) {
  if (!known(noise.map)) return unknown_noise(sub);
  if (!at_most(sub.schedule.largest(), 1.0)) {
    return Outcome::none(fmt::format(
        "Step size {} exceeds 1 ({}). The sharp recursion does not apply; its curve is not drawn.",
        read(sub.schedule.largest()),
        sub.subject));
  }
  SharpRule rule(noise.map);
  return contracting(
      sub, {.name = "the sharp recursion", .initial = noise.map.initial}, rule, [&](double eta) {
        return 1.0 - sharp_loss(noise.map, eta);
      });
}

Outcome direct(const Subproblem& sub) {
  if (!sub.direct || !std::isfinite(sub.direct_initial)) return unknown_noise(sub);
  DirectRule rule(*sub.direct, sub.alpha);
  return contracting(
      sub,
      {.name = "the direct bound", .initial = sub.direct_initial, .limit = sub.contraction_limit()},
      rule,
      [&](double eta) { return sub.direct->factor(eta * sub.alpha); });
}

Outcome smallest_one_step(const Subproblem& sub) {
  if (!sub.direct || !std::isfinite(sub.direct_initial)) {
    return sharp_recursion(sub, sub.sharpened);
  }
  const NoisyContraction& map = sub.sharpened.map;
  if (!known(map) || !at_most(sub.schedule.largest(), 1.0)) return direct(sub);
  SmallerRule rule(DirectRule(*sub.direct, sub.alpha), SharpRule(map));
  return contracting(sub,
                     {.name = "the direct bound",
                      .initial = std::min(sub.direct_initial, map.initial),
                      .limit = sub.contraction_limit()},
                     rule,
                     [&](double eta) {
                       return std::min(sub.direct->factor(eta * sub.alpha),
                                       1.0 - sharp_loss(map, eta));
                     });
}

Outcome corollary_4_1(const Setting& setting, const Subproblem& sub) {
  if (!setting.constants.gradient_map) return no_gradient_step("Corollary 4.1");
  const Corollary41 corollary(sgd_constants(setting));
  constexpr const char* kSource = "Assumption F";
  constexpr const char* kName = "Corollary 4.1";
  if (const auto* step = std::get_if<ConstantStep>(&sub.schedule.rule())) {
    if (!(step->eta > 0.0 && at_most(step->eta, corollary.step_limit()))) {
      return Outcome::none(step_too_large(step->eta, corollary.step_limit(), sub, kSource, kName));
    }
    return {at_checkpoints(sub, [&](std::int64_t t) { return corollary.constant(step->eta, t); }),
            {}};
  }
  if (const auto* step = std::get_if<DecreasingStep>(&sub.schedule.rule())) {
    std::string failure = limits_fail(
        {corollary.beta_limit(), corollary.gamma_limit(step->beta)}, *step, sub, kSource, kName);
    if (!failure.empty()) return Outcome::none(std::move(failure));
    return {at_checkpoints(sub, [&](std::int64_t t) { return corollary.decreasing(*step, t); }),
            {}};
  }
  return other_schedule(kName, "constant steps and steps β/(γ+t)");
}

Outcome bottou(const Setting& setting, const Subproblem& sub) {
  if (!setting.constants.gradient_map) return no_gradient_step("Remark 4.1");
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

}  // namespace sid::internal
