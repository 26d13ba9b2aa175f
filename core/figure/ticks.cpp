#include "sid/figure/ticks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "sid/math/numbers.hpp"

namespace sid {

namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
constexpr int kMostLabels = 12;
constexpr int kLowestExponent = -324, kHighestExponent = 308;

/// mantissa * 10^exponent: ticks are decimals, so that label and value are the same number.
struct Decimal {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

/// Correctly rounded; std::nullopt outside the range of double.
std::optional<double> value_of(const Decimal& d) {
  // Up to 2^53 and 10^22 both are doubles, and one operation rounds once (Clinger 1990).
  static constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const int size = std::abs(d.exponent);
  if (std::llabs(d.mantissa) <= kExact && size <= 22) {
    const double power = kPowers[static_cast<std::size_t>(size)];
    const auto mantissa = static_cast<double>(d.mantissa);
    return d.exponent >= 0 ? mantissa * power : mantissa / power;
  }
  std::array<char, 40> text{};
  char* at = std::to_chars(text.data(), text.data() + 24, d.mantissa).ptr;
  *at++ = 'e';
  at = std::to_chars(at, at + 12, d.exponent).ptr;
  return parse_double({text.data(), static_cast<std::size_t>(at - text.data())});
}

std::string with_minus(std::int64_t value) {
  return value < 0 ? "−" + std::to_string(-value) : std::to_string(value);
}

/// Digits with the decimal point moved `places` to the left, trailing zeros kept off.
std::string shifted(std::string digits, int places) {
  if (places <= 0) return digits.append(static_cast<std::size_t>(-places), '0');
  const auto split = static_cast<std::size_t>(places);
  if (digits.size() <= split) digits = std::string(split + 1 - digits.size(), '0') + digits;
  digits = digits.substr(0, digits.size() - split) + '.' + digits.substr(digits.size() - split);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

/// Plain number in [1e-4, 1e6), mantissa and power of ten elsewhere.
void write_label(const Decimal& d, Tick& tick) {
  if (d.mantissa == 0) {
    tick.text.assign(1, '0');
    return;
  }
  const std::string digits = std::to_string(std::llabs(d.mantissa));
  const int leading = static_cast<int>(digits.size()) - 1 + d.exponent;
  const std::string sign = d.mantissa < 0 ? "−" : "";
  if (leading >= -4 && leading < 6) {
    tick.text = sign + shifted(digits, -d.exponent);
    return;
  }
  const std::string mantissa = shifted(digits, static_cast<int>(digits.size()) - 1);
  tick.text = sign + (mantissa == "1" ? "10" : mantissa + "·10");
  tick.exponent = with_minus(leading);
}

/// 10^exponent, or `factor` times it, as base and raised exponent.
void write_power(int factor, int exponent, Tick& tick) {
  tick.text = factor == 1 ? "10" : std::to_string(factor) + "·10";
  tick.exponent = with_minus(exponent);
}

/// Labels of last resort: the limits themselves, each with as many digits as it needs.
std::vector<Tick> end_ticks(const AxisLimits& limits) {
  std::vector<Tick> ticks;
  for (const double value : {limits.min, limits.max}) {
    Tick tick;
    tick.value = value;
    std::string text = format_shortest(value);
    const std::size_t e = text.find('e');
    if (e != std::string::npos) {
      tick.exponent = with_minus(parse_int(std::string_view(text).substr(e + 1)).value_or(0));
      text = text.substr(0, e) + "·10";
    }
    tick.text = text.front() == '-' ? "−" + text.substr(1) : text;
    ticks.push_back(tick);
  }
  return ticks;
}

int labels_that_fit(const TickSpace& space) {
  const double room = space.pitch > 0.0 ? space.length / space.pitch : 0.0;
  if (!(room >= 2.0)) return 3;
  return std::clamp(static_cast<int>(std::min(room, 1e6)) + 1, 3, kMostLabels);
}

/// Multiples of `step` in [min, max]; first and last index, empty if first > last.
struct IndexRange {
  double first = 1.0, last = 0.0;
  double count() const { return last - first + 1.0; }
};
IndexRange multiples(const AxisLimits& limits, const Decimal& step) {
  const std::optional<double> size = value_of(step);
  if (!size || *size <= 0.0) return {};
  return {std::ceil(limits.min / *size), std::floor(limits.max / *size)};
}

/// The next step of the sequence ..., 1, 2, 5, 10, ...
Decimal next_step(Decimal step, bool up) {
  if (up) {
    if (step.mantissa == 1) return {2, step.exponent};
    if (step.mantissa == 2) return {5, step.exponent};
    return {1, step.exponent + 1};
  }
  if (step.mantissa == 5) return {2, step.exponent};
  if (step.mantissa == 2) return {1, step.exponent};
  return {5, step.exponent - 1};
}

/// The multiples of `minor`; every `parts`-th of them, a multiple of the whole step, has a label.
std::vector<Tick> linear_multiples(const AxisLimits& limits, const Decimal& minor, int parts) {
  std::vector<Tick> ticks;
  const IndexRange range = multiples(limits, minor);
  if (!(range.count() <= 200.0)) return ticks;
  ticks.reserve(static_cast<std::size_t>(std::max(range.count(), 0.0)) + 2);
  // One more on each side: min / step is rounded, and the value itself decides.
  const auto last = static_cast<std::int64_t>(range.last) + 1;
  for (auto i = static_cast<std::int64_t>(range.first) - 1; i <= last; ++i) {
    Decimal decimal{i * minor.mantissa, minor.exponent};
    const std::optional<double> value = value_of(decimal);
    if (!value || *value < limits.min || *value > limits.max) continue;
    Tick& tick = ticks.emplace_back();
    tick.value = *value;
    tick.major = i % parts == 0;
    if (tick.major) write_label(decimal, tick);
  }
  return ticks;
}

bool good(const std::vector<Tick>& ticks) {
  const auto majors =
      std::count_if(ticks.begin(), ticks.end(), [](const Tick& t) { return t.major; });
  return majors >= 2 && majors <= kMostLabels;
}

std::vector<Tick> linear_ticks(const AxisLimits& limits, const TickSpace& space) {
  const double half_span = limits.max / 2.0 - limits.min / 2.0;
  const double size = std::max(std::abs(limits.min), std::abs(limits.max));
  // Below this the multiples of a step are no longer distinct integers in 53 bits.
  if (half_span < size * 1e-13 || half_span < 1e-290) return end_ticks(limits);
  const int most = labels_that_fit(space);
  Decimal step{1, static_cast<int>(std::floor(std::log10(half_span))) - 2};
  while (multiples(limits, step).count() > most) step = next_step(step, true);
  while (multiples(limits, step).count() < 2.0) step = next_step(step, false);
  const Decimal minor = step.mantissa == 1   ? Decimal{2, step.exponent - 1}
                        : step.mantissa == 2 ? Decimal{5, step.exponent - 1}
                                             : Decimal{1, step.exponent};
  std::vector<Tick> ticks = linear_multiples(limits, minor, step.mantissa == 2 ? 4 : 5);
  return good(ticks) ? ticks : end_ticks(limits);
}

/// First and last power of ten inside the limits.
struct Decades {
  int first = 0, last = -1;
  int count() const { return last - first + 1; }
};
Decades decades_inside(const AxisLimits& limits) {
  int first = std::max(kLowestExponent, static_cast<int>(std::floor(std::log10(limits.min))) - 1);
  int last = std::min(kHighestExponent, static_cast<int>(std::ceil(std::log10(limits.max))) + 1);
  const auto inside = [&](int e) {
    const std::optional<double> v = value_of({1, e});
    return v && *v >= limits.min && *v <= limits.max;
  };
  while (first <= last && !inside(first)) ++first;
  while (last >= first && !inside(last)) --last;
  return {first, last};
}

int floor_mod(int a, int b) {
  return ((a % b) + b) % b;
}

/// Every how many decades a label stands so that at most `most` do and at least two.
int decade_stride(const Decades& decades, int most, int& anchor) {
  static constexpr std::array<int, 16> kStrides = {
      1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 100, 200, 300};
  anchor = 0;
  for (const int stride : kStrides) {
    const int start = decades.first + floor_mod(-decades.first, stride);
    const int count = start > decades.last ? 0 : (decades.last - start) / stride + 1;
    if (count > most) continue;
    if (count < 2) anchor = decades.first;
    return stride;
  }
  return kStrides.back();
}

void append_log_tick(int factor,
                     int exponent,
                     bool major,
                     bool plain,
                     const AxisLimits& limits,
                     std::vector<Tick>& ticks) {
  const std::optional<double> value = value_of({factor, exponent});
  if (!value || *value < limits.min || *value > limits.max) return;
  // Near the smallest double several decimals round to one value.
  if (!ticks.empty() && ticks.back().value >= *value) return;
  Tick tick;
  tick.value = *value;
  tick.major = major;
  if (major && plain) write_label({factor, exponent}, tick);
  if (major && !plain) write_power(factor, exponent, tick);
  ticks.push_back(tick);
}

bool plain_numbers(const AxisLimits& limits) {
  return limits.min >= 0.009 && limits.max < 1.5e5;
}

/// Labels at powers of ten, every `stride` of them.
std::vector<Tick> thinned_decades(
    const AxisLimits& limits, const Decades& decades, int stride, int anchor, double per_decade) {
  std::vector<Tick> ticks;
  const bool plain = plain_numbers(limits);
  const bool minor_decades = stride > 1 && per_decade >= 3.0;
  const bool minor_factors = stride == 1 && per_decade >= 24.0;
  for (int e = decades.first - 1; e <= decades.last; ++e) {
    const bool major = floor_mod(e - anchor, stride) == 0;
    if (e >= decades.first && (major || minor_decades)) {
      append_log_tick(1, e, major, plain, limits, ticks);
    }
    for (int factor = 2; minor_factors && factor <= 9; ++factor) {
      append_log_tick(factor, e, false, plain, limits, ticks);
    }
  }
  return ticks;
}

/// Labels at 1, 2 and 5 times powers of ten.
std::vector<Tick> one_two_five(const AxisLimits& limits, const Decades& decades) {
  std::vector<Tick> ticks;
  const bool plain = plain_numbers(limits);
  const int from = decades.count() > 0 ? decades.first - 1
                                       : static_cast<int>(std::floor(std::log10(limits.min)));
  for (int e = from; e <= std::max(decades.last, from); ++e) {
    for (int factor = 1; factor <= 9; ++factor) {
      const bool major = factor == 1 || factor == 2 || factor == 5;
      append_log_tick(factor, e, major, plain, limits, ticks);
    }
  }
  return ticks;
}

std::vector<Tick> log_ticks(const AxisLimits& limits, const TickSpace& space) {
  const double span = std::log10(limits.max) - std::log10(limits.min);
  const double per_decade = span > 0.0 ? space.length / span : space.length;
  const Decades decades = decades_inside(limits);
  const int most = labels_that_fit(space);
  // 1, 2, 5 and 10 are at least log10(2) of a decade apart; labels there are longer and should
  // not crowd.
  const bool room_for_factors = per_decade * std::log10(2.0) >= 1.25 * space.pitch;
  std::vector<Tick> ticks;
  if (span >= 1.0 && (room_for_factors || decades.count() < 2)) {
    ticks = one_two_five(limits, decades);
    if (good(ticks)) return ticks;
  }
  if (decades.count() >= 2) {
    int anchor = 0;
    const int stride = decade_stride(decades, most, anchor);
    ticks = thinned_decades(limits, decades, stride, anchor, per_decade);
    if (good(ticks)) return ticks;
  }
  ticks = linear_ticks(limits, space);
  std::erase_if(ticks, [](const Tick& t) { return !(t.value > 0.0); });
  return good(ticks) ? ticks : end_ticks(limits);
}

AxisLimits repair_log(AxisLimits l) {
  const auto usable = [](double v) { return v > 0.0 && v <= kLargest; };
  if (l.max == std::numeric_limits<double>::infinity()) l.max = kLargest;
  if (!usable(l.min) && !usable(l.max)) return {0.1, 10.0};
  if (!usable(l.max)) l.max = l.min > kLargest / 1e3 ? kLargest : l.min * 1e3;
  if (!usable(l.min)) l.min = std::max(kSmallest, l.max / 1e3);
  if (l.min > l.max) std::swap(l.min, l.max);
  if (l.min == l.max) {
    const double root = std::sqrt(10.0);
    l.min = std::max(kSmallest, l.min / root);
    l.max = l.max > kLargest / root ? kLargest : std::max(l.max * root, 2.0 * kSmallest);
  }
  return l;
}

AxisLimits repair_linear(AxisLimits l) {
  l.min = std::isnan(l.min) ? l.min : std::clamp(l.min, -kLargest, kLargest);
  l.max = std::isnan(l.max) ? l.max : std::clamp(l.max, -kLargest, kLargest);
  if (std::isnan(l.min) && std::isnan(l.max)) return {0.0, 1.0};
  if (std::isnan(l.min)) l.min = l.max;
  if (std::isnan(l.max)) l.max = l.min;
  if (l.min > l.max) std::swap(l.min, l.max);
  if (l.min == l.max) {
    const double by = l.min == 0.0 ? 1.0 : std::max(std::abs(l.min) * 0.1, kSmallest);
    l.min = std::max(-kLargest, l.min - by);
    l.max = std::min(kLargest, l.max + by);
  }
  return l;
}

/// About as wide as a label is drawn; digits of the usual faces are 0.62 em wide.
double label_width(const Tick& tick, double font) {
  const auto characters = [](const std::string& text) {
    return static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
  };
  return font * (0.62 * characters(tick.text) + 0.47 * characters(tick.exponent));
}

}  // namespace

AxisLimits repair_limits(AxisLimits limits, AxisScale scale) {
  return scale == AxisScale::log ? repair_log(limits) : repair_linear(limits);
}

AxisLimits fit_limits(AxisLimits data, AxisScale scale, double margin) {
  const AxisLimits l = repair_limits(data, scale);
  if (scale == AxisScale::linear) {
    const double room = margin * l.max - margin * l.min;
    return repair_linear({std::max(l.min - room, -kLargest), std::min(l.max + room, kLargest)});
  }
  const double low = std::log10(l.min), high = std::log10(l.max);
  const double span = high - low;
  const double room = std::max(margin * span, (1.0 / 3.0 - span) / 2.0);
  // Exponents are kept a little inside the range of double, where 10^x is finite and positive.
  AxisLimits fitted{std::pow(10.0, std::max(low - room, -323.0)),
                    std::pow(10.0, std::min(high + room, 308.25))};
  fitted.min = std::min(fitted.min, l.min);
  fitted.max = std::max(fitted.max, l.max);
  return repair_log(fitted);
}

std::vector<Tick> make_ticks(AxisLimits limits, AxisScale scale, const TickSpace& space) {
  const AxisLimits l = repair_limits(limits, scale);
  return scale == AxisScale::log ? log_ticks(l, space) : linear_ticks(l, space);
}

void set_ticks(PlotPanel& plot, double width, double height, double font) {
  // Labels are as wide as their text: start close and make room where they turn out longer.
  double pitch = 2.5 * font;
  for (int round = 0; round < 3; ++round) {
    plot.x.ticks = make_ticks({plot.x.min, plot.x.max}, plot.x.scale, {width, pitch});
    double widest = 0.0;
    for (const Tick& tick : plot.x.ticks) widest = std::max(widest, label_width(tick, font));
    if (widest + 0.9 * font <= pitch) break;
    pitch = widest + 0.9 * font;
  }
  plot.y.ticks = make_ticks({plot.y.min, plot.y.max}, plot.y.scale, {height, 1.9 * font});
  if (!plot.heat) return;
  Axis& colour = plot.heat->colour;
  colour.ticks = make_ticks({colour.min, colour.max}, colour.scale, {height, 1.9 * font});
}

}  // namespace sid
