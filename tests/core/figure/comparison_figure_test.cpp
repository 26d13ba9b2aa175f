#include "sid/figure/comparison_figure.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/figure/figure_data.hpp"
#include "sid/figure/write_figure.hpp"

#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::find;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;
using testing::small_spec;

std::vector<ComparedRun> as_runs(const std::vector<const Scene*>& scenes) {
  std::vector<ComparedRun> runs;
  for (const Scene* scene : scenes) {
    runs.push_back({run_letter(runs.size()), "", &scene->snapshot, &scene->theory});
  }
  return runs;
}

Figure build(const std::vector<const Scene*>& scenes, const CompareOptions& options = {}) {
  const std::vector<ComparedRun> runs = as_runs(scenes);
  const RunComparison comparison =
      compare_runs(runs, Quantity::hypergradient, ratio_axis(options.figure.x_unit));
  return build_comparison(runs, comparison, options);
}

/// A scene whose errors are `factor` times the usual ones.
Scene scaled(double factor) {
  Scene scene;
  for (std::size_t m = 0; m < 3; ++m) {
    for (CurvePoint& point : scene.curve(m).points) {
      for (double* value :
           {&point.hypergradient.mean, &point.hypergradient.ci_low, &point.hypergradient.ci_high}) {
        *value *= factor;
      }
    }
  }
  return scene;
}

CompareOptions options_of(CompareArrangement arrangement, CompareValue value) {
  CompareOptions options;
  options.arrangement = arrangement;
  options.value = value;
  return options;
}

TEST(ComparisonFigure, OnePlotHasEveryCurveOfEveryRun) {
  const Scene a, b = scaled(3.0);
  const Figure figure = build({&a, &b});
  ASSERT_EQ(figure.panels.size(), 1U);
  const PlotPanel& plot = figure.panels[0];
  EXPECT_EQ(plot.id, "compare");
  ASSERT_EQ(plot.series.size(), 6U) << "measured curves alone";
  std::set<std::string> labels;
  for (const Series& s : plot.series) {
    EXPECT_EQ(s.role, SeriesRole::measured);
    labels.insert(s.end_label);
  }
  EXPECT_EQ(labels, (std::set<std::string>{"A", "B"}));
  for (std::size_t m = 0; m < 3; ++m) {
    const std::string key = "/" + std::to_string(m) + "/measured";
    const Series &mine = *find(plot, "A" + key), &other = *find(plot, "B" + key);
    EXPECT_EQ(mine.colour, other.colour) << "colour is the method";
    EXPECT_NE(mine.marker, other.marker) << "the marker is the run";
    EXPECT_DOUBLE_EQ(other.y[3], 3.0 * mine.y[3]);
  }
  EXPECT_EQ(figure.key.size(), 5U) << "three methods, two runs";
}

TEST(ComparisonFigure, RatiosAreThoseOfTheComparison) {
  const Scene a, b = scaled(3.0), c = scaled(0.5);
  const Figure figure =
      build({&a, &b, &c}, options_of(CompareArrangement::one_plot, CompareValue::ratio));
  const PlotPanel& plot = figure.panels[0];
  EXPECT_EQ(find(plot, "A/1/measured"), nullptr) << "the base is the line at 1";
  ASSERT_NE(find(plot, "one"), nullptr);
  EXPECT_EQ(find(plot, "one")->y, (std::vector<double>{1.0, 1.0}));
  for (const auto& [letter, factor] : {std::pair{"B", 3.0}, std::pair{"C", 0.5}}) {
    const Series& s = *find(plot, std::string(letter) + "/1/measured");
    for (const double y : s.y) EXPECT_NEAR(y, factor, 1e-12);
    // Both intervals are [m/1.5, 1.5 m]; in quadrature their logarithms give sqrt(2) log 1.5.
    for (std::size_t i = 0; i < s.y.size(); ++i) {
      EXPECT_NEAR(std::log(s.band_high[i] / s.y[i]), std::sqrt(2.0) * std::log(1.5), 1e-12);
    }
  }
  EXPECT_LT(plot.y.min, 0.5);
  EXPECT_GT(plot.y.max, 3.0);
  EXPECT_THAT(plot.y.label, HasSubstr("error of A"));
  EXPECT_TRUE(plot.y.formula.empty());
  EXPECT_THAT(figure.caption, HasSubstr("B and C ÷ A"));
}

