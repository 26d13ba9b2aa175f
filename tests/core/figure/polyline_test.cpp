#include "sid/figure/polyline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sid {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Rect kRect{10.0, 20.0, 100.0, 50.0};

bool inside(Point p) {
  return kRect.contains(p);
}

TEST(ClipSegment, AgreesWithSamplingTheSegment) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> x(-60.0, 180.0), y(-30.0, 120.0);
  int kept = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Point a{x(random), y(random)}, b{x(random), y(random)};
    double first = 2.0, last = -1.0;
    constexpr int kSteps = 400;
    for (int k = 0; k <= kSteps; ++k) {
      const double t = static_cast<double>(k) / kSteps;
      if (!inside({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)})) continue;
      first = std::min(first, t);
      last = std::max(last, t);
    }
    const auto clipped = clip_segment(a, b, kRect);
    if (first > last) {
      // A corner may be cut between two samples.
      if (clipped) {
        EXPECT_LE(
            std::hypot(clipped->second.x - clipped->first.x, clipped->second.y - clipped->first.y),
            std::hypot(b.x - a.x, b.y - a.y) / kSteps + 1e-9);
      }
      continue;
    }
    ++kept;
    ASSERT_TRUE(clipped);
    EXPECT_TRUE(inside(clipped->first) && inside(clipped->second));
    const double step = std::hypot(b.x - a.x, b.y - a.y) / kSteps + 1e-9;
    EXPECT_LE(std::hypot(clipped->first.x - (a.x + first * (b.x - a.x)),
                         clipped->first.y - (a.y + first * (b.y - a.y))),
              step);
    EXPECT_LE(std::hypot(clipped->second.x - (a.x + last * (b.x - a.x)),
                         clipped->second.y - (a.y + last * (b.y - a.y))),
              step);
  }
  EXPECT_GT(kept, 5'000);
}

TEST(ClipSegment, KeepsPrecisionForEndsFarAway) {
  const double far = 1e12;
  const auto level = clip_segment({-far, 40.0}, {far, 40.0}, kRect);
  ASSERT_TRUE(level);
  EXPECT_NEAR(level->first.x, kRect.x, 1e-3);
  EXPECT_NEAR(level->second.x, kRect.right(), 1e-3);
  EXPECT_EQ(level->first.y, 40.0);
  EXPECT_FALSE(clip_segment({-far, 1000.0}, {far, 1000.0}, kRect));
  const auto steep = clip_segment({60.0, -far}, {60.0, far}, kRect);
  ASSERT_TRUE(steep);
  EXPECT_EQ(steep->first.x, 60.0);
  // A point on the boundary is inside.
  EXPECT_TRUE(clip_segment({10.0, 20.0}, {10.0, 20.0}, kRect));
  EXPECT_FALSE(clip_segment({9.0, 20.0}, {9.0, 20.0}, kRect));
}

TEST(ClipPolyline, BreaksAtNanAndAtTheEdges) {
  const std::vector<Point> points = {{20, 30},
                                     {40, 30},
                                     {kNan, 30},
                                     {60, 30},
                                     {60, 200},
                                     {80, 200},
                                     {80, 30},
                                     {kNan, kNan},
                                     {90, 40},
                                     {kNan, 0}};
  const auto pieces = clip_polyline(points, kRect);
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[0], (std::vector<Point>{{20, 30}, {40, 30}}));
  EXPECT_EQ(pieces[1], (std::vector<Point>{{60, 30}, {60, 70}}));
  EXPECT_EQ(pieces[2], (std::vector<Point>{{80, 70}, {80, 30}}));
  EXPECT_EQ(pieces[3], (std::vector<Point>{{90, 40}}));
  EXPECT_TRUE(clip_polyline({}, kRect).empty());
}

/// Area between the chains.
double area(const Strip& s) {
  double sum = 0.0;
  for (std::size_t i = 1; i < s.upper.size(); ++i) {
    const double width = s.upper[i].x - s.upper[i - 1].x;
    const double left = s.lower[i - 1].y - s.upper[i - 1].y, right = s.lower[i].y - s.upper[i].y;
    sum += width * (left + right) / 2.0;
  }
  return sum;
}

TEST(ClipStrip, CutsExactlyWhereEdgesCross) {
  // A wedge from a point at (10, 45) to a height of 200 at x = 110: inside kRect it is a trapezoid
  // that touches top and bottom at x = 35.
  const std::vector<Point> upper = {{10, 45}, {110, -55}}, lower = {{10, 45}, {110, 145}};
  const Strip strip = clip_strip(upper, lower, kRect);
  EXPECT_NEAR(area(strip), 25.0 * 50.0 / 2.0 + 75.0 * 50.0, 1e-9);
  for (const auto* chain : {&strip.upper, &strip.lower}) {
    for (const Point& p : *chain) EXPECT_TRUE(inside(p));
  }
  EXPECT_TRUE(clip_strip(std::vector<Point>{{200, 30}, {300, 30}},
                         std::vector<Point>{{200, 40}, {300, 40}},
                         kRect)
                  .upper.empty());
}

TEST(ClipStrip, MatchesAMonteCarloArea) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> y(-60.0, 150.0);
  for (int round = 0; round < 20; ++round) {
    std::vector<Point> upper, lower;
    for (int i = 0; i <= 8; ++i) {
      const double a = y(random), b = y(random), x = -10.0 + 17.0 * i;
      upper.push_back({x, std::min(a, b)});
      lower.push_back({x, std::max(a, b)});
    }
    double expected = 0.0;
    constexpr int kSteps = 100'000;
    for (int k = 0; k < kSteps; ++k) {
      const double x = kRect.x + kRect.width * (k + 0.5) / kSteps;
      const auto i = static_cast<std::size_t>((x + 10.0) / 17.0);
      const double t = (x - upper[i].x) / 17.0;
      const double top = upper[i].y + t * (upper[i + 1].y - upper[i].y);
      const double bottom = lower[i].y + t * (lower[i + 1].y - lower[i].y);
      const double height =
          std::clamp(bottom, kRect.y, kRect.bottom()) - std::clamp(top, kRect.y, kRect.bottom());
      expected += height * kRect.width / kSteps;
    }
    EXPECT_NEAR(area(clip_strip(upper, lower, kRect)), expected, 1e-2 + 1e-6 * expected);
  }
}

}  // namespace
}  // namespace sid
