#include "sid/figure/build_figure.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::find;
using testing::kNan;
using testing::method;
using testing::Scene;
using testing::small_spec;

TEST(MethodStyles, FollowTheKindAndTakeFreeSlotsForMore) {
  RunSpec spec;
  spec.methods = {method("d", MethodKind::sid, StepKind::decreasing),
                  method("c1", MethodKind::sid, StepKind::constant),
                  method("c2", MethodKind::sid, StepKind::constant),
                  method("b", MethodKind::batch, StepKind::constant),
                  method("c3", MethodKind::sid, StepKind::constant)};
  const auto styles = method_styles(spec);
  EXPECT_EQ(styles[0].colour, 2);
  EXPECT_EQ(styles[1].colour, 1);
  EXPECT_EQ(styles[3].colour, 0);
  // Two-phase (3) is free, then drawn (4).
  EXPECT_EQ(styles[2].colour, 3);
  EXPECT_EQ(styles[4].colour, 4);
  EXPECT_EQ(styles[2].marker, Marker::diamond);
}

TEST(MethodStyles, StayDistinctBeyondTheColours) {
  RunSpec spec;
  for (int i = 0; i < 20; ++i) {
    spec.methods.push_back(method("c", MethodKind::sid, StepKind::constant));
  }
  std::set<std::pair<int, Marker>> seen;
  for (const MethodStyle& s : method_styles(spec)) {
    EXPECT_TRUE(seen.insert({s.colour, s.marker}).second);
  }
}

TEST(BuildFigure, DrawsMeasuredCurvesWithBands) {
  Scene scene;
  const Figure figure = scene.build();
  ASSERT_EQ(figure.panels.size(), 1u);
  const PlotPanel& plot = figure.panels[0];
  EXPECT_EQ(plot.id, "mse");
  EXPECT_EQ(plot.y.formula, "y-hypergradient");
  const Series* batch = find(plot, "0/measured");
  const Series* dec = find(plot, "2/measured");
  ASSERT_TRUE(batch != nullptr && dec != nullptr);
  EXPECT_EQ(dec->id, "mse/2/measured");
  EXPECT_TRUE(batch->band_low.empty()) << "one replica has no band";
  ASSERT_EQ(dec->band_low.size(), dec->y.size());
  EXPECT_DOUBLE_EQ(dec->band_high[3], 1.5 * dec->y[3]);
  EXPECT_EQ(dec->colour, 2);
  EXPECT_EQ(dec->marker, Marker::triangle);
  EXPECT_NE(figure.caption.find("95\u00a0% interval of the mean, n\u00a0=\u00a08"),
            std::string::npos)
      << figure.caption;
  EXPECT_EQ(figure.key.size(), 3u);
}

TEST(BuildFigure, MirrorsAStandardDeviationThatExceedsTheMean) {
  Scene scene;
  FigureOptions options;
  options.band = BandKind::std;
  const Series log = *find(scene.build(options).panels[0], "1/measured");
  EXPECT_DOUBLE_EQ(log.band_high[0], 3.0 * log.y[0]);
  EXPECT_DOUBLE_EQ(log.band_low[0], log.y[0] / 3.0);
  options.log_y = false;
  const Series linear = *find(scene.build(options).panels[0], "1/measured");
  EXPECT_DOUBLE_EQ(linear.band_low[0], -linear.y[0]);
  options.band = BandKind::none;
  EXPECT_TRUE(find(scene.build(options).panels[0], "1/measured")->band_low.empty());
}

TEST(BuildFigure, ListsBoundsThatDoNotApplyWithTheReason) {
  Scene scene;
  TheoryCurve& c = scene.add(1, "bound_3_4", CurveKind::bound, 1.0);
  c.values.clear();
  c.verdict = Verdict::fails;
  c.reason = "Step size 0.70 exceeds 1/(1+σ₂) = 0.593. More words.";
  const Figure figure = scene.build();
  const LegendRow* row = find(figure.legend, "1/bound_3_4");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->drawn);
  EXPECT_EQ(row->note, c.reason);
  const LegendRow* brief = find(figure.key, "1/bound_3_4");
  ASSERT_NE(brief, nullptr);
  EXPECT_EQ(brief->label, "Theorem 3.4");
  EXPECT_EQ(brief->note, "Const (step size 0.70 exceeds 1/(1+σ₂) = 0.593)");
  EXPECT_TRUE(find(figure.panels[0], "1/bound_3_4")->y.empty());
}

