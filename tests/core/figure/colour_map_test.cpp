#include "sid/figure/colour_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "sid/figure/theme.hpp"

namespace sid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(ColourMap, RisesInLightnessByEqualSteps) {
  constexpr int kSteps = 32;
  std::vector<double> lightnesses;
  double smallest = 1e9, largest = 0.0;
  for (int i = 0; i <= kSteps; ++i) {
    lightnesses.push_back(lightness(heat_colour(static_cast<double>(i) / kSteps)));
    if (i == 0) continue;
    const double rise = lightnesses.back() - lightnesses[lightnesses.size() - 2];
    EXPECT_GT(rise, 1.0) << i;
    smallest = std::min(smallest, rise);
    largest = std::max(largest, rise);
  }
  EXPECT_LT(largest, 2.0 * smallest) << "even in grey, steps look alike";
  EXPECT_LT(lightnesses.front(), 18.0);
  EXPECT_GT(lightnesses.back(), 88.0);
}

TEST(ColourMap, KeepsItsStepsForEveryKindOfColourVision) {
  for (const ColourVision vision : {ColourVision::normal,
                                    ColourVision::protanopia,
                                    ColourVision::deuteranopia,
                                    ColourVision::tritanopia}) {
    for (int i = 1; i <= 8; ++i) {
      const Colour a = simulate(heat_colour((i - 1) / 8.0), vision);
      const Colour b = simulate(heat_colour(i / 8.0), vision);
      EXPECT_GT(colour_distance(a, b), 7.0) << i;
      EXPECT_LT(lightness(a), lightness(b)) << i;
    }
  }
}

TEST(ColourMap, CutsSharesAndTellsWhatHasNone) {
  EXPECT_EQ(heat_colour(-3.0), heat_colour(0.0));
  EXPECT_EQ(heat_colour(2.0), heat_colour(1.0));
  Axis axis;
  axis.min = 1e-2;
  axis.max = 1e2;
  EXPECT_DOUBLE_EQ(colour_share(axis, 1.0), 0.5);
  EXPECT_EQ(colour_share(axis, 1e300), 1.0);
  EXPECT_TRUE(std::isnan(colour_share(axis, 0.0)));
  EXPECT_TRUE(std::isnan(colour_share(axis, kNaN)));
  axis.scale = AxisScale::linear;
  EXPECT_DOUBLE_EQ(colour_share(axis, 50.005), 0.5);
}

}  // namespace
}  // namespace sid
