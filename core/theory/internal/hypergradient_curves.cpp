#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/internal/curves.hpp"
#include "sid/theory/solution_based_bound.hpp"
#include "sid/theory/step_floor.hpp"

namespace sid::internal {

namespace {

/// rho(t) and sigma(k) at the checkpoints, or why there are none (Assumption C).
struct Rates {
  std::vector<double> rho, sigma;
  std::string missing;
};

Rates rates(const std::vector<TheoryCurve>& curves) {
  const TheoryCurve* lower = find_curve(curves, "bound_lower");
  const TheoryCurve* linear = find_curve(curves, "bound_linear");
  Rates r;
  for (const TheoryCurve* curve : {lower, linear}) {
    if (curve == nullptr || curve->drawn()) continue;
    if (!r.missing.empty()) r.missing += ' ';
    r.missing += curve == lower ? "No bound ρ(t) of the lower level: "
                                : "No bound σ(k) of the linear system: ";
    r.missing += curve->reason;
  }
  if (r.missing.empty() && lower != nullptr && linear != nullptr) {
    r.rho = lower->values;
    r.sigma = linear->values;
  }
  return r;
}

std::vector<BoundTerm> theorem_3_4_terms(const HypergradientConstants& c, const Rates& r) {
  std::vector<BoundTerm> terms = {{"jacobian", "2m₂L_E²/(1−q)²", {}},
                                  {"lower", "6c₁²ρ(t)", {}},
                                  {"linear", "2(4L_Φ²+m₂)σ(k)", {}},
                                  {"product", "8ν₂²ρ(t)σ(k)", {}}};
  for (BoundTerm& term : terms) term.values.reserve(r.rho.size());
  for (std::size_t i = 0; i < r.rho.size(); ++i) {
    const Theorem34 bound = theorem_3_4(c, r.rho[i], r.sigma[i]);
    terms[0].values.push_back(bound.jacobian);
    terms[1].values.push_back(bound.lower);
    terms[2].values.push_back(bound.linear);
    terms[3].values.push_back(bound.product);
  }
  return terms;
}

/// Why floors say nothing here; empty where they do. They are limits for rho(t), sigma(k) -> 0.
std::string no_limit(const Setting& setting, const std::string& missing) {
  const TheoryInput& input = setting.input;
  // All steps that do not stay constant end like beta/(gamma + t).
  const bool decays = input.batch || !setting.usual_lower_level();
  if (!decays && (input.lower_step.constant() || input.linear_step.constant())) {
    return "The floor is the limit for ρ(t), σ(k) → 0; constant steps level off above it.";
  }
  return missing;
}

/// The proved bound one looks at: the smaller of the sharp form and the solution-based bound at the
/// last checkpoint. Any minimum of bounds is one, but a curve is named after what it is.
void choose_sharpened(std::vector<TheoryCurve>& curves) {
  TheoryCurve* sharp = nullptr;
  TheoryCurve* solution = nullptr;
  for (TheoryCurve& curve : curves) {
    if (curve.id == "bound_sharp") sharp = &curve;
    if (curve.id == "bound_solution") solution = &curve;
  }
  if (sharp == nullptr || solution == nullptr || !solution->drawn()) return;
  if (std::isnan(solution->values.back())) return;
  if (sharp->drawn() && sharp->values.back() <= solution->values.back()) return;
  sharp->primary = false;
  solution->primary = true;
}

/// Where (13), or its sharp form, levels off for constant steps.
Outcome constant_step_floor(const Setting& setting, const Rates& r) {
  const TheoryInput& input = setting.input;
  const auto* lower = std::get_if<ConstantStep>(&input.lower_step.rule());
  const auto* linear = std::get_if<ConstantStep>(&input.linear_step.rule());
  if (lower == nullptr || linear == nullptr) {
    return Outcome::none("Steps that do not stay constant have another floor.", Verdict::holds);
  }
  if (!setting.fixed_point()) {
    return Outcome::none("The linear system of this method has a rate of its own.",
                         Verdict::not_covered);
  }
  if (!r.missing.empty()) return Outcome::none(r.missing);
  const HypergradientStepFloor floor(setting.constants, input.jacobian_samples, input.ladder);
  const double level = floor.at(lower->eta, linear->eta);
  if (level == 0.0) return Outcome::none("Without noise the floor is zero.", Verdict::holds);
  return {std::vector<double>(input.checkpoints.size(), level), {}};
}

void append_constant_step_floor(const Setting& setting,
                                const Rates& r,
                                bool primary,
                                std::vector<TheoryCurve>& curves) {
  const bool paper = setting.input.ladder == Ladder::paper;
  append_curve(
      curves,
      {"floor_constant",
       paper ? "floor of constant steps (13)" : "floor of constant steps",
       paper ? "Theorem 3.4, equation (13), at the floors ησ₁/(1−q²) of Theorem 4.1"
             : "level of the sharp form of Theorem 3.4 for constant steps (not in the paper)"},
      Quantity::hypergradient,
      CurveKind::floor,
      setting.lipschitz,
      setting.lipschitz.open() ? constant_step_floor(setting, r) : Outcome{})
      .primary = primary;
}

void append_floors(const Setting& setting,
                   const HypergradientConstants& c,
                   const Rates& r,
                   std::vector<TheoryCurve>& curves) {
  const auto add = [&](CurveName name,
                       const Coverage& coverage,
                       const std::string& missing,
                       double value,
                       bool primary) {
    Outcome outcome{std::vector<double>(setting.input.checkpoints.size(), value), {}};
    if (setting.input.family == MethodFamily::stochastic_differentiation) {
      outcome = Outcome::none("∂₂Φ̂ of each step's minibatch is used; no floor of that is known.",
                              Verdict::not_covered);
    } else if (value == 0.0) {
      outcome = Outcome::none("m₂ = 0: the floor is zero.", Verdict::holds);
    } else if (!missing.empty()) {
      outcome = Outcome::none(missing);
    }
    append_curve(
        curves, std::move(name), Quantity::hypergradient, CurveKind::floor, coverage, outcome)
        .primary = primary;
  };
  const Ladder ladder = setting.input.ladder;
  const auto samples = static_cast<double>(setting.input.jacobian_samples);
  const std::string missing = no_limit(setting, r.missing);
  const TheoryCurve* solution = find_curve(curves, "bound_solution");
  const bool by_solution = solution != nullptr && solution->primary;
  const bool solution_drawn = solution != nullptr && solution->drawn();
  // Other methods have no solution-based bound, so nothing but their rates says that they converge.
  const std::string no_solution =
      !setting.fixed_point()
          ? missing
          : no_limit(setting, solution_drawn || solution == nullptr ? "" : solution->reason);
  add({"floor_14", "floor (14)", "Theorem 3.4, equation (14)"},
      setting.lipschitz,
      missing,
      floor_14(c),
      ladder == Ladder::paper);
  add({"floor_sharp", "sharp floor", "limit of the sharp form of Theorem 3.4 (not in the paper)"},
      setting.lipschitz,
      missing,
      sharp_floor(c),
      ladder == Ladder::sharpened && !by_solution);
  add({"floor_solution",
       "floor of the solution-based bound",
       "limit (m₂/J)‖v(w(λ))‖² of the solution-based bound (not in the paper)"},
      setting.general,
      no_solution,
      SolutionBasedBound(setting.constants, setting.m2).floor(),
      by_solution);
  // The mean-square error itself goes there as soon as one of the two is known.
  add({"floor_exact", "exact floor", "limit of the mean-square error (not in the paper)"},
      setting.general,
      missing.empty() ? missing : no_solution,
      samples > 0.0 ? setting.constants.floor_exact / samples : 0.0,
      true);
  append_constant_step_floor(setting, r, ladder != Ladder::prediction && !by_solution, curves);
}

}  // namespace

void append_hypergradient_curves(const Setting& setting, std::vector<TheoryCurve>& curves) {
  const ProblemConstants& p = setting.constants;
  const HypergradientConstants c{
      .c1 = p.c1, .L_Phi = p.L_Phi, .nu2 = p.nu2, .m2 = setting.m2, .L_E = p.L_E, .q = p.q};
  const Rates r = rates(curves);
  const Ladder ladder = setting.input.ladder;
  using Bound = double (*)(const HypergradientConstants&, double, double);
  const auto add = [&](CurveName name, Bound bound) -> TheoryCurve& {
    Outcome outcome = Outcome::none(r.missing);
    for (std::size_t i = 0; i < r.rho.size(); ++i) {
      outcome.values.push_back(bound(c, r.rho[i], r.sigma[i]));
    }
    return append_curve(curves,
                        std::move(name),
                        Quantity::hypergradient,
                        CurveKind::bound,
                        setting.lipschitz,
                        std::move(outcome));
  };
  TheoryCurve& theorem = add({"bound_3_4", "Theorem 3.4", "Theorem 3.4, equation (13)"},
                             [](const HypergradientConstants& k, double rho, double sigma) {
                               return theorem_3_4(k, rho, sigma).total();
                             });
  theorem.primary = ladder == Ladder::paper;
  if (theorem.drawn()) theorem.terms = theorem_3_4_terms(c, r);
  add({"bound_sharp", "sharp form of Theorem 3.4", "sharp form of Theorem 3.4 (not in the paper)"},
      &sharp_bound)
      .primary = ladder == Ladder::sharpened;
  add({"bound_merged",
       "merged form of Theorem 3.4",
       "Theorem 3.4 with bias² and V[E[·|w_t]] merged "
       "(not in the paper)"},
      &merged_bound);
  add({"bound_3_1_squared", "Theorem 3.1 (ii), squared", "Theorem 3.1 (ii), squared: bias²"},
      [](const HypergradientConstants& k, double rho, double sigma) {
        const double bias = theorem_3_1(k, rho, sigma);
        return bias * bias;
      });
  add({"bound_3_2", "Theorem 3.2", "Theorem 3.2, equation (12): E[V[·|w_t]]"}, &theorem_3_2);
  add({"bound_3_3", "Theorem 3.3", "Theorem 3.3: V[E[·|w_t]]"}, &theorem_3_3);
  if (setting.fixed_point()) append_solution_curves(setting, curves);
  if (ladder == Ladder::sharpened) choose_sharpened(curves);
  append_floors(setting, c, r, curves);
}

}  // namespace sid::internal
