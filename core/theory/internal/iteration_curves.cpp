#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "sid/theory/inexact_bounds.hpp"
#include "sid/theory/internal/curves.hpp"
#include "sid/theory/internal/inexact_rates.hpp"
#include "sid/theory/internal/iteration_path.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid::internal {

namespace {

constexpr const char* kStyle = " (in the style of Grazzi et al. 2020; not in the paper)";

constexpr const char* kAPriori = "Ehrhardt–Roberts, a priori";
constexpr const char* kAPrioriSource =
    "a priori bound for inexact hypergradients, squared (after Ehrhardt & Roberts 2024; not in the "
    "paper)";

/// One bound of the distance at a checkpoint; its square is drawn.
using Bound = std::function<double(const Checkpoint&, double lower_distance)>;

/// Steps s <= 2/L, which never take w_t farther from w(lambda) than it starts.
bool stays_in_ball(const Setting& setting) {
  const ProblemConstants& c = setting.constants;
  return at_most(setting.input.lower_step.largest() * c.alpha, 2.0 / c.L);
}

/// ||w_t - w(lambda)|| by bound_lower, of steps of Phi no more than at the start; NaN where that
/// has a gap.
std::vector<double> lower_distances(const Setting& setting,
                                    const std::vector<TheoryCurve>& curves) {
  const TheoryCurve* lower = find_curve(curves, "bound_lower");
  std::vector<double> out;
  if (lower == nullptr) return out;
  for (const double value : lower->values) {
    const double distance = std::sqrt(value);
    out.push_back(setting.chosen_solver() ? distance
                                          : std::min(distance, setting.constants.norm_w));
  }
  return out;
}

Outcome squared(const Setting& setting, const std::vector<double>& lower, const Bound& bound) {
  const auto& at = setting.input.checkpoints;
  Outcome outcome;
  outcome.values.reserve(at.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double value = std::isnan(lower[i]) ? lower[i] : bound(at[i], lower[i]);
    outcome.values.push_back(value * value);
  }
  return outcome;
}

/// L/tau; sensitivities move tau alone, at times beyond L.
double condition_number(const Setting& setting) {
  return std::max(1.0, setting.constants.L / setting.constants.tau);
}

/// What ||alpha H v_k - c|| is at most, over ||c||.
double residual_factor(const Setting& setting, double k) {
  const double kappa = condition_number(setting);
  switch (setting.input.family) {
    case MethodFamily::conjugate_gradients: {
      const double root = std::sqrt(kappa);
      return 2.0 * root * contraction_power((root - 1.0) / (root + 1.0), k);
    }
    case MethodFamily::normal_equations:
      return std::min(1.0, 2.0 * contraction_power((kappa - 1.0) / (kappa + 1.0), k));
    default:
      break;
  }
  return contraction_power(setting.constants.q, k);
}

/// Which of the bounds one looks at: the smallest at the last checkpoint.
void choose_smallest(const Setting& setting, std::vector<TheoryCurve>& curves) {
  constexpr const char* kCandidates[] = {
      "bound_sharp", "bound_aid_cg", "bound_aid", "bound_inexact"};
  TheoryCurve* best = nullptr;
  for (TheoryCurve& curve : curves) {
    const bool candidate = std::any_of(std::begin(kCandidates),
                                       std::end(kCandidates),
                                       [&](const char* id) { return curve.id == id; });
    if (!candidate || !curve.drawn() || std::isnan(curve.values.back())) continue;
    if (best == nullptr || curve.values.back() < best->values.back()) best = &curve;
  }
  if (best == nullptr || setting.input.ladder != Ladder::sharpened) return;
  for (TheoryCurve& curve : curves) {
    if (curve.id == "bound_sharp") curve.primary = false;
  }
  best->primary = true;
}

/// Both bounds of a method that chooses its solvers, with the rates of these.
template <class Add>
void append_inexact_bounds(const Setting& setting, const PathConstants& path, const Add& add) {
  const InexactRates rates(setting.input, setting.constants);
  const bool on_ball = std::isfinite(path.L_E);
  add(
      {"bound_aid",
       "AID bound",
       std::string("c₁‖w_t − w(λ)‖ + (L_Φ + ν₂‖w_t − w(λ)‖)‖v_k − v(w_t)‖, squared") + kStyle},
      [&](const Checkpoint& at, double distance) {
        return aid_bound(path, distance, rates.linear_error(static_cast<double>(at.k))).total();
      },
      on_ball ? "" : "E has no Lipschitz constant on what the iterates can reach.");
  add(
      {"bound_inexact", kAPriori, kAPrioriSource},
      [&](const Checkpoint& at, double distance) {
        return a_priori_bound(inexact_constants(setting.constants),
                              {.distance = distance,
                               .residual = rates.residual(static_cast<double>(at.k), distance)})
            .total();
      },
      "");
}

bool unit_steps(const StepSizeSchedule& schedule) {
  const auto* step = std::get_if<ConstantStep>(&schedule.rule());
  return step != nullptr && step->eta == 1.0;
}

}  // namespace

