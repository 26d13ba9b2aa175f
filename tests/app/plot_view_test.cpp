#include "sid/app/state/plot_view.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

Axis log_axis(double min, double max) {
  Axis axis;
  axis.scale = AxisScale::log;
  axis.min = min;
  axis.max = max;
  return axis;
}

Axis linear_axis(double min, double max) {
  Axis axis = log_axis(min, max);
  axis.scale = AxisScale::linear;
  return axis;
}

TEST(PlotView, ZoomsAboutTheValueUnderThePointer) {
  const AxisLimits limits = zoomed(log_axis(1.0, 1e4), 100.0, 0.5);
  EXPECT_NEAR(limits.min, 10.0, 1e-12 * 10.0);
  EXPECT_NEAR(limits.max, 1e3, 1e-12 * 1e3);
  const AxisLimits linear = zoomed(linear_axis(-1.0, 3.0), 3.0, 0.25);
  EXPECT_DOUBLE_EQ(linear.min, 2.0);
  EXPECT_DOUBLE_EQ(linear.max, 3.0);
}

TEST(PlotView, MovesSoThatTheGrabbedValueFollowsThePointer) {
  const AxisLimits limits = panned(log_axis(1.0, 100.0), 10.0, 1.0);
  EXPECT_NEAR(limits.min, 10.0, 1e-11);
  EXPECT_NEAR(limits.max, 1000.0, 1e-9);
  const AxisLimits linear = panned(linear_axis(0.0, 2.0), 0.5, 1.0);
  EXPECT_DOUBLE_EQ(linear.min, -0.5);
  EXPECT_DOUBLE_EQ(linear.max, 1.5);
}

TEST(PlotView, NeverLeavesWhatDoublesCanShow) {
  Axis axis = log_axis(1.0, 10.0);
  for (int i = 0; i < 500; ++i) {
    const AxisLimits limits = zoomed(axis, 3.0, 1.5);
    ASSERT_TRUE(std::isfinite(limits.min) && std::isfinite(limits.max));
    ASSERT_GT(limits.min, 0.0);
    ASSERT_LT(limits.min, limits.max);
    axis.min = limits.min;
    axis.max = limits.max;
  }
  axis = linear_axis(1.0, 2.0);
  for (int i = 0; i < 500; ++i) {
    const AxisLimits limits = zoomed(axis, 1.5, 0.5);
    ASSERT_LT(limits.min, limits.max);
    axis.min = limits.min;
    axis.max = limits.max;
  }
}

TEST(PlotView, FindsBackFromAxesThatAreTooNarrow) {
  for (Axis axis : {linear_axis(1.0, std::nextafter(1.0, 2.0)), log_axis(1.0, 1.0 + 1e-15)}) {
    const AxisLimits closer = zoomed(axis, 1.0, 0.5);
    EXPECT_EQ(closer.min, axis.min);
    EXPECT_EQ(closer.max, axis.max);
    for (int i = 0; i < 200; ++i) {
      const AxisLimits limits = zoomed(axis, 1.0, 1.3);
      ASSERT_LT(limits.min, limits.max);
      axis.min = limits.min;
      axis.max = limits.max;
    }
    EXPECT_GT(axis.max - axis.min, 1.0);
  }
}

TEST(PlotView, MovesNoFartherThanDoublesReach) {
  const AxisLimits low = panned(log_axis(1e-299, 1e-290), 1e-200, 1e200);
  EXPECT_NEAR(std::log10(low.min), -300.0, 1e-9);
  EXPECT_NEAR(std::log10(low.max), -291.0, 1e-9) << "as many decades as before";
  const AxisLimits high = panned(log_axis(1e290, 1e299), 1e300, 1e-300);
  EXPECT_NEAR(std::log10(high.max), 300.0, 1e-9);
  EXPECT_NEAR(std::log10(high.min), 291.0, 1e-9);
  const AxisLimits all = zoomed(log_axis(1e-300, 1e300), 1.0, 1.2);
  EXPECT_EQ(all.min, 1e-300);
  EXPECT_EQ(all.max, 1e300);
}

TEST(PlotView, RefusesInvertedAxesAndFactorsThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double factor : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(zoomed(log_axis(1.0, 10.0), 3.0, factor), (AxisLimits{1.0, 10.0}));
  }
  EXPECT_EQ(zoomed(log_axis(1.0, 10.0), nan, 0.5), (AxisLimits{1.0, 10.0}));
  EXPECT_EQ(zoomed(linear_axis(2.0, 1.0), 1.5, 0.5), (AxisLimits{2.0, 1.0}));
  EXPECT_EQ(panned(linear_axis(2.0, 1.0), 1.5, 0.5), (AxisLimits{2.0, 1.0}));
}

TEST(PlotView, StepsOfOneGestureAreRememberedOnce) {
  ViewState view;
  remember_view(view, "wheel/mse", 10.0);
  remember_view(view, "wheel/mse", 10.9);
  remember_view(view, "wheel/mse", 11.8);
  EXPECT_EQ(view.back.size(), 1U);
  remember_view(view, "wheel/lower", 11.9);
  EXPECT_EQ(view.back.size(), 2U) << "in another plot";
  remember_view(view, "wheel/lower", 13.0);
  EXPECT_EQ(view.back.size(), 3U) << "after a pause";
  view_back(view);
  remember_view(view, "wheel/lower", 13.1);
  EXPECT_EQ(view.back.size(), 3U) << "after something else";
}

