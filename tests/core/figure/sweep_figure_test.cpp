#include "sid/figure/sweep_figure.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/figure/write_figure.hpp"

#include "core/figure/scene.hpp"

namespace sid {
namespace {

SweepRequest small_request() {
  SweepRequest request;
  request.spec = testing::small_spec();
  request.spec.methods[1].step.eta = 0.3;
  request.method = 1;
  request.x = known_sweep_axis("eta", request.spec, 1).value();
  request.x.values = sweep_values({0.05, 4.0, 9, true}, false).value();
  request.y = known_sweep_axis("minibatch", request.spec, 1).value();
  request.y.values = {1.0, 10.0, 100.0};
  return request;
}

const Series* find(const PlotPanel& plot, const std::string& key) {
  const auto found = std::find_if(
      plot.series.begin(), plot.series.end(), [&](const Series& s) { return s.key == key; });
  return found == plot.series.end() ? nullptr : &*found;
}

TEST(SweepFigure, IsAMapWithItsEdgesAndThePresentSetting) {
  const auto done = sweep(small_request());
  const Figure figure = build_sweep_figure(*done);
  ASSERT_EQ(figure.panels.size(), 1U);
  const PlotPanel& plot = figure.panels[0];
  ASSERT_TRUE(plot.heat);
  EXPECT_EQ(plot.heat->values.size(), 27U);
  EXPECT_EQ(plot.x.label, "step size η");
  EXPECT_EQ(plot.x.min, plot.heat->x_edges.front());
  EXPECT_EQ(plot.heat->colour.formula, "y-hypergradient");
  for (std::size_t i = 0; i < 27; ++i) {
    const SweepValue& value = done->cells[i].value(Quantity::hypergradient);
    EXPECT_EQ(plot.heat->states[i], value.diverged ? CellState::diverged : CellState::value);
    if (!value.diverged) {
      EXPECT_EQ(plot.heat->values[i], value.mean);
    }
  }
  for (const char* key : {"edge/paper", "edge/sharpened", "edge/stability"}) {
    const Series* const edge = find(plot, key);
    ASSERT_NE(edge, nullptr) << key;
    EXPECT_EQ(edge->y.front(), plot.y.min) << "up to the rims of the map";
    EXPECT_EQ(edge->y.back(), plot.y.max);
  }
  const Series* const here = find(plot, kSweepHereKey);
  ASSERT_NE(here, nullptr);
  EXPECT_EQ(here->x.front(), 0.3);
  EXPECT_EQ(here->y.front(), 10.0);
  EXPECT_EQ(figure.legend.size(), 3U);
  EXPECT_NE(figure.caption.find("Diamond: η = 0.3, b = 10."), std::string::npos) << figure.caption;
  EXPECT_NE(figure.caption.find("exact expectations"), std::string::npos) << figure.caption;
  EXPECT_NE(figure.caption.find("Hatched"), std::string::npos);
  EXPECT_NE(figure.caption.find("t = k = 100"), std::string::npos);
  RunSpec moved = done->of->spec;
  moved.methods[1].step.eta = 0.7;
  EXPECT_EQ(find(build_sweep_figure(*done, {}, &moved).panels[0], kSweepHereKey)->x.front(), 0.7);
}

TEST(SweepFigure, LeavesOutWhatIsNotComputed) {
  SweepSnapshot part = *sweep(small_request());
  part.cells[4] = {};
  part.cells_done = 26;
  const Figure figure = build_sweep_figure(part, {.faded = true});
  EXPECT_EQ(figure.panels[0].heat->states[4], CellState::pending);
  EXPECT_TRUE(std::isnan(figure.panels[0].heat->values[4]));
  EXPECT_TRUE(figure.panels[0].heat->faded);
  EXPECT_NE(figure.caption.find("Not computed: 1 cell."), std::string::npos) << figure.caption;
  EXPECT_TRUE(build_sweep_figure(SweepSnapshot{}).panels.empty());
}

TEST(SweepFigure, CountsCellsBeyondBothEndsOfTheColours) {
  SweepSnapshot odd = *sweep(small_request());
  odd.cells[0].values[0] = {1e-30, 1e-30, 1e-30, false};
  odd.cells[1].values[0] = {1e30, 1e30, 1e30, false};
  const Figure figure = build_sweep_figure(odd);
  EXPECT_NE(figure.caption.find("The first colour stands for 1 cell below"), std::string::npos)
      << figure.caption;
  EXPECT_NE(figure.caption.find("The last colour stands for 1 cell above"), std::string::npos);
  EXPECT_GT(figure.panels[0].heat->colour.min, 1e-10);
  EXPECT_LT(figure.panels[0].heat->colour.max, 1e10);
}

TEST(SweepFigure, BreaksAnEdgeWhereARowHasNoLimit) {
  SweepSnapshot part = *sweep(small_request());
  SweepEdge& paper = part.edges.front();
  ASSERT_EQ(paper.y, (std::vector<double>{1.0, 10.0, 100.0}));
  paper.x.erase(paper.x.begin() + 1);
  paper.y.erase(paper.y.begin() + 1);
  const Figure figure = build_sweep_figure(part);
  const Series* const edge = find(figure.panels[0], "edge/paper");
  ASSERT_NE(edge, nullptr);
  ASSERT_EQ(edge->x.size(), 5U) << "rim, limit, gap, limit, rim";
  EXPECT_TRUE(std::isnan(edge->x[2]) && std::isnan(edge->y[2]));
  EXPECT_EQ(edge->x[1], paper.x[0]);
  EXPECT_EQ(edge->y[3], 100.0);
  paper.x.erase(paper.x.begin());
  paper.y.erase(paper.y.begin());
  EXPECT_EQ(find(build_sweep_figure(part).panels[0], "edge/paper")->x.size(), 2U)
      << "the topmost row alone";
  for (const FigureFormat format : {FigureFormat::svg, FigureFormat::csv, FigureFormat::json}) {
    FigureFileOptions options;
    options.format = format;
    EXPECT_TRUE(render_figure(figure, options));
  }
}

TEST(SweepFigure, WritesSettingsAsTheyAreRead) {
  SweepAxis axis;
  EXPECT_EQ(sweep_value_text(axis, 0.3), "0.3");
  EXPECT_EQ(sweep_value_text(axis, 10.0), "10");
  EXPECT_EQ(sweep_value_text(axis, 100.0), "100");
  EXPECT_EQ(sweep_value_text(axis, 1.25e-5), "1.25·10⁻⁵");
  axis.whole = true;
  EXPECT_EQ(sweep_value_text(axis, 123456.0), "123456");
}

TEST(SweepFigure, IsDrawnInEveryFormat) {
  const Figure figure = build_sweep_figure(*sweep(small_request()));
  for (std::size_t i = 0; i < kFigureFormats.size(); ++i) {
    FigureFileOptions options;
    options.format = static_cast<FigureFormat>(i);
    EXPECT_TRUE(render_figure(figure, options)) << kFigureFormats[i];
  }
}

}  // namespace
}  // namespace sid
