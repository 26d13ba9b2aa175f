#include "sid/figure/slopes.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/figure/build_figure.hpp"

#include "core/figure/recording_painter.hpp"
#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::RecordingPainter;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// c x^slope at 1, 2, 4, ..., 1024.
PlotPanel power_law(double c, double slope) {
  PlotPanel plot;
  plot.x = {"", "", AxisScale::log, 0.5, 2000.0, {}};
  plot.y = {"", "", AxisScale::log, 1e-12, 1e12, {}};
  Series s;
  s.id = "mse/0/measured";
  s.colour = 2;
  for (int i = 0; i <= 10; ++i) {
    s.x.push_back(std::ldexp(1.0, i));
    s.y.push_back(c * std::pow(s.x.back(), slope));
  }
  plot.series = {s};
  return plot;
}

TEST(Slopes, AreThoseOfPowerLaws) {
  for (const double slope : {-2.0, -1.0, -0.25, 0.5, 3.0}) {
    const std::vector<SlopeMark> marks = slope_marks(power_law(7.0, slope));
    ASSERT_EQ(marks.size(), 1U);
    const SlopeMark& mark = marks[0];
    EXPECT_EQ(mark.series_id, "mse/0/measured");
    EXPECT_EQ(mark.colour, 2);
    EXPECT_NEAR(mark.x0, 128.0, 1e-9) << "a decade at most";
    EXPECT_NEAR(mark.x1, 1024.0, 1e-9);
    EXPECT_NEAR(mark.y0, 7.0 * std::pow(128.0, slope), 1e-12 * mark.y0);
    EXPECT_NEAR(mark.y1, 7.0 * std::pow(1024.0, slope), 1e-12 * mark.y1);
  }
  EXPECT_EQ(slope_marks(power_law(1.0, -1.0)).at(0).text, "−1.00");
  EXPECT_EQ(slope_marks(power_law(1.0, 0.5)).at(0).text, "0.50");
  EXPECT_TRUE(slope_marks(power_law(1.0, -0.01)).empty()) << "a level curve has none";
}

TEST(Slopes, AreOfWhatLiesInsideTheAxes) {
  PlotPanel plot = power_law(1.0, -1.0);
  // Steeper from 32 on: seen only if those points are.
  for (std::size_t i = 5; i < plot.series[0].y.size(); ++i) {
    plot.series[0].y[i] = 32.0 * std::pow(plot.series[0].x[i], -2.0);
  }
  EXPECT_EQ(slope_marks(plot).at(0).text, "−2.00");
  plot.x.max = 40.0;
  EXPECT_EQ(slope_marks(plot).at(0).text, "−1.00");
  EXPECT_NEAR(slope_marks(plot).at(0).x1, 32.0, 1e-9);
  plot.x.max = 3.0;
  EXPECT_TRUE(slope_marks(plot).empty()) << "two points are none";
}

TEST(Slopes, LeaveGapsOut) {
  PlotPanel plot = power_law(1.0, -1.0);
  for (const double gap : {0.0, -1.0, kNaN, std::numeric_limits<double>::infinity()}) {
    plot.series[0].y[8] = gap;
    const std::vector<SlopeMark> marks = slope_marks(plot);
    ASSERT_EQ(marks.size(), 1U);
    EXPECT_EQ(marks[0].text, "−1.00");
  }
  plot.series[0].y[10] = kNaN;  // the last: what is before it counts
  const std::vector<SlopeMark> marks = slope_marks(plot);
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_NEAR(marks[0].x1, 512.0, 1e-9);
  plot.series[0].y[9] = plot.series[0].y[7] = kNaN;
  plot.series[0].y[6] = plot.series[0].y[5] = kNaN;
  EXPECT_NEAR(slope_marks(plot).at(0).x1, 16.0, 1e-9);
}