TEST(ComparisonFigure, SideBySideSharesTheAxes) {
  const Scene a, b = scaled(300.0), c = scaled(0.01);
  Scene bounded = scaled(1.0);
  bounded.add(1, "bound_3_4", CurveKind::bound, 20.0);
  const CompareOptions options = options_of(CompareArrangement::side_by_side, CompareValue::errors);
  const Figure figure = build({&a, &b, &c, &bounded, &a}, options);
  ASSERT_EQ(figure.panels.size(), 5U);
  EXPECT_EQ(figure.columns, 3) << "at most four in a row, and rows of about one length";
  for (const PlotPanel& plot : figure.panels) {
    EXPECT_EQ(plot.x.min, figure.panels[0].x.min);
    EXPECT_EQ(plot.x.max, figure.panels[0].x.max);
    EXPECT_EQ(plot.y.min, figure.panels[0].y.min);
    EXPECT_EQ(plot.y.max, figure.panels[0].y.max);
  }
  EXPECT_NE(find(figure.panels[3], "D/1/bound_3_4"), nullptr);
  EXPECT_THAT(figure.panels[1].title, HasSubstr("B"));
  EXPECT_TRUE(find(figure.panels[1], "B/1/measured")->end_label.empty());
  const Figure ratios =
      build({&a, &b, &c}, options_of(CompareArrangement::side_by_side, CompareValue::ratio));
  ASSERT_EQ(ratios.panels.size(), 2U);
  EXPECT_EQ(ratios.panels[0].title, "B ÷ A");
}

TEST(ComparisonFigure, ColoursFollowLabelsThroughAllRuns) {
  RunSpec turned = small_spec();
  std::swap(turned.methods[1], turned.methods[2]);
  const Scene a, b(turned);
  const PlotPanel plot = build({&a, &b}).panels[0];
  EXPECT_EQ(find(plot, "A/1/measured")->colour, find(plot, "B/2/measured")->colour);
  EXPECT_EQ(find(plot, "A/2/measured")->colour, find(plot, "B/1/measured")->colour);
}

TEST(ComparisonFigure, HasAPlotForEachCommonHyperparameter) {
  const Scene a(small_spec({0.1, 1.0, 10.0})), b(small_spec({10.0, 0.1}));
  const Figure figure = build({&a, &b});
  ASSERT_EQ(figure.panels.size(), 2U);
  EXPECT_EQ(figure.panels[0].id, "compare/0");
  EXPECT_EQ(figure.panels[0].title, "λ = 0.1");
  EXPECT_EQ(figure.panels[1].title, "λ = 10");
  EXPECT_THAT(figure.caption, HasSubstr("left out: 1 of A"));
  CompareOptions one;
  one.figure.panels = {1};
  EXPECT_EQ(build({&a, &b}, one).panels.size(), 1U);
}

TEST(ComparisonFigure, HidesAndKeepsLimitsAsAsked) {
  const Scene a, b;
  CompareOptions options;
  options.figure.hidden = {"B/1/measured"};
  options.figure.limits["compare"] = {AxisLimits{1.0, 3.0}, std::nullopt};
  const PlotPanel plot = build({&a, &b}, options).panels[0];
  EXPECT_FALSE(find(plot, "B/1/measured")->visible);
  EXPECT_TRUE(find(plot, "A/1/measured")->visible);
  EXPECT_EQ(plot.x.max, 3.0);
}

TEST(ComparisonFigure, SaysSoWhereThereIsNothing) {
  Scene empty;
  empty.snapshot.curves.clear();
  const Scene a;
  EXPECT_FALSE(build({&empty}).panels[0].note.empty());
  const Figure ratio =
      build({&a, &empty}, options_of(CompareArrangement::one_plot, CompareValue::ratio));
  EXPECT_THAT(ratio.panels[0].note, HasSubstr("No error of both"));
  Scene unprepared;
  unprepared.snapshot.bench.reset();
  EXPECT_FALSE(build({&a, &unprepared}).panels[0].note.empty());
  const std::vector<ComparedRun> none;
  EXPECT_ANY_THROW(build_comparison(none, {}, {}));
}

TEST(ComparisonFigure, EveryFormatHasCurvesAndLetters) {
  const Scene a, b = scaled(3.0);
  Figure figure = build({&a, &b});
  figure.metadata = "spec";
  for (const FigureFormat format : {FigureFormat::svg, FigureFormat::pdf, FigureFormat::png}) {
    FigureFileOptions file;
    file.format = format;
    const auto labelled = render_figure(figure, file);
    ASSERT_TRUE(labelled) << labelled.error().message;
    Figure plain = figure;
    for (Series& s : plain.panels[0].series) s.end_label.clear();
    EXPECT_NE(*labelled, *render_figure(plain, file)) << "letters are drawn";
  }
  FigureFileOptions tex;
  tex.format = FigureFormat::tex;
  const std::string document = render_figure(figure, tex).value();
  const auto count = [&](const std::string& words) {
    int found = 0;
    for (std::size_t at = document.find(words); at != std::string::npos;
         at = document.find(words, at + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("{A};"), 3);
  EXPECT_EQ(count("{B};"), 3);
  const std::string csv = figure_data(figure, DataFormat::csv, DataRange::all).value();
  EXPECT_THAT(csv, HasSubstr("compare,A/0/measured,A: Batch,measured,"));
  EXPECT_THAT(csv, HasSubstr("compare,B/2/measured,B: Dec,measured,"));
  EXPECT_THAT(figure_data(figure, DataFormat::npz, DataRange::all).value(),
              HasSubstr("compare/B/1/measured/value"));
}

}  // namespace
}  // namespace sid
