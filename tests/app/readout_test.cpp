#include "sid/app/state/readout.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "sid/app/state/figure_book.hpp"

namespace sid::app {
namespace {

Series curve(const std::string& key,
             SeriesRole role,
             std::vector<double> x,
             std::vector<double> y) {
  Series series;
  series.key = key;
  series.id = "mse/" + key;
  series.role = role;
  series.x = std::move(x);
  series.y = std::move(y);
  return series;
}

PlotPanel example() {
  PlotPanel plot;
  plot.id = "mse";
  plot.x.scale = AxisScale::log;
  Series measured = curve("0/measured", SeriesRole::measured, {1, 10, 100}, {8, 4, 2});
  measured.band_low = {7, 3, 1};
  measured.band_high = {9, 5, 3};
  plot.series = {measured,
                 curve("0/bound_3_4", SeriesRole::bound, {1, 10, 100}, {80, 40, 20}),
                 curve("0/bound_sharp", SeriesRole::bound, {1, 10, 100}, {16, 12, 10}),
                 curve("0/exact", SeriesRole::exact, {1, 10, 100}, {8.1, 4.1, 2.1}),
                 curve("1/measured", SeriesRole::measured, {5, 50}, {1, 0.5}),
                 curve("trust", SeriesRole::trust, {1, 100}, {1e-9, 1e-9}),
                 curve("0/measured/ghost", SeriesRole::ghost, {1, 10}, {99, 99})};
  return plot;
}

TEST(Readout, ShowsValuesOfCheckpointsNeverBetweenThem) {
  const Readout readout = make_readout(example(), 2, 14.0);
  EXPECT_EQ(readout.x, 10.0);
  ASSERT_EQ(readout.rows.size(), 2U);
  EXPECT_EQ(readout.rows[0].measured.value, 4.0);
  EXPECT_EQ(readout.rows[0].measured.low, 3.0);
  EXPECT_EQ(readout.rows[0].measured.high, 5.0);
  EXPECT_EQ(readout.rows[0].exact.value, 4.1);
}

TEST(Readout, TakesTheSmallestBoundAndItsRatio) {
  const Readout readout = make_readout(example(), 2, 10.0);
  EXPECT_EQ(readout.rows[0].bound.value, 12.0);
  EXPECT_EQ(readout.rows[0].bound_key, "0/bound_sharp");
  EXPECT_DOUBLE_EQ(readout.rows[0].bound_ratio, 3.0);
  EXPECT_EQ(readout.rows[1].bound_ratio, 0.0);
}

TEST(Readout, FindsEachMethodsOwnNearestCheckpoint) {
  const Readout readout = make_readout(example(), 2, 90.0);
  EXPECT_EQ(readout.rows[1].measured.x, 50.0);
  EXPECT_EQ(readout.rows[1].measured.value, 0.5);
}

TEST(Readout, StandsAtTheLastMeasuredPointWithoutAPointer) {
  EXPECT_EQ(make_readout(example(), 2, std::numeric_limits<double>::quiet_NaN()).x, 100.0);
}

TEST(Readout, LeavesGapsOpen) {
  PlotPanel plot = example();
  plot.series[0].y[1] = std::numeric_limits<double>::quiet_NaN();
  const Readout readout = make_readout(plot, 2, 10.0);
  EXPECT_FALSE(readout.rows[0].measured.present);
  EXPECT_EQ(readout.rows[0].bound_ratio, 0.0);
}

TEST(Readout, SurvivesAnEmptyPlot) {
  const Readout readout = make_readout(PlotPanel{}, 3, 1.0);
  EXPECT_EQ(readout.rows.size(), 3U);
  EXPECT_FALSE(readout.rows[2].measured.present);
}

TEST(FigureBook, ReadsTheMethodOfAKey) {
  EXPECT_EQ(method_of_key("12/bound_3_4"), 12);
  EXPECT_EQ(method_of_key("trust"), -1);
  EXPECT_EQ(method_of_key("3"), -1);
  EXPECT_EQ(method_of_key(""), -1);
}

}  // namespace
}  // namespace sid::app
