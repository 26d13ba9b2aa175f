#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

Driver make(bool autorun = false) {
  return Driver({.spec = start_spec(), .preset = "start", .autorun = autorun});
}

RunSpec small(std::vector<double> lambda) {
  RunSpec spec = start_spec();
  spec.problem.lambda = std::move(lambda);
  spec.run.iterations = 60;
  spec.run.replicas = 8;
  return spec;
}

TEST(Gestures, ASlowDragIsOneEditHoweverManyRunsItStarts) {
  Driver driver({.spec = small({0.5}), .preset = "", .autorun = true});
  const std::string name = "method[2].step.eta";
  driver.press(name, 0.5F);
  for (const float share : {0.4F, 0.3F, 0.2F}) {
    driver.move_to(name, share);
    driver.until_done();  // the pointer rests, button held, until the run is over
    driver.frames(30);
  }
  driver.release();
  EXPECT_EQ(driver.bench().state().history.size(), 1U);
  driver.click("undo");
  EXPECT_EQ(driver.spec(), small({0.5}));
  EXPECT_EQ(driver.bench().state().history.undo_name(), "");
}

TEST(Gestures, TheCardFollowsTheCrosshairOnALinearAxis) {
  Driver driver = make();
  driver.key(GLFW_KEY_L);
  driver.frames(1);
  ASSERT_EQ(driver.bench().book().plot(Quantity::hypergradient, 0)->x.scale, AxisScale::linear);
  driver.hover("plot/mse", 0.5F);
  const Cursor& cursor = driver.bench().state().view.cursor;
  ASSERT_TRUE(cursor.active);
  const auto checkpoints = driver.bench().session().checkpoints(0, 1);
  double nearest = std::numeric_limits<double>::infinity();
  Checkpoint expected;
  for (const Checkpoint& at : checkpoints) {
    if (std::abs(at.epochs - cursor.x) < nearest) {
      nearest = std::abs(at.epochs - cursor.x);
      expected = at;
    }
  }
  EXPECT_THAT(driver.value("theorem/place"), HasSubstr("t = " + std::to_string(expected.t) + ","));
  // Between two checkpoints the logarithmic middle is another: the nearer one on a log axis may be
  // the farther one here.
  bool told_apart = false;
  for (float share = 0.02F; share < 1.0F && !told_apart; share += 0.005F) {
    driver.hover("plot/mse", share);
    if (!cursor.active || !(cursor.x > 0.0)) continue;
    const auto distance_log = [&](const Checkpoint& at) {
      return std::abs(std::log(at.epochs / cursor.x));
    };
    const auto distance = [&](const Checkpoint& at) { return std::abs(at.epochs - cursor.x); };
    const Checkpoint *on_log = &checkpoints[0], *on_linear = &checkpoints[0];
    for (const Checkpoint& at : checkpoints) {
      if (distance_log(at) < distance_log(*on_log)) on_log = &at;
      if (distance(at) < distance(*on_linear)) on_linear = &at;
    }
    if (on_log->t == on_linear->t) continue;
    told_apart = true;
    EXPECT_THAT(driver.value("theorem/place"),
                HasSubstr("t = " + std::to_string(on_linear->t) + ","));
  }
  EXPECT_TRUE(told_apart);
}

TEST(Gestures, HiddenCurvesDoNotAppearUnderTheCrosshair) {
  Driver driver = make(true);
  driver.until_done();
  driver.hover("plot/mse", 0.5F);
  for (const char* key : {"1/measured", "1/bound_sharp", "1/exact"}) {
    EXPECT_TRUE(driver.shown(std::string("crosshair/mse/") + key)) << key;
  }
  driver.click("curve/1/measured");
  driver.click("curve/1/bound_sharp");
  driver.hover("plot/mse", 0.5F);
  driver.frames(2);
  EXPECT_FALSE(driver.shown("crosshair/mse/1/measured"));
  EXPECT_FALSE(driver.shown("crosshair/mse/1/bound_sharp"));
  EXPECT_TRUE(driver.shown("crosshair/mse/1/exact"));
  EXPECT_TRUE(driver.shown("crosshair/mse/2/measured"));
}

