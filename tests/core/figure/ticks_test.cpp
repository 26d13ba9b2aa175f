#include "sid/figure/ticks.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"

namespace sid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> out;
  for (const Tick& t : ticks) {
    if (t.major) out.push_back(t.exponent.empty() ? t.text : t.text + "^" + t.exponent);
  }
  return out;
}

/// The number that a label says.
double said_by(const Tick& tick) {
  std::string text = tick.text;
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at != std::string::npos) text.replace(at, from.size(), to);
  };
  if (!tick.exponent.empty()) {
    replace(text.find("·10") == std::string::npos ? "10" : "·10", "");
    if (text.empty() || text == "−") text += '1';
    text += 'e' + tick.exponent;
  }
  replace("−", "-");  // of the number, and of its exponent
  replace("−", "-");
  return parse_double(text).value_or(kNan);
}

/// Empty if everything make_ticks promises holds; the first broken promise otherwise.
std::string broken_promise(AxisLimits given, AxisScale scale, const TickSpace& space) {
  const AxisLimits l = repair_limits(given, scale);
  if (!std::isfinite(l.min) || !std::isfinite(l.max)) return "limits not finite";
  if (!(l.min < l.max)) return "limits not ascending";
  if (scale == AxisScale::log && !(l.min > 0.0)) return "log limit not positive";
  const std::vector<Tick> ticks = make_ticks(given, scale, space);
  std::vector<const Tick*> majors;
  double last = -kInf;
  for (const Tick& t : ticks) {
    if (!(t.value > last)) return "not ascending";
    last = t.value;
    if (t.value < l.min || t.value > l.max) return "outside";
    if (t.major == t.text.empty()) return "label missing or superfluous";
    if (!t.major) continue;
    for (const Tick* other : majors) {
      if (t.text == other->text && t.exponent == other->exponent) return "repeated: " + t.text;
    }
    majors.push_back(&t);
    if (said_by(t) != t.value) return "says another number: " + t.text + "^" + t.exponent;
  }
  if (majors.size() < 2 || majors.size() > 12) return "labels: " + std::to_string(majors.size());
  return "";
}

std::string describe(AxisLimits l) {
  return "[" + std::to_string(l.min) + ", " + std::to_string(l.max) + "], log10 " +
         std::to_string(std::log10(l.min)) + " to " + std::to_string(std::log10(l.max));
}

// A million ranges in all; fewer where a sanitizer makes each of them twenty times as slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kRanges = 25'000;
#else
constexpr int kRanges = 250'000;
#endif

/// As it is, inverted, empty, one unit in the last place wide, or without one end.
AxisLimits disturbed(AxisLimits l, double chance) {
  if (chance < 0.05) return {l.max, l.min};
  if (chance < 0.08) return {l.min, l.min};
  if (chance < 0.11) return {l.min, std::nextafter(l.min, kInf)};
  if (chance < 0.12) return {kNan, l.max};
  if (chance < 0.13) return {l.min, kNan};
  return l;
}

TEST(Ticks, KeepTheirPromisesOnRandomLogRanges) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-323.0, 308.0), unit(0.0, 1.0);
  for (int i = 0; i < kRanges; ++i) {
    const double low = exponent(random);
    // Widths from 600 decades down to a few units in the last place.
    const double width = std::pow(10.0, 3.0 - 19.0 * unit(random));
    const AxisLimits l = disturbed(
        {std::pow(10.0, low), std::pow(10.0, std::min(low + width, 308.2))}, unit(random));
    const TickSpace space{20.0 + 1500.0 * unit(random), 8.0 + 60.0 * unit(random)};
    ASSERT_EQ(broken_promise(l, AxisScale::log, space), "") << describe(l);
  }
}

TEST(Ticks, KeepTheirPromisesOnRandomLinearRanges) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> exponent(-300.0, 307.0), unit(0.0, 1.0);
  for (int i = 0; i < kRanges; ++i) {
    const double size = std::pow(10.0, exponent(random));
    const double centre = size * (2.0 * unit(random) - 1.0);
    const double half = size * std::pow(10.0, -17.0 * unit(random));
    const AxisLimits l = disturbed({centre - half, centre + half}, unit(random));
    const TickSpace space{20.0 + 1500.0 * unit(random), 8.0 + 60.0 * unit(random)};
    ASSERT_EQ(broken_promise(l, AxisScale::linear, space), "") << describe(l);
  }
}

TEST(Ticks, KeepTheirPromisesOnRandomBitPatterns) {
  std::mt19937_64 random(3);
  for (int i = 0; i < kRanges; ++i) {
    const auto any = [&] {
      const std::uint64_t bits = random();
      double value = 0.0;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    };
    const AxisLimits l{any(), any()};
    ASSERT_EQ(broken_promise(l, AxisScale::log, {}), "") << describe(l);
    ASSERT_EQ(broken_promise(l, AxisScale::linear, {}), "") << describe(l);
  }
}

