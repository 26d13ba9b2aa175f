#include "sid/method/recommended_steps.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

std::int64_t switch_time(const NoisyContraction& map, double eta) {
  SID_EXPECTS(eta > 0.0 && eta <= 1.0, "the constant step must be in (0, 1]");
  SID_EXPECTS(map.q >= 0.0 && map.q < 1.0, "a contraction has q in [0, 1)");
  const double floor = map.floor(eta);
  if (map.initial <= 2.0 * floor) return 0;
  if (!(floor > 0.0)) return kNever;
  const double decay = -portable_log1p(-eta * map.rate());
  const double steps = std::ceil(portable_log((map.initial - floor) / floor) / decay);
  // Above 2^62 steps no run gets there; the comparison also catches an infinite quotient.
  return steps < 4.6e18 ? static_cast<std::int64_t>(std::max(steps, 0.0)) : kNever;
}

BoundOptimalStep bound_optimal_step(const NoisyContraction& map) {
  SID_EXPECTS(map.q >= 0.0 && map.q < 1.0, "a contraction has q in [0, 1)");
  const double largest = map.step_limit();
  BoundOptimalStep step{
      .largest = largest, .rate = map.rate(), .first = largest, .switch_at = kNever};
  if (!(map.sigma1 > 0.0)) return step;
  step.switch_at = switch_time(map, largest);
  if (step.switch_at == kNever) return step;
  const double floor = map.floor(largest);
  const double excess = decay(largest * map.rate(), static_cast<double>(step.switch_at));
  // A start far below the floor would be lost beside it.
  const double bound = step.switch_at == 0 ? map.initial : floor + excess * (map.initial - floor);
  step.first = std::clamp(0.5 * map.rate() / map.sigma1 * bound, 0.0, largest);
  return step;
}

}  // namespace sid
