#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "sid/figure/internal/plot_builder.hpp"

#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::find;
using testing::kNan;
using testing::Scene;
using testing::small_spec;

TEST(FitPlot, IncludesBoundsWithinFourDecadesInTheFit) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 5e3);
  const PlotPanel plot = scene.build().panels[0];
  EXPECT_TRUE(plot.edge_notes.empty());
  const Series* bound = find(plot, "1/bound_3_4");
  ASSERT_NE(bound, nullptr);
  EXPECT_EQ(bound->role, SeriesRole::bound);
  EXPECT_EQ(bound->colour, 1);
  EXPECT_LE(*std::max_element(bound->y.begin(), bound->y.end()), plot.y.max);
}

TEST(FitPlot, TurnsBoundsBeyondFourDecadesIntoEdgeNotes) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 1e6);
  const PlotPanel plot = scene.build().panels[0];
  ASSERT_EQ(plot.edge_notes.size(), 1u);
  const EdgeNote& note = plot.edge_notes[0];
  EXPECT_TRUE(note.top);
  EXPECT_EQ(note.series_id, "mse/1/bound_3_4");
  // The mean at t = 100 is 1/101.
  EXPECT_EQ(note.text, "Theorem 3.4, Const: 9901, 6.0 decades up");
  EXPECT_LT(plot.y.max, 1e3);
  FigureOptions all;
  all.fit = FitKind::all;
  const PlotPanel wide = scene.build(all).panels[0];
  EXPECT_TRUE(wide.edge_notes.empty());
  EXPECT_GT(wide.y.max, 1e5);
}

TEST(FitPlot, CountsPredictionsAsData) {
  Scene scene;
  scene.snapshot.curves.clear();  // theory alone
  Scene measured;
  TheoryCurve prediction = measured.add(1, "prediction", CurveKind::prediction, 1e-3);
  TheoryCurve bound = measured.add(1, "bound_3_4", CurveKind::bound, 1e9);
  scene.theory[0][1].curves = {prediction, bound};
  const PlotPanel plot = scene.build().panels[0];
  const Series* predicted = find(plot, "1/prediction");
  ASSERT_NE(predicted, nullptr);
  EXPECT_EQ(predicted->role, SeriesRole::exact) << "dotted";
  EXPECT_LE(plot.y.min, *std::min_element(predicted->y.begin(), predicted->y.end()));
  EXPECT_LT(plot.y.max, 1.0);
  ASSERT_EQ(plot.edge_notes.size(), 1u);
  EXPECT_EQ(plot.edge_notes[0].series_id, "mse/1/bound_3_4");
  EXPECT_NE(plot.edge_notes[0].text.find("12.0 decades up"), std::string::npos)
      << plot.edge_notes[0].text;
}

TEST(FitPlot, FitsTheDataWhateverLiesOutside) {
  Scene scene;
  const Axis without = scene.build().panels[0].y;
  scene.add(1, "bound_3_4", CurveKind::bound, 1e6);
  scene.add(2, "bound_3_4", CurveKind::bound, 1e6);
  const Figure figure = scene.build();
  EXPECT_EQ(figure.panels[0].y, without) << "notes stand outside the axes";
  ASSERT_EQ(figure.panels[0].edge_notes.size(), 2u);
  EXPECT_EQ(figure.panels[0].edge_notes[1].role, SeriesRole::bound);
  EXPECT_EQ(figure.panels[0].edge_notes[1].colour, 2);
  EXPECT_NE(figure.caption.find("Arrows: curves beyond the axes"), std::string::npos);
}

