#include <cfloat>
#include <cmath>
#include <string>
#include <vector>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

constexpr const char* kMain = "plot/mse";

Driver make(bool autorun = false) {
  return Driver({.spec = start_spec(), .preset = "start", .autorun = autorun});
}

PlotPanel plot(Driver& driver, Quantity quantity = Quantity::hypergradient) {
  return *driver.bench().book().plot(quantity, 0);
}

double decades(const Axis& axis) {
  return std::log10(axis.max / axis.min);
}

/// The x value at a share of the axis.
double at_share(const Axis& axis, double share) {
  return axis.min * std::pow(axis.max / axis.min, share);
}

bool usable(const Axis& axis) {
  return std::isfinite(axis.min) && std::isfinite(axis.max) && axis.min < axis.max &&
         (axis.scale == AxisScale::linear || axis.min > 0.0) && !axis.ticks.empty();
}

std::size_t steps_back(Driver& driver) {
  return driver.bench().state().view.back.size();
}

void right_button(Driver& driver, bool down) {
  ImGui::GetIO().MouseDown[1] = down;
  driver.frames(2);
}

TEST(PlotGestures, TheWheelZoomsAboutThePointer) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.wheel(kMain, 3.0F, 0.25F, 0.25F);
  const PlotPanel after = plot(driver);
  EXPECT_NEAR(decades(after.x), decades(before.x) * std::pow(0.85, 3), 1e-6);
  EXPECT_NEAR(at_share(after.x, 0.25) / at_share(before.x, 0.25), 1.0, 0.02);
  EXPECT_NEAR(at_share(after.y, 0.75) / at_share(before.y, 0.75), 1.0, 0.05);
}

TEST(PlotGestures, SmallTurnsAddUpAndAreOneStepBack) {
  Driver one = make();
  one.wheel(kMain, 1.0F, 0.4F, 0.4F);
  const PlotPanel at_once = plot(one);
  one.key(GLFW_KEY_F);
  one.frames(60);
  const PlotPanel before = plot(one);
  const std::size_t back = steps_back(one);
  one.hover(kMain, 0.4F, 0.4F);
  for (int i = 0; i < 10; ++i) {
    ImGui::GetIO().MouseWheel = 0.1F;
    one.frames(1);
  }
  one.frames(2);
  EXPECT_NEAR(plot(one).x.min / at_once.x.min, 1.0, 1e-6);
  EXPECT_NEAR(plot(one).y.max / at_once.y.max, 1.0, 1e-6);
  EXPECT_EQ(steps_back(one), back + 1);
  const PlotPanel there = plot(one);
  one.frames(30);
  EXPECT_EQ(plot(one), there) << "nothing goes on by itself";
  one.key(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(plot(one).x.min, before.x.min);
  one.frames(80);
  one.wheel(kMain, 1.0F);
  one.frames(80);
  one.wheel(kMain, 1.0F);
  EXPECT_EQ(steps_back(one), back + 2) << "turns with a pause between them are two";
}

TEST(PlotGestures, AHorizontalWheelMovesAlongX) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.hover(kMain);
  ImGui::GetIO().MouseWheelH = -1.0F;
  driver.frames(2);
  const PlotPanel after = plot(driver);
  EXPECT_GT(after.x.min, before.x.min);
  EXPECT_NEAR(decades(after.x), decades(before.x), 1e-9);
  EXPECT_EQ(after.y.min, before.y.min);
  ImGui::GetIO().MouseWheelH = 1.0F;
  driver.frames(2);
  EXPECT_NEAR(plot(driver).x.min / before.x.min, 1.0, 1e-9);
}

