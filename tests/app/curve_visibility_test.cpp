#include "sid/app/state/curve_visibility.hpp"

#include <gtest/gtest.h>

namespace sid::app {
namespace {

using Keys = std::set<std::string>;

Figure with_curves() {
  Figure figure;
  for (const char* key : {"0/measured", "0/bound", "1/measured", "1/bound", "trust"}) {
    LegendRow row;
    row.series_id = key;
    figure.legend.push_back(row);
  }
  LegendRow absent;  // a bound that does not hold
  absent.series_id = "1/bound_3_4";
  absent.drawn = false;
  figure.legend.push_back(absent);
  return figure;
}

TEST(CurveVisibility, AClickHidesAndShows) {
  Keys hidden;
  toggle_curve(hidden, "0/bound");
  EXPECT_EQ(hidden, Keys{"0/bound"});
  toggle_curve(hidden, "0/bound");
  EXPECT_TRUE(hidden.empty());
}

TEST(CurveVisibility, ADoubleClickShowsOneCurveAndThenAllAgain) {
  const Figure figure = with_curves();
  Keys hidden = {"1/bound"};
  solo_curve(hidden, figure, "1/bound");
  EXPECT_EQ(hidden, (Keys{"0/measured", "0/bound", "1/measured", "1/bound_3_4", "trust"}));
  for (const bool clicked_before : {false, true}) {
    Keys alone = hidden;
    if (clicked_before) alone.insert("1/bound");
    solo_curve(alone, figure, "1/bound");
    EXPECT_TRUE(alone.empty());
  }
  solo_curve(hidden, figure, "0/bound");
  EXPECT_FALSE(hidden.contains("0/bound")) << "another one instead";
  EXPECT_TRUE(hidden.contains("1/bound"));
}

TEST(CurveVisibility, AMethodHidesWithAllItsCurves) {
  const Figure figure = with_curves();
  Keys hidden;
  toggle_method(hidden, figure, 1);
  EXPECT_EQ(hidden, (Keys{"1/measured", "1/bound", "1/bound_3_4"}));
  solo_method(hidden, figure, 1, 2);
  EXPECT_EQ(hidden, (Keys{"0/measured", "0/bound"}));
  solo_method(hidden, figure, 1, 2);
  EXPECT_TRUE(hidden.empty());
}

}  // namespace
}  // namespace sid::app
