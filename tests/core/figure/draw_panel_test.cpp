#include "sid/figure/draw_panel.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/draw_curve.hpp"
#include "sid/figure/draw_figure.hpp"

#include "core/figure/recording_painter.hpp"

namespace sid {
namespace {

using testing::RecordingPainter;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

PlotPanel panel_with(std::vector<double> x, std::vector<double> y) {
  PlotPanel panel;
  panel.id = "mse";
  panel.x.label = "epochs";
  panel.y.formula = "y-hypergradient";
  panel.x.min = 1.0;
  panel.x.max = 100.0;
  panel.y.min = 1e-4;
  panel.y.max = 1.0;
  Series s;
  s.key = "0/measured";
  s.marker = Marker::circle;
  s.x = std::move(x);
  s.y = std::move(y);
  panel.series.push_back(s);
  set_ticks(panel, 300.0, 200.0);
  return panel;
}

const Rect kArea{0.0, 0.0, 400.0, 260.0};

TEST(AxisMap, GoesThereAndBack) {
  const AxisMap log{AxisScale::log, 1e-300, 1e300, 500.0, 20.0};
  for (const double v : {1e-300, 1e-7, 1.0, 3.3e200}) {
    EXPECT_NEAR(std::log(log.to_value(log.to_point(v))), std::log(v), 1e-9);
  }
  EXPECT_DOUBLE_EQ(log.to_point(1e-300), 500.0);
  EXPECT_DOUBLE_EQ(log.to_point(1e300), 20.0);
  for (const double v : {0.0, -1.0, kNan, std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(std::isnan(log.to_point(v)));
  }
  const AxisMap linear{AxisScale::linear, -1e308, 1e308, 0.0, 100.0};
  EXPECT_DOUBLE_EQ(linear.to_point(0.0), 50.0);
  EXPECT_DOUBLE_EQ(linear.to_value(100.0), 1e308);
  EXPECT_TRUE(std::isfinite(linear.to_value(1e300)));
}

TEST(DrawPanel, DrawsCurvesOfEarlierSettingsFaded) {
  PlotPanel panel = panel_with({1.0, 10.0, 100.0}, {0.5, 0.1, 0.01});
  panel.series[0].role = SeriesRole::bound;
  RecordingPainter now, earlier;
  draw_panel(now, panel, kArea, light_theme());
  panel.series[0].faded = true;
  draw_panel(earlier, panel, kArea, light_theme());
  ASSERT_EQ(earlier.lines.size(), now.lines.size());
  EXPECT_LT(earlier.lines.back().stroke.colour.a, now.lines.back().stroke.colour.a);
  EXPECT_GT(earlier.lines.back().stroke.colour.a, 0);
}

TEST(DrawPanel, BreaksTheCurveWhereAValueCannotBeShown) {
  RecordingPainter painter;
  draw_panel(painter,
             panel_with({1, 2, 5, 10, 20, 50}, {0.5, 0.2, 0.0, 0.1, kNan, 0.05}),
             kArea,
             light_theme());
  int curves = 0;
  for (const auto& line : painter.lines) curves += line.points.size() > 1 ? 1 : 0;
  EXPECT_EQ(curves, 1);
  EXPECT_EQ(painter.marks.size(), 4u);
  EXPECT_EQ(painter.clip_depth, 0);
}

TEST(DrawPanel, PutsValuesWhereItsGeometrySays) {
  RecordingPainter painter;
  const PlotGeometry g =
      draw_panel(painter, panel_with({1, 10, 100}, {1.0, 0.01, 1e-4}), kArea, light_theme());
  ASSERT_EQ(painter.marks.size(), 3u);
  EXPECT_NEAR(painter.marks[0].at.x, g.plot.x, 1e-9);
  EXPECT_NEAR(painter.marks[0].at.y, g.plot.y, 1e-9);
  EXPECT_NEAR(painter.marks[1].at.x, g.plot.x + g.plot.width / 2.0, 1e-9);
  EXPECT_NEAR(painter.marks[1].at.y, g.plot.y + g.plot.height / 2.0, 1e-9);
  EXPECT_NEAR(painter.marks[2].at.y, g.plot.bottom(), 1e-9);
  EXPECT_EQ(painter.formulas, std::vector<std::string>{"y-hypergradient"});
  EXPECT_TRUE(painter.says("epochs"));
}

TEST(DrawPanel, FallsBackToWordsWhereTheFormulaIsMissing) {
  RecordingPainter painter;
  painter.has_formulas = false;
  PlotPanel panel = panel_with({1, 10}, {1.0, 0.01});
  panel.y.label = "squared error";
  draw_panel(painter, panel, kArea, light_theme());
  EXPECT_TRUE(painter.says("squared error"));
}

TEST(DrawPanel, DrawsPointsBelowTheReferenceHollow) {
  RecordingPainter painter;
  PlotPanel panel = panel_with({1, 10, 100}, {1.0, 0.01, 1e-3});
  panel.series[0].hollow = {0, 0, 1};
  draw_panel(painter, panel, kArea, light_theme());
  ASSERT_EQ(painter.marks.size(), 3u);
  EXPECT_EQ(painter.marks[0].fill, light_theme().method[0]);
  EXPECT_EQ(painter.marks[2].fill, light_theme().panel);
  EXPECT_EQ(painter.marks[2].edge, light_theme().method[0]);
}

TEST(DrawPanel, NeverGivesAPainterCoordinatesFarFromTheFigure) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> exponent(-308.0, 308.0), unit(0.0, 1.0);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> x, y;
    for (int i = 0; i < 40; ++i) {
      x.push_back(std::pow(10.0, exponent(random)));
      const double u = unit(random);
      y.push_back(u < 0.1   ? kNan
                  : u < 0.2 ? -1.0
                  : u < 0.3 ? std::numeric_limits<double>::infinity()
                            : std::pow(10.0, exponent(random)));
    }
    std::sort(x.begin(), x.end());
    PlotPanel panel = panel_with(x, y);
    Series& s = panel.series[0];
    for (const double v : y) {
      s.band_low.push_back(v * unit(random) - (round % 2 == 0 ? 0.0 : 1.0));
      s.band_high.push_back(v * (1.0 + unit(random)));
    }
    panel.y.scale = round % 3 == 0 ? AxisScale::linear : AxisScale::log;
    panel.edge_notes.resize(1);
    panel.edge_notes[0].text = panel.edge_notes[0].brief = "Theorem 3.4: 5·10⁶";
    RecordingPainter painter;
    draw_panel(painter, panel, kArea, dark_theme());
    EXPECT_TRUE(painter.finite);
    EXPECT_LT(painter.largest, 1000.0);
  }
}

TEST(DrawPanel, ManagesTinyAreas) {
  for (const Rect area : {Rect{0, 0, 0, 0}, Rect{5, 5, 10, 3}, Rect{0, 0, 60, 400}}) {
    RecordingPainter painter;
    const PlotGeometry g =
        draw_panel(painter, panel_with({1, 10, 100}, {1.0, 0.01, 1e-3}), area, light_theme());
    EXPECT_TRUE(painter.finite);
    EXPECT_GE(g.plot.width, 1.0);
  }
}

TEST(DrawPanel, CutsABandThatIsNotPositiveAtTheBottom) {
  PlotPanel panel = panel_with({1, 10, 100}, {0.5, 0.1, 0.01});
  panel.series[0].band_low = {0.3, -0.2, -0.1};
  panel.series[0].band_high = {0.7, 0.3, 0.2};
  RecordingPainter painter;
  const PlotGeometry g = draw_panel(painter, panel, kArea, light_theme());
  ASSERT_EQ(painter.strips.size(), 1u);
  EXPECT_NEAR(painter.strips[0].lower.back().y, g.plot.bottom(), 1e-9);
  EXPECT_LT(painter.strips[0].upper.back().y, g.plot.bottom());
}

TEST(DrawPanel, LetsOneSeriesStandOut) {
  PlotPanel panel = panel_with({1, 10, 100}, {0.5, 0.1, 0.01});
  panel.series.push_back(panel.series[0]);
  panel.series[1].key = "1/measured";
  panel.series[1].colour = 1;
  DrawOptions options;
  options.emphasised = "0/measured";
  RecordingPainter painter;
  draw_panel(painter, panel, kArea, light_theme(), options);
  ASSERT_EQ(painter.lines.size(), 2u);
  // Drawn last, wider, opaque; the other one fades.
  EXPECT_EQ(painter.lines[1].stroke.colour, light_theme().method[0]);
  EXPECT_GT(painter.lines[1].stroke.width, painter.lines[0].stroke.width);
  EXPECT_LT(painter.lines[0].stroke.colour.a, 120);
}

TEST(DrawPanel, HidesWhatIsSwitchedOff) {
  PlotPanel panel = panel_with({1, 10, 100}, {0.5, 0.1, 0.01});
  panel.series[0].visible = false;
  RecordingPainter painter;
  draw_panel(painter, panel, kArea, light_theme());
  EXPECT_TRUE(painter.lines.empty());
  EXPECT_TRUE(painter.marks.empty());
}

TEST(DrawPanel, DecimatesDenseTraces) {
  std::vector<double> x, y;
  for (int i = 0; i < 200'000; ++i) {
    x.push_back(1.0 + 99.0 * i / 200'000.0);
    y.push_back(0.01 * (1.5 + std::sin(i)));
  }
  RecordingPainter painter;
  draw_panel(painter, panel_with(x, y), kArea, light_theme());
  std::size_t drawn = 0;
  for (const auto& line : painter.lines) drawn += line.points.size();
  EXPECT_LT(drawn, 4000u);
  EXPECT_GT(drawn, 1000u);
}

Figure grid_figure(std::size_t panels, int columns) {
  Figure figure;
  figure.title = "Title";
  figure.caption =
      "A caption that is long enough to be broken into several lines of text at this "
      "width, word by word, and never inside a word.";
  for (std::size_t i = 0; i < panels; ++i) {
    figure.panels.push_back(panel_with({1, 10, 100}, {0.5, 0.1, 0.01}));
    figure.panels.back().title = "λ = " + std::to_string(i);
    // Different label widths: the axes must line up all the same.
    figure.panels.back().y.min = i % 2 == 0 ? 1e-4 : 1e-290;
    set_ticks(figure.panels.back(), 100.0, 100.0);
  }
  figure.columns = columns;
  LegendRow row;
  row.label = "SID";
  row.series_id = "0/measured";
  figure.key = {row, row, row};
  figure.key[2].drawn = false;
  figure.key[2].label = "Theorem 4.1";
  figure.key[2].note = "Const (step size too large)";
  return figure;
}

TEST(DrawFigure, LinesAxesUpInAGrid) {
  RecordingPainter painter;
  const auto axes = draw_figure(painter, grid_figure(6, 3), {0, 0, 600, 500}, light_theme());
  ASSERT_EQ(axes.size(), 6u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(axes[i].plot.x, axes[i + 3].plot.x);
    EXPECT_DOUBLE_EQ(axes[i].plot.y, axes[0].plot.y);
    EXPECT_NEAR(axes[i].plot.width, axes[0].plot.width, 1e-9);
    EXPECT_NEAR(axes[i + 3].plot.height, axes[0].plot.height, 1e-9);
  }
  EXPECT_TRUE(painter.says("Not drawn: Theorem 4.1 for Const (step size too large)."));
  EXPECT_EQ(painter.formulas.size(), 1u);  // one quantity
}

TEST(DrawFigure, FillsTheHeightItAsksFor) {
  RecordingPainter painter;
  const Figure figure = grid_figure(3, 3);
  const double height = preferred_height(painter, figure, 480.0);
  const auto axes = draw_figure(painter, figure, {0, 0, 480.0, height}, light_theme());
  EXPECT_NEAR(axes[0].plot.width, axes[0].plot.height, 1e-6);
  for (const auto& w : painter.words) EXPECT_LE(w.at.y, height);
}

TEST(DrawFigure, ManagesAnEmptyFigure) {
  RecordingPainter painter;
  EXPECT_TRUE(draw_figure(painter, Figure{}, {0, 0, 100, 100}, light_theme()).empty());
  EXPECT_TRUE(std::isfinite(preferred_height(painter, Figure{}, 100.0)));
}

}  // namespace
}  // namespace sid
