#include "sid/figure/error_parts.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Checkpoint checkpoint(std::int64_t t) {
  Checkpoint at;
  at.t = at.k = t;
  at.epochs = 0.1 * static_cast<double>(t);
  return at;
}

CurvePoint point(std::int64_t t, const ErrorParts& value, const ErrorParts& error) {
  CurvePoint made;
  made.at = checkpoint(t);
  made.replicas = 5;
  made.hypergradient.mean = value.mean_square_error;
  made.parts = Decomposition{};
  made.parts->value = value;
  made.parts->standard_error = error;
  return made;
}

TheoryCurve curve(const char* id, std::vector<double> values) {
  TheoryCurve made;
  made.id = id;
  made.values = std::move(values);
  return made;
}

class ErrorPartsPlots : public ::testing::Test {
 protected:
  ErrorPartsPlots() {
    theory_.curves = {curve("bound_3_1_squared", {40.0, 20.0}),
                      curve("bound_3_2", {4.0, 2.0}),
                      curve("exact_mean_of_variance", {0.04, 0.02})};
    measured_.points = {point(1,
                              {.mean_square_error = 1.0,
                               .bias_squared = 0.5,
                               .mean_of_variance = 0.04,
                               .variance_of_mean = 0.46},
                              {.mean_square_error = 0.1,
                               .bias_squared = 0.1,
                               .mean_of_variance = 0.01,
                               .variance_of_mean = 0.3}),
                        point(10,
                              {.mean_square_error = 0.1,
                               .bias_squared = -0.01,
                               .mean_of_variance = 0.02,
                               .variance_of_mean = 0.09},
                              {.mean_square_error = 0.1,
                               .bias_squared = 0.1,
                               .mean_of_variance = 0.01,
                               .variance_of_mean = 0.3})};
    source_.theory = &theory_;
    source_.checkpoints = checkpoints_;
    source_.measured = &measured_;
    source_.style = {2, Marker::triangle};
  }
  static const Series* find(const PlotPanel& plot, const std::string& key) {
    for (const Series& s : plot.series) {
      if (s.key == key) return &s;
    }
    return nullptr;
  }
  std::vector<Checkpoint> checkpoints_ = {checkpoint(1), checkpoint(10)};
  MethodTheory theory_;
  MethodCurve measured_;
  ErrorPartsSource source_;
};

TEST_F(ErrorPartsPlots, PutEachPartBesideItsTheorem) {
  const auto plots = error_parts_plots(source_, {});
  EXPECT_EQ(plots[0].id, "parts/bias_squared");
  const Series* const bound = find(plots[0], "bound_3_1_squared");
  ASSERT_NE(bound, nullptr);
  EXPECT_EQ(bound->role, SeriesRole::bound);
  EXPECT_EQ(bound->y, (std::vector<double>{40.0, 20.0}));
  EXPECT_EQ(bound->colour, 2);
  const Series* const measured = find(plots[0], "measured");
  ASSERT_NE(measured, nullptr);
  EXPECT_EQ(measured->x, (std::vector<double>{0.1, 1.0}));
  EXPECT_EQ(measured->y, (std::vector<double>{0.5, -0.01}));
  EXPECT_EQ(measured->marker, Marker::triangle);
  const Series* const exact = find(plots[1], "exact_mean_of_variance");
  ASSERT_NE(exact, nullptr);
  EXPECT_EQ(exact->role, SeriesRole::exact);
  EXPECT_EQ(exact->colour, -1);
  EXPECT_EQ(find(plots[2], "bound_3_3"), nullptr) << "not there, not drawn";
}

TEST_F(ErrorPartsPlots, IntervalsAreStudents) {
  const auto estimate = part_estimate(measured_.points[0], ErrorPart::variance_of_mean);
  ASSERT_TRUE(estimate);
  // Quantile of Student's t with four degrees of freedom, from tables.
  EXPECT_NEAR(estimate->low, 0.46 - 2.7764451 * 0.3, 1e-6);
  EXPECT_NEAR(estimate->high, 0.46 + 2.7764451 * 0.3, 1e-6);
  CurvePoint two = measured_.points[0];
  two.parts->standard_error.variance_of_mean = kNaN;
  EXPECT_EQ(part_estimate(two, ErrorPart::variance_of_mean)->value, 0.46);
  EXPECT_TRUE(std::isnan(part_estimate(two, ErrorPart::variance_of_mean)->high));
  two.parts.reset();
  EXPECT_FALSE(part_estimate(two, ErrorPart::bias_squared));
}

TEST_F(ErrorPartsPlots, ShareTheirAxes) {
  const auto plots = error_parts_plots(source_, {});
  for (const PlotPanel& plot : plots) {
    EXPECT_EQ(plot.y.min, plots[0].y.min);
    EXPECT_EQ(plot.y.max, plots[0].y.max);
    EXPECT_EQ(plot.x.min, 0.1);
    EXPECT_EQ(plot.x.max, 1.0);
    EXPECT_EQ(plot.note, "");
  }
  EXPECT_LT(plots[0].y.min, 0.02);
  EXPECT_GT(plots[0].y.min, 0.002);
  EXPECT_GT(plots[0].y.max, 40.0);
  EXPECT_FALSE(plots[0].y.ticks.empty());
}

