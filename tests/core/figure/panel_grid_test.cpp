#include "sid/figure/panel_grid.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/figure/ticks.hpp"

#include "core/figure/recording_painter.hpp"

namespace sid {
namespace {

using testing::RecordingPainter;

constexpr Rect kArea{10.0, 20.0, 600.0, 400.0};

std::vector<PlotPanel> panels(std::size_t count) {
  std::vector<PlotPanel> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].id = "mse/" + std::to_string(i);
    out[i].title = "λ = " + std::to_string(i);
    out[i].x.label = "epochs";
    out[i].y.formula = "y-hypergradient";
    out[i].y.label = "error";
    out[i].y.min = 1e-4;
    out[i].x.max = 100.0;
    set_ticks(out[i], 200.0, 100.0);
  }
  return out;
}

Rect axes_of(const GridCell& cell) {
  const Margins& m = *cell.options.margins;
  return {cell.area.x + m.left,
          cell.area.y + m.top,
          cell.area.width - m.left - m.right,
          cell.area.height - m.top - m.bottom};
}

TEST(PanelGrid, GivesEveryPlotAxesOfOneSizeInRowsAndColumns) {
  RecordingPainter painter;
  std::vector<PlotPanel> plots = panels(5);
  plots[1].y.min = 1e-290;  // wider labels
  set_ticks(plots[1], 200.0, 100.0);
  const PanelGrid grid = lay_out_grid(painter, plots, 3, kArea, {});
  ASSERT_EQ(grid.cells.size(), 5u);
  const Rect first = axes_of(grid.cells[0]);
  for (std::size_t i = 0; i < 5; ++i) {
    const Rect axes = axes_of(grid.cells[i]);
    EXPECT_NEAR(axes.width, first.width, 1e-9);
    EXPECT_NEAR(axes.height, first.height, 1e-9);
    EXPECT_NEAR(axes.x, axes_of(grid.cells[i % 3]).x, 1e-9);
    EXPECT_NEAR(axes.y, axes_of(grid.cells[i - i % 3]).y, 1e-9);
    EXPECT_GE(grid.cells[i].area.x, kArea.x);
    EXPECT_LE(grid.cells[i].area.right(), kArea.right() + 1e-9);
    EXPECT_LE(grid.cells[i].area.bottom(), kArea.bottom() + 1e-9);
  }
}

TEST(PanelGrid, WritesTheYTitleOnceInTheMiddleOfItsRows) {
  RecordingPainter painter;
  const std::vector<PlotPanel> plots = panels(4);
  const PanelGrid grid = lay_out_grid(painter, plots, 2, kArea, {});
  ASSERT_EQ(grid.y_titles.size(), 1u);
  const double top = axes_of(grid.cells[0]).y, bottom = axes_of(grid.cells[2]).bottom();
  EXPECT_NEAR(grid.y_titles[0].centre.y, (top + bottom) / 2.0, 1e-9);
  EXPECT_LT(grid.y_titles[0].centre.x, grid.cells[0].area.x);
  for (std::size_t i = 0; i < plots.size(); ++i) {
    draw_panel(painter, plots[i], grid.cells[i].area, light_theme(), grid.cells[i].options);
  }
  EXPECT_TRUE(painter.formulas.empty()) << "the plots themselves have none";
  draw_grid_titles(painter, plots, grid, light_theme(), {});
  EXPECT_EQ(painter.formulas.size(), 1u);
}

TEST(PanelGrid, GivesEachQuantityItsOwnYTitle) {
  RecordingPainter painter;
  std::vector<PlotPanel> plots = panels(6);
  for (std::size_t i = 2; i < 6; ++i) plots[i].y.formula = "y-lower";
  PanelGrid grid = lay_out_grid(painter, plots, 2, {0, 0, 600, 600}, {});
  ASSERT_EQ(grid.y_titles.size(), 2u);
  EXPECT_EQ(grid.y_titles[0].panel, 0u);
  EXPECT_EQ(grid.y_titles[1].panel, 2u);
  // Side by side, the second quantity has its title at its own axes.
  plots = panels(2);
  plots[1].y.formula = "y-lower";
  grid = lay_out_grid(painter, plots, 2, kArea, {});
  EXPECT_EQ(grid.y_titles.size(), 1u);
  EXPECT_TRUE(grid.cells[1].options.y_title);
  EXPECT_FALSE(grid.cells[0].options.y_title);
}