TEST(Gestures, TheCrosshairSnapsToNoHiddenCurve) {
  Driver driver = make(true);
  driver.until_done();
  for (const char* key :
       {"1/measured", "1/bound_sharp", "1/exact", "2/measured", "2/bound_sharp", "2/exact"}) {
    driver.bench().state().view.figure.hidden.insert(key);
  }
  driver.hover("plot/mse", 0.1F);  // left of Batch's first point
  driver.frames(2);
  const auto batch = driver.bench().session().checkpoints(0, 0);
  EXPECT_EQ(driver.value("readout/at"),
            "at " + format_for_reading(batch.front().epochs, 3) + " epochs");
}

TEST(Gestures, WhatWasHiddenOfARemovedMethodIsForgotten) {
  Driver driver({.spec = start_spec(), .preset = "start", .height = 1400.0F});
  const auto& hidden = driver.bench().state().view.figure.hidden;
  driver.click("curve/1/exact");
  driver.click("curve/2/bound_sharp");
  ASSERT_EQ(hidden.size(), 2U);
  ASSERT_EQ(driver.bench().state().view.method, 1U);
  driver.click("method[2].remove");
  driver.frames(2);
  EXPECT_EQ(hidden, std::set<std::string>{"1/bound_sharp"}) << "with its method";
  driver.click("undo");
  driver.frames(2);
  EXPECT_EQ(hidden, std::set<std::string>{"2/bound_sharp"}) << "the method is back with its curves";
}

TEST(Gestures, ViewsOfPlotsThatVanishedAreForgotten) {
  Driver driver({.spec = small({0.5, 2.0}), .preset = ""});
  driver.wheel("plot/mse/1", 3.0F);
  ASSERT_FALSE(driver.bench().state().view.figure.limits.empty());
  driver.click("lambda-one");
  driver.frames(2);
  EXPECT_TRUE(driver.bench().state().view.figure.limits.empty());
  EXPECT_TRUE(driver.bench().state().view.back.empty());
  driver.wheel("plot/mse", 3.0F);
  driver.type_into("method[2].step.eta/value", "0.25");
  EXPECT_FALSE(driver.bench().state().view.figure.limits.empty()) << "other edits leave the view";
}

TEST(Gestures, BoundsFollowADragWhoseExactCurvesTakeLong) {
  RunSpec spec = start_spec();
  spec.run.iterations = 5'000'000;
  Driver driver({.spec = spec, .preset = ""});
  driver.until([&] { return !driver.bench().session().theory_pending(); });
  driver.press("lambda", 0.5F);
  for (const float share : {0.6F, 0.7F}) {
    driver.move_to("lambda", share);
    EXPECT_FALSE(driver.bench().session().theory_stale());
    EXPECT_EQ(driver.bench().session().evaluated().spec, driver.spec());
    EXPECT_EQ(driver.value("readout/bound"), "bound");
    EXPECT_TRUE(driver.bench().registry().find("set-limit/ball")->enabled);
  }
  driver.release();
  driver.until([&] { return !driver.bench().session().theory_pending(); });
  EXPECT_EQ(driver.bench().session().evaluated().spec, driver.spec());
}

TEST(Gestures, DragsWhoseBoundsTakeLongKeepTheWindowGoing) {
  std::atomic<bool> go_on = true;
  Driver driver({.spec = start_spec(),
                 .preset = "",
                 .theory_patience = 0.0,
                 .evaluate = [&](EvaluatedTheory wanted, const std::stop_token& stop) {
                   while (!go_on && !stop.stop_requested()) std::this_thread::yield();
                   return evaluate(std::move(wanted), stop);
                 }});
  driver.until([&] { return !driver.bench().session().theory_pending(); });
  go_on = false;
  driver.press("lambda", 0.5F);
  driver.move_to("lambda", 0.6F);
  EXPECT_TRUE(driver.bench().session().theory_stale());
  EXPECT_EQ(driver.value("readout/bound"), "bound, updating");
  EXPECT_THAT(driver.value("theorem/place"), HasSubstr("updating"));
  EXPECT_FALSE(driver.bench().registry().find("set-limit/ball")->enabled);
  EXPECT_FALSE(driver.shown("readout/2/ratio"));
  driver.move_to("lambda", 0.7F);
  driver.release();
  go_on = true;
  driver.until([&] { return !driver.bench().session().theory_pending(); });
  driver.frames(1);
  EXPECT_EQ(driver.bench().session().evaluated().spec, driver.spec());
  EXPECT_EQ(driver.value("readout/bound"), "bound");
  EXPECT_TRUE(driver.bench().registry().find("set-limit/ball")->enabled);
}

}  // namespace
}  // namespace sid::app