TEST(BuildFigure, PrintsEveryAbsentBoundWithTheFirstClauseOfItsReason) {
  Scene scene(small_spec({0.5, 2.0}));
  const auto fails = [&](std::size_t panel, std::size_t method, const char* reason) {
    TheoryCurve c;
    c.id = "bound_3_4";
    c.label = "Theorem 3.4";
    c.primary = true;
    c.reason = reason;
    scene.theory[panel][method].curves.push_back(c);
  };
  fails(0, 0, "E is quadratic, so it has no Lipschitz constant (A(iv)), and no ball is known.");
  fails(0,
        1,
        "No bound σ(k) of the linear system: Step size 1.00 exceeds 0.929, up to which the direct "
        "bound contracts (linear system). Its curve is not drawn.");
  fails(1, 1, "Another reason.");
  fails(0, 2, "β must exceed 1/(1−q²) = 25.3 for the 1/t rate; now 20.0 (lower level).");
  const Figure figure = scene.build();
  const LegendRow* row = find(figure.key, "0/bound_3_4");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->drawn);
  EXPECT_EQ(row->label, "Theorem 3.4");
  EXPECT_EQ(row->note,
            "Batch (λ\u00a0=\u00a00.5: E is quadratic, so it has no Lipschitz constant); "
            "Const (λ\u00a0=\u00a00.5 and 1\u00a0more, linear system: step size 1.00 exceeds "
            "0.929); "
            "Dec (λ\u00a0=\u00a00.5: β must exceed 1/(1−q²) = 25.3 for the 1/t rate; now 20.0)");
  EXPECT_EQ(find(figure.key, "1/bound_3_4"), nullptr) << "in the same line";
}

TEST(BuildFigure, KeepsTheCapitalOfATheoremThatOpensAReason) {
  Scene scene(small_spec({0.5}));
  TheoryCurve c;
  c.id = "bound_5_1";
  c.label = "Theorem 5.1";
  c.primary = true;
  c.reason = "Theorem 5.1 takes the same β for both subproblems; here 2.00 and 3.00.";
  scene.theory[0][2].curves.push_back(c);
  const Figure figure = scene.build();
  const LegendRow* row = find(figure.key, "2/bound_5_1");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->note,
            "Dec (Theorem 5.1 takes the same β for both subproblems; here 2.00 and 3.00)");
}

TEST(BuildFigure, DoesNotCallAPredictionExact) {
  const auto dotted = [](const Scene& scene) {
    for (const LegendRow& row : scene.build().key) {
      if (row.role == SeriesRole::exact) return row.label;
    }
    return std::string("none");
  };
  Scene exact;
  exact.add(1, "exact", CurveKind::exact, 1.0);
  EXPECT_EQ(dotted(exact), "Exact");
  Scene predicted;
  predicted.add(1, "prediction", CurveKind::prediction, 1.0).label = "prediction (linearised)";
  EXPECT_EQ(dotted(predicted), "Prediction (linearised)");
  predicted.add(2, "exact", CurveKind::exact, 1.0);
  EXPECT_EQ(dotted(predicted), "Exact, or prediction (linearised)");
}

TEST(BuildFigure, FadesTheTheoryOfAnEarlierExperiment) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 10.0);
  RunSpec now = scene.spec;
  now.run.iterations = 1000;
  const auto bench = prepare_bench(now).value();
  const EarlierTheory earlier{&scene.spec, scene.bench.get()};
  const Figure figure = build_figure(now, bench.get(), nullptr, scene.theory, {}, &earlier);
  const Series* bound = find(figure.panels[0], "1/bound_3_4");
  ASSERT_NE(bound, nullptr);
  EXPECT_TRUE(bound->faded);
  const std::vector<CurvePoint>& points = scene.curve(1).points;
  ASSERT_EQ(bound->x.size(), points.size());
  EXPECT_EQ(bound->x.back(), points.back().at.epochs) << "at its own checkpoints";
  EXPECT_FALSE(find(scene.build().panels[0], "1/bound_3_4")->faded);
  EXPECT_FALSE(find(figure.panels[0], "1/measured")->faded);
}

TEST(BuildFigure, DrawsOnlyPrimaryCurvesUnlessAsked) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 10.0);
  scene.add(1, "bound_other", CurveKind::bound, 20.0).primary = false;
  scene.add(1, "exact_other", CurveKind::exact, 1.0).primary = false;
  EXPECT_EQ(find(scene.build().panels[0], "1/bound_other"), nullptr);
  FigureOptions options;
  options.all_bounds = true;
  EXPECT_NE(find(scene.build(options).panels[0], "1/bound_other"), nullptr);
  EXPECT_EQ(find(scene.build(options).panels[0], "1/exact_other"), nullptr);
  options = {};
  options.extra_curves = {"exact_other"};
  EXPECT_NE(find(scene.build(options).panels[0], "1/exact_other"), nullptr);
  options.bounds = false;
  EXPECT_EQ(find(scene.build(options).panels[0], "1/bound_3_4"), nullptr);
}

