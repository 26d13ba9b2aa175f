#include "sid/theory/internal/words.hpp"

namespace sid::internal {

namespace {

constexpr int kMostDigits = 15;

template <class Round, class Within>
Against shown(double value, double limit, bool within, Round&& round, Within&& stands_within) {
  for (int digits = kDigits; digits <= kMostDigits; ++digits) {
    const double near = rounded(value, digits), edge = round(limit, digits);
    if (stands_within(near, edge) == within) {
      return {format_for_reading(near, digits), format_for_reading(edge, digits)};
    }
  }
  const std::string edge = format_for_reading(round(limit, kDigits), kDigits);
  return {within ? edge : read(value), edge};
}

}  // namespace

Against against_upper_limit(double value, double limit, bool within) {
  return shown(value, limit, within, rounded_down, [](double a, double b) { return a <= b; });
}

Against against_lower_limit(double value, double limit, bool within) {
  return shown(value, limit, within, rounded_up, [](double a, double b) { return a >= b; });
}

}  // namespace sid::internal
