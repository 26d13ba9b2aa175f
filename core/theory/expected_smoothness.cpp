#include "sid/theory/expected_smoothness.hpp"

#include "sid/math/elementary.hpp"

namespace sid {

double ExpectedSmoothness::at(double s, std::int64_t t) const {
  const double kept = decay(s * tau, static_cast<double>(t));
  return kept * initial + 2.0 * s * V_star / tau * (1.0 - kept);
}

double ExpectedSmoothness::step(double bound, double s) const {
  return (1.0 - s * tau) * bound + 2.0 * s * s * V_star;
}

}  // namespace sid