TEST(BuildFigure, InksExactCurvesWhereTheyLieOnMeasuredOnes) {
  Scene scene;
  scene.add(1, "exact", CurveKind::exact, 1.0);
  EXPECT_EQ(find(scene.build().panels[0], "1/exact")->colour, -1);
  const Figure theory = build_figure(scene.spec, scene.bench.get(), nullptr, scene.theory);
  EXPECT_EQ(find(theory.panels[0], "1/exact")->colour, 1);
  EXPECT_NE(theory.caption.find("Theory only"), std::string::npos);
  EXPECT_TRUE(theory.panels[0].note.empty());
}

TEST(BuildFigure, CountsGapsAndSaysSo) {
  Scene scene;
  scene.curve(1).points[2].hypergradient.mean = 0.0;
  scene.curve(1).points[3].hypergradient.mean = kNan;
  scene.curve(2).points[1].replicas = 0;
  const Figure figure = scene.build();
  EXPECT_EQ(figure.panels[0].gaps, 3);
  EXPECT_NE(figure.caption.find("3 values are not shown (not positive or not finite)"),
            std::string::npos)
      << figure.caption;
  // A bound without a value at some checkpoints misses nothing; an infinite one does.
  TheoryCurve& bound = scene.add(1, "bound_3_4", CurveKind::bound, 10.0);
  bound.values[0] = kNan;
  EXPECT_EQ(scene.build().panels[0].gaps, 4);  // 10 times the zero mean is not positive either
  bound.values[1] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(scene.build().panels[0].gaps, 5);
  scene.theory[0][1].curves.clear();
  FigureOptions options;
  options.log_y = options.log_x = false;
  EXPECT_EQ(scene.build(options).panels[0].gaps, 2) << "zero has a place on a linear axis";
}

TEST(BuildFigure, SaysWhyAPlotIsEmpty) {
  Scene scene;
  for (MethodCurve& curve : scene.snapshot.curves) {
    for (CurvePoint& p : curve.points) p.hypergradient.mean = kNan;
  }
  const PlotPanel none = scene.build().panels[0];
  EXPECT_EQ(none.note, "No value is positive and finite.");
  EXPECT_LT(none.y.min, none.y.max);
  FigureOptions hidden;
  hidden.hidden = {"0/measured", "1/measured", "mse/2/measured"};
  EXPECT_EQ(scene.build(hidden).panels[0].note, "Every curve is switched off.");
  for (MethodCurve& curve : scene.snapshot.curves) curve.points.clear();
  scene.snapshot.status = RunStatus::running;
  EXPECT_EQ(scene.build().panels[0].note, "Waiting for the first checkpoint…");
  const Figure preparing = build_figure(scene.spec, nullptr, nullptr, {});
  ASSERT_EQ(preparing.panels.size(), 1u);
  EXPECT_EQ(preparing.panels[0].note, "Preparing the problem…");
}

TEST(BuildFigure, MarksPointsBelowTheAccuracyOfTheReference) {
  Scene scene;
  ProblemBench bench = *scene.bench;
  bench.panels[0].reference.certificate = 0.2;  // squared: 0.04, crossed near t = 24
  bench.panels[0].reference.first_order_estimate = 0.2;
  scene.bench = std::make_shared<ProblemBench>(bench);
  Figure figure = scene.build();
  const Series* s = find(figure.panels[0], "1/measured");
  for (std::size_t i = 0; i < s->y.size(); ++i) EXPECT_EQ(s->hollow[i] != 0, s->y[i] < 0.04);
  EXPECT_EQ(std::count(s->hollow.begin(), s->hollow.end(), 1) > 0, true);
  EXPECT_NE(figure.caption.find("Hollow"), std::string::npos);
  EXPECT_NE(find(figure.legend, "trust")->label.find("certified"), std::string::npos);
  // The certificate is pessimistic, the estimate says the data mean something: use it and say so.
  bench.panels[0].reference.first_order_estimate = 1e-9;
  scene.bench = std::make_shared<ProblemBench>(bench);
  figure = scene.build();
  EXPECT_NE(find(figure.legend, "trust")->label.find("first-order estimate"), std::string::npos);
  s = find(figure.panels[0], "1/measured");
  EXPECT_EQ(std::count(s->hollow.begin(), s->hollow.end(), 1), 0);
  FigureOptions off;
  off.trust = false;
  EXPECT_EQ(find(scene.build(off).panels[0], "trust"), nullptr);
}

