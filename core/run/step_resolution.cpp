#include "sid/run/step_resolution.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/method/recommended_steps.hpp"
#include "sid/theory/noise_constants.hpp"

namespace sid {

NoisyContraction linear_system_map(const ProblemConstants& c, Ladder ladder) {
  const bool paper = ladder == Ladder::paper;
  NoisyContraction map = linear_system_noise(c, ladder).map;
  if (std::isfinite(map.sigma1) && std::isfinite(map.sigma2) && std::isfinite(map.initial)) {
    return map;
  }
  map.initial = c.norm_v * c.norm_v;
  map.sigma1 = paper ? 2.0 * c.v_noise_star : c.sigma1_v_at_w;
  if (!paper) map.sigma2 = std::isfinite(c.sigma2_v_at_w) ? c.sigma2_v_at_w : c.sigma2_theorem43;
  return map;
}

bool needs_noise_constants(const StepSpec& step) {
  return step.kind == StepKind::two_phase || step.kind == StepKind::bound_optimal ||
         (step.kind == StepKind::decreasing && step.gamma_theorem);
}

StepSizeSchedule resolve_step(const StepSpec& step,
                              const NoisyContraction& map,
                              std::int64_t horizon) {
  SID_EXPECTS(map.q >= 0.0 && map.q < 1.0, "a contraction has q in [0, 1)");
  if (step.kind == StepKind::constant) return StepSizeSchedule(ConstantStep{.eta = step.eta});
  if (step.kind == StepKind::bound_optimal) return {bound_optimal_step(map), horizon};
  const double beta = step.beta.value_or(step.beta_factor / map.rate());
  const bool two_phase = step.kind == StepKind::two_phase;
  const double eta = step.eta > 0.0 ? step.eta : map.step_limit();
  double gamma = step.gamma_factor * (two_phase ? beta / eta : beta);
  if (step.gamma_theorem) {
    gamma = beta * (1.0 + map.sigma2);
  } else if (step.gamma) {
    gamma = *step.gamma;
  }
  if (!two_phase) return StepSizeSchedule(DecreasingStep{.beta = beta, .gamma = gamma});
  // Theorem 4.1 knows no step above 1; the largest it knows says when to switch for those too.
  const std::int64_t switch_at =
      step.switch_at ? *step.switch_at : switch_time(map, std::min(eta, 1.0));
  return StepSizeSchedule(
      TwoPhaseStep{.eta = eta, .beta = beta, .gamma = gamma, .switch_at = switch_at});
}

}  // namespace sid
