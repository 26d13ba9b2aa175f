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