TEST(PlotGestures, ADragMovesWhatIsUnderThePointer) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.press(kMain, 0.6F, 0.6F);
  for (const float share : {0.55F, 0.5F, 0.4F}) driver.move_to(kMain, share, 0.5F);
  driver.release();
  const PlotPanel after = plot(driver);
  EXPECT_NEAR(decades(after.x), decades(before.x), 1e-9);
  EXPECT_NEAR(std::log10(at_share(after.x, 0.4) / at_share(before.x, 0.6)), 0.0, 0.02);
  EXPECT_NEAR(std::log10(at_share(after.y, 0.5) / at_share(before.y, 0.4)), 0.0, 0.05);
  EXPECT_EQ(steps_back(driver), 1U);
  driver.key(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(plot(driver).x.min, before.x.min);
}

TEST(PlotGestures, AllPlotsShareTheirXAxis) {
  Driver driver = make();
  const PlotPanel before = plot(driver, Quantity::linear_system);
  driver.wheel(kMain, 2.0F, 0.3F);
  const Axis x = plot(driver).x;
  for (const Quantity quantity : {Quantity::lower_level, Quantity::linear_system}) {
    EXPECT_EQ(plot(driver, quantity).x.min, x.min);
    EXPECT_EQ(plot(driver, quantity).x.max, x.max);
  }
  EXPECT_EQ(plot(driver, Quantity::linear_system).y.min, before.y.min);
}

TEST(PlotGestures, TheRightButtonFramesABox) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.hover(kMain, 0.25F, 0.25F);
  right_button(driver, true);
  driver.move_to(kMain, 0.5F, 0.5F);
  driver.move_to(kMain, 0.75F, 0.75F);
  EXPECT_EQ(plot(driver).x.min, before.x.min) << "not before it is released";
  right_button(driver, false);
  EXPECT_NEAR(decades(plot(driver).x), 0.5 * decades(before.x), 0.02 * decades(before.x));
  EXPECT_NEAR(decades(plot(driver).y), 0.5 * decades(before.y), 0.03 * decades(before.y));
}

TEST(PlotGestures, ABoxThatLeavesThePlotEndsAtItsEdge) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.hover(kMain, 0.5F, 0.5F);
  right_button(driver, true);
  driver.move_by(300.0F, 100.0F);
  driver.move_by(3000.0F, 3000.0F);
  right_button(driver, false);
  const PlotPanel after = plot(driver);
  EXPECT_NEAR(after.x.max / before.x.max, 1.0, 0.01);
  EXPECT_NEAR(after.y.min / before.y.min, 1.0, 0.05);
  EXPECT_GT(after.x.min, before.x.min);
}

TEST(PlotGestures, ABoxWithoutHeightZoomsXAlone) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.hover(kMain, 0.25F, 0.5F);
  right_button(driver, true);
  driver.move_to(kMain, 0.75F, 0.5F);
  right_button(driver, false);
  EXPECT_NEAR(decades(plot(driver).x), 0.5 * decades(before.x), 0.02 * decades(before.x));
  EXPECT_EQ(plot(driver).y.min, before.y.min);
}

TEST(PlotGestures, AShiftThatIsLetGoTooEarlyStillFramesABox) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  ImGui::GetIO().KeyShift = true;
  driver.press(kMain, 0.25F, 0.25F);
  driver.move_to(kMain, 0.4F, 0.4F);
  ImGui::GetIO().KeyShift = false;
  driver.move_to(kMain, 0.75F, 0.75F);
  EXPECT_EQ(plot(driver).x.min, before.x.min) << "nothing moves";
  driver.release();
  EXPECT_NEAR(decades(plot(driver).x), 0.5 * decades(before.x), 0.02 * decades(before.x));
}

TEST(PlotGestures, EscLeavesABoxAndADrag) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.hover(kMain, 0.25F, 0.25F);
  right_button(driver, true);
  driver.move_to(kMain, 0.6F, 0.6F);
  driver.key(GLFW_KEY_ESCAPE);
  right_button(driver, false);
  EXPECT_EQ(plot(driver).x.min, before.x.min);
  driver.press(kMain, 0.5F, 0.5F);
  driver.move_to(kMain, 0.3F, 0.3F);
  driver.frames(1);
  EXPECT_NE(plot(driver).x.min, before.x.min);
  driver.key(GLFW_KEY_ESCAPE);
  driver.move_to(kMain, 0.2F, 0.2F);
  driver.release();
  driver.frames(1);
  EXPECT_EQ(plot(driver).x.min, before.x.min);
  EXPECT_EQ(steps_back(driver), 0U);
  EXPECT_TRUE(driver.bench().state().view.forward.empty());
}

