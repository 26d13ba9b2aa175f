#include "sid/theory/greedy_step.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid {

double greedy_step(const NoisyContraction& map, double bound) {
  if (!(map.sigma1 > 0.0)) return map.step_limit();
  return std::min(map.step_limit(), map.rate() * bound / (2.0 * map.sigma1));
}

std::string greedy_step_formula(const NoisyContraction& map) {
  if (!(map.sigma1 > 0.0)) return fmt::format("η = {}", format_for_reading(map.step_limit()));
  return fmt::format("η_t = min{{{}, {}·B_t/{}}}, B_0 = {}",
                     format_for_reading(map.step_limit()),
                     format_for_reading(map.rate()),
                     format_for_reading(2.0 * map.sigma1),
                     format_for_reading(map.initial));
}

}  // namespace sid
