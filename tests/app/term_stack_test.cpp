#include "sid/app/state/term_stack.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

std::vector<Checkpoint> checkpoints() {
  return {{.t = 0, .k = 0, .epochs = 0.0},
          {.t = 1, .k = 1, .epochs = 0.5},
          {.t = 4, .k = 4, .epochs = 2.0},
          {.t = 9, .k = 9, .epochs = 4.5}};
}

TheoryCurve bound() {
  TheoryCurve curve;
  curve.values = {10.0, 8.0, std::numeric_limits<double>::infinity(), 4.0};
  curve.terms = {{"lower", "", {6.0, 4.0, 1.0, 1.0}},
                 {"jacobian", "", {2.0, 2.0, 2.0, 2.0}},
                 {"linear", "", {2.0, 2.0, 1.0, 1.0}}};
  return curve;
}

TEST(TermStack, AddsTheTermsUpInTheirOrder) {
  const TermStack stack = term_stack(bound(), checkpoints(), {}, false);
  EXPECT_EQ(stack.x, (std::vector<double>{0.5, 4.5})) << "no log of zero, no infinite bound";
  EXPECT_EQ(stack.sums[0], (std::vector<double>{0.0, 0.0}));
  EXPECT_EQ(stack.sums[1], (std::vector<double>{2.0, 2.0}));
  EXPECT_EQ(stack.sums[2], (std::vector<double>{6.0, 3.0}));
  EXPECT_EQ(stack.sums[3], (std::vector<double>{8.0, 4.0}));
  EXPECT_EQ(stack.sums[4], (std::vector<double>{8.0, 4.0})) << "a term that is not there is zero";
  EXPECT_EQ(stack.axes.y.scale, AxisScale::log);
  EXPECT_LT(stack.axes.y.min, 2.0);
  EXPECT_GT(stack.axes.y.max, 8.0);
}

TEST(TermStack, SharesEndAtOne) {
  FigureOptions options;
  options.log_x = false;
  options.x_unit = XUnit::iterations;
  const TermStack stack = term_stack(bound(), checkpoints(), options, true);
  EXPECT_EQ(stack.x, (std::vector<double>{0.0, 1.0, 9.0}));
  EXPECT_EQ(stack.sums[1], (std::vector<double>{0.2, 0.25, 0.5}));
  EXPECT_EQ(stack.sums[4], (std::vector<double>{1.0, 1.0, 1.0}));
  EXPECT_EQ(stack.axes.y.min, 0.0);
  EXPECT_EQ(stack.axes.y.max, 1.0);
  EXPECT_EQ(stack.axes.x.max, 9.0);
}

TEST(TermStack, ShowsSixDecades) {
  TheoryCurve tall = bound();
  tall.terms[1].values = {1e-9, 1e-9, 1e-9, 1e-9};
  const TermStack stack = term_stack(tall, checkpoints(), {}, false);
  EXPECT_GT(stack.axes.y.min, 1e-7);
  EXPECT_TRUE(term_stack({}, {}, {}, false).empty());
}

}  // namespace
}  // namespace sid::app