TEST(PlotGestures, ADoubleClickFits) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.wheel(kMain, 4.0F);
  driver.double_click(kMain);
  driver.frames(1);
  EXPECT_EQ(plot(driver).x.min, before.x.min);
  EXPECT_EQ(plot(driver).y.max, before.y.max);
}

TEST(PlotGestures, HomeIsTheFirstViewAndForwardGoesThroughTheOthers) {
  Driver driver = make();
  const PlotPanel first = plot(driver);
  std::vector<double> ends;
  for (int i = 0; i < 3; ++i) {
    driver.wheel(kMain, 2.0F);
    driver.frames(80);
    ends.push_back(plot(driver).x.min);
  }
  driver.key(GLFW_KEY_HOME);
  driver.frames(1);
  EXPECT_EQ(plot(driver).x.min, first.x.min);
  for (const double end : ends) {
    driver.key(GLFW_KEY_BACKSPACE, true);
    driver.frames(1);
    EXPECT_EQ(plot(driver).x.min, end);
  }
  driver.key(GLFW_KEY_HOME);
  driver.key(GLFW_KEY_HOME);
  driver.frames(1);
  EXPECT_EQ(plot(driver).x.min, first.x.min);
}

TEST(PlotGestures, LSwitchesTheScales) {
  Driver driver = make();
  driver.key(GLFW_KEY_L);
  driver.frames(1);
  EXPECT_EQ(plot(driver).x.scale, AxisScale::linear);
  EXPECT_EQ(plot(driver).y.scale, AxisScale::log);
  driver.key(GLFW_KEY_L, true);
  driver.frames(1);
  EXPECT_EQ(plot(driver).y.scale, AxisScale::linear);
}

TEST(PlotGestures, PlusAndMinusZoomAboutThePointerOrTheMiddle) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.type('+');
  const PlotPanel nearer = plot(driver);
  EXPECT_NEAR(decades(nearer.x), 0.75 * decades(before.x), 1e-9);
  EXPECT_NEAR(at_share(nearer.x, 0.5) / at_share(before.x, 0.5), 1.0, 1e-9);
  EXPECT_NEAR(at_share(nearer.y, 0.5) / at_share(before.y, 0.5), 1.0, 1e-9);
  driver.type('-');
  EXPECT_NEAR(plot(driver).x.min / before.x.min, 1.0, 1e-9);
  EXPECT_EQ(steps_back(driver), 1U);
  driver.hover(kMain, 0.2F, 0.2F);
  driver.type('=');  // + without Shift
  EXPECT_NEAR(at_share(plot(driver).x, 0.2) / at_share(before.x, 0.2), 1.0, 0.02);
  driver.hover("plot/lower", 0.5F, 0.5F);
  const PlotPanel main = plot(driver), lower = plot(driver, Quantity::lower_level);
  driver.type('+');
  EXPECT_LT(decades(plot(driver, Quantity::lower_level).y), decades(lower.y));
  EXPECT_EQ(plot(driver).y.min, main.y.min) << "another quantity";
}

TEST(PlotGestures, WhatIsTypedIntoAFieldZoomsNothing) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.type_only("lambda/value", "1e-1");
  EXPECT_EQ(plot(driver).x, before.x);
}

