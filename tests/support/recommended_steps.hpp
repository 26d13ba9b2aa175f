#pragma once

#include "sid/method/recommended_steps.hpp"

namespace sid::testing {

/// The schedule the text after Theorem 4.2 recommends: eta = 1/(1 + sigma2) until switch_time, then
/// beta/(gamma + t - switch) with beta = 2/(1 - q^2), gamma = beta (1 + sigma2).
inline TwoPhaseStep recommended_two_phase(const NoisyContraction& map) {
  const double eta = map.step_limit();
  const double beta = 2.0 / map.rate();
  return {.eta = eta, .beta = beta, .gamma = beta / eta, .switch_at = switch_time(map, eta)};
}

}  // namespace sid::testing
