#include "sid/theory/internal/setting.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/internal/inexact_rates.hpp"
#include "sid/theory/internal/words.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid::internal {

namespace {

/// Exact steps of size s <= 2/L never increase the distance to w(lambda), so they stay in the ball
/// through w_0 = 0, whatever keeps noisy ones in theirs.
void use_ball_of_exact_steps(ProblemConstants& c) {
  c.L_E = c.norm_c + c.mu1 * c.norm_w;
  c.L_E_radius = c.norm_w;
  c.ball_step_limit = 2.0 / c.L;
  c.ball_eta_limit = kInfinity;
  const double norm_v = c.L_E / (1.0 - c.q);
  c.norm_v_squared_sup = norm_v * norm_v;
}

/// The same of the ball that solvers with a rate of their own stay in; left as it is where no such
/// ball is known (see below).
void use_ball_of_solver(const TheoryInput& input, ProblemConstants& c) {
  const std::optional<double> reach = InexactRates(input, c).reach();
  if (!reach) return;
  c.L_E = c.norm_c + c.mu1 * *reach;
  c.L_E_radius = *reach;
  const double norm_v = c.L_E / (1.0 - c.q);
  c.norm_v_squared_sup = norm_v * norm_v;
}

ProblemConstants without_noise(const TheoryInput& input, ProblemConstants c) {
  if (std::isfinite(c.L_E_radius)) use_ball_of_exact_steps(c);
  if (std::isfinite(c.L_E_radius) && chooses_solver(input)) use_ball_of_solver(input, c);
  c.radius = c.norm_w;
  c.radius_step_limit = 2.0 / c.L;
  fill_theorem_constants(c);
  remove_noise(c);
  return c;
}

Coverage general_coverage(const TheoryInput& input, const ProblemConstants& c) {
  if (input.split_varies) {
    return {Verdict::not_covered,
            "Averaging over data splits mixes several problems; the theorems speak of one. No "
            "bound is drawn."};
  }
  if (!c.independent_draws) {
    return {Verdict::not_covered,
            "Minibatches are reshuffled, not independent. The theorems assume independent draws; "
            "no bound is drawn."};
  }
  if (!(c.q < 1.0)) {
    return {Verdict::fails,
            fmt::format("q = {} is not below 1: Φ is not a contraction (A(i)). No bound is drawn.",
                        read(c.q))};
  }
  return {};
}

std::string bounded_set(const ProblemConstants& c) {
  const char* where =
      std::isfinite(c.ball_eta_limit) ? "the box ‖w‖ ≤ {}" : "the ball ‖w − w(λ)‖ ≤ {}";
  return fmt::format(fmt::runtime(where), read(c.L_E_radius));
}

/// Assumption A(iv) and, on the same set, B(iv). `largest` is the largest step of the lower level:
/// it is w_t that must stay in the ball or box.
Coverage lipschitz_coverage(const Coverage& general,
                            const ProblemConstants& c,
                            double ball_eta,
                            double largest) {
  if (!general.open()) return general;
  if (!std::isfinite(c.L_E)) {
    return {Verdict::fails,
            "E is quadratic, so it has no Lipschitz constant (A(iv)), and no ball is known that "
            "the iterates never leave. Bounds that need L_E are not drawn."};
  }
  if (!std::isfinite(c.L_E_radius)) return {};
  const std::string set = bounded_set(c);
  const bool stays = at_most(largest, ball_eta);
  const Against step = against_upper_limit(largest, ball_eta, stays);
  if (stays) {
    return {Verdict::holds_on_ball,
            fmt::format("E is quadratic, so no global Lipschitz constant exists. L_E = {} holds on "
                        "{}, which the iterates never leave: step size {} ≤ {}.",
                        read(c.L_E),
                        set,
                        step.value,
                        step.limit)};
  }
  return {Verdict::fails,
          fmt::format(
              "Step size {} exceeds {}, the largest that provably keeps the iterates in {}, "
              "where L_E = {} holds (A(iv); E is quadratic). Bounds that need L_E are not drawn.",
              step.value,
              step.limit,
              set,
              read(c.L_E))};
}

/// The same where the solvers' own rates say what ball they stay in.
Coverage solver_coverage(const Coverage& general,
                         const TheoryInput& input,
                         const ProblemConstants& c) {
  if (!general.open()) return general;
  if (std::isfinite(c.L_E_global)) return {};
  if (!InexactRates(input, c).reach()) {
    return {Verdict::fails,
            "E is quadratic, so it has no Lipschitz constant (A(iv)), and no ball is known that "
            "heavy-ball steps on a lower level that is not quadratic never leave. Bounds that need "
            "L_E are not drawn."};
  }
  return {Verdict::holds_on_ball,
          fmt::format("E is quadratic, so no global Lipschitz constant exists. L_E = {} holds on "
                      "{}, which the iterates never leave by their rate.",
                      read(c.L_E),
                      bounded_set(c))};
}

std::optional<DirectBound> direct_bound(const std::vector<CurvatureNoise>& pairs, double V_star) {
  if (pairs.empty() || !std::isfinite(V_star)) return std::nullopt;
  return DirectBound(pairs, V_star);
}

Subproblem lower_level(const TheoryInput& input, const ProblemConstants& c) {
  const double initial = c.norm_w * c.norm_w;
  Subproblem sub;
  sub.quantity = Quantity::lower_level;
  sub.subject = "lower level";
  sub.step_key = "step";
  sub.schedule = input.lower_step;
  sub.alpha = c.alpha;
  for (const Checkpoint& point : input.checkpoints) sub.at.push_back(point.t);
  sub.theorem43 = lower_level_theorem_4_3(c);
  sub.paper = lower_level_noise(c, Ladder::paper);
  sub.sharpened = lower_level_noise(c, Ladder::sharpened);
  sub.direct = direct_bound(c.w_noise, c.V_star_b);
  sub.direct_initial = initial;
  return sub;
}

Subproblem linear_system(const TheoryInput& input, const ProblemConstants& c) {
  Subproblem sub;
  sub.quantity = Quantity::linear_system;
  sub.subject = "linear system";
  sub.suffix = "_linear";
  sub.step_key = input.linear_step_is_own ? "linear_step" : "step";
  sub.schedule = input.linear_step;
  sub.alpha = c.alpha;
  for (const Checkpoint& point : input.checkpoints) sub.at.push_back(point.k);
  sub.theorem43 = sub.paper = linear_system_noise(c, Ladder::paper);
  sub.sharpened = linear_system_noise(c, Ladder::sharpened);
  sub.direct = direct_bound(c.v_noise, c.V_star_v_global);
  sub.direct_initial = c.norm_v_squared_sup;
  return sub;
}

}  // namespace