TEST(PlotView, GoesHomeAndLeavesGestures) {
  ViewState view;
  const std::vector<PlotPanel> plots(1);
  EXPECT_FALSE(view_home(view));
  for (const double end : {2.0, 3.0, 4.0}) {
    remember_view(view);
    set_limits(view, plots, "", {AxisLimits{1.0, end}, std::nullopt});
  }
  cancel_gesture(view);
  EXPECT_EQ(view.figure.limits.at("").x, (AxisLimits{1.0, 3.0}));
  EXPECT_TRUE(view.forward.empty());
  EXPECT_TRUE(view_home(view));
  EXPECT_TRUE(view.figure.limits.empty());
  EXPECT_TRUE(view_forward(view));
  EXPECT_EQ(view.figure.limits.at("").x, (AxisLimits{1.0, 2.0}));
}

TEST(PlotView, MovesByShares) {
  ViewState view;
  std::vector<PlotPanel> plots(1);
  plots[0].id = "mse";
  plots[0].x = log_axis(1.0, 1e4);
  plots[0].y = linear_axis(0.0, 10.0);
  pan_plot(view, plots, plots[0], 0.25, 0.0);
  EXPECT_NEAR(view.figure.limits.at("mse").x->min, 10.0, 1e-9);
  EXPECT_EQ(view.figure.limits.at("mse").y, std::nullopt);
  pan_plot(view, plots, plots[0], 0.0, -0.1);
  EXPECT_DOUBLE_EQ(view.figure.limits.at("mse").y->min, -1.0);
  EXPECT_NEAR(middle_of(plots[0].x), 100.0, 1e-9);
  EXPECT_EQ(middle_of(plots[0].y), 5.0);
}

TEST(PlotView, RefusesPointersThatAreNoNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const AxisLimits limits = panned(log_axis(1.0, 100.0), nan, 2.0);
  EXPECT_EQ(limits.min, 1.0);
  EXPECT_EQ(limits.max, 100.0);
}

TEST(PlotView, SharesXBetweenAllPlotsAndYBetweenThoseThatShareItAlready) {
  ViewState view;
  std::vector<PlotPanel> plots(4);
  plots[0].id = "mse/0";
  plots[1].id = "mse/1";
  plots[2].id = "mse/2";
  plots[3].id = "lower/0";
  plots[2].y = log_axis(1e-6, 1.0);
  set_limits(view, plots, "mse/1", {AxisLimits{1.0, 2.0}, AxisLimits{3.0, 4.0}});
  const auto& limits = view.figure.limits;
  EXPECT_EQ(limits.at("lower/0").x, (AxisLimits{1.0, 2.0}));
  EXPECT_EQ(limits.at("lower/0").y, std::nullopt);
  EXPECT_EQ(limits.at("mse/0").y, (AxisLimits{3.0, 4.0}));
  EXPECT_EQ(limits.at("mse/2").x, (AxisLimits{1.0, 2.0}));
  EXPECT_EQ(limits.at("mse/2").y, std::nullopt) << "another range than the one that moved";
}

TEST(PlotView, GoesBackAndForward) {
  ViewState view;
  const std::vector<PlotPanel> plots(1);
  EXPECT_FALSE(view_back(view));
  remember_view(view);
  set_limits(view, plots, "", {AxisLimits{1.0, 2.0}, std::nullopt});
  const auto zoomed_in = view.figure.limits;
  EXPECT_TRUE(view_back(view));
  EXPECT_TRUE(view.figure.limits.empty());
  EXPECT_TRUE(view_forward(view));
  EXPECT_EQ(view.figure.limits, zoomed_in);
  EXPECT_FALSE(view_forward(view));
}

TEST(PlotView, GoesBackFromRatiosToErrorsWithTheirLimits) {
  ViewState view;
  std::vector<PlotPanel> plots(1);
  plots[0].id = "mse";
  set_limits(view, plots, "mse", {AxisLimits{1.0, 2.0}, AxisLimits{3.0, 4.0}});
  const auto errors = view.figure.limits;
  set_y_value(view, YValue::looseness);
  EXPECT_EQ(view.figure.y_value, YValue::looseness);
  EXPECT_EQ(view.figure.limits.at("mse").x, (AxisLimits{1.0, 2.0})) << "the same abscissa";
  EXPECT_EQ(view.figure.limits.at("mse").y, std::nullopt) << "another ordinate";
  EXPECT_TRUE(view_back(view));
  EXPECT_EQ(view.figure.y_value, YValue::error);
  EXPECT_EQ(view.figure.limits, errors);
  EXPECT_TRUE(view_forward(view));
  EXPECT_EQ(view.figure.y_value, YValue::looseness);
  set_y_value(view, YValue::looseness);
  EXPECT_EQ(view.back.size(), 1U) << "nothing changed, nothing to go back to";
}

}  // namespace
}  // namespace sid::app
