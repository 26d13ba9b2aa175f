#include "sid/figure/heat_map.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sid/figure/colour_map.hpp"
#include "sid/figure/draw_heat_map.hpp"
#include "sid/figure/figure_data.hpp"
#include "sid/figure/ticks.hpp"
#include "sid/figure/write_figure.hpp"

#include "core/figure/recording_painter.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::RecordingPainter;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Three columns, two rows: one cell diverged, one pending.
PlotPanel small_map() {
  PlotPanel plot;
  plot.id = "sweep";
  HeatMap map;
  map.x = {0.01, 0.1, 1.0};
  map.y = {1.0, 10.0};
  map.x_edges = cell_edges(map.x, AxisScale::log);
  map.y_edges = cell_edges(map.y, AxisScale::log);
  map.values = {1.0, 0.1, 7e9, 0.5, kNaN, 0.01};
  map.states = {CellState::value,
                CellState::value,
                CellState::diverged,
                CellState::value,
                CellState::pending,
                CellState::value};
  const AxisLimits limits = colour_limits(map, AxisScale::log).value();
  map.colour.min = limits.min;
  map.colour.max = limits.max;
  map.colour.label = "E‖error‖²";
  plot.x.label = "step size η";
  plot.y.label = "minibatch b";
  plot.x.min = map.x_edges.front();
  plot.x.max = map.x_edges.back();
  plot.y.min = map.y_edges.front();
  plot.y.max = map.y_edges.back();
  plot.heat = std::move(map);
  Series edge;
  edge.id = "sweep/edge/stability";
  edge.key = "edge/stability";
  edge.label = "exact stability";
  edge.role = SeriesRole::exact;
  edge.colour = -1;
  edge.x = {0.2, 0.6};
  edge.y = {1.0, 10.0};
  plot.series.push_back(edge);
  set_ticks(plot, 300.0, 200.0);
  return plot;
}

Figure small_figure() {
  Figure figure;
  figure.title = "Map";
  figure.caption = "Cells.";
  figure.panels = {small_map()};
  return figure;
}

TEST(HeatMap, PutsEdgesHalfWayOnItsScale) {
  const std::vector<double> centres = {1.0, 10.0, 1000.0};
  const std::vector<double> log = cell_edges(centres, AxisScale::log);
  ASSERT_EQ(log.size(), 4U);
  EXPECT_NEAR(log[0], std::pow(10.0, -0.5), 1e-12);
  EXPECT_NEAR(log[1], std::sqrt(10.0), 1e-12);
  EXPECT_NEAR(log[2], 100.0, 1e-10);
  EXPECT_NEAR(log[3], 1e4, 1e-8);
  const std::vector<double> linear = cell_edges(centres, AxisScale::linear);
  EXPECT_DOUBLE_EQ(linear[0], -3.5);
  EXPECT_DOUBLE_EQ(linear[3], 1495.0);
  for (const AxisScale scale : {AxisScale::log, AxisScale::linear}) {
    const std::vector<double> one = cell_edges(std::vector<double>{2.0}, scale);
    EXPECT_LT(one[0], 2.0);
    EXPECT_GT(one[1], 2.0);
  }
}

TEST(HeatMap, FitsColoursToWhatHasAValue) {
  const PlotPanel plot = small_map();
  EXPECT_EQ(plot.heat->colour.min, 0.01);
  EXPECT_EQ(plot.heat->colour.max, 1.0) << "what diverged does not count";
  HeatMap wide = *plot.heat;
  wide.values[0] = 1e30;
  EXPECT_EQ(colour_limits(wide, AxisScale::log)->min, 0.01);
  EXPECT_EQ(colour_limits(wide, AxisScale::log)->max, 0.5)
      << "a few huge errors do not take the colours of all others";
  wide.values[0] = 1e-30;
  EXPECT_EQ(colour_limits(wide, AxisScale::log)->min, 0.01) << "nor do tiny ones";
  EXPECT_EQ(colour_limits(wide, AxisScale::log)->max, 0.5);
  // Two and two: the upper ones.
  wide.values = {1e-20, 1e-19, 7e9, 1.0, kNaN, 10.0};
  EXPECT_EQ(colour_limits(wide, AxisScale::log)->min, 1.0);
  EXPECT_EQ(colour_limits(wide, AxisScale::log)->max, 10.0);
  wide.states.assign(wide.states.size(), CellState::pending);
  EXPECT_FALSE(colour_limits(wide, AxisScale::log));
}

TEST(HeatMap, FindsTheCellOfAPlace) {
  const HeatMap map = *small_map().heat;
  EXPECT_EQ(cell_at(map, 0.011, 1.1), 0U);
  EXPECT_EQ(cell_at(map, 0.9, 1.1), 2U);
  EXPECT_EQ(cell_at(map, 0.12, 9.0), 4U);
  EXPECT_EQ(cell_at(map, map.x_edges.back(), map.y_edges.back()), 5U);
  EXPECT_FALSE(cell_at(map, 100.0, 1.0));
  EXPECT_FALSE(cell_at(map, kNaN, 1.0));
}