void remove_noise(ProblemConstants& c) {
  c.L_hat = c.q;
  c.f_b = c.c_b = 0.0;
  c.m2 = c.m2_at_solution = c.floor_exact = 0.0;
  c.V_star_b = c.sigma1_prime = c.sigma1_prime_paper = c.sigma2_prime = 0.0;
  c.v_noise_star = c.sigma1_v_at_w = c.sigma2_v_at_w = 0.0;
  c.sigma1_v_global = c.sigma2_v_global = c.V_star_v_global = 0.0;
  c.sigma2_theorem43 = c.sigma1_w_theorem43 = c.sigma1_v_theorem51 = 0.0;
  for (CurvatureNoise& pair : c.w_noise) pair.variance = 0.0;
  for (CurvatureNoise& pair : c.v_noise) pair.variance = 0.0;
  // The exact steps are the only sample there is, so consecutive ones are trivially independent.
  c.independent_draws = true;
}

Setting make_setting(const TheoryInput& input) {
  return make_setting(input, input.batch ? without_noise(input, input.constants) : input.constants);
}

Setting make_setting(const TheoryInput& input, const ProblemConstants& c) {
  const Coverage general = general_coverage(input, c);
  const double ball_eta = std::min(c.ball_eta_limit, c.ball_step_limit / c.alpha);
  Setting setting{.input = input,
                  .constants = c,
                  .m2 = averaged_m2(c.m2, input.jacobian_samples),
                  .general = general,
                  .lipschitz = lipschitz_coverage(general, c, ball_eta, input.lower_step.largest()),
                  .ball_eta = ball_eta,
                  .lower = lower_level(input, c),
                  .linear = linear_system(input, c)};
  // The teaching problem is the one with noise but without c_b: its pairs are its coordinates. A
  // map that is no gradient step has no c_b either.
  setting.lower.exact_curvature = setting.linear.exact_curvature =
      !input.batch && c.gradient_map && c.c_b == 0.0 && c.f_b > 0.0;
  setting.lower.stability = input.stability.lower;
  setting.linear.stability = input.stability.linear;
  for (Subproblem* sub : {&setting.lower, &setting.linear}) {
    if (input.batch) sub->stability = kInfinity;
    if (sub->exact_curvature) sub->stability = sub->contraction_limit();
    sub->stability_exact = sub->exact_curvature || c.curvature_slope == 0.0;
  }
  if (chooses_solver(input)) setting.lipschitz = solver_coverage(general, input, c);
  if (input.family == MethodFamily::variance_reduced && setting.lipschitz.open() &&
      !std::isfinite(c.L_E_global)) {
    setting.lipschitz = {Verdict::fails,
                         "E is quadratic, so it has no Lipschitz constant (A(iv)), and no ball is "
                         "known that the iterates of this method never leave. Bounds that need L_E "
                         "are not drawn."};
  }
  setting.lower.coverage = setting.general;
  setting.linear.coverage = setting.lipschitz;
  if (input.batch) {
    for (Subproblem* sub : {&setting.lower, &setting.linear}) {
      sub->paper.source = sub->sharpened.source = sub->theorem43.source = "exact gradients, σ₂ = 0";
    }
  }
  return setting;
}

}  // namespace sid::internal