TEST(PanelGrid, LeavesOutATitleThatIsLongerThanItsRows) {
  RecordingPainter painter;  // formulas are 8 em long, 88 points here
  const PanelGrid low = lay_out_grid(painter, panels(2), 2, {0, 0, 600, 80}, {});
  EXPECT_TRUE(low.y_titles.empty());
  const PanelGrid high = lay_out_grid(painter, panels(2), 2, {0, 0, 600, 100}, {});
  EXPECT_EQ(high.y_titles.size(), 1u);
  EXPECT_LT(low.cells[0].area.x, high.cells[0].area.x) << "its room goes to the plots";
}

TEST(PanelGrid, WritesNumbersOnceWhereNeighboursShareAnAxis) {
  RecordingPainter painter;
  std::vector<PlotPanel> plots = panels(6);
  PanelGrid grid = lay_out_grid(painter, plots, 3, kArea, {});
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(grid.cells[i].options.y_labels, i % 3 == 0) << i;
    EXPECT_EQ(grid.cells[i].options.x_labels, i >= 3) << i;
  }
  plots[4].y.max = 1e5;
  plots[5].x.max = 1e5;
  grid = lay_out_grid(painter, plots, 3, kArea, {});
  EXPECT_TRUE(grid.cells[4].options.y_labels) << "another y range";
  EXPECT_FALSE(grid.cells[5].options.y_labels);
  EXPECT_TRUE(grid.cells[2].options.x_labels) << "another x range below it";
  EXPECT_FALSE(grid.cells[1].options.x_labels);
}

TEST(PanelGrid, LabelsTheLowestPlotOfEveryColumn) {
  RecordingPainter painter;
  const PanelGrid grid = lay_out_grid(painter, panels(3), 2, kArea, {});
  EXPECT_FALSE(grid.cells[0].options.x_labels);
  EXPECT_TRUE(grid.cells[1].options.x_labels) << "nothing stands below it";
  EXPECT_TRUE(grid.cells[2].options.x_labels);
}

TEST(PanelGrid, FillsTheHeightItAsksFor) {
  RecordingPainter painter;
  const std::vector<PlotPanel> plots = panels(5);
  const double height = grid_height(painter, plots, 2, 500.0, 1.25, {});
  const PanelGrid grid = lay_out_grid(painter, plots, 2, {0, 0, 500, height}, {});
  const Rect axes = axes_of(grid.cells[0]);
  EXPECT_NEAR(axes.width / axes.height, 1.25, 1e-9);
  EXPECT_NEAR(grid.cells[4].area.bottom(), height, 1e-9);
}

TEST(PanelGrid, FitsTicksToTheAxes) {
  RecordingPainter painter;
  std::vector<PlotPanel> plots = panels(4);
  for (PlotPanel& plot : plots) plot.y.min = 1e-14;
  fit_grid_ticks(painter, plots, 2, {0, 0, 600, 220}, {});
  const PanelGrid grid = lay_out_grid(painter, plots, 2, {0, 0, 600, 220}, {});
  const double height = axes_of(grid.cells[0]).height;
  const AxisMap map{AxisScale::log, plots[0].y.min, plots[0].y.max, height, 0.0};
  double above = height + 1e9;
  int labels = 0;
  for (const Tick& tick : plots[0].y.ticks) {
    if (!tick.major) continue;
    const double at = map.to_point(tick.value);
    EXPECT_GT(above - at, 1.3 * DrawOptions{}.fonts.tick);
    above = at;
    ++labels;
  }
  EXPECT_GE(labels, 2);
}

TEST(PanelGrid, ManagesNoPanelsAndNoRoom) {
  RecordingPainter painter;
  EXPECT_TRUE(lay_out_grid(painter, {}, 0, kArea, {}).cells.empty());
  const std::vector<PlotPanel> plots = panels(4);
  const PanelGrid grid = lay_out_grid(painter, plots, 2, {0, 0, 5, 5}, {});
  ASSERT_EQ(grid.cells.size(), 4u);
  for (const GridCell& cell : grid.cells) {
    EXPECT_GE(axes_of(cell).width, 1.0);
    EXPECT_TRUE(std::isfinite(cell.area.bottom()));
  }
}

}  // namespace
}  // namespace sid
