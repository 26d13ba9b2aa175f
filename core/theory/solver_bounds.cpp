#include "sid/theory/solver_bounds.hpp"

#include <algorithm>
#include <limits>

#include "sid/math/elementary.hpp"

namespace sid {

double Theorem41::at(std::int64_t t) const {
  const double kept = decay(eta_ * map_.rate(), static_cast<double>(t));
  return kept * (map_.initial - floor()) + floor();
}

double Theorem42::c() const {
  const double excess = step_.beta * map_.rate() - 1.0;
  return std::max(step_.gamma * map_.initial, step_.beta * step_.beta * map_.sigma1 / excess);
}

namespace {

NoisyContraction restarted(NoisyContraction map, double initial) {
  map.initial = initial;
  return map;
}

}  // namespace

TwoPhaseBound::TwoPhaseBound(const NoisyContraction& map, const TwoPhaseStep& step)
    : switch_at_(step.switch_at),
      first_(map, step.eta),
      second_(restarted(map,
                        step.switch_at == std::numeric_limits<std::int64_t>::max()
                            ? first_.floor()
                            : first_.at(step.switch_at)),
              DecreasingStep{.beta = step.beta, .gamma = step.gamma}) {}

double TwoPhaseBound::at(std::int64_t t) const {
  return t <= switch_at_ ? first_.at(t) : second_.at(t - switch_at_);
}

double recursion_step(const NoisyContraction& map, double bound, double eta) {
  return (1.0 - eta * map.rate()) * bound + eta * eta * map.sigma1;
}

double sharp_loss(const NoisyContraction& map, double eta) {
  const double a = eta * (1.0 - eta * (1.0 + map.sigma2));
  const double displacement = a >= 0.0 ? 1.0 - map.q : 1.0 + map.q;
  return eta * map.rate() + a * displacement * displacement;
}

}  // namespace sid