TEST_F(ErrorPartsPlots, OfABatchAreItsWholeError) {
  source_.deterministic = true;
  source_.theory = nullptr;
  for (CurvePoint& p : measured_.points) p.parts.reset();
  const auto plots = error_parts_plots(source_, {});
  EXPECT_EQ(find(plots[0], "measured")->y, (std::vector<double>{1.0, 0.1}));
  EXPECT_EQ(plots[1].note, "Zero.");
}

TEST_F(ErrorPartsPlots, SayWhereThereIsNothing) {
  theory_.curves = {curve("bound_3_2", {0.0, 0.0})};
  measured_.points.clear();
  const auto plots = error_parts_plots(source_, {});
  EXPECT_EQ(plots[0].note, "Not known.");
  EXPECT_EQ(plots[1].note, "Zero.");
  EXPECT_LT(plots[0].y.min, plots[0].y.max);
  const auto empty = error_parts_plots({}, {});
  EXPECT_EQ(empty[2].note, "Not known.");
}

TEST_F(ErrorPartsPlots, CallNothingZeroThatIsNot) {
  theory_.curves.clear();
  for (CurvePoint& p : measured_.points) {
    p.parts->value = {.mean_square_error = 1.0,
                      .bias_squared = -0.01,
                      .mean_of_variance = 1e-14,
                      .variance_of_mean = 1.0};
    p.parts->standard_error = {kNaN, kNaN, kNaN, kNaN};
  }
  const auto plots = error_parts_plots(source_, {});
  EXPECT_EQ(plots[0].note, "Below its noise.");
  EXPECT_EQ(plots[1].note, "Below the axis.");
  ASSERT_EQ(plots[1].edge_notes.size(), 1U);
  EXPECT_FALSE(plots[1].edge_notes[0].top);
  EXPECT_EQ(plots[1].edge_notes[0].text, "measured: falls to 1·10⁻¹⁴");
  EXPECT_EQ(plots[2].note, "");
  EXPECT_TRUE(plots[2].edge_notes.empty());
}

TEST_F(ErrorPartsPlots, DoNotTakeAnInfiniteBoundForACurve) {
  measured_.points.clear();
  const double inf = std::numeric_limits<double>::infinity();
  theory_.curves = {curve("bound_3_2", {inf, inf}), curve("bound_3_3", {2.0, 1.0})};
  const auto plots = error_parts_plots(source_, {});
  EXPECT_EQ(plots[1].note, "Not known.");
  EXPECT_TRUE(plots[1].edge_notes.empty());
  EXPECT_EQ(plots[2].note, "");
}

TEST_F(ErrorPartsPlots, FitTheDataAndNoteBoundsFarAbove) {
  theory_.curves = {curve("bound_3_1_squared", {40.0, 20.0}),
                    curve("bound_3_2", {2e13, 1e13}),
                    curve("exact_mean_of_variance", {0.04, 0.02})};
  theory_.curves[1].label = "Theorem 3.2";
  const auto plots = error_parts_plots(source_, {});
  for (const PlotPanel& plot : plots) {
    EXPECT_EQ(plot.note, "");
    EXPECT_LT(plot.y.min, 0.02) << "measured and exact curves are there";
    EXPECT_GT(plot.y.max, 40.0) << "and bounds within four decades";
    EXPECT_LT(plot.y.max, 1e4);
  }
  EXPECT_TRUE(plots[0].edge_notes.empty());
  ASSERT_EQ(plots[1].edge_notes.size(), 1U);
  const EdgeNote& note = plots[1].edge_notes[0];
  EXPECT_TRUE(note.top);
  EXPECT_EQ(note.series_id, "parts/mean_of_variance/bound_3_2");
  EXPECT_EQ(note.brief, "1·10¹³");
  EXPECT_EQ(note.text, "Theorem 3.2: 1·10¹³, 14.7 decades up");
  measured_.points.clear();
  theory_.curves = {curve("bound_3_1_squared", {0.4, 0.2}), curve("bound_3_2", {2e13, 1e13})};
  const auto bounds = error_parts_plots(source_, {});
  EXPECT_EQ(bounds[1].note, "") << "where there is no data, bounds have the axes to themselves";
  EXPECT_GT(bounds[1].y.max, 1e13);
  EXPECT_EQ(bounds[0].note, "Below the axis.");
}

TEST_F(ErrorPartsPlots, SayWhereABoundAloneIsAboveTheAxes) {
  theory_.curves = {curve("bound_3_2", {2e13, 1e13})};
  for (CurvePoint& p : measured_.points) p.parts->value.mean_of_variance = kNaN;
  const auto plots = error_parts_plots(source_, {});
  EXPECT_EQ(plots[1].note, "Above the axis.");
  EXPECT_EQ(plots[1].edge_notes.size(), 1U);
}

TEST_F(ErrorPartsPlots, FadeTheoryOfEarlierSettings) {
  EXPECT_FALSE(find(error_parts_plots(source_, {})[1], "bound_3_2")->faded);
  source_.faded = true;
  const auto plots = error_parts_plots(source_, {});
  EXPECT_TRUE(find(plots[1], "bound_3_2")->faded);
  EXPECT_TRUE(find(plots[1], "exact_mean_of_variance")->faded);
  EXPECT_FALSE(find(plots[1], "measured")->faded);
}

TEST_F(ErrorPartsPlots, DoNotLetANearZeroStretchTheAxis) {
  measured_.points[1].parts->value.variance_of_mean = 1e-300;
  const auto plots = error_parts_plots(source_, {});
  EXPECT_GT(plots[0].y.min, 1e-13);
}

}  // namespace
}  // namespace sid
