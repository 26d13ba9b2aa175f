#include "sid/figure/thin_series.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

PlotGeometry geometry(AxisScale x, AxisScale y) {
  PlotGeometry g;
  g.plot = {40.0, 10.0, 300.0, 200.0};
  g.x = {x, 1.0, 1000.0, g.plot.x, g.plot.right()};
  g.y = {y, 1e-6, 1e3, g.plot.bottom(), g.plot.y};
  return g;
}

/// What the eye sees of a run of points in one column of a plot; `shown` false: a gap.
struct Stretch {
  bool shown = false;
  double first = 0.0, low = 0.0, high = 0.0, last = 0.0;
  double band_low = kInf, band_high = -kInf;
  bool operator==(const Stretch&) const = default;
};

std::vector<Stretch> stretches(const Series& s, const PlotGeometry& g, double column) {
  std::vector<Stretch> out;
  double bin = kNan;
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    const double x = g.x.to_point(s.x[i]), y = g.y.to_point(s.y[i]);
    if (!std::isfinite(x) || !std::isfinite(y)) {
      if (out.empty() || out.back().shown) out.emplace_back();
      bin = kNan;
      continue;
    }
    if (std::floor(x / column) != bin) out.push_back({true, s.y[i], s.y[i], s.y[i], s.y[i]});
    bin = std::floor(x / column);
    Stretch& last = out.back();
    last.low = std::min(last.low, s.y[i]);
    last.high = std::max(last.high, s.y[i]);
    last.last = s.y[i];
    last.band_low = std::min(last.band_low, s.band_low[i]);
    last.band_high = std::max(last.band_high, s.band_high[i]);
  }
  return out;
}

/// A random walk with spikes, gaps, and points at random places on both sides of the axes.
Series random_series(std::mt19937_64& random, std::size_t points) {
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  std::normal_distribution<double> noise;
  Series s;
  const double gaps = unit(random) < 0.5 ? 0.0 : 0.05, spikes = 0.02 * unit(random);
  for (std::size_t i = 0; i < points; ++i) s.x.push_back(std::pow(10.0, 4.0 * unit(random) - 0.5));
  std::sort(s.x.begin(), s.x.end());
  double level = 0.0;
  const std::vector<double> holes = {0.0, -1.0, kNan, kInf, -kInf};
  for (std::size_t i = 0; i < points; ++i) {
    level += 0.1 * noise(random);
    double y = std::exp(level) * (unit(random) < spikes ? std::exp(5.0 * noise(random)) : 1.0);
    if (unit(random) < gaps) y = holes[random() % holes.size()];
    s.y.push_back(y);
    s.band_low.push_back(0.5 * unit(random) * std::abs(y));
    s.band_high.push_back((1.0 + unit(random)) * std::abs(y));
    s.hollow.push_back(static_cast<std::uint8_t>(random() % 2));
  }
  return s;
}

TEST(ThinnedSeries, KeepsEndsExtremesGapsAndBandOfEveryColumn) {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  for (int round = 0; round < 400; ++round) {
    const PlotGeometry g = geometry(round % 2 == 0 ? AxisScale::log : AxisScale::linear,
                                    round % 3 == 0 ? AxisScale::linear : AxisScale::log);
    const double column = 0.25 + unit(random);
    const Series s = random_series(random, 100 + random() % 8000);
    const Series thin = thinned_series(s, g, column);
    const std::vector<Stretch> before = stretches(s, g, column), after = stretches(thin, g, column);
    ASSERT_EQ(before.size(), after.size()) << round;
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(before[i], after[i]) << round;
    ASSERT_LE(thin.y.size(), 4 * before.size());
    ASSERT_EQ(thin.x.size(), thin.y.size());
    ASSERT_EQ(thin.hollow.size(), thin.y.size());
    ASSERT_TRUE(std::is_sorted(thin.x.begin(), thin.x.end()));
  }
}

TEST(ThinnedSeries, LeavesNothingOutOfFewPointsAColumn) {
  Series s;
  s.key = "0/measured";
  s.marker = Marker::circle;
  for (int i = 0; i < 200; ++i) {
    s.x.push_back(std::pow(10.0, 0.015 * i));
    s.y.push_back(1.0 + std::sin(0.3 * i));
    s.band_low.push_back(0.5);
    s.band_high.push_back(3.0);
  }
  EXPECT_EQ(thinned_series(s, geometry(AxisScale::log, AxisScale::linear), 0.5), s);
  EXPECT_EQ(thinned_series(Series{}, geometry(AxisScale::log, AxisScale::log), 0.5), Series{});
}

TEST(ThinnedSeries, TouchesOnlyThoseThatAreTooDense) {
  std::mt19937_64 random(7);
  const PlotGeometry g = geometry(AxisScale::log, AxisScale::log);
  const Series few = random_series(random, 500), many = random_series(random, 10'000);
  std::deque<Series> kept;
  const auto drawn = thinned_series({&few, &many}, g, 1.0, kept);
  ASSERT_EQ(drawn.size(), 2U);
  EXPECT_EQ(drawn[0], &few);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(drawn[1], &kept.front());
  EXPECT_LT(kept.front().y.size(), many.y.size() / 2);
}

}  // namespace
}  // namespace sid
