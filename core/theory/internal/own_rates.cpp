#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sid/theory/deterministic_bounds.hpp"
#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/inexact_rates.hpp"
#include "sid/theory/internal/iteration_path.hpp"
#include "sid/theory/internal/words.hpp"
#include "sid/theory/variance_reduction_bounds.hpp"

namespace sid::internal {

namespace {

constexpr const char* kNoLinearSystem =
    "This method solves no linear system; it differentiates its own iterates.";

/// sup over the w that w_t can take of ||v(w)||.
double norm_v_sup(const Setting& setting) {
  return iteration_path(setting).L_E / (1.0 - setting.constants.q);
}

Outcome krylov_rate(const Setting& setting) {
  const double start = norm_v_sup(setting);
  Outcome outcome;
  outcome.values.reserve(setting.linear.at.size());
  for (const std::int64_t k : setting.linear.at) {
    const double error = start * krylov_factor(setting, static_cast<double>(k));
    outcome.values.push_back(error * error);
  }
  return outcome;
}

std::string gamma_too_large(const VarianceReducedMethod& method,
                            const VarianceReducedBound& bound,
                            const Subproblem& sub) {
  const Against step = against_upper_limit(method.gamma, bound.step_limit(), false);
  return fmt::format(
      "Step size γ = {} exceeds {} = 1/(2L_max + 4L_max0), up to which the rate of {} is proved "
      "({}). Its curve is not drawn.",
      step.value,
      step.limit,
      method.name,
      sub.subject);
}

Outcome variance_reduced_rate(const Setting& setting, const Subproblem& sub) {
  const VarianceReducedMethod& method = *setting.input.variance_reduced;
  const ComponentConstants& c = method.constants;
  const VarianceReducedBound lower(lower_level_sum(c), method.gamma, method.probability);
  if (!lower.holds()) return Outcome::none(gamma_too_large(method, lower, sub));
  const VarianceReducedBound linear(
      linear_system_sum(c), method.gamma / c.alpha, method.probability);
  const VarianceReducedBound& bound = sub.linear_system() ? linear : lower;
  Outcome outcome;
  outcome.values.reserve(sub.at.size());
  for (const std::int64_t k : sub.at) outcome.values.push_back(bound.at(k));
  return outcome;
}

/// 1 + x + ... + x^(count - 1), 0 <= x < 1.
double geometric_sum(double x, double count) {
  if ((1.0 - x) * count < 1e-6) return count;  // no term exceeds 1
  return (1.0 - contraction_power(x, count)) / (1.0 - x);
}

/// Bias of the k-th fixed-point iterate and, over S, the second moment of one copy
/// (method/neumann_series.hpp): a variance is at most that. The factor of the direct bound is how
/// much one random factor of the series can lengthen a vector, in mean square, at every w.
Outcome neumann_error(const Setting& setting) {
  const Subproblem& sub = setting.linear;
  const auto* step = std::get_if<ConstantStep>(&sub.schedule.rule());
  if (step == nullptr || !sub.direct) {
    return Outcome::none("The noise of one factor of the series has no known bound.");
  }
  const ProblemConstants& c = setting.constants;
  const double s = step->eta * c.alpha;
  const double contraction = std::max(std::abs(1.0 - s * c.tau), std::abs(1.0 - s * c.L));
  const double second_moment = sub.direct->factor(s);
  if (!(second_moment < 1.0)) {
    return Outcome::none(
        fmt::format("At step size {} the second moment of a series is only known to grow, by a "
                    "factor {} ≥ 1 with every term ({}). Its curve is not drawn.",
                    read(step->eta),
                    read(second_moment),
                    sub.subject));
  }
  const double norm_v = c.L_E / (1.0 - c.q);
  Outcome outcome;
  outcome.values.reserve(sub.at.size());
  for (const std::int64_t at : sub.at) {
    const auto k = static_cast<double>(at);
    const double bias = contraction_power(contraction, k) * norm_v;
    const double reach = step->eta * c.L_E;
    const double spread = k * reach * reach * geometric_sum(second_moment, k) /
                          static_cast<double>(setting.input.copies);
    outcome.values.push_back(bias * bias + spread);
  }
  return outcome;
}

const char* lower_solver_name(LowerIteration iteration) {
  switch (iteration) {
    case LowerIteration::heavy_ball:
      return "heavy ball";
    case LowerIteration::accelerated:
      return "accelerated gradient";
    case LowerIteration::gradient:
      break;
  }
  return "gradient steps";
}

CurveName inexact_lower_name(const Setting& setting) {
  const LowerIteration iteration = setting.input.lower_solver;
  std::string source = "q^t";
  if (iteration == LowerIteration::heavy_ball) source = "ρ^t(1+(1+ρ)t), ρ = (√κ−1)/(√κ+1)";
  if (iteration == LowerIteration::accelerated) {
    source = "(κ+1)(1−1/√κ)^t of the square";
    if (setting.constants.nu1 == 0.0) source += ", or r^t(1+(1+r)t), r = 1−1/√κ";
  }
  if (setting.input.lower_tolerance) source += ", or the tolerance";
  return {"bound_lower",
          std::string("rate of ") + lower_solver_name(iteration),
          source + " (not in the paper)"};
}

CurveName inexact_linear_name(const Setting& setting) {
  const char* label = "rate of gradient steps";
  std::string source = "q^k";
  if (setting.input.linear_solver == LinearIteration::heavy_ball) {
    label = "rate of heavy ball";
    source = "ρ^k(1+(1+ρ)k), ρ = (√κ−1)/(√κ+1)";
  } else if (setting.input.linear_solver == LinearIteration::conjugate_gradients) {
    label = "conjugate gradients";
    source = "2√κ((√κ−1)/(√κ+1))^k";
  }
  if (setting.input.linear_tolerance) source += ", or the tolerance";
  return {"bound_linear", label, source + " (not in the paper)"};
}

Outcome inexact_lower_rate(const Setting& setting) {
  const InexactRates rates(setting.input, setting.constants);
  if (!rates.reach()) return Outcome::none(kNoHeavyBallRate);
  Outcome outcome;
  outcome.values.reserve(setting.lower.at.size());
  for (const std::int64_t t : setting.lower.at) {
    const double distance = *rates.distance(static_cast<double>(t));
    outcome.values.push_back(distance * distance);
  }
  return outcome;
}

Outcome inexact_linear_rate(const Setting& setting) {
  const InexactRates rates(setting.input, setting.constants);
  Outcome outcome;
  outcome.values.reserve(setting.linear.at.size());
  for (const std::int64_t k : setting.linear.at) {
    const double error = rates.linear_error(static_cast<double>(k));
    outcome.values.push_back(error * error);
  }
  return outcome;
}

struct OwnRate {
  CurveName name;
  Outcome outcome;
};

OwnRate linear_rate(const Setting& setting, bool open) {
  const std::string id = "bound_linear";
  switch (setting.input.family) {
    case MethodFamily::conjugate_gradients:
      return {{id,
               "conjugate gradients",
               "rate of conjugate gradients, 2√κ((√κ−1)/(√κ+1))^k (not in the paper)"},
              open ? krylov_rate(setting) : Outcome{}};
    case MethodFamily::normal_equations:
      return {{id,
               "normal equations",
               "rate of the residual on the normal equations, 2((κ−1)/(κ+1))^k (not in the paper)"},
              open ? krylov_rate(setting) : Outcome{}};
    case MethodFamily::variance_reduced:
      return {{id,
               "linear rate of " + setting.input.variance_reduced->name,
               "max{1−γτ, 1−p/2}^k (not in the paper)"},
              open ? variance_reduced_rate(setting, setting.linear) : Outcome{}};
    case MethodFamily::neumann_series:
      return {{id,
               "Neumann series",
               "bias and second moment of a series of random length (not in the paper)"},
              open ? neumann_error(setting) : Outcome{}};
    case MethodFamily::mixed_fixed_point:
      return {{id, "FP-KM", "no bound is known"},
              Outcome::none("No bound of FP-KM is known; none is drawn.", Verdict::not_covered)};
    case MethodFamily::stochastic_differentiation:
      return {{id, "linear system", "the method has none"},
              Outcome::none("This method differentiates its own random path instead of solving a "
                            "linear system; no bound of its error is known.",
                            Verdict::not_covered)};
    case MethodFamily::iterative_differentiation:
    case MethodFamily::fixed_point:
      break;
    case MethodFamily::inexact:
      return {inexact_linear_name(setting), open ? inexact_linear_rate(setting) : Outcome{}};
  }
  return {{id, "linear system", "the method has none"},
          Outcome::none(kNoLinearSystem, Verdict::not_covered)};
}

}  // namespace

void append_own_rates(const Setting& setting, std::vector<TheoryCurve>& curves) {
  const bool primary = setting.input.ladder != Ladder::prediction;
  if (setting.chosen_solver()) {
    const Coverage& coverage = setting.lower.coverage;
    append_curve(curves,
                 inexact_lower_name(setting),
                 Quantity::lower_level,
                 CurveKind::bound,
                 coverage,
                 coverage.open() ? inexact_lower_rate(setting) : Outcome{})
        .primary = primary;
  } else if (!setting.usual_lower_level()) {
    const Coverage& coverage = setting.lower.coverage;
    append_curve(curves,
                 {"bound_lower",
                  "linear rate of " + setting.input.variance_reduced->name,
                  "max{1−γτ, 1−p/2}^t (not in the paper)"},
                 Quantity::lower_level,
                 CurveKind::bound,
                 coverage,
                 coverage.open() ? variance_reduced_rate(setting, setting.lower) : Outcome{})
        .primary = primary;
  }
  OwnRate rate = linear_rate(setting, setting.linear.coverage.open());
  // Nothing that the problem could have mends the lack of a linear system.
  const Coverage& coverage =
      rate.outcome.verdict == Verdict::not_covered ? setting.general : setting.linear.coverage;
  append_curve(curves,
               std::move(rate.name),
               Quantity::linear_system,
               CurveKind::bound,
               coverage,
               std::move(rate.outcome))
      .primary = primary;
}

}  // namespace sid::internal