TEST(FitPlot, LetsBatchLeaveThroughTheBottomWithANote) {
  Scene scene;
  auto& points = scene.curve(0).points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].hypergradient.mean = std::pow(10.0, -4.0 * static_cast<double>(i));
  }
  const PlotPanel plot = scene.build().panels[0];
  EXPECT_GT(plot.y.min, 1e-6);
  const bool noted = std::any_of(
      plot.edge_notes.begin(), plot.edge_notes.end(), [](const EdgeNote& n) { return !n.top; });
  EXPECT_TRUE(noted);
  // A little below is shown whole.
  Scene near;
  for (CurvePoint& p : near.curve(0).points) p.hypergradient.mean *= 0.01;
  EXPECT_LT(near.build().panels[0].y.min, near.curve(0).points.back().hypergradient.mean);
  EXPECT_TRUE(near.build().panels[0].edge_notes.empty());
  FigureOptions all;
  all.fit = FitKind::all;
  EXPECT_LT(scene.build(all).panels[0].y.min, points.back().hypergradient.mean);
}

TEST(FitPlot, SharesTheYRangeWhereItFlattensNoCurve) {
  const auto scaled = [](double factor) {
    Scene scene(small_spec({0.1, 0.5}));
    for (std::size_t m = 0; m < 3; ++m) {
      for (CurvePoint& p : scene.curve(m, 1).points) {
        MeanEstimate& e = p.hypergradient;
        e.mean *= factor;
        e.ci_low *= factor;
        e.ci_high *= factor;
      }
    }
    return scene;
  };
  const Figure near = scaled(5.0).build();
  EXPECT_EQ(near.panels[0].y, near.panels[1].y);
  EXPECT_GT(near.panels[0].y.max, 5.0 * 0.5) << "the range of both";
  const Figure far = scaled(1e6).build();
  EXPECT_NE(far.panels[0].y.max, far.panels[1].y.max);
  EXPECT_LT(far.panels[0].y.max, 10.0);
  // A range that the user chose for one of them stays.
  FigureOptions options;
  options.limits["mse/1"].y = AxisLimits{1e-3, 1e3};
  const Figure fixed = scaled(5.0).build(options);
  EXPECT_EQ(fixed.panels[0].y, near.panels[0].y);
  EXPECT_EQ(fixed.panels[1].y.max, 1e3);
}

TEST(FitPlot, ObeysFixedLimitsAndRepairsThem) {
  Scene scene;
  FigureOptions options;
  options.limits["mse"] = {AxisLimits{2.0, 5.0}, AxisLimits{1e-2, 1e-1}};
  PlotPanel plot = scene.build(options).panels[0];
  EXPECT_EQ(plot.x.min, 2.0);
  EXPECT_EQ(plot.y.max, 1e-1);
  options.limits["mse"] = {AxisLimits{-5.0, kNan}, AxisLimits{3.0, 3.0}};
  plot = scene.build(options).panels[0];
  EXPECT_GT(plot.x.min, 0.0);
  EXPECT_LT(plot.x.min, plot.x.max);
  EXPECT_LT(plot.y.min, plot.y.max);
}

TEST(FitPlot, KeepsLimitsStillWhileARunGrows) {
  Scene scene;
  for (std::size_t m = 0; m < 3; ++m) scene.add(m, "exact", CurveKind::exact, 1.0);
  scene.snapshot.status = RunStatus::running;
  const auto full = scene.snapshot;
  std::set<std::pair<double, double>> y, x;
  for (std::size_t n = 1; n <= full.curves[1].points.size(); ++n) {
    for (std::size_t c = 0; c < full.curves.size(); ++c) {
      auto points = full.curves[c].points;
      points.resize(std::min(n, points.size()));
      for (CurvePoint& p : points) {  // bands inside what the exact curves span
        p.hypergradient.ci_low = p.hypergradient.ci_high = p.hypergradient.mean;
      }
      scene.snapshot.curves[c].points = points;
    }
    const PlotPanel plot = scene.build().panels[0];
    y.insert({plot.y.min, plot.y.max});
    x.insert({plot.x.min, plot.x.max});
  }
  EXPECT_EQ(y.size(), 1u);
  EXPECT_EQ(x.size(), 1u);
}

}  // namespace
}  // namespace sid
