#include "sid/app/cli/theory_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/study_text.hpp"
#include "sid/app/cli/text_layout.hpp"
#include "sid/io/constants_table.hpp"
#include "sid/math/numbers.hpp"
#include "sid/math/rounding.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::cli {

namespace {

std::string read(double value) {
  return format_for_reading(value);
}

std::string panel_name(const Panel& panel) {
  return (panel.lambda.size() > 1 ? "λ vector " : "λ = ") + panel.label;
}

std::string heading(const std::string& text) {
  std::string out = "  ── " + text + " ";
  for (std::size_t i = display_width(out); i < kLineWidth; ++i) out += "─";
  return out + '\n';
}

std::string panel_head(const ProblemBench& bench, const Panel& panel) {
  const BilevelProblem& problem = *panel.problem;
  const Curvature& c = problem.curvature();
  const double scale = panel.hypergradient_scale;
  std::string out = wrapped("",
                            fmt::format("{}: {}, d = {}, m = {}, n = {}",
                                        panel_name(panel),
                                        problem.name(),
                                        problem.lower_dim(),
                                        problem.upper_dim(),
                                        bench.sample_count));
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

std::string constant_line(const ConstantEntry& entry, const MethodTheory& theory, double scale) {
  const ConstantOrigin origin = origin_of(entry, theory.constants);
  return wrapped(fmt::format("    {} {}  {} ",
                             pad_right(std::string(entry.symbol), 16),
                             pad_left(read(entry.shown(theory.constants, scale)), 10),
                             pad_right(std::string(entry.unit), 9)),
                 fmt::format("{} [{}]", origin.meaning, origin.source));
}

std::string check_line(const AssumptionCheck& check) {
  return wrapped(fmt::format("    {} ", verdict_mark(check.verdict)),
                 fmt::format("{} ({}): {}", check.id, check.subject, check.sentence));
}

bool same_check(const AssumptionCheck& a, const AssumptionCheck& b) {
  return a.id == b.id && a.subject == b.subject && a.verdict == b.verdict &&
         a.sentence == b.sentence;
}

/// What all methods of a panel have in common.
class Shared {
 public:
  explicit Shared(const std::vector<MethodTheory>& methods) : methods_(methods) {}

  bool constant(const ConstantEntry& entry) const {
    return std::all_of(methods_.begin(), methods_.end(), [&](const MethodTheory& method) {
      const double a = entry.in_mean(method.constants), b = entry.in_mean(methods_[0].constants);
      return a == b || (std::isnan(a) && std::isnan(b));
    });
  }
  bool check(const AssumptionCheck& wanted) const {
    return std::all_of(methods_.begin(), methods_.end(), [&](const MethodTheory& method) {
      return std::any_of(method.checks.begin(), method.checks.end(), [&](const auto& one) {
        return same_check(one, wanted);
      });
    });
  }

 private:
  const std::vector<MethodTheory>& methods_;
};

/// Constants and assumptions, those that all methods share or those that are the method's own.
std::string hypotheses(const MethodTheory& theory,
                       const Shared& shared,
                       double scale,
                       bool common) {
  std::string constants, checks;
  for (const ConstantEntry& entry : constant_entries()) {
    if (shared.constant(entry) == common) constants += constant_line(entry, theory, scale);
  }
  for (const AssumptionCheck& check : theory.checks) {
    if (shared.check(check) == common) checks += check_line(check);
  }
  const char* const whose = common ? "" : " of its own";
  std::string out;
  if (!constants.empty()) out += fmt::format("  constants{}\n", whose) + constants;
  if (!checks.empty()) out += fmt::format("  assumptions{}\n", whose) + checks;
  return out;
}

std::string limit_lines(const MethodTheory& theory) {
  if (theory.limits.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const StepLimit& limit : theory.limits) {
    // Whoever types in what is shown stays within the limit.
    rows.push_back({"   ", limit.label, "η ≤ " + read(rounded_down(limit.eta, 3))});
  }
  return "  limits of the step size\n" + align_columns(rows, 3);
}

std::string term_text(const TheoryCurve& curve, std::size_t at) {
  std::string out;
  for (const BoundTerm& term : curve.terms) {
    if (at >= term.values.size()) continue;
    out += (out.empty() ? "" : ", ") +
           fmt::format("{}\u00a0=\u00a0{}", term.label, read(term.values[at]));
  }
  return out;
}

/// Of exact and measured errors the one that a curve bounds; NaN where it bounds another, or a
/// part.
double bounded_error(const TheoryCurve& curve, const TrueErrors& errors) {
  const bool part =
      curve.id == "bound_3_1_squared" || curve.id == "bound_3_2" || curve.id == "bound_3_3";
  if (curve.kind != CurveKind::bound || part) return std::numeric_limits<double>::quiet_NaN();
  switch (curve.quantity) {
    case Quantity::lower_level:
      return errors.lower;
    case Quantity::linear_system:
      return errors.linear;
    case Quantity::hypergradient:
      break;
  }
  return errors.hypergradient;
}

/// "23.1×": how many times as large as the error the bound is.
std::string ratio_text(const TheoryCurve& curve, const ErrorStudy& study) {
  const double exact = bounded_error(curve, study.exact);
  const double error = std::isfinite(exact) ? exact : bounded_error(curve, study.measured);
  const std::size_t at = study.theory.place.checkpoint;
  if (!(error > 0.0) || at >= curve.values.size() || !std::isfinite(curve.values[at])) return "";
  return read(curve.values[at] / error) + "×";
}

/// "of the hypergradient 0.1, of w_t 0.02": those that are known.
std::string known_errors(const TrueErrors& errors) {
  std::string out;
  const auto add = [&](const char* what, double error) {
    if (!std::isfinite(error)) return;
    out += out.empty() ? "" : ", ";
    out += fmt::format("{} {}", what, read(error));
  };
  add("of the hypergradient", errors.hypergradient);
  add("of w_t", errors.lower);
  add("of v_k", errors.linear);
  return out;
}

/// The errors that stand behind the ratios, in words; empty where there are none.
std::string errors_line(const ErrorStudy& study) {
  const std::string exact = known_errors(study.exact), measured = known_errors(study.measured);
  if (exact.empty() && measured.empty()) return "";
  std::string out = "× is bound ÷ mean-square error";
  if (!exact.empty()) out += "; exact: " + exact;
  if (!measured.empty()) {
    out += study.replicas > 1 ? fmt::format("; means of {} replicas: ", study.replicas)
                              : std::string("; of one run: ");
    out += measured;
  }
  if (study.error == ErrorKnown::measured && study.replicas > 1) {
    out += fmt::format("; 95 % interval of the first {} to {}",
                       read(study.hypergradient.ci_low),
                       read(study.hypergradient.ci_high));
  }
  return wrapped("    ", out + ".");
}

std::string curve_lines(const MethodTheory& theory, const ErrorStudy& study) {
  const std::size_t at = study.theory.place.checkpoint;
  std::string out = errors_line(study);
  const std::size_t ratio_width = out.empty() ? 0 : 12;
  ReasonList reasons;
  for (const TheoryCurve& curve : theory.curves) {
    if (!curve.reason.empty()) reasons.add(verdict_mark(curve.verdict), curve.id, curve.reason);
    if (!curve.drawn()) {
      if (curve.reason.empty()) reasons.add(verdict_mark(curve.verdict), curve.id, "");
      continue;
    }
    const std::string value = at < curve.values.size() ? read(curve.values[at]) : "–";
    out += wrapped(fmt::format("    {} {}  {}{}  ",
                               verdict_mark(curve.verdict),
                               pad_right(curve.id + (curve.primary ? " *" : ""), 30),
                               pad_left(value, 10),
                               pad_left(ratio_text(curve, study), ratio_width)),
                   curve.label);
    const std::string terms = term_text(curve, at);
    if (!terms.empty()) out += wrapped("          = ", terms);
  }
  return out + reasons.lines("    ");
}

/// "heavy ball; linear system: CG, to a residual of 1e-06".
std::string solver_words(const ResolvedMethod& method) {
  std::string out(lower_name(method.lower_solver));
  if (method.lower_tolerance) out += ", to " + read(*method.lower_tolerance) + " of w(λ)";
  if (!traits_of(method.kind).linear_solver) return out;
  out += fmt::format("; linear system: {}", linear_name(method.linear_solver));
  if (method.linear_tolerance) out += ", to a residual of " + read(*method.linear_tolerance);
  return out;
}

/// The steps or the solvers of a method, whichever it has.
std::string iteration_words(const ResolvedMethod& method) {
  if (is_variance_reduced(method.kind)) {
    const bool svrg = method.kind == MethodKind::svrg;
    return "γ = " + read(method.gamma) +
           (svrg ? ", p = " + read(method.refresh_probability) : std::string());
  }
  return traits_of(method.kind).lower_solver ? solver_words(method) : method.lower_step.formula();
}

std::string method_head(const ResolvedMethod& method, const TheoryStudy& study) {
  std::string out = iteration_words(method);
  if (traits_of(method.kind).linear_step && method.linear_step != method.lower_step) {
    out += fmt::format(" (linear system: {})", method.linear_step.formula());
  }
  if (traits_of(method.kind).minibatches)
    out += fmt::format(", minibatch {}", method.oracle.minibatch);
  return wrapped("  ",
                 out + fmt::format("; what follows is at checkpoint {} of {}: t = {}, k = {}, {} "
                                   "epochs",
                                   study.place.checkpoint + 1,
                                   method.checkpoints.size(),
                                   study.at.t,
                                   study.at.k,
                                   read(study.at.epochs)));
}

std::string method_lines(const ResolvedMethod& method,
                         const MethodTheory& theory,
                         const ErrorStudy& study,
                         const Shared& shared,
                         double scale) {
  const std::string place = fmt::format(" at t = {}", study.theory.at.t);
  std::string out = '\n' + heading(method.label) + method_head(method, study.theory);
  out += hypotheses(theory, shared, scale, false);
  out += limit_lines(theory);
  out += "  curves" + place + '\n' + curve_lines(theory, study);
  out += "  theorems" + place + '\n' + statement_lines(study.theory, theory, scale);
  out += "  looseness" + place + '\n' + looseness_lines(study);
  return out + "  sensitivity" + place + '\n' + sensitivity_lines(study.theory);
}

}  // namespace

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

std::string theory_report(const RunSpec& spec,
                          const ProblemBench& bench,
                          const std::vector<std::vector<MethodTheory>>& theory,
                          const std::vector<std::vector<ErrorStudy>>& studies) {
  std::string out;
  if (!spec.title.empty()) out += wrapped("", spec.title);
  if (!bench.data_description.empty()) out += wrapped("", bench.data_description);
  out += wrapped(
      "",
      fmt::format("Lower-level loss: {}. Units: E of the upper-level loss, ℓ of the lower-level "
                  "loss, Λ of λ, W of w; – none.",
                  spec.problem.lower_loss == LossScale::mean ? "mean" : "sum"));
  out += wrapped("",
                 "✓ holds, ◐ holds on a ball or box that the iterates never leave, ✕ fails, – not "
                 "covered, * drawn");
  for (std::size_t p = 0; p < studies.size(); ++p) {
    const Panel& panel = bench.panels[p];
    const double scale = panel.hypergradient_scale;
    const Shared shared(theory[p]);
    out += '\n' + panel_head(bench, panel);
    if (!theory[p].empty()) out += hypotheses(theory[p][0], shared, scale, true);
    const std::vector<ResolvedMethod> methods = resolve_methods(spec, bench, panel);
    for (std::size_t m = 0; m < studies[p].size(); ++m) {
      out += method_lines(methods[m], theory[p][m], studies[p][m], shared, scale);
    }
  }
  const std::vector<const PaperNote*> notes = notes_that_matter(theory);
  if (!notes.empty()) out += "\nTo read with care in the paper, for the curves and checks named\n";
  for (const PaperNote* note : notes) out += note_lines(*note);
  return out;
}

}  // namespace sid::cli
