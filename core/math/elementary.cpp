#include "sid/math/elementary.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "sid/math/exp_kernel.hpp"

namespace sid {

namespace {

// log 2 = kLog2High + kLog2Low; the high part has 32 bits, so that its product with an exponent
// is exact.
constexpr double kLog2High = 0x1.62e42fee00000p-1;
constexpr double kLog2Low = 0x1.a39ef35793c76p-33;

/// Sum of coefficients[i] * x^i by Horner's rule.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double sum = coefficients[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

/// 1/(first)!, signed, for steps of two: the series of sine (first = 1) and cosine (first = 0).
template <std::size_t N>
constexpr std::array<double, N> alternating_series(int first) {
  std::array<double, N> out{};
  double factorial = 1.0;
  int n = first;
  for (std::size_t i = 0; i < N; ++i) {
    out[i] = (i % 2 == 0 ? 1.0 : -1.0) / factorial;
    factorial *= static_cast<double>(n + 1) * static_cast<double>(n + 2);
    n += 2;
  }
  return out;
}

/// 2/3, 2/5, 2/7, ...: log((1+s)/(1-s)) = 2s + s^3 (2/3 + 2/5 s^2 + ...).
constexpr auto kAtanhSeries = [] {
  std::array<double, 11> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = 2.0 / (2.0 * static_cast<double>(i) + 3.0);
  return out;
}();

/// log(1 + f) for 1 + f in [sqrt(1/2), sqrt(2)], plus exponent * log 2; `rest` corrects f.
double log_near_one(double f, double exponent, double rest) {
  // With s = f/(2+f): log(1+f) = f - s (f - R(s^2)), which loses nothing where f is small.
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double tail = z * polynomial(kAtanhSeries, z);
  return exponent * kLog2High + (f - (s * (f - tail) - (rest + exponent * kLog2Low)));
}

/// x = 2^exponent * m with m in [sqrt(1/2), sqrt(2)); x positive, finite, normal.
struct Split {
  double mantissa;
  double exponent;
};

Split split_near_one(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // Adding this offset carries into the exponent exactly for mantissas from sqrt(2) on.
  constexpr std::uint64_t kSqrtHalf = 0x3fe6a09e00000000u;
  constexpr std::uint64_t kOne = 0x3ff0000000000000u;
  const std::uint64_t shifted = bits + (kOne - kSqrtHalf);
  const int exponent = static_cast<int>(shifted >> 52) - 1023;
  const std::uint64_t mantissa = (shifted & 0x000fffffffffffffu) + kSqrtHalf;
  return {std::bit_cast<double>(mantissa), static_cast<double>(exponent)};
}

}  // namespace

double portable_exp(double x) {
  if (!(x <= 709.79)) return std::isnan(x) ? x : std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0.0;
  return kernel::exp(x);
}

double portable_expm1(double x) {
  if (x > 40.0) return portable_exp(x) - 1.0;
  if (x < -40.0) return -1.0;
  if (x == 0.0 || std::isnan(x)) return x;
  const kernel::ReducedExponent reduced = kernel::reduce_exponent(x);
  const double scale = kernel::power_of_two(reduced.exponent);
  return (scale - 1.0) + scale * reduced.remainder;
}

double portable_tanh(double x) {
  if (x == 0.0 || std::isnan(x)) return x;
  // Of -2|x|, so that nothing overflows: (1 - e^(-2|x|))/(1 + e^(-2|x|)).
  const double loss = portable_expm1(-2.0 * std::abs(x));
  const double modulus = -loss / (2.0 + loss);
  return x < 0.0 ? -modulus : modulus;
}

double portable_log(double x) {
  if (!(x > 0.0)) {
    return x == 0.0 ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::quiet_NaN();
  }
  if (std::isinf(x)) return x;
  double scale = 0.0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    scale = -54.0;
  }
  const Split split = split_near_one(x);
  return log_near_one(split.mantissa - 1.0, split.exponent + scale, 0.0);
}

double portable_log1p(double x) {
  if (!(x > -1.0)) {
    return x == -1.0 ? -std::numeric_limits<double>::infinity()
                     : std::numeric_limits<double>::quiet_NaN();
  }
  if (std::isinf(x) || x == 0.0) return x;
  const double sum = 1.0 + x;
  // What rounding the sum lost, relative to it.
  const double lost = x > sum - 1.0 || x < sum - 1.0
                          ? (std::abs(x) < 1.0 ? x - (sum - 1.0) : 1.0 - (sum - x)) / sum
                          : 0.0;
  const Split split = split_near_one(sum);
  if (split.exponent == 0.0 && std::abs(x) < 0.25) return log_near_one(x, 0.0, 0.0);
  return log_near_one(split.mantissa - 1.0, split.exponent, lost);
}

double portable_pow(double base, double exponent) {
  if (exponent == 0.0 || base == 1.0) return 1.0;
  return portable_exp(exponent * portable_log(base));
}

double decay(double loss, double steps) {
  if (steps == 0.0) return 1.0;
  if (!(loss < 1.0)) return 0.0;
  return portable_exp(steps * portable_log1p(-loss));
}

double cosine_of_turns(double x) {
  // Fold to an angle of at most an eighth of a turn. Each subtraction is exact.
  if (x > 0.5) x = 1.0 - x;
  const bool negative = x > 0.25;
  if (negative) x = 0.5 - x;
  constexpr double kTwoPi = 2.0 * std::numbers::pi;
  double value = 0.0;
  if (x <= 0.125) {
    static constexpr auto kSeries = alternating_series<10>(0);
    const double angle = kTwoPi * x;
    value = polynomial(kSeries, angle * angle);
  } else {
    static constexpr auto kSeries = alternating_series<10>(1);
    const double angle = kTwoPi * (0.25 - x);
    value = angle * polynomial(kSeries, angle * angle);
  }
  return negative ? -value : value;
}

}  // namespace sid
