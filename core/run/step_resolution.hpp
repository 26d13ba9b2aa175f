#pragma once

#include <cstdint>

#include "sid/method/noisy_contraction.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/constants.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// The constants of the linear system by which its steps are chosen: linear_system_noise() of the
/// ladder, or, where that knows no finite ones valid for every w, those at w(lambda): a schedule
/// needs no proof, only its bound does. (The lower level's are lower_level_noise().)
NoisyContraction linear_system_map(const ProblemConstants& constants, Ladder ladder);

/// `step` needs noise constants (gamma = "theorem", two-phase or bound-optimal); else resolve_step
/// reads q alone.
bool needs_noise_constants(const StepSpec& step);

/// Step sizes with numbers for the iteration described by `map`:
///   constant:   eta.
///   decreasing: beta/(gamma + t), beta = step.beta or beta_factor/(1 - q^2); gamma = step.gamma,
///               beta (1 + sigma2) with gamma_theorem, or gamma_factor beta.
///   two-phase:  eta (0: 1/(1 + sigma2)) before the switch, then as decreasing, where gamma is
///               gamma_factor beta/eta unless it is given, so that steps join; switch_at defaults
///               to switch_time(map, eta).
///   bound-optimal: bound_optimal_step(map).
/// `horizon`: how many steps will be asked for; the schedule is quick up to there.
/// `step` must have passed validate(); 0 <= q < 1.
StepSizeSchedule resolve_step(const StepSpec& step,
                              const NoisyContraction& map,
                              std::int64_t horizon);

}  // namespace sid