TEST(Slopes, AreThoseOfTheStraightEnd) {
  PlotPanel plot = power_law(1.0, -1.0);
  plot.series[0].y[7] *= 3.0;  // at 128 it still comes down
  const std::vector<SlopeMark> marks = slope_marks(plot);
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].text, "−1.00");
  EXPECT_NEAR(marks[0].x0, 256.0, 1e-9);
  // With a band that reaches the line the same points are noise.
  plot.series[0].band_low = plot.series[0].band_high = plot.series[0].y;
  for (double& low : plot.series[0].band_low) low /= 4.0;
  for (double& high : plot.series[0].band_high) high *= 4.0;
  EXPECT_NEAR(slope_marks(plot).at(0).x0, 128.0, 1e-9);
  // An exponential is straight nowhere.
  PlotPanel bent = power_law(1.0, -1.0);
  for (std::size_t i = 0; i < bent.series[0].x.size(); ++i) {
    bent.series[0].y[i] = std::exp(-0.02 * bent.series[0].x[i]);
  }
  EXPECT_TRUE(slope_marks(bent).empty());
}

TEST(Slopes, NeedLogarithmicAxesAndACurveThatIsShown) {
  PlotPanel plot = power_law(1.0, -1.0);
  plot.x.scale = AxisScale::linear;
  EXPECT_TRUE(slope_marks(plot).empty());
  plot = power_law(1.0, -1.0);
  plot.series[0].visible = false;
  EXPECT_TRUE(slope_marks(plot).empty());
  plot = power_law(1.0, -1.0);
  plot.series[0].role = SeriesRole::bound;
  EXPECT_TRUE(slope_marks(plot).empty());
  plot = power_law(1.0, -1.0);
  for (double& x : plot.series[0].x) x = 100.0;
  EXPECT_TRUE(slope_marks(plot).empty());
}

TEST(Slopes, AreDrawnBelowTheCurveWithTheirNumber) {
  PlotPanel plot = power_law(1.0, -1.0);
  plot.slopes = slope_marks(plot);
  RecordingPainter painter;
  const PlotGeometry g = draw_panel(painter, plot, {0.0, 0.0, 400.0, 300.0}, light_theme());
  EXPECT_TRUE(painter.says("−1.00"));
  EXPECT_TRUE(painter.finite);
  EXPECT_EQ(painter.clip_depth, 0);
  std::size_t triangles = 0;
  for (const auto& line : painter.lines) {
    if (line.points.size() != 4 || line.points.front() != line.points.back()) continue;
    ++triangles;
    const DrawOptions options;
    const double below = kSlopeDistance * options.fonts.tick;
    EXPECT_NEAR(line.points[0].x, g.x.to_point(128.0), 1e-9);
    EXPECT_NEAR(line.points[0].y, g.y.to_point(1.0 / 128.0) + below, 1e-9);
    EXPECT_EQ(line.points[1].x, line.points[0].x) << "upright";
    EXPECT_EQ(line.points[1].y, line.points[2].y) << "level";
    EXPECT_NEAR(line.points[2].x, g.x.to_point(1024.0), 1e-9);
  }
  EXPECT_EQ(triangles, 1U);
}

TEST(Slopes, ComeWithTheFigureThatAsksForThem) {
  const testing::Scene s;
  const auto figure_of = [&](const FigureOptions& options) {
    return build_figure(s.spec, s.bench.get(), &s.snapshot, s.theory, options);
  };
  FigureOptions options;
  EXPECT_TRUE(figure_of(options).panels[0].slopes.empty());
  options.slopes = true;
  const Figure with = figure_of(options);
  EXPECT_FALSE(with.panels[0].slopes.empty());
  EXPECT_THAT(with.caption,
              ::testing::HasSubstr("Triangles: slope of a measured curve at its end"));
  options.y_value = YValue::looseness;
  EXPECT_TRUE(figure_of(options).panels[0].slopes.empty());
  EXPECT_THAT(figure_of(options).caption, ::testing::Not(::testing::HasSubstr("Triangles")));
}

}  // namespace
}  // namespace sid
