#pragma once

#include <string>

#include "sid/math/numbers.hpp"
#include "sid/math/rounding.hpp"

namespace sid::internal {

inline constexpr int kDigits = 3;

/// A number in a sentence.
inline std::string read(double value) {
  return format_for_reading(value, kDigits);
}

/// An upper limit: what is shown may be typed in and holds.
inline std::string read_upper_limit(double limit) {
  return format_for_reading(rounded_down(limit, kDigits), kDigits);
}

/// A lower limit, likewise.
inline std::string read_lower_limit(double limit) {
  return format_for_reading(rounded_up(limit, kDigits), kDigits);
}

/// A value beside the limit it is compared with.
struct Against {
  std::string value, limit;
};

/// `limit` as read_upper_limit() or read_lower_limit() shows it, and `value` rounded to nearest: in
/// three digits, or in as many more as it takes for them to stand to each other as `within` says
/// (a value within the forgiveness of at_most() is within, and then shown as the limit is).
Against against_upper_limit(double value, double limit, bool within);
Against against_lower_limit(double value, double limit, bool within);

}  // namespace sid::internal
