#include "sid/app/cli/run_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/math/numbers.hpp"
#include "sid/math/rounding.hpp"
#include "sid/run/experiment.hpp"

namespace sid::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string read(double value) {
  return format_for_reading(value);
}

/// The hypergradient bound that figures draw, or null.
const TheoryCurve* drawn_bound(const MethodTheory& theory) {
  for (const TheoryCurve& curve : theory.curves) {
    if (curve.quantity == Quantity::hypergradient && curve.kind == CurveKind::bound &&
        curve.primary && curve.drawn()) {
      return &curve;
    }
  }
  return nullptr;
}

std::string value_at(const TheoryCurve* curve, std::size_t checkpoint) {
  if (curve == nullptr || checkpoint >= curve->values.size()) return "–";
  return read(curve->values[checkpoint]);
}

const char* verdict_mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "✓";
    case Verdict::holds_on_ball:
      return "◐";
    case Verdict::fails:
      return "✕";
    case Verdict::not_covered:
      return "–";
  }
  return " ";
}

std::string panel_name(const Panel& panel) {
  return (panel.lambda.size() > 1 ? "λ vector " : "λ = ") + panel.label;
}

std::string panel_head(const ProblemBench& bench, const Panel& panel) {
  const BilevelProblem& problem = *panel.problem;
  const Curvature& c = problem.curvature();
  const double scale = panel.hypergradient_scale;
  std::string out = fmt::format("{}: {}, d = {}, m = {}, n = {}\n",
                                panel_name(panel),
                                problem.name(),
                                problem.lower_dim(),
                                problem.upper_dim(),
                                bench.sample_count);
  out += fmt::format("  L = {}   τ = {}   κ = {}   α = {}   q = {}   1/(1−q) = {}\n",
                     read(c.L / scale),
                     read(c.tau / scale),
                     read(c.L / c.tau),
                     read(c.alpha * scale),
                     format_for_reading(c.q, 6),
                     read(1.0 / (1.0 - c.q)));
  const Reference& reference = panel.reference;
  out += fmt::format("  f(λ) = {}   ‖∇f(λ)‖ = {}   its error: at most {} (certified), about {}\n",
                     format_for_reading(reference.upper_value, 6),
                     format_for_reading(scale * reference.hypergradient.norm(), 6),
                     read(scale * reference.certificate),
                     read(scale * reference.first_order_estimate));
  return out;
}

std::string curve_lines(const MethodTheory& theory) {
  Rows rows = {{"    ", "curve", "", "at the last checkpoint"}};
  std::string reasons;
  for (const TheoryCurve& curve : theory.curves) {
    const std::string value = curve.drawn() ? read(curve.values.back()) : "–";
    rows.push_back({"   " + std::string(verdict_mark(curve.verdict)),
                    curve.id + (curve.primary ? " *" : ""),
                    curve.label,
                    value});
    if (!curve.reason.empty()) {
      reasons +=
          fmt::format("      {} {}: {}\n", verdict_mark(curve.verdict), curve.id, curve.reason);
    }
  }
  std::string out = align_columns(rows, 3);
  if (!reasons.empty()) out += "    reasons\n" + reasons;
  return out;
}

std::string method_lines(const ResolvedMethod& method, const MethodTheory& theory) {
  std::string out = fmt::format("\n  {}: {}", method.label, method.lower_step.formula());
  if (method.linear_step != method.lower_step) {
    out += fmt::format(" (linear system: {})", method.linear_step.formula());
  }
  if (method.kind == MethodKind::sid) out += fmt::format(", minibatch {}", method.oracle.minibatch);
  if (!method.checkpoints.empty()) {
    const Checkpoint& last = method.checkpoints.back();
    out += fmt::format(
        "; last checkpoint t = {}, k = {}, {} epochs", last.t, last.k, read(last.epochs));
  }
  out += "\n    assumptions\n";
  for (const AssumptionCheck& check : theory.checks) {
    out += fmt::format("    {} {} ({}): {}\n",
                       verdict_mark(check.verdict),
                       check.id,
                       check.subject,
                       check.sentence);
  }
  if (!theory.limits.empty()) {
    out += "    limits of the step size\n";
    Rows rows;
    for (const StepLimit& limit : theory.limits) {
      // Whoever types in what is shown stays within the limit.
      rows.push_back({"     ", limit.label, "η ≤ " + read(rounded_down(limit.eta, 3))});
    }
    out += align_columns(rows, 3);
  }
  return out + curve_lines(theory);
}

}  // namespace

std::string run_report(const RunSnapshot& run,
                       const std::vector<std::vector<MethodTheory>>& theory) {
  Rows rows = {{"λ",
                "method",
                "t",
                "epochs",
                "runs",
                "mean-square error",
                "95 % interval",
                "bound",
                "exact"}};
  for (const MethodCurve& curve : run.curves) {
    if (curve.points.empty()) continue;
    const CurvePoint& last = curve.points.back();
    const std::size_t position = curve.points.size() - 1;
    const MeanEstimate& mse = last.hypergradient;
    const MethodTheory* known =
        curve.panel < theory.size() && curve.method < theory[curve.panel].size()
            ? &theory[curve.panel][curve.method]
            : nullptr;
    const std::string interval =
        last.replicas > 1 ? fmt::format("[{}, {}]", read(mse.ci_low), read(mse.ci_high)) : "–";
    std::string runs = std::to_string(last.replicas);
    if (last.diverged > 0) runs += fmt::format(" (+{} diverged)", last.diverged);
    rows.push_back({run.bench->panels[curve.panel].label,
                    curve.label,
                    std::to_string(last.at.t),
                    read(last.at.epochs),
                    runs,
                    last.replicas > 0 ? read(mse.mean) : "–",
                    interval,
                    value_at(known == nullptr ? nullptr : drawn_bound(*known), position),
                    value_at(known == nullptr ? nullptr : known->find("exact"), position)});
  }
  return align_columns(rows, 2);
}

std::string compare_with_share(const RunSnapshot& run, double expected) {
  const std::string said = fmt::format("{:.6g}", expected);
  if (run.status != RunStatus::finished || run.curves.empty() || run.curves.back().points.empty()) {
    return fmt::format("the error {} of the share string cannot be compared.", said);
  }
  const std::string found =
      fmt::format("{:.6g}", run.curves.back().points.back().hypergradient.mean);
  if (found == said) return fmt::format("the last error is {}, as the share string says.", found);
  return fmt::format(
      "the last error is {}, but the share string says {}: other data or another "
      "version.",
      found,
      said);
}

std::string theory_report(const RunSpec& spec,
                          const ProblemBench& bench,
                          const std::vector<std::vector<MethodTheory>>& theory) {
  std::string out;
  if (!spec.title.empty()) out += spec.title + "\n";
  if (!bench.data_description.empty()) out += bench.data_description + "\n";
  out += fmt::format(
      "lower-level loss: {}; ✓ holds, ◐ holds on a ball or box that the iterates never "
      "leave, ✕ fails, – not covered, * drawn\n",
      spec.problem.lower_loss == LossScale::mean ? "mean" : "sum");
  for (std::size_t p = 0; p < bench.panels.size(); ++p) {
    out += '\n' + panel_head(bench, bench.panels[p]);
    const std::vector<ResolvedMethod> methods = resolve_methods(spec, bench, bench.panels[p]);
    for (std::size_t m = 0; m < methods.size() && p < theory.size() && m < theory[p].size(); ++m) {
      out += method_lines(methods[m], theory[p][m]);
    }
  }
  return out;
}

}  // namespace sid::cli