TEST(HeatMap, DrawsCellsAsOneGridUnderItsCurves) {
  const PlotPanel plot = small_map();
  RecordingPainter painter;
  const PlotGeometry g = draw_panel(painter, plot, {0, 0, 400, 300}, light_theme());
  ASSERT_EQ(painter.grids.size(), 2U) << "the map and its colour bar";
  const RecordingPainter::Grid& grid = painter.grids.front();
  ASSERT_EQ(grid.colours.size(), 6U);
  EXPECT_DOUBLE_EQ(grid.x.front(), g.plot.x);
  EXPECT_DOUBLE_EQ(grid.x.back(), g.plot.right());
  // Rows from the top: the second row of the map comes first.
  EXPECT_EQ(grid.colours[1].a, 0) << "pending";
  EXPECT_EQ(grid.colours[2], heat_colour(0.0));
  EXPECT_EQ(grid.colours[3], heat_colour(1.0));
  EXPECT_EQ(grid.colours[5], diverged_ground(light_theme()));
  EXPECT_GT(painter.grids[1].x.front(), g.plot.right());
  EXPECT_LT(painter.grids[1].x.back(), 400.0);
  EXPECT_TRUE(painter.finite);
  EXPECT_EQ(painter.clip_depth, 0);
  // Over colours a curve has a rim: solid, wider, below it.
  ASSERT_GE(painter.lines.size(), 2U);
  const auto& curve = painter.lines.back();
  const auto& rim = painter.lines[painter.lines.size() - 2];
  EXPECT_GT(rim.stroke.width, curve.stroke.width);
  EXPECT_EQ(rim.stroke.dash.count, 0);
}

TEST(HeatMap, HatchesWhatDivergedAndNothingElse) {
  const PlotPanel plot = small_map();
  RecordingPainter painter;
  const PlotGeometry g = draw_panel(painter, plot, {0, 0, 400, 300}, light_theme());
  const Rect cell{g.x.to_point(plot.heat->x_edges[2]),
                  g.y.to_point(plot.heat->y_edges[1]),
                  g.x.to_point(plot.heat->x_edges[3]) - g.x.to_point(plot.heat->x_edges[2]),
                  g.y.to_point(plot.heat->y_edges[0]) - g.y.to_point(plot.heat->y_edges[1])};
  const std::vector<HatchLine> lines = hatch_lines(*plot.heat, g, 5.0);
  ASSERT_GT(lines.size(), 5U);
  double total = 0.0;
  for (const HatchLine& line : lines) {
    for (const Point& p : {line.from, line.to}) {
      EXPECT_GE(p.x, cell.x - 1e-9);
      EXPECT_LE(p.x, cell.right() + 1e-9);
      EXPECT_GE(p.y, cell.y - 1e-9);
      EXPECT_LE(p.y, cell.bottom() + 1e-9);
    }
    total += std::hypot(line.to.x - line.from.x, line.to.y - line.from.y);
  }
  // Lines five points apart have a length of a fifth of the area.
  EXPECT_NEAR(total, cell.width * cell.height / 5.0, 0.05 * cell.width * cell.height / 5.0);
  // Over cells that touch a line is one piece.
  PlotPanel all = plot;
  all.heat->states.assign(6, CellState::diverged);
  const double step = 5.0 * std::sqrt(2.0);
  const auto across = static_cast<std::size_t>((g.plot.width + g.plot.height) / step);
  EXPECT_LE(hatch_lines(*all.heat, g, 5.0).size(), across + 2);
}

TEST(HeatMap, SurvivesWhatDoesNotFitTogether) {
  PlotPanel plot = small_map();
  plot.heat->values.pop_back();
  RecordingPainter painter;
  draw_panel(painter, plot, {0, 0, 400, 300}, dark_theme());
  EXPECT_EQ(painter.grids.size(), 1U) << "the bar alone";
  plot = small_map();
  plot.x.min = 0.05;  // a part of the map
  plot.x.max = 0.2;
  RecordingPainter zoomed;
  const PlotGeometry g = draw_panel(zoomed, plot, {0, 0, 400, 300}, dark_theme());
  EXPECT_GE(zoomed.grids.front().x.front(), g.plot.x - 1e-9);
  EXPECT_LE(zoomed.grids.front().x.back(), g.plot.right() + 1e-9);
}

TEST(HeatMap, GoesIntoEveryFormat) {
  const Figure figure = small_figure();
  for (std::size_t i = 0; i < kFigureFormats.size(); ++i) {
    FigureFileOptions options;
    options.format = static_cast<FigureFormat>(i);
    const auto bytes = render_figure(figure, options);
    ASSERT_TRUE(bytes) << kFigureFormats[i];
    EXPECT_GT(bytes->size(), 200U) << kFigureFormats[i];
    EXPECT_EQ(*bytes, *render_figure(figure, options)) << kFigureFormats[i];
  }
}

