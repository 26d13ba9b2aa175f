#pragma once

#include "sid/method/noisy_contraction.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/constants.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// The noise constants of Assumption D by which steps are chosen, for the chosen ladder.
///   paper: Remark 4.2 where it applies and Theorem 4.3 elsewhere, Theorem 5.1 for the linear
///   system; otherwise the sharper constants of ProblemConstants.
/// Where the linear system has no finite constants valid for every w, those at w(lambda) are taken:
/// a schedule needs no proof, only its bound does.
NoisyContraction lower_level_map(const ProblemConstants& constants, Ladder ladder);
NoisyContraction linear_system_map(const ProblemConstants& constants, Ladder ladder);

/// `step` needs noise constants (gamma = "theorem", or two-phase); else resolve_step reads q alone.
bool needs_noise_constants(const StepSpec& step);

/// Step sizes with numbers for the iteration described by `map`:
///   constant:   eta.
///   decreasing: beta/(gamma + t), beta = step.beta or beta_factor/(1 - q^2); gamma = step.gamma,
///               beta (1 + sigma2) with gamma_theorem, or gamma_factor beta.
///   two-phase:  eta (0: 1/(1 + sigma2)) before the switch, then as decreasing, where gamma is
///               gamma_factor beta/eta unless it is given, so that steps join; switch_at defaults
///               to switch_time(map, eta).
/// `step` must have passed validate(); 0 <= q < 1.
StepSizeSchedule resolve_step(const StepSpec& step, const NoisyContraction& map);

}  // namespace sid
