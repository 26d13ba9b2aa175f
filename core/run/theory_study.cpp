#include "sid/run/theory_study.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/run/internal/theory_input.hpp"

namespace sid {

namespace {

/// The exact expectation where it is known, else the mean over runs.
double truth(const MethodTheory& known, const char* exact_id, std::size_t at, double measured) {
  const TheoryCurve* exact = known.find(exact_id);
  const bool there = exact != nullptr && at < exact->values.size();
  return there && std::isfinite(exact->values[at]) ? exact->values[at] : measured;
}

/// `theory` was made without predictions; they do not depend on the ladder.
void take_prediction(const MethodTheory& known, MethodTheory& theory) {
  const TheoryCurve* prediction = known.find("prediction");
  if (prediction == nullptr) return;
  for (TheoryCurve& curve : theory.curves) {
    if (curve.id == "prediction") curve = *prediction;
  }
}

/// With sums for lower-level losses a constant is scale^(-power) times that of the mean.
struct ConventionPower {
  std::string_view id;
  int power;
};
constexpr std::array kPowers = {ConventionPower{"L_Phi", -1},
                                ConventionPower{"mu2", -1},
                                ConventionPower{"nu2", -1},
                                ConventionPower{"m2", -2},
                                ConventionPower{"noise_lower", 2}};

void take_convention(std::vector<Sensitivity>& all,
                     const ProblemConstants& constants,
                     double scale) {
  for (Sensitivity& one : all) {
    int power = one.id == "noise_relative" && !constants.w_noise.empty() ? 2 : 0;
    for (const ConventionPower& known : kPowers) {
      if (known.id == one.id) power = known.power;
    }
    for (int i = 0; i < power; ++i) one.value /= scale;
    for (int i = 0; i > power; --i) one.value *= scale;
  }
}

}  // namespace

TheoryStudy study_theory(const RunSpec& spec,
                         const ProblemBench& bench,
                         const MethodTheory& known,
                         StudyPlace place,
                         const TrueErrors& measured,
                         const std::stop_token& stop) {
  SID_EXPECTS(place.panel < bench.panels.size(), "no such panel");
  SID_EXPECTS(place.method < spec.methods.size(), "no such method");
  const Panel& panel = bench.panels[place.panel];
  const ResolvedMethod method = resolve_methods(spec, bench, panel)[place.method];
  SID_EXPECTS(place.checkpoint < method.checkpoints.size(), "no such checkpoint");
  TheoryStudy study;
  study.place = place;
  study.at = method.checkpoints[place.checkpoint];
  if (stop.stop_requested()) return study;

  TheoryInput input = internal::theory_input(spec, panel, method, place.method);
  study.statements = theorem_statements({.ladder = spec.ladder,
                                         .lower_step = method.lower_step,
                                         .linear_step = method.linear_step,
                                         .jacobian_samples = method.jacobian_samples,
                                         .at = study.at,
                                         .checkpoint = place.checkpoint,
                                         .hypergradient_scale = panel.hypergradient_scale},
                                        known);
  study.sensitivities = sensitivities(input, place.checkpoint, stop);
  take_convention(study.sensitivities, input.constants, panel.hypergradient_scale);
  if (stop.stop_requested()) return study;

  input.ladder = Ladder::paper;
  const MethodTheory paper = internal::theory_for_display(input, panel);
  if (stop.stop_requested()) return study;
  input.ladder = Ladder::sharpened;
  MethodTheory sharpened = internal::theory_for_display(input, panel);
  take_prediction(known, sharpened);
  const double m2 = input.jacobian_samples > 0
                        ? known.constants.m2 / static_cast<double>(input.jacobian_samples)
                        : 0.0;
  const std::size_t at = place.checkpoint;
  study.looseness = looseness(paper,
                              sharpened,
                              at,
                              m2,
                              {.hypergradient = truth(known, "exact", at, measured.hypergradient),
                               .lower = truth(known, "exact_lower", at, measured.lower),
                               .linear = truth(known, "exact_linear", at, measured.linear)},
                              panel.hypergradient_scale);
  return study;
}

}  // namespace sid
