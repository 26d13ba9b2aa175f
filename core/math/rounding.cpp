#include "sid/math/rounding.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

constexpr int kMostDigits = 17;
constexpr double kForgiven = 1e-12;

/// units * 10^exponent.
struct Decimal {
  std::int64_t units = 0;
  int exponent = 0;

  /// Infinite above the largest double, 0 below the smallest.
  double value() const {
    double out = 0.0;
    const std::string text = fmt::format("{}e{}", units, exponent);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc{}) return out;
    return exponent < 0 ? 0.0 : HUGE_VAL;
  }
};

/// The decimal of so many digits nearest to a positive finite value.
Decimal nearest(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);  // "d.ddde-05"
  const std::size_t e = text.find('e');
  Decimal out;
  for (const char c : std::string_view(text).substr(0, e)) {
    if (c != '.') out.units = 10 * out.units + (c - '0');
  }
  out.exponent = static_cast<int>(*parse_int(std::string_view(text).substr(e + 1))) - (digits - 1);
  return out;
}

/// The next decimal of as many digits below: 9.99 follows 10.0.
Decimal below(Decimal at, int digits) {
  std::int64_t smallest = 1;
  for (int i = 1; i < digits; ++i) smallest *= 10;
  if (at.units > smallest) return {at.units - 1, at.exponent};
  return {10 * smallest - 1, at.exponent - 1};
}

double down(double value, int digits) {
  const Decimal close = nearest(value, digits);
  if (close.value() * (1.0 - kForgiven) <= value) return close.value();
  return below(close, digits).value();
}

double up(double value, int digits) {
  Decimal close = nearest(value, digits);
  if (close.value() * (1.0 + kForgiven) < value) ++close.units;
  return std::isfinite(close.value()) ? close.value() : value;
}

bool has_digits(double value, int digits) {
  SID_EXPECTS(digits >= 1 && digits <= kMostDigits, "a number is rounded to 1 to 17 digits");
  return value != 0.0 && std::isfinite(value);
}

}  // namespace

double rounded(double value, int digits) {
  if (!has_digits(value, digits)) return value;
  const double size = nearest(std::abs(value), digits).value();
  return std::copysign(std::isfinite(size) ? size : std::abs(value), value);
}

double rounded_down(double value, int digits) {
  if (!has_digits(value, digits)) return value;
  return value > 0.0 ? down(value, digits) : -up(-value, digits);
}

double rounded_up(double value, int digits) {
  if (!has_digits(value, digits)) return value;
  return value > 0.0 ? up(value, digits) : -down(-value, digits);
}

}  // namespace sid
