#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/words.hpp"
#include "sid/theory/solver_bounds.hpp"
#include "sid/theory/variance_reduction_bounds.hpp"

namespace sid::internal {

namespace {

Verdict holds_if(bool condition) {
  return condition ? Verdict::holds : Verdict::fails;
}

/// The spec key that brings the largest step down to `eta`, and its value.
void mend_largest_step(const Subproblem& sub, double eta, AssumptionCheck& check) {
  const auto& rule = sub.schedule.rule();
  if (std::holds_alternative<BoundOptimalStep>(rule)) return;  // its steps follow the constants
  const auto* decreasing = std::get_if<DecreasingStep>(&rule);
  const auto* two_phase = std::get_if<TwoPhaseStep>(&rule);
  const double beta = decreasing ? decreasing->beta : two_phase ? two_phase->beta : 0.0;
  // Of two phases, the one that begins with the larger step.
  const bool by_gamma =
      decreasing != nullptr || (two_phase != nullptr && beta / two_phase->gamma > two_phase->eta);
  check.remedy_key = sub.step_key + (by_gamma ? ".gamma" : ".eta");
  check.remedy_value = by_gamma ? rounded_up(beta / eta, kDigits) : eta;
}

/// q, in enough digits to show on which side of 1 it is.
std::string read_contraction(double q) {
  int digits = kDigits;
  while (q < 1.0 && digits < 16 && rounded(q, digits) >= 1.0) ++digits;
  return format_for_reading(q, digits);
}

void check_problem(const Setting& setting, std::vector<AssumptionCheck>& checks) {
  const ProblemConstants& c = setting.constants;
  const bool contraction = c.q < 1.0;
  checks.push_back({"A(i)",
                    "problem",
                    holds_if(contraction),
                    fmt::format("q = {} {} 1: Φ is {} contraction.",
                                read_contraction(c.q),
                                contraction ? "<" : "≥",
                                contraction ? "a" : "no"),
                    {},
                    0.0});
  checks.push_back(
      {"A(ii)",
       "problem",
       holds_if(std::isfinite(c.nu1) && std::isfinite(c.nu2)),
       fmt::format("∂₁Φ and ∂₂Φ are Lipschitz in w: ν₁ = {}, ν₂ = {}.", read(c.nu1), read(c.nu2)),
       {},
       0.0});
  checks.push_back(
      {"A(iii)",
       "problem",
       holds_if(std::isfinite(c.mu1) && std::isfinite(c.mu2)),
       fmt::format("∇₁E and ∇₂E are Lipschitz in w: μ₁ = {}, μ₂ = {}.", read(c.mu1), read(c.mu2)),
       {},
       0.0});
}

/// A(iv) by the constants and the steps alone, whatever else keeps bounds from being drawn.
void check_lipschitz(const Setting& setting,
                     const std::vector<TheoryCurve>& curves,
                     std::vector<AssumptionCheck>& checks) {
  const ProblemConstants& c = setting.constants;
  AssumptionCheck check{
      "A(iv)", "problem", setting.lipschitz.verdict, setting.lipschitz.reason, {}, 0.0};
  if (!setting.general.open() || setting.lipschitz.verdict == Verdict::holds) {
    check.verdict = holds_if(std::isfinite(c.L_E));
    check.sentence = std::isfinite(c.L_E_radius)
                         ? fmt::format("E is quadratic; L_E = {} on a ball only.", read(c.L_E))
                         : fmt::format("E is Lipschitz in w: L_E = {}.", read(c.L_E));
    if (std::isfinite(c.L_E_radius)) check.verdict = Verdict::holds_on_ball;
  }
  // Other solvers have no eta that could be smaller.
  const bool has_eta = setting.usual_lower_level();
  if (check.verdict == Verdict::fails && has_eta && setting.ball_eta > 0.0 &&
      std::isfinite(setting.ball_eta)) {
    mend_largest_step(setting.lower, rounded_down(setting.ball_eta, kDigits), check);
  }
  if (check.verdict == Verdict::fails && c.c_b > 0.0) {
    const TheoryCurve* solution = find_curve(curves, "bound_solution");
    if (solution != nullptr && solution->drawn()) {
      check.sentence += " The solution-based bound does without A(iv).";
    } else if (setting.general.open()) {
      check.sentence += has_eta ? " Smaller steps or a pseudo-Huber upper level would give a bound."
                                : " A pseudo-Huber upper level would give a bound.";
    }
  }
  checks.push_back(std::move(check));
}

bool differentiates_random_path(const Setting& setting) {
  return setting.input.family == MethodFamily::stochastic_differentiation;
}

std::string jacobian_noise(const Setting& setting) {
  const ProblemConstants& c = setting.constants;
  if (differentiates_random_path(setting)) {
    return "∂₂Φ̂ of each step's minibatch is used; B(iv) is not what the error depends on.";
  }
  if (setting.input.batch) return "m₂ = 0: batch steps use the exact derivative ∂₂Φ.";
  if (c.m2 == 0.0) return "m₂ = 0: ∂₂Φ̂ has no noise, by the separation (15).";
  if (setting.input.jacobian_samples == 0) {
    return fmt::format("The exact ∂₂Φ is used, m₂ = 0; one sample would have m₂ = {}.", read(c.m2));
  }
  return fmt::format("m₂ = {} ({} for the average of {} samples){}.",
                     read(c.m2),
                     read(setting.m2),
                     setting.input.jacobian_samples,
                     std::isfinite(c.L_E_radius) ? " on the same set as L_E" : "");
}

void check_jacobian_noise(const Setting& setting, std::vector<AssumptionCheck>& checks) {
  const bool noise = setting.m2 != 0.0;
  const bool ball = noise && std::isfinite(setting.constants.L_E_radius);
  checks.push_back({"B(iv)",
                    "problem",
                    differentiates_random_path(setting) ? Verdict::not_covered
                    : !std::isfinite(setting.m2)        ? Verdict::fails
                    : ball                              ? setting.lipschitz.verdict
                                                        : Verdict::holds,
                    jacobian_noise(setting),
                    {},
                    0.0});
}

void check_sampling(const Setting& setting, std::vector<AssumptionCheck>& checks) {
  const ProblemConstants& c = setting.constants;
  const bool independent = setting.general.verdict != Verdict::not_covered;
  for (const auto& [id, what] : {std::pair{"B(i)", "Φ̂ is unbiased with finite second moment"},
                                 std::pair{"B(ii)",
                                           "∂₁Φ̂ and ∂₂Φ̂ are unbiased with finite second "
                                           "moments"}}) {
    checks.push_back({id,
                      "problem",
                      independent ? Verdict::holds : Verdict::not_covered,
                      independent
                          ? fmt::format("{}, by sampling uniformly and independently.", what)
                          : setting.general.reason,
                      {},
                      0.0});
  }
  checks.push_back({"B(iii)",
                    "problem",
                    holds_if(std::isfinite(c.L_hat)),
                    fmt::format("‖∂₁Φ̂‖ ≤ L_Φ̂ = {} for every w and sample.", read(c.L_hat)),
                    {},
                    0.0});
  check_jacobian_noise(setting, checks);
}

void check_rates(const Setting& setting,
                 const std::vector<TheoryCurve>& curves,
                 std::vector<AssumptionCheck>& checks) {
  for (const Subproblem* sub : {&setting.lower, &setting.linear}) {
    const TheoryCurve* curve =
        find_curve(curves, sub->linear_system() ? "bound_linear" : "bound_lower");
    // Assumption C asks for a rate of both solvers; where there is one, it is no news.
    if (sub->linear_system() && !setting.has_linear_system()) continue;
    const char* rate = sub->linear_system() ? "σ(k)" : "ρ(t)";
    AssumptionCheck check{"C", sub->subject, Verdict::fails, {}, {}, 0.0};
    if (curve != nullptr) {
      check.verdict = curve->verdict;
      check.sentence = curve->drawn() ? fmt::format(
                                            "{} is known ({}); the streams of w_t, v_k and ζ are "
                                            "independent by construction.",
                                            rate,
                                            curve->label)
                                      : fmt::format("{} is not known. {}", rate, curve->reason);
    }
    checks.push_back(std::move(check));
  }
}

void check_noise(const Setting& setting,
                 const Subproblem& sub,
                 std::vector<AssumptionCheck>& checks) {
  const SourcedNoise& noise = sub.ladder_noise(setting.input.ladder);
  const bool known = std::isfinite(noise.map.sigma1) && std::isfinite(noise.map.sigma2);
  std::string sentence = fmt::format(
      "σ₁ = {}, σ₂ = {} ({})", read(noise.map.sigma1), read(noise.map.sigma2), noise.source);
  if (sub.linear_system() && noise.map.sigma2 > 0.0) sentence += "; its noise grows with v";
  sentence += ".";
  const Verdict verdict = !sub.coverage.open() && sub.linear_system() ? sub.coverage.verdict
                          : known                                     ? Verdict::holds
                                                                      : Verdict::fails;
  checks.push_back({"D(iii)", sub.subject, verdict, std::move(sentence), {}, 0.0});
  checks.push_back({"E",
                    sub.subject,
                    holds_if(std::isfinite(setting.constants.L_hat)),
                    fmt::format("The stochastic map is {}-Lipschitz for every sample.",
                                read(setting.constants.L_hat)),
                    {},
                    0.0});
}

void check_sgd(const Setting& setting, std::vector<AssumptionCheck>& checks) {
  const ProblemConstants& c = setting.constants;
  if (!c.gradient_map) {
    checks.push_back({"F",
                      "lower level",
                      Verdict::not_covered,
                      fmt::format("Φ is no gradient step: there is no loss ℓ to speak of, and "
                                  "Corollary 4.1 is not drawn. Theorems 3.1 to 5.1 ask for a "
                                  "contraction only; V[Φ̂(w)] ≤ {} + {}‖Φ(w)−w‖² for every w.",
                                  read(c.sigma1_prime),
                                  read(c.sigma2_prime)),
                      {},
                      0.0});
    return;
  }
  checks.push_back(
      {"F",
       "lower level",
       holds_if(c.tau > 0.0 && std::isfinite(c.L)),
       fmt::format(
           "ℓ is strongly convex with τ = {} and smooth with L = {}; σ₁′ = {}, "
           "σ₂′ = {}.",
           read(c.tau),
           read(c.L),
           read(setting.input.ladder == Ladder::paper ? c.sigma1_prime_paper : c.sigma1_prime),
           read(c.sigma2_prime)),
       {},
       0.0});
}

/// The largest step, in units of eta, at which the bound that feeds Theorem 3.4 contracts, and why.
struct Limit {
  double eta = 0.0;
  std::string why;
};

Limit feeding_limit(const Setting& setting, const Subproblem& sub) {
  const SourcedNoise& noise = sub.ladder_noise(setting.input.ladder);
  Limit limit{noise.map.step_limit(), "1/(1+σ₂), " + noise.source};
  if (setting.input.ladder == Ladder::paper || !sub.direct) return limit;
  const double direct = sub.contraction_limit();
  if (direct > limit.eta || !std::isfinite(limit.eta)) limit = {direct, "direct bound contracts"};
  return limit;
}

AssumptionCheck step_holds(const Subproblem& sub, const TheoryCurve& curve, const Limit& limit) {
  AssumptionCheck check{"step", sub.subject, curve.verdict, {}, {}, 0.0};
  const double largest = sub.schedule.largest();
  const bool within = at_most(largest, limit.eta);
  const Against step = against_upper_limit(largest, limit.eta, within);
  check.sentence = fmt::format("{}: largest step {} {} {} ({}).",
                               sub.schedule.formula(),
                               step.value,
                               within ? "≤" : ">",
                               step.limit,
                               limit.why);
  if (!within) check.sentence += " The bound grows at first and contracts once steps are smaller.";
  return check;
}

/// The step condition of the bound that feeds Theorem 3.4 in this ladder.
AssumptionCheck check_step(const Setting& setting,
                           const Subproblem& sub,
                           const std::vector<TheoryCurve>& curves) {
  const TheoryCurve* curve =
      find_curve(curves, sub.linear_system() ? "bound_linear" : "bound_lower");
  const Limit limit = feeding_limit(setting, sub);
  if (curve != nullptr && curve->drawn()) return step_holds(sub, *curve, limit);
  AssumptionCheck check{"step", sub.subject, Verdict::fails, {}, {}, 0.0};
  if (curve != nullptr) check.sentence = curve->reason;
  if (!sub.coverage.open()) {
    check.verdict = sub.coverage.verdict;
    return check;
  }
  const bool edge = std::isfinite(sub.stability);
  const double stable = edge ? sub.stability : sub.contraction_limit();
  if (setting.input.ladder == Ladder::paper && std::isfinite(stable) &&
      sub.schedule.largest() < stable) {
    check.sentence += fmt::format(" The runs may still converge: {} {}.",
                                  !edge                 ? "stability is certain up to"
                                  : sub.stability_exact ? "stability ends at"
                                                        : "linearised at w(λ), stability ends at",
                                  read_upper_limit(stable));
  }
  const auto* step = std::get_if<DecreasingStep>(&sub.schedule.rule());
  if (step != nullptr && setting.input.ladder == Ladder::paper) {
    const Theorem42 theorem(sub.paper.map, *step);
    check.remedy_key = sub.step_key + (theorem.beta_holds() ? ".gamma" : ".beta");
    check.remedy_value = rounded_up(
        theorem.beta_holds() ? theorem.gamma_limit() : 2.0 * theorem.beta_limit(), kDigits);
  } else if (sub.schedule.largest() >= limit.eta) {
    // Theorems hold at their limit; the direct bound contracts below its own.
    const bool paper = setting.input.ladder == Ladder::paper;
    mend_largest_step(sub, rounded_down(paper ? limit.eta : 0.99 * limit.eta, kDigits), check);
  }
  return check;
}

/// The subproblems whose iterations the theorems about steps speak of.
std::vector<const Subproblem*> fixed_point_iterations(const Setting& setting) {
  if (!setting.usual_lower_level()) return {};
  if (!setting.fixed_point()) return {&setting.lower};
  return {&setting.lower, &setting.linear};
}

/// The step of SAGA and loopless SVRG, which is the same condition for both subproblems.
AssumptionCheck check_gamma(const Setting& setting) {
  const VarianceReducedMethod& method = *setting.input.variance_reduced;
  const VarianceReducedBound bound(
      lower_level_sum(method.constants), method.gamma, method.probability);
  const Against step = against_upper_limit(method.gamma, bound.step_limit(), bound.holds());
  AssumptionCheck check{"step", "lower level", holds_if(bound.holds()), {}, {}, 0.0};
  check.sentence = fmt::format(
      "γ = {} {} {} = 1/(2L_max + 4L_max0), and the same over α for the linear "
      "system{}",
      step.value,
      bound.holds() ? "≤" : ">",
      step.limit,
      bound.holds() ? "." : ": no rate is proved there.");
  if (!bound.holds()) {
    check.remedy_key = "step_factor";
    check.remedy_value = 1.0;
  }
  return check;
}

}  // namespace

std::vector<AssumptionCheck> check_assumptions(const Setting& setting,
                                               const std::vector<TheoryCurve>& curves) {
  std::vector<AssumptionCheck> checks;
  check_problem(setting, checks);
  check_lipschitz(setting, curves, checks);
  check_sampling(setting, checks);
  check_rates(setting, curves, checks);
  for (const Subproblem* sub : fixed_point_iterations(setting)) {
    check_noise(setting, *sub, checks);
  }
  check_sgd(setting, checks);
  for (const Subproblem* sub : fixed_point_iterations(setting)) {
    checks.push_back(check_step(setting, *sub, curves));
  }
  if (setting.input.variance_reduced) checks.push_back(check_gamma(setting));
  return checks;
}

std::vector<StepLimit> step_limits(const Setting& setting) {
  std::vector<StepLimit> limits;
  const auto add = [&](std::string id, std::string label, double eta) {
    if (std::isfinite(eta) && eta > 0.0) limits.push_back({std::move(id), std::move(label), eta});
  };
  for (const Subproblem* sub : fixed_point_iterations(setting)) {
    const std::string tail = sub->linear_system() ? "_linear" : "_lower";
    add("paper" + tail,
        fmt::format("1/(1+σ₂), {} ({})", sub->paper.source, sub->subject),
        sub->paper.map.step_limit());
    if (!setting.input.batch) {
      add("noise" + tail,
          fmt::format("1/(1+σ₂), {} ({})", sub->sharpened.source, sub->subject),
          sub->sharpened.map.step_limit());
    }
    if (sub->direct) {
      add("sharp" + tail,
          fmt::format("direct bound contracts ({})", sub->subject),
          sub->contraction_limit());
      add("full_rate" + tail,
          fmt::format("direct bound contracts at its full rate ({})", sub->subject),
          sub->direct->full_rate_limit() / sub->alpha);
    }
  }
  if (setting.lower.exact_curvature && setting.fixed_point()) {
    add("stability",
        "mean-square stability ends",
        std::min(setting.lower.stability, setting.linear.stability));
  } else {
    for (const Subproblem* sub : fixed_point_iterations(setting)) {
      add("stability" + sub->suffix,
          fmt::format("mean-square stability ends{} ({})",
                      sub->stability_exact ? "" : ", linearised at w(λ)",
                      sub->subject),
          sub->stability);
    }
  }
  if (setting.usual_lower_level()) {
    add("ball", "iterates provably stay where L_E holds", setting.ball_eta);
  }
  return limits;
}

}  // namespace sid::internal
