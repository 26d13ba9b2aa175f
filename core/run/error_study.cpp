#include "sid/run/error_study.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double value_of(const MethodTheory& theory, const char* id, std::size_t at) {
  const TheoryCurve* curve = theory.find(id);
  if (curve == nullptr || at >= curve->values.size()) return kNaN;
  return curve->values[at];
}

double unless_known(double exact, double measured) {
  return std::isfinite(exact) ? kNaN : measured;
}

const MethodCurve* curve_of(const RunSnapshot& run, StudyPlace place) {
  const std::size_t curve = place.panel * run.spec.methods.size() + place.method;
  return curve < run.curves.size() ? &run.curves[curve] : nullptr;
}

const CurvePoint* point_of(const RunSnapshot& run, StudyPlace place) {
  const MethodCurve* const curve = curve_of(run, place);
  if (curve == nullptr || place.checkpoint >= curve->points.size()) return nullptr;
  const CurvePoint& point = curve->points[place.checkpoint];
  return point.diverged == 0 ? &point : nullptr;
}

bool matters(const PaperNote& note, const MethodTheory& theory) {
  if (!speaks_of(note, theory.constants)) return false;
  const auto concerns = [&](const std::string& id) {
    return std::find(note.matters_to.begin(), note.matters_to.end(), id) != note.matters_to.end();
  };
  const bool drawn = std::ranges::any_of(
      theory.curves, [&](const TheoryCurve& curve) { return curve.drawn() && concerns(curve.id); });
  return drawn || std::ranges::any_of(theory.checks, [&](const AssumptionCheck& check) {
           const bool holds =
               check.verdict == Verdict::holds || check.verdict == Verdict::holds_on_ball;
           return !holds && concerns(check.id);
         });
}

}  // namespace

std::size_t checkpoint_at(const std::vector<Checkpoint>& checkpoints,
                          std::optional<std::int64_t> iterations) {
  SID_EXPECTS(!checkpoints.empty(), "a method has checkpoints");
  std::size_t found = iterations ? 0 : checkpoints.size() - 1;
  for (std::size_t i = 0; iterations && i < checkpoints.size(); ++i) {
    if (checkpoints[i].t <= *iterations) found = i;
  }
  return found;
}

TrueErrors measured_errors(const RunSnapshot& run, StudyPlace place) {
  const CurvePoint* const point = point_of(run, place);
  if (point == nullptr) return {kNaN, kNaN, kNaN};
  return {.hypergradient = point->hypergradient.mean,
          .lower = point->lower.mean,
          .linear = point->linear.mean};
}

ErrorStudy study_error(const RunSpec& spec,
                       const ProblemBench& bench,
                       const MethodTheory& known,
                       StudyPlace place,
                       const RunSnapshot* run,
                       const std::stop_token& stop) {
  const std::size_t at = place.checkpoint;
  ErrorStudy out;
  const TrueErrors run_means =
      run != nullptr ? measured_errors(*run, place) : TrueErrors{kNaN, kNaN, kNaN};
  const TrueErrors predicted{.hypergradient = value_of(known, "prediction", at),
                             .lower = value_of(known, "prediction_lower", at),
                             .linear = value_of(known, "prediction_linear", at)};
  out.exact = {.hypergradient = value_of(known, "exact", at),
               .lower = value_of(known, "exact_lower", at),
               .linear = value_of(known, "exact_linear", at)};
  out.measured = {.hypergradient = unless_known(out.exact.hypergradient, run_means.hypergradient),
                  .lower = unless_known(out.exact.lower, run_means.lower),
                  .linear = unless_known(out.exact.linear, run_means.linear)};
  if (const CurvePoint* const point = run != nullptr ? point_of(*run, place) : nullptr) {
    out.replicas = point->replicas;
    out.hypergradient = point->hypergradient;
  }
  if (std::isfinite(out.exact.hypergradient)) {
    out.error = ErrorKnown::exact;
  } else if (std::isfinite(out.measured.hypergradient)) {
    out.error = ErrorKnown::measured;
  } else if (std::isfinite(predicted.hypergradient)) {
    out.error = ErrorKnown::predicted;
  }
  const TrueErrors& taken = out.error == ErrorKnown::measured ? run_means : predicted;
  out.theory = study_theory(spec, bench, known, place, taken, stop);
  if (out.error != ErrorKnown::predicted) return out;
  std::vector<LoosenessStep>& steps = out.theory.looseness;
  // From the prediction to itself.
  if (!steps.empty() && steps.back().id == "truth") steps.pop_back();
  for (LoosenessStep& step : steps) {
    if (step.id == "true_rates") step.label = "sharp form with the predicted ρ, σ";
  }
  return out;
}

std::vector<std::vector<ErrorStudy>> study_errors_of_all(
    const RunSpec& spec,
    const ProblemBench& bench,
    const std::vector<std::vector<MethodTheory>>& known,
    std::optional<std::int64_t> iterations,
    const RunSnapshot* run,
    const std::stop_token& stop) {
  std::vector<std::vector<ErrorStudy>> out;
  for (std::size_t p = 0; p < bench.panels.size() && p < known.size(); ++p) {
    auto& row = out.emplace_back();
    const std::vector<ResolvedMethod> methods = resolve_methods(spec, bench, bench.panels[p]);
    for (std::size_t m = 0; m < methods.size() && m < known[p].size(); ++m) {
      StudyPlace place{
          .panel = p, .method = m, .checkpoint = checkpoint_at(methods[m].checkpoints, iterations)};
      const MethodCurve* const curve = run != nullptr ? curve_of(*run, place) : nullptr;
      if (curve != nullptr && !curve->points.empty()) {
        place.checkpoint = std::min(place.checkpoint, curve->points.size() - 1);
      }
      row.push_back(study_error(spec, bench, known[p][m], place, run, stop));
      if (stop.stop_requested()) return {};
    }
  }
  return out;
}

std::vector<const PaperNote*> notes_that_matter(
    const std::vector<std::vector<MethodTheory>>& theory) {
  std::vector<const PaperNote*> out;
  for (const PaperNote& note : paper_notes()) {
    const bool wanted = std::any_of(theory.begin(), theory.end(), [&](const auto& row) {
      return std::any_of(row.begin(), row.end(), [&](const MethodTheory& method) {
        return matters(note, method);
      });
    });
    if (wanted) out.push_back(&note);
  }
  return out;
}

}  // namespace sid