TEST(PlotGestures, AltWithTheArrowsMoves) {
  Driver driver = make();
  const PlotPanel before = plot(driver);
  driver.alt_key(GLFW_KEY_RIGHT);
  const PlotPanel right = plot(driver);
  EXPECT_NEAR(std::log10(right.x.min / before.x.min), 0.1 * decades(before.x), 1e-9);
  EXPECT_EQ(right.y.min, before.y.min);
  EXPECT_EQ(driver.bench().state().view.method, 1U);
  driver.alt_key(GLFW_KEY_UP);
  EXPECT_NEAR(std::log10(plot(driver).y.min / before.y.min), 0.1 * decades(before.y), 1e-9);
  EXPECT_EQ(driver.bench().state().view.method, 1U) << "without Alt it selects";
  driver.alt_key(GLFW_KEY_LEFT);
  driver.alt_key(GLFW_KEY_DOWN);
  EXPECT_NEAR(plot(driver).x.min / before.x.min, 1.0, 1e-9);
  EXPECT_EQ(steps_back(driver), 1U);
}

TEST(PlotGestures, TheCrosshairStandsAtOneCheckpointInEveryPlot) {
  Driver driver = make(true);
  driver.until_done();
  driver.hover(kMain, 0.6F, 0.9F);
  for (const char* id : {"mse", "lower", "linear"}) {
    EXPECT_TRUE(driver.shown(std::string("crosshair/") + id + "/1/measured")) << id;
  }
  EXPECT_TRUE(driver.shown("crosshair/lower/1/bound_lower"));
  EXPECT_THAT(driver.value("readout/at"), HasSubstr("at "));
  for (const char* cell : {"measured", "bound", "exact", "ratio"}) {
    const std::string value = driver.value(std::string("readout/2/") + cell);
    EXPECT_FALSE(value.empty() || value == "–") << cell << " " << value;
  }
}

TEST(PlotGestures, ADoubleClickInTheTableShowsOneCurveAloneAndThenAll) {
  Driver driver = make(true);
  driver.until_done();
  const auto shown = [&] {
    std::size_t count = 0;
    for (const Series& s : plot(driver).series) {
      count += s.visible && s.role != SeriesRole::ghost ? 1 : 0;
    }
    return count;
  };
  driver.frames(200);
  const std::size_t all = shown();
  driver.double_click("curve/1/bound_sharp");
  driver.frames(1);
  EXPECT_EQ(shown(), 1U);
  driver.frames(60);
  driver.double_click("curve/1/bound_sharp");
  driver.frames(1);
  EXPECT_EQ(shown(), all);
  driver.frames(60);
  driver.double_click("table/3");
  driver.frames(1);
  for (const Series& s : plot(driver).series) {
    const bool others = s.key[0] == '0' || s.key[0] == '1';
    EXPECT_EQ(s.visible, !others) << s.key;
  }
  driver.frames(60);
  driver.double_click("table/3");
  driver.frames(1);
  EXPECT_EQ(shown(), all);
}

TEST(PlotGestures, LimitsOfTheUserStayWhileDataStreamIn) {
  RunSpec spec = start_spec();
  spec.run.replicas = 200;
  Driver driver({.spec = spec, .preset = "", .autorun = true});
  driver.wheel(kMain, 3.0F, 0.7F, 0.3F);
  const PlotPanel before = plot(driver);
  driver.until_done();
  driver.frames(2);
  const PlotPanel after = plot(driver);
  EXPECT_EQ(after.x.min, before.x.min);
  EXPECT_EQ(after.x.max, before.x.max);
  EXPECT_EQ(after.y.min, before.y.min);
  EXPECT_EQ(after.y.max, before.y.max);
}

TEST(PlotGestures, AThousandTurnsInAndOutLeaveUsableAxes) {
  for (const bool linear : {false, true}) {
    Driver driver = make();
    if (linear) {
      driver.key(GLFW_KEY_L);
      driver.key(GLFW_KEY_L, true);
    }
    driver.hover(kMain, 0.37F, 0.61F);
    for (const float turn : {4.0F, -4.0F, 4.0F}) {
      for (int i = 0; i < 250; ++i) {
        ImGui::GetIO().MouseWheel = turn;
        driver.frames(1);
        const PlotPanel* const now = driver.bench().book().plot(Quantity::hypergradient, 0);
        ASSERT_TRUE(usable(now->x) && usable(now->y)) << i << " " << now->x.min;
      }
    }
    driver.key(GLFW_KEY_F);
    driver.frames(1);
    EXPECT_TRUE(driver.shown("plot/mse"));
  }
}

