#include "sid/run/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

namespace {

constexpr double kNormal975 = 1.959963984540054235524594430520551529;

/// Abramowitz and Stegun 26.7.5: expansion of the t quantile in 1/degrees around the normal one.
double cornish_fisher(double degrees) {
  const double x = kNormal975;
  const double x2 = x * x;
  const double g1 = (x2 + 1.0) * x / 4.0;
  const double g2 = ((5.0 * x2 + 16.0) * x2 + 3.0) * x / 96.0;
  const double g3 = (((3.0 * x2 + 19.0) * x2 + 17.0) * x2 - 15.0) * x / 384.0;
  const double g4 =
      ((((79.0 * x2 + 776.0) * x2 + 1482.0) * x2 - 1920.0) * x2 - 945.0) * x / 92160.0;
  const double r = 1.0 / degrees;
  return x + r * (g1 + r * (g2 + r * (g3 + r * g4)));
}

/// Arctangent for y >= 0 from square roots and a fixed number of products, so that the last bit
/// does not depend on the processor's C library.
double portable_arctangent(double y) {
  constexpr int kHalvings = 4;  // leaves at most tan(pi/32) < 0.1
  for (int i = 0; i < kHalvings; ++i) y /= 1.0 + std::sqrt(1.0 + y * y);
  double sum = 0.0;
  for (int j = 21; j >= 1; j -= 2) sum = 1.0 / j - y * y * sum;
  return 16.0 * y * sum;
}

struct ProbabilityAndSlope {
  double probability = 0.0;  ///< P(|T| <= t)
  double slope = 0.0;        ///< its derivative in t
};

/// Abramowitz and Stegun 26.7.3 (odd) and 26.7.4 (even degrees) in the angle atan(t/sqrt(degrees)).
/// The derivative of the sum in the angle telescopes to (degrees - 1) cos(angle) times its last
/// term.
ProbabilityAndSlope two_sided(std::int64_t degrees, double t) {
  const auto nu = static_cast<double>(degrees);
  const double tangent = t / std::sqrt(nu);
  const double cosine_squared = 1.0 / (1.0 + tangent * tangent);
  const double cosine = std::sqrt(cosine_squared);
  const double sine = tangent * cosine;
  const bool odd = degrees % 2 != 0;
  const double scale = odd ? 2.0 / std::numbers::pi : 1.0;
  const double angle = odd ? portable_arctangent(tangent) : 0.0;
  const double angle_slope = cosine_squared / std::sqrt(nu);
  if (degrees == 1) return {.probability = scale * angle, .slope = scale * angle_slope};
  double term = odd ? cosine : 1.0;
  double sum = term;
  for (std::int64_t j = odd ? 3 : 2; j + 2 <= degrees; j += 2) {
    term *= cosine_squared * static_cast<double>(j - 1) / static_cast<double>(j);
    sum += term;
  }
  return {.probability = scale * (angle + sine * sum),
          .slope = scale * (nu - 1.0) * term * cosine * angle_slope};
}

}  // namespace

double student_t_975(std::int64_t degrees) {
  SID_EXPECTS(degrees >= 1, "Student's t needs at least one degree of freedom");
  constexpr double kTwoSided = 0.95;
  double t = cornish_fisher(static_cast<double>(degrees));
  if (degrees > 1000) return t;
  // The probability is concave in t and the expansion is close or on the left of the root, where
  // Newton's method climbs monotonically.
  for (int i = 0; i < 60; ++i) {
    const ProbabilityAndSlope at = two_sided(degrees, t);
    const double step = (at.probability - kTwoSided) / at.slope;
    t -= step;
    if (std::abs(step) <= 4.0 * std::numeric_limits<double>::epsilon() * t) break;
  }
  return t;
}

MeanEstimate estimate_mean(std::span<const double> values) {
  std::int64_t count = 0;
  double largest = 0.0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    ++count;
    largest = std::max(largest, std::abs(value));
  }
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (count == 0) return {.mean = kNaN, .std = kNaN, .sem = kNaN, .ci_low = kNaN, .ci_high = kNaN};
  if (largest == 0.0) return {};

  int exponent = 0;
  std::frexp(largest, &exponent);
  double sum = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) sum += std::ldexp(value, -exponent);
  }
  const auto r = static_cast<double>(count);
  const double mean = sum / r;
  MeanEstimate out;
  out.mean = std::ldexp(mean, exponent);
  out.ci_low = out.ci_high = out.mean;
  if (count == 1 || mean <= 0.0) return out;

  double squares = 0.0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    const double deviation = std::ldexp(value, -exponent) - mean;
    squares += deviation * deviation;
  }
  const double deviation = std::sqrt(squares / (r - 1.0));
  const double error = deviation / std::sqrt(r);
  out.std = std::ldexp(deviation, exponent);
  out.sem = std::ldexp(error, exponent);
  const double width = portable_exp(student_t_975(count - 1) * error / mean);
  out.ci_low = out.mean / width;
  out.ci_high = out.mean * width;
  return out;
}

}  // namespace sid
