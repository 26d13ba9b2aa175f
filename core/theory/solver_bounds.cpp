#include "sid/theory/solver_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sid {

double Theorem41::at(std::int64_t t) const {
  const double factor = 1.0 - eta_ * map_.rate();
  return std::pow(factor, static_cast<double>(t)) * (map_.initial - floor()) + floor();
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

double sharp_factor(const NoisyContraction& map, double eta) {
  const double a = eta * (1.0 - eta * (1.0 + map.sigma2));
  const double displacement = a >= 0.0 ? 1.0 - map.q : 1.0 + map.q;
  return 1.0 - eta + eta * map.q * map.q - a * displacement * displacement;
}

double theorem_4_3_sigma2(double q, double L_hat) {
  return 2.0 * (L_hat * L_hat + q * q) / ((1.0 - q) * (1.0 - q));
}

Theorem42 Theorem51::conditions() const {
  return {NoisyContraction{.q = q, .sigma2 = theorem_4_3_sigma2(q, L_hat)}, step};
}

double Theorem51::d_w(double norm_w, double variance_at_solution) const {
  const NoisyContraction map{.q = q,
                             .sigma1 = 2.0 * variance_at_solution,
                             .sigma2 = theorem_4_3_sigma2(q, L_hat),
                             .initial = norm_w * norm_w};
  return Theorem42(map, step).c();
}

double Theorem51::d_v(double norm_upper_gradient) const {
  const double norm_v = norm_upper_gradient / (1.0 - q);
  const NoisyContraction unit{.q = q, .sigma1 = 2.0 * L_hat * L_hat, .initial = 1.0};
  return norm_v * norm_v * Theorem42(unit, step).c();
}

}  // namespace sid