TEST(BuildFigure, ScalesTheReferenceAccuracyByTheConvention) {
  Scene scene;
  ProblemBench bench = *scene.bench;
  bench.panels[0].reference.certificate = 0.2;
  bench.panels[0].reference.first_order_estimate = 0.2;
  bench.panels[0].hypergradient_scale = 0.1;
  scene.bench = std::make_shared<ProblemBench>(bench);
  EXPECT_NEAR(find(scene.build().panels[0], "trust")->y[0], 4e-4, 1e-12);
}

TEST(BuildFigure, MakesSmallMultiplesOverLambdaWithOneXAxis) {
  Scene scene(small_spec({0.1, 0.5, 2.0}));
  const Figure figure = scene.build();
  ASSERT_EQ(figure.panels.size(), 3u);
  EXPECT_EQ(figure.columns, 3);
  EXPECT_EQ(figure.panels[2].id, "mse/2");
  EXPECT_EQ(figure.panels[1].title, "λ = 0.5");
  EXPECT_EQ(find(figure.panels[1], "1/measured")->id, "mse/1/1/measured");
  for (const PlotPanel& p : figure.panels) {
    EXPECT_EQ(p.x.min, figure.panels[0].x.min);
    EXPECT_EQ(p.x.max, figure.panels[0].x.max);
  }
  EXPECT_EQ(std::count_if(figure.legend.begin(),
                          figure.legend.end(),
                          [](const LegendRow& r) { return r.series_id == "1/measured"; }),
            1);
  // Absent at one lambda only: drawn elsewhere, and the reason names the place.
  TheoryCurve bound = scene.add(1, "bound_3_4", CurveKind::bound, 2.0);
  scene.theory[1][1].curves = {bound};
  bound.values.clear();
  bound.reason = "Step too large.";
  scene.theory[2][1].curves = {bound};
  const Figure partly = scene.build();
  const LegendRow* row = find(partly.legend, "1/bound_3_4");
  EXPECT_TRUE(row->drawn && row->partly);
  EXPECT_EQ(row->note, "λ = 2: Step too large.");
  const auto absent = std::find_if(partly.key.begin(), partly.key.end(), [](const LegendRow& r) {
    return r.series_id == "1/bound_3_4" && !r.drawn;
  });
  ASSERT_NE(absent, partly.key.end());
  EXPECT_EQ(absent->note, "Const (λ\u00a0=\u00a02: step too large)");
  FigureOptions one;
  one.panels = {1, 99};
  const Figure chosen = scene.build(one);
  ASSERT_EQ(chosen.panels.size(), 1u);
  EXPECT_EQ(chosen.panels[0].id, "mse");
}

TEST(BuildFigure, ReportsRunsThatOverflowed) {
  Scene scene;
  scene.curve(1).points.back().diverged = 3;
  scene.curve(1).first_diverged_t = 41;
  EXPECT_EQ(find(scene.build().legend, "1/measured")->note,
            "3 of 8 runs overflowed, the first at t = 41");
}

TEST(BuildFigure, IsAPureFunction) {
  Scene scene;
  scene.add(1, "bound_3_4", CurveKind::bound, 1e6);
  FigureOptions options;
  options.quantities = {Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system};
  const Figure a = scene.build(options), b = scene.build(options);
  EXPECT_EQ(a, b);
  ASSERT_EQ(a.panels.size(), 3u);
  EXPECT_EQ(a.panels[1].id, "lower");
  EXPECT_EQ(a.panels[2].y.formula, "y-linear");
}

TEST(BuildFigure, SurvivesTheoryAndSnapshotsThatDoNotFit) {
  Scene scene;
  scene.theory[0].resize(1);
  scene.snapshot.curves[1].method = 77;
  scene.snapshot.curves[2].panel = 5;
  TheoryCurve longer;
  longer.id = "bound_3_4";
  longer.primary = true;
  longer.values.assign(10'000, 1.0);
  scene.theory[0][0].curves = {longer};
  const Figure figure = scene.build();
  EXPECT_EQ(figure.panels.size(), 1u);
  EXPECT_TRUE(find(figure.panels[0], "1/measured")->y.empty());
}

}  // namespace
}  // namespace sid