TEST(Ticks, RepairHostileLimits) {
  const double largest = std::numeric_limits<double>::max();
  const double smallest = std::numeric_limits<double>::denorm_min();
  const std::vector<double> hostile = {kNan,
                                       kInf,
                                       -kInf,
                                       0.0,
                                       -0.0,
                                       1.0,
                                       -1.0,
                                       largest,
                                       -largest,
                                       1e308,
                                       -1e308,
                                       1e-5,
                                       3e-7,
                                       smallest,
                                       -smallest,
                                       std::nextafter(1.0, 2.0),
                                       std::nextafter(largest, 0.0)};
  for (const double a : hostile) {
    for (const double b : hostile) {
      for (const double length : {0.0, -1.0, kNan, 1.0, 300.0, 1e9}) {
        for (const AxisScale scale : {AxisScale::log, AxisScale::linear}) {
          EXPECT_EQ(broken_promise({a, b}, scale, {length, 40.0}), "") << a << " " << b;
          EXPECT_EQ(broken_promise({a, b}, scale, {300.0, length}), "") << a << " " << b;
          const AxisLimits fit = fit_limits({a, b}, scale);
          EXPECT_TRUE(std::isfinite(fit.min) && std::isfinite(fit.max) && fit.min < fit.max);
        }
      }
    }
  }
}

TEST(Ticks, CoverOneUnitInTheLastPlace) {
  for (const double value : {1.0, 1e-300, 3.7e200, 123456.789, 5e-324}) {
    const AxisLimits l{value, std::nextafter(value, kInf)};
    EXPECT_EQ(broken_promise(l, AxisScale::log, {}), "") << value;
    EXPECT_EQ(broken_promise(l, AxisScale::linear, {}), "") << value;
  }
}

TEST(Ticks, LabelDecadesWithRaisedExponents) {
  const auto ticks = make_ticks({1e-5, 1.0}, AxisScale::log, {260.0, 40.0});
  EXPECT_EQ(labels(ticks),
            (std::vector<std::string>{"10^−5", "10^−4", "10^−3", "10^−2", "10^−1", "10^0"}));
  // Minor ticks at 2, ..., 9 times every power of ten.
  EXPECT_EQ(ticks.size(), 6u + 5u * 8u);
}

TEST(Ticks, AddLabelsAtTwoAndFiveWhereThereIsRoom) {
  EXPECT_EQ(labels(make_ticks({1.0, 60.0}, AxisScale::log, {420.0, 40.0})),
            (std::vector<std::string>{"1", "2", "5", "10", "20", "50"}));
  EXPECT_EQ(labels(make_ticks({2e-7, 3e-6}, AxisScale::log, {420.0, 40.0})),
            (std::vector<std::string>{"2·10^−7", "5·10^−7", "10^−6", "2·10^−6"}));
}

TEST(Ticks, UsePlainNumbersInsideADecade) {
  EXPECT_EQ(labels(make_ticks({0.2, 0.32}, AxisScale::log, {300.0, 40.0})),
            (std::vector<std::string>{"0.2", "0.22", "0.24", "0.26", "0.28", "0.3", "0.32"}));
  EXPECT_EQ(
      labels(make_ticks({1.2e-9, 1.6e-9}, AxisScale::log, {200.0, 40.0})),
      (std::vector<std::string>{"1.2·10^−9", "1.3·10^−9", "1.4·10^−9", "1.5·10^−9", "1.6·10^−9"}));
}

TEST(Ticks, ThinDecadesThatCrowd) {
  EXPECT_EQ(labels(make_ticks({1e-30, 1.0}, AxisScale::log, {200.0, 40.0})),
            (std::vector<std::string>{"10^−30", "10^−24", "10^−18", "10^−12", "10^−6", "10^0"}));
  const auto wide = labels(make_ticks({1e-300, 1e300}, AxisScale::log, {300.0, 40.0}));
  EXPECT_EQ(wide,
            (std::vector<std::string>{
                "10^−300", "10^−200", "10^−100", "10^0", "10^100", "10^200", "10^300"}));
}

TEST(Ticks, StepLinearlyByOneTwoFive) {
  EXPECT_EQ(labels(make_ticks({0.0, 60.0}, AxisScale::linear, {300.0, 40.0})),
            (std::vector<std::string>{"0", "10", "20", "30", "40", "50", "60"}));
  EXPECT_EQ(labels(make_ticks({-0.3, 0.3}, AxisScale::linear, {150.0, 40.0})),
            (std::vector<std::string>{"−0.2", "0", "0.2"}));
  EXPECT_EQ(labels(make_ticks({0.0, 3e9}, AxisScale::linear, {150.0, 40.0})),
            (std::vector<std::string>{"0", "10^9", "2·10^9", "3·10^9"}));
}

TEST(FitLimits, LeaveSixPercentInLogSpace) {
  const AxisLimits l = fit_limits({1e-4, 1.0}, AxisScale::log);
  EXPECT_NEAR(std::log10(l.min), -4.24, 1e-12);
  EXPECT_NEAR(std::log10(l.max), 0.24, 1e-12);
  const AxisLimits flat = fit_limits({2.0, 2.0000001}, AxisScale::log);
  EXPECT_NEAR(std::log10(flat.max / flat.min), 1.0 / 3.0, 1e-6);
  const AxisLimits linear = fit_limits({0.0, 100.0}, AxisScale::linear);
  EXPECT_DOUBLE_EQ(linear.min, -6.0);
  EXPECT_DOUBLE_EQ(linear.max, 106.0);
}

TEST(FitLimits, ContainTheDataAtTheEndsOfTheRange) {
  const AxisLimits l =
      fit_limits({std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()},
                 AxisScale::log);
  EXPECT_EQ(l.min, std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(l.max, std::numeric_limits<double>::max());
}

}  // namespace
}  // namespace sid