TEST(HeatMap, IsATableOfItsCells) {
  const std::string csv = *figure_data(small_figure(), DataFormat::csv, DataRange::all);
  EXPECT_NE(csv.find("plot,curve,label,role,x,y,value,state\n"), std::string::npos);
  EXPECT_NE(csv.find("sweep,cells,,cell,1,1,7e+09,diverged\n"), std::string::npos);
  EXPECT_NE(csv.find("sweep,cells,,cell,0.1,10,,pending\n"), std::string::npos);
  EXPECT_NE(csv.find("sweep,edge/stability,exact stability,exact,0.2,1,,\n"), std::string::npos);
  const auto json =
      nlohmann::json::parse(*figure_data(small_figure(), DataFormat::json, DataRange::all));
  const auto& map = json["plots"][0]["heat_map"];
  EXPECT_EQ(map["values"][0][1], 0.1);
  EXPECT_TRUE(map["values"][1][1].is_null());
  EXPECT_EQ(map["states"][0][2], "diverged");
  EXPECT_EQ(map["x_edges"].size(), 4U);
  const std::string npz = *figure_data(small_figure(), DataFormat::npz, DataRange::all);
  EXPECT_NE(npz.find("sweep/cells/value.npy"), std::string::npos);
  EXPECT_NE(npz.find("'shape': (2, 3)"), std::string::npos);
}

std::string tex() {
  FigureFileOptions options;
  options.format = FigureFormat::tex;
  return render_figure(small_figure(), options).value();
}

TEST(HeatMap, IsAMatrixPlotInLatex) {
  const std::string text = tex();
  EXPECT_NE(text.find("matrix plot*, mesh/cols=3, mesh/rows=2, point meta=explicit"),
            std::string::npos);
  EXPECT_NE(text.find("(1,10) [-2]"), std::string::npos) << "coloured by the logarithm";
  EXPECT_NE(text.find("colormap={sidlab}"), std::string::npos);
  EXPECT_NE(text.find("point meta min=-2, point meta max=0"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

/// The map cut to its first columns and rows.
Figure cut_figure(std::size_t columns, std::size_t rows) {
  Figure figure = small_figure();
  PlotPanel& plot = figure.panels[0];
  HeatMap& map = *plot.heat;
  const HeatMap whole = map;
  map.x.resize(columns);
  map.y.resize(rows);
  map.x_edges = cell_edges(map.x, AxisScale::log);
  map.y_edges = cell_edges(map.y, AxisScale::log);
  map.values.clear();
  map.states.clear();
  for (std::size_t i = 0; i < columns * rows; ++i) {
    const std::size_t cell = i / columns * whole.x.size() + i % columns;
    map.values.push_back(whole.values[cell % whole.values.size()]);
    map.states.push_back(whole.states[cell % whole.states.size()]);
  }
  plot.x.min = map.x_edges.front();
  plot.x.max = map.x_edges.back();
  plot.y.min = map.y_edges.front();
  plot.y.max = map.y_edges.back();
  set_ticks(plot, 300.0, 200.0);
  return figure;
}

std::vector<Figure> latex_figures() {
  return {small_figure(), cut_figure(1, 1), cut_figure(3, 1), cut_figure(1, 2)};
}

TEST(HeatMap, IsFilledCellByCellInLatexWhereARowOrColumnIsAlone) {
  for (const Figure& figure : {cut_figure(1, 1), cut_figure(3, 1), cut_figure(1, 2)}) {
    FigureFileOptions options;
    options.format = FigureFormat::tex;
    const std::string text = render_figure(figure, options).value();
    EXPECT_EQ(text.find("matrix plot"), std::string::npos);
    EXPECT_NE(text.find("colorbar"), std::string::npos);
    const Colour first = heat_colour(colour_share(figure.panels[0].heat->colour, 1.0));
    const std::string fill = "\\fill[fill={rgb,255:red," + std::to_string(first.r) + ";green," +
                             std::to_string(first.g) + ";blue," + std::to_string(first.b) + "}";
    EXPECT_NE(text.find(fill), std::string::npos) << fill;
  }
}

TEST(HeatMap, CompilesInLatex) {
  if (std::system("command -v pdflatex >/dev/null && kpsewhich standalone.cls pgfplots.sty "
                  ">/dev/null") != 0) {
    GTEST_SKIP() << "needs pdflatex with standalone and pgfplots (Debian packages "
                    "texlive-latex-extra, texlive-pictures)";
  }
  for (const Figure& figure : latex_figures()) {
    const test::TemporaryFolder folder;
    FigureFileOptions options;
    options.format = FigureFormat::tex;
    ASSERT_TRUE(write_figure(figure, folder.file("map.tex"), options));
    const std::string command = "cd '" + folder.path() +
                                "' && pdflatex -interaction=nonstopmode -halt-on-error map.tex "
                                ">log.txt 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << folder.read("log.txt");
    EXPECT_EQ(folder.read("map.pdf").rfind("%PDF-", 0), 0U);
  }
}

}  // namespace
}  // namespace sid