TEST(PlotGestures, ZoomFindsBackFromAxesOfOneUnitInTheLastPlaceAndOfSixHundredDecades) {
  Driver driver = make();
  auto& limits = driver.bench().state().view.figure.limits["mse"];
  limits.x = AxisLimits{1.0, std::nextafter(1.0, 2.0)};
  limits.y = AxisLimits{1e-300, 1e300};
  driver.frames(2);
  EXPECT_TRUE(usable(plot(driver).x) && usable(plot(driver).y));
  const double tall = decades(plot(driver).y);
  EXPECT_GT(tall, 599.0);
  driver.hover(kMain, 0.5F, 0.5F);
  for (int i = 0; i < 5; ++i) driver.type('+');
  EXPECT_LT(decades(plot(driver).y), tall);
  for (int i = 0; i < 120; ++i) driver.type('-');
  EXPECT_GT(decades(plot(driver).x), 1.0);
  EXPECT_TRUE(usable(plot(driver).x) && usable(plot(driver).y));
}

TEST(PlotGestures, EmptyAndInvertedAxesCanBeMoved) {
  RunSpec spec = preset_spec("figure-1");
  Driver driver({.spec = spec, .preset = ""});  // nothing is prepared without a run
  ASSERT_TRUE(driver.shown(kMain));
  driver.wheel(kMain, 5.0F);
  driver.wheel(kMain, -9.0F);
  driver.press(kMain, 0.5F);
  driver.move_to(kMain, 0.2F, 0.2F);
  driver.release();
  EXPECT_TRUE(usable(plot(driver).x) && usable(plot(driver).y));
  driver.bench().state().view.figure.limits["mse"] = {AxisLimits{50.0, 2.0}, AxisLimits{1.0, 1.0}};
  driver.frames(2);
  driver.wheel(kMain, 1.0F);
  EXPECT_TRUE(usable(plot(driver).x) && usable(plot(driver).y));
}

TEST(PlotGestures, AWindowThatIsResizedOrLosesTheFocusMidDragKeepsItsAxes) {
  Driver driver = make();
  driver.press(kMain, 0.5F, 0.5F);
  driver.move_to(kMain, 0.45F, 0.5F);
  ImGui::GetIO().DisplaySize = {1000.0F, 640.0F};
  driver.frames(2);
  driver.move_by(-10.0F, 0.0F);
  driver.frames(1);
  EXPECT_TRUE(usable(plot(driver).x));
  const PlotPanel before = plot(driver);
  ImGui::GetIO().MousePos = {-FLT_MAX, -FLT_MAX};
  driver.frames(3);
  driver.release();
  EXPECT_EQ(plot(driver).x.min, before.x.min);
  EXPECT_EQ(plot(driver).y.min, before.y.min);
  driver.hover(kMain, 0.3F, 0.3F);
  right_button(driver, true);
  driver.move_to(kMain, 0.6F, 0.6F);
  ImGui::GetIO().MousePos = {-FLT_MAX, -FLT_MAX};
  driver.frames(2);
  right_button(driver, false);
  EXPECT_EQ(plot(driver).x.min, before.x.min) << "a box without a second corner is none";
  EXPECT_FALSE(driver.bench().state().view.press);
}

TEST(PlotGestures, ADragReleasedOutsideThePlotEnds) {
  Driver driver = make();
  driver.press(kMain, 0.5F, 0.5F);
  driver.move_by(-400.0F, 900.0F);
  driver.release();
  const PlotPanel there = plot(driver);
  EXPECT_TRUE(usable(there.x) && usable(there.y));
  driver.move_by(200.0F, -300.0F);
  driver.frames(2);
  EXPECT_EQ(plot(driver).x.min, there.x.min);
}

}  // namespace
}  // namespace sid::app
