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

GreedySteps greedy_steps(const NoisyContraction& map, std::int64_t count) {
  SID_EXPECTS(count >= 0, "the number of steps cannot be negative");
  GreedySteps steps;
  steps.eta.reserve(static_cast<std::size_t>(count));
  steps.bound.reserve(static_cast<std::size_t>(count) + 1);
  double bound = map.initial;
  steps.bound.push_back(bound);
  for (std::int64_t t = 0; t < count; ++t) {
    double eta = map.step_limit();
    if (map.sigma1 > 0.0) eta = std::min(eta, map.rate() * bound / (2.0 * map.sigma1));
    bound = (1.0 - eta * map.rate()) * bound + eta * eta * map.sigma1;
    steps.eta.push_back(eta);
    steps.bound.push_back(bound);
  }
  return steps;
}

}  // namespace sid
