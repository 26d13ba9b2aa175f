#include "sid/theory/sgd_bounds.hpp"

#include <algorithm>

#include "sid/math/elementary.hpp"

namespace sid {

double Corollary41::beta_limit() const {
  if (c_.alpha_rule == AlphaRule::inverse_smoothness) {
    return c_.L * c_.L / (c_.tau * (2.0 * c_.L - c_.tau));
  }
  return (c_.L + c_.tau) * (c_.L + c_.tau) / (4.0 * c_.tau * c_.L);
}

double Corollary41::one_minus_r1(double eta) const {
  if (c_.alpha_rule == AlphaRule::inverse_smoothness) {
    return eta * c_.tau / c_.L * (2.0 - c_.tau / c_.L);
  }
  return 4.0 * eta * c_.tau * c_.L / ((c_.L + c_.tau) * (c_.L + c_.tau));
}

double Corollary41::r2(double eta) const {
  if (c_.alpha_rule == AlphaRule::inverse_smoothness) {
    return eta * c_.sigma1_prime / (c_.tau * (2.0 * c_.L - c_.tau));
  }
  return eta * c_.sigma1_prime / (c_.tau * c_.L);
}

double Corollary41::r3(double beta) const {
  const double noise = beta * beta * c_.sigma1_prime;
  if (c_.alpha_rule == AlphaRule::inverse_smoothness) {
    return noise / (beta * c_.tau * (2.0 * c_.L - c_.tau) - c_.L * c_.L);
  }
  const double sum = c_.L + c_.tau;
  return 4.0 * noise / (4.0 * beta * c_.tau * c_.L - sum * sum);
}

double Corollary41::constant(double eta, std::int64_t t) const {
  return decay(one_minus_r1(eta), static_cast<double>(t)) * (c_.initial - r2(eta)) + r2(eta);
}

double Corollary41::decreasing(const DecreasingStep& step, std::int64_t t) const {
  return std::max(step.gamma * c_.initial, r3(step.beta)) / (step.gamma + static_cast<double>(t));
}

double BottouBound::function_gap(double eta, std::int64_t t) const {
  const double kept = decay(eta * c_.tau / c_.L, static_cast<double>(t));
  const double r2 = eta * c_.sigma1_prime / (2.0 * c_.tau);
  return kept * (initial_gap_ - r2) + r2;
}

double BottouBound::iterate_error(double eta, std::int64_t t) const {
  return 2.0 / c_.tau * function_gap(eta, t);
}

}  // namespace sid