PathConstants iteration_path(const Setting& setting) {
  const ProblemConstants& c = setting.constants;
  PathConstants path = path_constants(c);
  if (setting.chosen_solver()) {
    path.L_E = InexactRates(setting.input, c).norm_upper_gradient();
  } else if (!stays_in_ball(setting)) {
    path.L_E = c.L_E_global;
  }
  return path;
}

double krylov_factor(const Setting& setting, double k) {
  const double kappa = condition_number(setting);
  if (setting.input.family == MethodFamily::conjugate_gradients) {
    return conjugate_gradient_rate(kappa, k);
  }
  return std::min(1.0, 2.0 * contraction_power((kappa - 1.0) / (kappa + 1.0), k));
}

void append_iteration_bounds(const Setting& setting, std::vector<TheoryCurve>& curves) {
  const TheoryInput& input = setting.input;
  const PathConstants path = iteration_path(setting);
  const std::vector<double> lower = lower_distances(setting, curves);
  const bool open = setting.general.open();
  const auto add = [&](CurveName name, const Bound& bound, std::string missing) -> TheoryCurve& {
    if (missing.empty() && lower.empty()) {
      missing = "No bound ρ(t) of the lower level: " + find_curve(curves, "bound_lower")->reason;
    }
    if (missing.empty() && !setting.chosen_solver() && !stays_in_ball(setting)) {
      missing = "Steps exceed 2/L; w_t may leave the ball that it starts in.";
    }
    return append_curve(curves,
                        std::move(name),
                        Quantity::hypergradient,
                        CurveKind::bound,
                        setting.general,
                        !open             ? Outcome{}
                        : missing.empty() ? squared(setting, lower, bound)
                                          : Outcome::none(std::move(missing)));
  };
  if (input.family == MethodFamily::iterative_differentiation) {
    // Theorem 3.4 speaks of two solvers; its absence is no news.
    for (TheoryCurve& curve : curves) {
      if (curve.quantity == Quantity::hypergradient) curve.primary = false;
    }
    add(
        {"bound_itd", "ITD bound", std::string("(c₁ + c₂t/q + c₃)q^t, squared") + kStyle},
        [&](const Checkpoint& at, double) {
          return itd_bound(path, static_cast<double>(at.t)).total();
        },
        setting.chosen_solver()
            ? "The bound of ITD is for the plain steps of Φ; none is known here "
              "of steps with momentum."
            : "")
        .primary = input.ladder != Ladder::prediction;
    return;
  }
  if (input.family == MethodFamily::inexact) {
    append_inexact_bounds(setting, path, add);
    choose_smallest(setting, curves);
    return;
  }
  if (setting.fixed_point()) {
    const bool plain = unit_steps(input.lower_step) && unit_steps(input.linear_step);
    add(
        {"bound_aid_fp",
         "AID-FP bound",
         std::string("(c₁ + c₂(1−q^k)/(1−q))q^t + c₃q^k, squared") + kStyle},
        [&](const Checkpoint& at, double) {
          return aid_fixed_point_bound(path, static_cast<double>(at.t), static_cast<double>(at.k))
              .total();
        },
        plain ? "" : "The bound of AID-FP is for steps η = 1.");
  } else {
    add(
        {"bound_aid_cg",
         input.family == MethodFamily::conjugate_gradients ? "AID-CG bound" : "AID-CGNR bound",
         std::string("c₁‖w_t − w(λ)‖ + (L_Φ + ν₂‖w_t − w(λ)‖)‖v_k − v(w_t)‖, squared") + kStyle},
        [&](const Checkpoint& at, double distance) {
          const double start = setting.constants.norm_w;
          return aid_bound(path,
                           {.lower = start > 0.0 ? distance / start : 0.0,
                            .linear = krylov_factor(setting, static_cast<double>(at.k))})
              .total();
        },
        "");
  }
  const bool own_rate = !setting.fixed_point() || unit_steps(input.linear_step);
  add(
      {"bound_inexact", kAPriori, kAPrioriSource},
      [&](const Checkpoint& at, double distance) {
        const double start = setting.constants.norm_c + setting.constants.mu1 * distance;
        return a_priori_bound(
                   inexact_constants(setting.constants),
                   {.distance = distance,
                    .residual = residual_factor(setting, static_cast<double>(at.k)) * start})
            .total();
      },
      own_rate ? "" : "The residual after k steps is known for steps η = 1.");
  if (!setting.fixed_point()) choose_smallest(setting, curves);
}

}  // namespace sid::internal
