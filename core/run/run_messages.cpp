#include "sid/run/internal/run_messages.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::internal {

namespace {

std::string counted(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// Over all curves, so that the number only grows while a run goes on.
std::string points_text(const RunSnapshot& run) {
  std::int64_t done = 0;
  std::int64_t all = 0;
  for (const MethodCurve& curve : run.curves) {
    done += curve.checkpoints_done;
    all += static_cast<std::int64_t>(curve.checkpoints.size());
  }
  return fmt::format("{} of {} points", done, all);
}

/// Replicas of the curve that has most, among those that have a point.
std::int64_t kept_replicas(const RunSnapshot& run) {
  std::int64_t most = 0;
  for (const MethodCurve& curve : run.curves) {
    if (curve.checkpoints_done > 0) most = std::max(most, curve.replicas);
  }
  return most;
}

std::int64_t most_replicas(const RunSnapshot& run) {
  std::int64_t most = 0;
  for (const MethodCurve& curve : run.curves) most = std::max(most, curve.replicas);
  return most;
}

/// Last t before the first checkpoint with a diverged replica; 0 if the first has one.
std::int64_t last_whole_t(const MethodCurve& curve) {
  std::int64_t t = 0;
  for (const CurvePoint& point : curve.points) {
    if (point.diverged > 0) break;
    t = point.at.t;
  }
  return t;
}

/// What makes the first steps of the solver that overflowed half as long.
const char* remedy(const RunSnapshot& run, const MethodCurve& curve) {
  if (curve.method >= run.spec.methods.size()) return "";
  const MethodSpec& method = run.spec.methods[curve.method];
  if (is_variance_reduced(method.kind)) return " Halve step_factor.";
  if (traits_of(method.kind).linear_solver ||
      (traits_of(method.kind).lower_solver && method.lower_solver != LowerIteration::gradient)) {
    const bool momentum =
        !curve.linear_diverged && method.lower_solver == LowerIteration::heavy_ball;
    return momentum ? " Use lower_solver = \"accelerated\"." : "";
  }
  const StepSpec& step =
      curve.linear_diverged && method.linear_step ? *method.linear_step : method.step;
  switch (step.kind) {
    case StepKind::decreasing:
      return " Double γ.";
    case StepKind::bound_optimal:
      return " Choose another rule of steps.";
    case StepKind::constant:
    case StepKind::two_phase:
      break;
  }
  return " Halve η.";
}

/// What is missing of the linear system's errors; empty if nothing is.
std::string unsolved_text(const RunSnapshot& run) {
  std::int64_t unsolved = 0;
  for (const MethodCurve& curve : run.curves) unsolved += unsolved_linear_errors(curve);
  if (unsolved == 0) return {};
  return fmt::format(
      " ‖v_k − v(w_t)‖² is missing at {}: the system for v(w_t) could not be solved in double "
      "precision. Use a larger λ or rescale the features.",
      counted(unsolved, "point of a replica", "points of replicas"));
}

/// Where methods with tolerances ended; empty without one.
std::string tolerances_text(const RunSnapshot& run) {
  constexpr int kMost = 4;
  std::string out;
  int told = 0;
  for (const MethodCurve& curve : run.curves) {
    if (!curve.steps_taken || curve.method >= run.spec.methods.size()) continue;
    if (++told > kMost) return out + " …";
    const MethodSpec& method = run.spec.methods[curve.method];
    const StepsTaken& steps = *curve.steps_taken;
    std::string where = curve.label;
    if (run.bench && run.bench->panels.size() > 1) {
      where += fmt::format(" at λ = {}", run.bench->panels[curve.panel].label);
    }
    std::string missed;
    if (method.lower_tolerance && !steps.lower_met) missed = "lower_tolerance not met";
    if (method.linear_tolerance && !steps.linear_met) {
      missed += missed.empty() ? "linear_tolerance not met" : ", nor linear_tolerance";
    }
    out += fmt::format(" {}: {} for w, {} for v, {}.",
                       where,
                       counted(steps.t, "step", "steps"),
                       counted(steps.k, "step", "steps"),
                       missed.empty() ? "tolerances met" : missed);
  }
  return out;
}

}  // namespace

std::string running_message(const RunSnapshot& run) {
  if (most_replicas(run) < run.spec.run.replicas) {
    return fmt::format("Running: {}, {} of {} replicas.",
                       points_text(run),
                       most_replicas(run),
                       run.spec.run.replicas);
  }
  return fmt::format("Running: {}.", points_text(run));
}

std::string stopped_message(const RunSnapshot& run) {
  const std::int64_t kept = kept_replicas(run);
  if (kept == 0) return "Stopped before the first point; nothing is kept.";
  return fmt::format(
      "Stopped after {}; {} kept.", points_text(run), counted(kept, "replica is", "replicas are"));
}

std::string finished_message(const RunSnapshot& run) {
  return fmt::format("Finished: {}, {}, {} solver steps in {} s.",
                     counted(most_replicas(run), "replica", "replicas"),
                     counted(static_cast<std::int64_t>(run.curves.size()), "curve", "curves"),
                     format_for_reading(static_cast<double>(run.solver_steps)),
                     format_for_reading(run.elapsed_seconds, 2)) +
         unsolved_text(run) + tolerances_text(run);
}

std::string diverged_message(const RunSnapshot& run) {
  const MethodCurve* worst = nullptr;
  std::int64_t others = -1;
  for (const MethodCurve& curve : run.curves) {
    if (curve.first_diverged_t < 0) continue;
    ++others;
    const auto count = [](const MethodCurve& c) {
      return c.points.empty() ? 0 : c.points.back().diverged;
    };
    if (worst == nullptr || count(curve) > count(*worst)) worst = &curve;
  }
  if (worst == nullptr) return {};
  std::string where = worst->label;
  if (run.bench && run.bench->panels.size() > 1) {
    where += fmt::format(" at λ = {}", run.bench->panels[worst->panel].label);
  }
  const std::int64_t diverged = worst->points.empty() ? 0 : worst->points.back().diverged;
  std::string text = fmt::format("{}: {} of {} overflowed{}, {}{} = {}.",
                                 where,
                                 diverged,
                                 counted(worst->replicas, "run", "runs"),
                                 worst->linear_diverged ? " in the linear system" : "",
                                 diverged > 1 ? "the first at " : "at ",
                                 worst->linear_diverged ? "k" : "t",
                                 worst->first_diverged_t);
  const std::int64_t whole = last_whole_t(*worst);
  text += whole > 0 ? fmt::format(" Means shown up to t = {}.", whole) : " No mean is shown.";
  if (others > 0) {
    text += fmt::format(" {} overflowed too.", counted(others, "other curve", "other curves"));
  }
  return text + remedy(run, *worst) + unsolved_text(run);
}

}  // namespace sid::internal
