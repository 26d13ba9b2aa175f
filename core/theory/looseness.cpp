#include "sid/theory/looseness.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "sid/math/elementary.hpp"
#include "sid/theory/measured_rates.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double value_at(const MethodTheory& theory, std::string_view id, std::size_t checkpoint) {
  const TheoryCurve* curve = theory.find(id);
  if (curve == nullptr || checkpoint >= curve->values.size()) return kNaN;
  return curve->values[checkpoint];
}

struct Level {
  const char* id;
  const char* label;
  double value;
  /// What the level before wastes, against this one.
  const char* sentence;
};

constexpr const char* kSensitivity =
    "c₁ adds up the norms of derivatives, each in its worst direction and at the worst w; the "
    "errors "
    "that occur point elsewhere and partly cancel.";
constexpr const char* kSecondOrder =
    "The linearisation leaves out terms of second order in w_t − w(λ); it is no bound.";

}  // namespace

std::vector<LoosenessStep> looseness(const MethodTheory& paper,
                                     const MethodTheory& sharpened,
                                     std::size_t checkpoint,
                                     double averaged_m2,
                                     const TrueErrors& truth,
                                     double hypergradient_scale) {
  if (!(truth.hypergradient > 0.0 && std::isfinite(truth.hypergradient))) return {};
  const double with_rates =
      sharp_value_with_rates(sharpened.constants, averaged_m2, truth.lower, truth.linear) *
      hypergradient_scale * hypergradient_scale;
  const double prediction = value_at(sharpened, "prediction", checkpoint);
  const Level levels[] = {
      {"paper", "Theorem 3.4, the paper's constants", value_at(paper, "bound_3_4", checkpoint), ""},
      {"noise_constants",
       "Theorem 3.4, sharper noise constants",
       value_at(sharpened, "bound_3_4", checkpoint),
       "Theorem 4.3 takes the worst sample for the noise and squares its Lipschitz constant; the "
       "sharper constants take the noise of the minibatch."},
      {"merged",
       "merged form of Theorem 3.4",
       value_at(sharpened, "bound_merged", checkpoint),
       "(13) bounds bias² and V[E[·|w_t]] apart, though their sum is one second moment."},
      {"sharp",
       "sharp form of Theorem 3.4",
       value_at(sharpened, "bound_sharp", checkpoint),
       "‖a+b+c‖² ≤ 3(‖a‖²+‖b‖²+‖c‖²) is used where Minkowski's inequality adds the roots."},
      {"solution",
       "solution-based bound",
       value_at(sharpened, "bound_solution", checkpoint),
       "L_E and σ(k) hold for every w; what counts in the end is ‖v‖ and the noise at w(λ)."},
      {"true_rates",
       "sharp form with the true ρ, σ",
       with_rates,
       "ρ(t) and σ(k) are proved from worst-case curvature and noise; the errors of w_t and v_k "
       "are "
       "smaller."},
      {"prediction", "prediction (linearised)", prediction, kSensitivity},
      {"truth", "true error", truth.hypergradient, prediction > 0.0 ? kSecondOrder : kSensitivity}};
  std::vector<LoosenessStep> steps;
  const Level* before = nullptr;
  for (const Level& level : levels) {
    if (!(level.value > 0.0 && std::isfinite(level.value))) continue;
    const bool starts = before == nullptr;
    if (starts && &level > &levels[1]) return {};  // no Theorem 3.4
    if (!starts) {
      LoosenessStep step{level.id, level.label, before->value, level.value, 0.0, level.sentence};
      constexpr double kLog10 = 2.302585092994046;
      step.decades = (portable_log(step.from) - portable_log(step.to)) / kLog10;
      if (step.decades < 0.0) {
        step.sentence += " The two are not ordered in general, and here this one is the larger.";
      }
      steps.push_back(std::move(step));
    }
    before = &level;
  }
  return steps;
}

}  // namespace sid
