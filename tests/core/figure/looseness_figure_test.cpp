#include <algorithm>
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/figure/build_figure.hpp"

#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::find;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;

FigureOptions looseness() {
  FigureOptions options;
  options.y_value = YValue::looseness;
  return options;
}

TEST(LoosenessFigure, DividesTheBoundByTheErrorAndTurnsTheInterval) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 100.0);
  const Figure figure = scene.build(looseness());
  const PlotPanel& plot = figure.panels[0];
  const Series* ratio = find(plot, "1/measured");
  ASSERT_NE(ratio, nullptr);
  ASSERT_FALSE(ratio->y.empty());
  for (std::size_t i = 0; i < ratio->y.size(); ++i) {
    EXPECT_DOUBLE_EQ(ratio->y[i], 100.0);
    EXPECT_DOUBLE_EQ(ratio->band_low[i], 100.0 / 1.5);
    EXPECT_DOUBLE_EQ(ratio->band_high[i], 150.0);
  }
  EXPECT_EQ(find(plot, "1/bound_3_4"), nullptr) << "it is in the ratio";
  EXPECT_EQ(plot.y.formula, "");
  EXPECT_THAT(plot.y.label, HasSubstr("bound ÷ E‖"));
  EXPECT_THAT(figure.caption, HasSubstr("Solid: bound over the mean of the squared error"));
  EXPECT_THAT(figure.caption, HasSubstr("Bound: Theorem 3.4."));
}

TEST(LoosenessFigure, MarksWhereBoundAndErrorAgree) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 3.0);
  const Figure figure = scene.build(looseness());
  const Series* one = find(figure.panels[0], "one");
  ASSERT_NE(one, nullptr);
  EXPECT_THAT(one->y, ::testing::Each(1.0));
  EXPECT_LT(figure.panels[0].y.min, 1.0);
  EXPECT_GT(figure.panels[0].y.max, 3.0);
  const bool named = std::any_of(figure.key.begin(), figure.key.end(), [](const LegendRow& row) {
    return row.role == SeriesRole::trust && row.label == "Bound = error";
  });
  EXPECT_TRUE(named);
  EXPECT_NE(find(figure.legend, "one"), nullptr);
}

TEST(LoosenessFigure, HoldsExactCurvesAndPredictionsAgainstTheSameBound) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 60.0);
  scene.add(1, "exact", CurveKind::exact, 2.0);
  scene.add(2, "bound_3_4", CurveKind::bound, 60.0);
  scene.add(2, "prediction", CurveKind::prediction, 0.5);
  const Figure figure = scene.build(looseness());
  const Series* exact = find(figure.panels[0], "1/exact");
  const Series* predicted = find(figure.panels[0], "2/prediction");
  ASSERT_TRUE(exact != nullptr && predicted != nullptr);
  EXPECT_DOUBLE_EQ(exact->y[2], 30.0);
  EXPECT_DOUBLE_EQ(predicted->y[2], 120.0);
  EXPECT_EQ(exact->label, "bound ÷ exact, Const");
  FigureOptions without = looseness();
  without.exact = false;
  EXPECT_EQ(find(scene.build(without).panels[0], "1/exact"), nullptr);
}

TEST(LoosenessFigure, TakesThePrimaryBoundWhateverElseIsShown) {
  Scene scene;
  scene.add(1, "bound_4_1", CurveKind::bound, 7.0).primary = false;
  scene.add(1, "bound_3_4", CurveKind::bound, 5.0);
  FigureOptions options = looseness();
  options.all_bounds = true;
  options.extra_curves = {"bound_4_1"};
  options.bounds = false;
  const Figure figure = scene.build(options);
  EXPECT_DOUBLE_EQ(find(figure.panels[0], "1/measured")->y[0], 5.0);
}

TEST(LoosenessFigure, SaysWhyThereIsNoRatio) {
  Scene scene;
  TheoryCurve& lost = scene.add(1, "bound_3_4", CurveKind::bound, 5.0);
  lost.values.clear();
  lost.verdict = Verdict::fails;
  lost.reason = "Step size 1.00 exceeds 0.5.";
  const Figure figure = scene.build(looseness());
  EXPECT_TRUE(find(figure.panels[0], "1/measured")->y.empty());
  const LegendRow* row = find(figure.legend, "1/bound_3_4");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->drawn);
  EXPECT_EQ(row->note, lost.reason);
  EXPECT_EQ(figure.panels[0].note, "There is no bound and error of one method to divide.");
  EXPECT_EQ(find(figure.panels[0], "one"), nullptr);
}

TEST(LoosenessFigure, LeavesOutErrorsBelowTheAccuracyOfTheReference) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 5.0);
  scene.curve(1).points.back().hypergradient.mean = 1e-300;
  const Figure figure = scene.build(looseness());
  const Series* ratio = find(figure.panels[0], "1/measured");
  EXPECT_TRUE(std::isnan(ratio->y.back()));
  EXPECT_DOUBLE_EQ(ratio->y.front(), 5.0);
  EXPECT_EQ(figure.panels[0].gaps, 0);
}

TEST(LoosenessFigure, LeavesErrorsAsTheyAreByDefault) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 100.0);
  const Figure figure = scene.build();
  EXPECT_NE(find(figure.panels[0], "1/bound_3_4"), nullptr);
  EXPECT_EQ(find(figure.panels[0], "one"), nullptr);
  EXPECT_THAT(figure.caption, Not(HasSubstr("bound over")));
}

}  // namespace
}  // namespace sid
