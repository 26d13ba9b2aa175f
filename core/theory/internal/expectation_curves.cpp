#include <array>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/theory/internal/curves.hpp"

namespace sid::internal {

namespace {

constexpr const char* kDeterministic =
    "Batch steps are deterministic: the measured error is exact.";

struct ExactCurve {
  const char* id;
  const char* label;
  const char* source;
  Quantity quantity;
  std::vector<double> ExactMoments::*values;
  bool primary;
};

constexpr const char* kMoment = "exact second moment (not in the paper)";
constexpr const char* kMoments = "exact moments (not in the paper)";

constexpr std::array kExact = {
    ExactCurve{"exact_lower", "exact", kMoment, Quantity::lower_level, &ExactMoments::lower, true},
    ExactCurve{
        "exact_linear", "exact", kMoment, Quantity::linear_system, &ExactMoments::linear, true},
    ExactCurve{"exact",
               "exact mean-square error",
               kMoments,
               Quantity::hypergradient,
               &ExactMoments::hypergradient,
               true},
    ExactCurve{"exact_bias_squared",
               "exact bias²",
               kMoments,
               Quantity::hypergradient,
               &ExactMoments::bias_squared,
               false},
    ExactCurve{"exact_mean_of_variance",
               "exact E[V[·|w_t]]",
               kMoments,
               Quantity::hypergradient,
               &ExactMoments::mean_of_variance,
               false},
    ExactCurve{"exact_variance_of_mean",
               "exact V[E[·|w_t]]",
               kMoments,
               Quantity::hypergradient,
               &ExactMoments::variance_of_mean,
               false}};

/// Expectations are of independent minibatches and one problem, with or without a contraction.
Coverage coverage_of(const Setting& setting, const char* what) {
  Coverage coverage = setting.general;
  if (!coverage.open()) coverage.reason = what;
  return coverage;
}

void append_exact(const Setting& setting, const ExactCurve& about, std::vector<TheoryCurve>& out) {
  const ExactMoments* exact = setting.input.exact;
  Outcome outcome = Outcome::none(
      setting.input.batch ? kDeterministic : setting.input.exact_missing, Verdict::not_covered);
  if (exact != nullptr) {
    outcome.values = exact->*about.values;
    if (outcome.values.empty()) {
      outcome.reason = "No closed form of this expectation is known for this problem.";
    } else {
      outcome.reason.clear();
    }
  }
  SID_EXPECTS(outcome.values.empty() || outcome.values.size() == setting.input.checkpoints.size(),
              "exact moments are given at the checkpoints");
  const Coverage coverage =
      coverage_of(setting, "The exact expectation is for one problem and independent minibatches.");
  append_curve(out,
               {about.id, about.label, about.source},
               about.quantity,
               CurveKind::exact,
               coverage,
               std::move(outcome))
      .primary = about.primary;
}

struct Prediction {
  const char* id;
  const char* exact_id;
  std::vector<double> PredictedMoments::*values;
};

Prediction prediction_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::lower_level:
      return {"prediction_lower", "exact_lower", &PredictedMoments::lower};
    case Quantity::linear_system:
      return {"prediction_linear", "exact_linear", &PredictedMoments::linear};
    case Quantity::hypergradient:
      break;
  }
  return {"prediction", "exact", &PredictedMoments::hypergradient};
}

CurveName prediction_name(const char* id, Quantity quantity, bool additive) {
  if (additive) {
    return {id,
            "prediction (linearised, additive noise)",
            "linearisation at w(λ) with the noise there (not a bound)"};
  }
  if (quantity == Quantity::linear_system) {
    return {id,
            "prediction (exact at w(λ))",
            "exact second moment of v_k with w_t held at w(λ) (not a bound)"};
  }
  return {id,
          "prediction (linearised)",
          "linearisation at w(λ), noise growing with the distance (not a bound)"};
}

}  // namespace

void append_exact_curves(const Setting& setting,
                         Quantity quantity,
                         std::vector<TheoryCurve>& curves) {
  for (const ExactCurve& about : kExact) {
    if (about.quantity == quantity) append_exact(setting, about, curves);
  }
}

void append_prediction(const Setting& setting,
                       Quantity quantity,
                       std::vector<TheoryCurve>& curves) {
  const Prediction about = prediction_of(quantity);
  const PredictedMoments* predicted = setting.input.predicted;
  Outcome outcome = Outcome::none(
      setting.input.batch ? kDeterministic : setting.input.predicted_missing, Verdict::not_covered);
  if (predicted != nullptr) {
    outcome.values = predicted->*about.values;
    outcome.reason = outcome.values.empty()
                         ? "The linearisation of this error is not known for this problem."
                         : "";
  }
  SID_EXPECTS(outcome.values.empty() || outcome.values.size() == setting.input.checkpoints.size(),
              "predictions are given at the checkpoints");
  const TheoryCurve* exact = find_curve(curves, about.exact_id);
  const bool exact_drawn = exact != nullptr && exact->drawn();
  const Coverage coverage =
      coverage_of(setting, "The prediction is for one problem and independent minibatches.");
  append_curve(
      curves,
      prediction_name(about.id, quantity, predicted != nullptr && predicted->additive_noise),
      quantity,
      CurveKind::prediction,
      coverage,
      std::move(outcome))
      .primary = setting.input.ladder == Ladder::prediction || !exact_drawn;
}

}  // namespace sid::internal
