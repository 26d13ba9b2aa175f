#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sid/theory/expected_smoothness.hpp"
#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/solution_path.hpp"
#include "sid/theory/internal/solver_outcomes.hpp"
#include "sid/theory/internal/words.hpp"
#include "sid/theory/radius_bound.hpp"
#include "sid/theory/solver_bounds.hpp"
#include "sid/theory/theorem_5_1.hpp"

namespace sid::internal {

namespace {

constexpr const char* kSmallerSteps =
    "Smaller steps, or an upper level with a bounded gradient (pseudo-Huber), would give a bound.";

double largest_step(const Subproblem& sub) {
  return sub.schedule.largest() * sub.alpha;
}

Outcome data_only(const char* what) {
  return Outcome::none(
      fmt::format("{} needs constants that are known for problems with data only.", what));
}

/// Whether run_moments() and run_shares() end below where they start, and why not.
std::string growing(const char* what, const Subproblem& sub, double limit) {
  const Against step = against_upper_limit(largest_step(sub), limit, false);
  return fmt::format(
      "Effective step ηα = {} exceeds {}, up to which {} contracts ({}): the solution-based bound "
      "grows. Its curve is not drawn. {}",
      step.value,
      step.limit,
      what,
      sub.subject,
      kSmallerSteps);
}

/// The rule of smallest_one_step(), which has values.
std::unique_ptr<OneStepRule> smallest_rule(const Subproblem& sub) {
  const NoisyContraction& map = sub.sharpened.map;
  const DirectRule direct(*sub.direct, sub.alpha);
  const bool both = std::isfinite(map.sigma1) && std::isfinite(map.sigma2) &&
                    std::isfinite(map.initial) && at_most(sub.schedule.largest(), 1.0);
  if (!both) return std::make_unique<DirectRule>(direct);
  return std::make_unique<SmallerRule>(direct, SharpRule(map));
}

/// Shares of the linear system's error, or why they do not fall.
struct Shares {
  std::vector<LinearErrorShares> values;
  std::string reason;
};

Shares linear_shares(const Setting& setting, const SolutionBasedBound& bound, double last_rho) {
  const ProblemConstants& c = setting.constants;
  const DirectBound map(c.v_noise, 0.0);
  const double s = largest_step(setting.linear);
  const bool contracts = map.factor(s) < 1.0;
  Shares shares;
  const auto fails = [&] {
    shares.values.clear();
    shares.reason = growing("the direct bound", setting.linear, map.step_limit());
    return shares;
  };
  if (!contracts && setting.linear.schedule.constant()) return fails();
  const double norm = c.norm_v + bound.slopes().k1 * std::sqrt(last_rho);
  shares.values = run_shares(map,
                             {.initial = norm * norm, .noise = bound.linear_noise(last_rho)},
                             bound.A1() > 0.0,
                             setting.linear.schedule,
                             c.alpha,
                             setting.linear.at)
                      .values;
  if (!contracts && !(shares.values.back().kept < 1.0)) return fails();
  return shares;
}

/// rho(t) by the sharpened rules, which bound_lower has in every ladder but the paper's.
Outcome sharpened_rate(const Setting& setting, const std::vector<TheoryCurve>& curves) {
  const TheoryCurve* lower = find_curve(curves, "bound_lower");
  if (setting.input.ladder == Ladder::paper || lower == nullptr) {
    return smallest_one_step(setting.lower);
  }
  return {lower->values, lower->reason, lower->verdict};
}

Outcome solution_based(const Setting& setting, const Outcome& rate) {
  constexpr const char* kName = "The solution-based bound";
  const ProblemConstants& c = setting.constants;
  const Subproblem& lower = setting.lower;
  const SolutionBasedBound bound(c, setting.m2);
  const FourthMoment moment(c);
  if (lower.at.empty()) return Outcome::none("There are no checkpoints.");
  if (!bound.known() || !moment.known() || !lower.direct || c.v_noise.empty()) {
    return data_only(kName);
  }
  if (rate.values.empty()) {
    return Outcome::none("No bound ρ(t) of the lower level: " + rate.reason, rate.verdict);
  }
  const double s = largest_step(lower);
  const double radius = at_most(s, c.radius_step_limit) ? c.radius : kInfinity;
  const bool contracts = std::isfinite(radius) || moment.factor(s) < 1.0;
  const std::string grows = growing("its fourth moment", lower, moment.step_limit());
  if (!contracts && lower.schedule.constant()) return Outcome::none(grows);
  const auto rule = smallest_rule(lower);
  const double start = lower.direct_initial;
  MomentPath path = run_moments(*rule, moment, start, radius, lower.schedule, c.alpha, lower.at);
  if (!contracts && !(path.fourth.back() < start * start)) return Outcome::none(grows);
  Shares shares = linear_shares(setting, bound, path.rho.back());
  if (shares.values.empty()) return Outcome::none(std::move(shares.reason));
  Outcome outcome;
  for (std::size_t i = 0; i < path.rho.size(); ++i) {
    const double rho = std::min(path.rho[i], rate.values[i]);
    outcome.values.push_back(bound.at(rho, path.fourth[i], shares.values[i]).total());
  }
  return outcome;
}

Outcome radius_form(const Setting& setting, const Outcome& rate) {
  const ProblemConstants& c = setting.constants;
  const Subproblem& lower = setting.lower;
  if (setting.lower.exact_curvature || !std::isfinite(c.radius) || !(c.tau_R > 0.0) ||
      c.v_noise.empty()) {
    return data_only("The radius form");
  }
  const double s = largest_step(lower);
  if (!at_most(s, c.radius_step_limit)) {
    const Against step = against_upper_limit(s, c.radius_step_limit, false);
    return Outcome::none(fmt::format(
        "Effective step ηα = {} exceeds 2/(L_max+τ_R) = {}, the largest that provably keeps w_t "
        "within {} of w(λ). The radius form does not apply; its curve is not drawn.",
        step.value,
        step.limit,
        read(c.radius)));
  }
  if (rate.values.empty()) {
    return Outcome::none("No bound ρ(t) of the lower level: " + rate.reason, rate.verdict);
  }
  const LinearSystemPerGradient unit = linear_system_per_gradient(c);
  Subproblem linear = setting.linear;
  linear.direct = DirectBound(c.v_noise, unit.V_star);
  linear.direct_initial = unit.initial;
  const Outcome sigma = direct(linear);
  if (sigma.values.empty()) {
    return Outcome::none("No bound σ(k) of the linear system: " + sigma.reason, sigma.verdict);
  }
  const RadiusBound bound = radius_bound(c, setting.m2);
  Outcome outcome;
  for (std::size_t i = 0; i < rate.values.size(); ++i) {
    outcome.values.push_back(bound.at(rate.values[i], sigma.values[i]));
  }
  outcome.reason =
      fmt::format("Holds because no iterate ever leaves the ball ‖w − w(λ)‖ ≤ {}.", read(c.radius));
  return outcome;
}

void append_theorem_5_1(const Setting& setting, std::vector<TheoryCurve>& curves) {
  const TheoryCurve* lower = find_curve(curves, "bound_5_1_lower");
  const TheoryCurve* linear = find_curve(curves, "bound_5_1_linear");
  const auto* step = std::get_if<DecreasingStep>(&setting.input.lower_step.rule());
  Outcome outcome;
  std::vector<BoundTerm> terms;
  if (step != nullptr && setting.input.lower_step != setting.input.linear_step) {
    outcome = Outcome::none("Theorem 5.1 takes the same β and γ for both subproblems.",
                            Verdict::not_covered);
  } else if (lower == nullptr || linear == nullptr || !lower->drawn() || !linear->drawn()) {
    const TheoryCurve* missing = lower != nullptr && lower->drawn() ? linear : lower;
    if (missing != nullptr) outcome = Outcome::none(missing->reason, missing->verdict);
  } else {
    const Theorem51 theorem(setting.constants, *step);
    terms = {{"jacobian", "2m₂L_E²/(1−q)²", {}},
             {"lower", "6c₁²d_w/(γ+t)", {}},
             {"linear", "2(4L_Φ²+m₂)d_v/(γ+k)", {}},
             {"product", "8ν₂²d_w d_v/((γ+t)(γ+k))", {}}};
    for (const Checkpoint& at : setting.input.checkpoints) {
      const Theorem34 parts = theorem.at(setting.m2, at.t, at.k);
      outcome.values.push_back(parts.total());
      terms[0].values.push_back(parts.jacobian);
      terms[1].values.push_back(parts.lower);
      terms[2].values.push_back(parts.linear);
      terms[3].values.push_back(parts.product);
    }
  }
  TheoryCurve& curve = append_curve(
      curves,
      {"bound_5_1", "Theorem 5.1", "Theorem 5.1 and Remark 5.1: Theorem 3.4 with (30), (31)"},
      Quantity::hypergradient,
      CurveKind::bound,
      setting.lipschitz,
      std::move(outcome));
  if (curve.drawn()) curve.terms = std::move(terms);
}

}  // namespace

void append_solution_curves(const Setting& setting, std::vector<TheoryCurve>& curves) {
  append_theorem_5_1(setting, curves);
  const bool open = setting.general.open();
  const Outcome rate = open ? sharpened_rate(setting, curves) : Outcome{};
  append_curve(curves,
               {"bound_solution",
                "solution-based bound",
                "solution-based bound with fourth moments (not in the paper)"},
               Quantity::hypergradient,
               CurveKind::bound,
               setting.general,
               open ? solution_based(setting, rate) : Outcome{});
  append_curve(curves,
               {"bound_radius",
                "radius form",
                "bound with an almost-sure radius in place of A(iv) (not in the paper)"},
               Quantity::hypergradient,
               CurveKind::bound,
               setting.general,
               open ? radius_form(setting, rate) : Outcome{});
}

namespace {

Outcome expected_smoothness(const Setting& setting) {
  const ProblemConstants& c = setting.constants;
  const Subproblem& sub = setting.lower;
  if (!c.gradient_map) {
    return Outcome::none(
        "Expected smoothness is a property of convex losses; Φ is no gradient step on one here.",
        Verdict::not_covered);
  }
  if (sub.exact_curvature) return data_only("The bound by expected smoothness");
  const ExpectedSmoothness bound{.f_b = c.f_b,
                                 .L = c.L,
                                 .L_max = c.L_max,
                                 .tau = c.tau,
                                 .V_star = c.V_star_b,
                                 .initial = c.norm_w * c.norm_w};
  const double s = largest_step(sub);
  if (!at_most(s, bound.step_limit())) {
    const Against step = against_upper_limit(s, bound.step_limit(), false);
    return Outcome::none(fmt::format(
        "Effective step ηα = {} exceeds {} = 1/(2((1−f_b)L + f_b L_max)). The bound by expected "
        "smoothness does not apply; its curve is not drawn.",
        step.value,
        step.limit));
  }
  Outcome outcome;
  if (const auto* step = std::get_if<ConstantStep>(&sub.schedule.rule())) {
    for (const std::int64_t t : sub.at) outcome.values.push_back(bound.at(step->eta * c.alpha, t));
    return outcome;
  }
  ProofRule rule(c.alpha * c.tau, 2.0 * c.alpha * c.alpha * c.V_star_b);
  outcome.values = run_rule(rule, bound.initial, sub.schedule, sub.at);
  return outcome;
}

}  // namespace

void append_expected_smoothness(const Setting& setting, std::vector<TheoryCurve>& curves) {
  append_curve(curves,
               {"bound_expected_smoothness",
                "expected smoothness",
                "expected smoothness of convex example losses (not in the paper)"},
               Quantity::lower_level,
               CurveKind::bound,
               setting.general,
               setting.general.open() ? expected_smoothness(setting) : Outcome{});
}

}  // namespace sid::internal
