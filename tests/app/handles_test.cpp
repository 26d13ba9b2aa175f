#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <string>
#include <thread>
#include <utility>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

constexpr const char* kEta = "handle/lower/method[2].step.eta";
constexpr const char* kMainEta = "handle/mse/method[2].step.eta";
constexpr const char* kBudget = "handle/mse/run.iterations";

Driver make(bool autorun = false) {
  return Driver({.spec = start_spec(), .preset = "start", .autorun = autorun});
}

RunSpec two_phase() {
  RunSpec spec = start_spec();
  spec.methods[1].step.kind = StepKind::two_phase;
  spec.methods[1].step.eta = 0.3;
  spec.methods[1].step.switch_at = 120;
  return spec;
}

double eta(const Driver& driver) {
  return driver.spec().methods[1].step.eta;
}

std::vector<double> limits_of_all(Driver& driver) {
  std::vector<double> ends;
  for (const PlotPanel& plot : driver.bench().book().figure().panels) {
    ends.insert(ends.end(), {plot.x.min, plot.x.max, plot.y.min, plot.y.max});
  }
  return ends;
}

double bound_end(Driver& driver) {
  for (const Series& s : driver.bench().book().plot(Quantity::lower_level, 0)->series) {
    if (s.key == "1/bound_lower") return s.y.back();
  }
  return std::nan("");
}

TEST(Handles, DraggingAFloorMovesTheBoundInTheSameFrameAndIsOneEdit) {
  for (const char* name : {kEta, kMainEta, "handle/linear/method[2].step.eta"}) {
    SCOPED_TRACE(name);
    Driver driver = make();
    const double before = bound_end(driver);
    driver.press(name, 0.5F);
    double last = before;
    for (int i = 0; i < 4; ++i) {
      driver.move_by(0.0F, 4.0F);  // down: smaller steps, a lower floor
      EXPECT_LT(bound_end(driver), last) << i;
      last = bound_end(driver);
      driver.frames(1);
      EXPECT_NEAR(driver.point(name).y, ImGui::GetIO().MousePos.y, 2.0F) << "under the pointer";
    }
    EXPECT_LT(eta(driver), 0.5);
    driver.release();
    EXPECT_EQ(driver.bench().state().history.size(), 1U);
    EXPECT_THAT(driver.bench().state().history.undo_name(), HasSubstr("SID const: η 0.5 →"));
    driver.click("undo");
    EXPECT_EQ(driver.spec(), start_spec());
    EXPECT_EQ(bound_end(driver), before);
  }
}

TEST(Handles, TwoDragsAreTwoEdits) {
  Driver driver = make();
  for (int i = 0; i < 2; ++i) {
    driver.press(kEta, 0.5F);
    driver.move_by(0.0F, 12.0F);
    driver.release();
  }
  EXPECT_EQ(driver.bench().state().history.size(), 2U);
}

TEST(Handles, AClickAloneChangesNothing) {
  Driver driver = make();
  const std::vector<double> axes = limits_of_all(driver);
  driver.click(kEta);
  driver.frames(2);
  EXPECT_EQ(driver.spec(), start_spec());
  EXPECT_EQ(driver.bench().state().history.size(), 0U);
  EXPECT_TRUE(driver.bench().state().view.figure.limits.empty());
  EXPECT_EQ(limits_of_all(driver), axes);
}

TEST(Handles, EscReturnsToWhereTheDragBegan) {
  Driver driver = make(true);
  driver.until_done();
  driver.press(kEta, 0.5F);
  driver.move_by(0.0F, 20.0F);
  ASSERT_NE(driver.spec(), start_spec());
  driver.key(GLFW_KEY_ESCAPE);
  EXPECT_EQ(driver.spec(), start_spec());
  EXPECT_FALSE(driver.bench().state().view.handles.drag);
  EXPECT_TRUE(driver.bench().state().view.figure.limits.empty());
  driver.move_by(0.0F, 20.0F);  // the button is still down
  driver.frames(2);
  EXPECT_EQ(driver.spec(), start_spec());
  driver.release();
  EXPECT_EQ(driver.spec(), start_spec());
  EXPECT_EQ(driver.bench().state().history.size(), 0U);
  driver.until_done();
  EXPECT_EQ(driver.bench().session().snapshot()->status, RunStatus::finished)
      << "Esc stopped no run";
}

TEST(Handles, AxesStayWhileAHandleIsHeldAndFitAfterwards) {
  Driver driver = make(true);
  driver.frames(2);
  const std::vector<double> before = limits_of_all(driver);
  driver.press(kBudget, 0.5F);
  const std::vector<double> held = limits_of_all(driver);
  for (int i = 0; i < 5; ++i) {
    driver.move_by(-25.0F, 0.0F);
    EXPECT_EQ(limits_of_all(driver), held) << i;
  }
  driver.until_done();  // data stream in, the button is down
  EXPECT_EQ(limits_of_all(driver), held);
  EXPECT_LT(driver.spec().run.iterations, 500);
  driver.release();
  driver.frames(2);
  EXPECT_TRUE(driver.bench().state().view.figure.limits.empty());
  EXPECT_LT(limits_of_all(driver)[1], before[1]) << "a shorter budget, a shorter axis";
}

TEST(Handles, LimitsOfTheUserSurviveADrag) {
  Driver driver = make();
  driver.wheel("plot/lower", -1.0F);
  driver.frames(1);
  const auto limits = driver.bench().state().view.figure.limits;
  ASSERT_FALSE(limits.empty());
  driver.press(kEta, 0.5F);
  driver.move_by(0.0F, 10.0F);
  driver.release();
  EXPECT_NE(eta(driver), 0.5);
  EXPECT_EQ(driver.bench().state().view.figure.limits, limits);
  EXPECT_EQ(driver.bench().state().view.back.size(), 1U) << "no view to go back to";
}

TEST(Handles, TheFloorStopsAtTheLimit) {
  Driver driver = make();
  double limit = 0.0;
  for (const PlacedHandle& placed : driver.bench().state().view.handles.placed) {
    if (placed.handle.name() == kEta) limit = placed.handle.high;
  }
  driver.press(kEta, 0.5F);
  driver.move_by(0.0F, -2000.0F);
  driver.frames(2);
  EXPECT_LE(eta(driver), limit);
  EXPECT_GT(eta(driver), 0.5);
  EXPECT_TRUE(driver.shown(kEta)) << "it stays under the hand";
  driver.move_by(0.0F, 2600.0F);
  driver.frames(2);
  EXPECT_GT(eta(driver), 0.0);
  EXPECT_TRUE(driver.spec().methods[1].step.eta < 0.5);
  driver.release();
  EXPECT_TRUE(driver.bench().session().issues().empty());
}

TEST(Handles, TheSwitchIsDraggedInBothPlots) {
  for (const char* plot : {"mse", "lower"}) {
    SCOPED_TRACE(plot);
    const std::string name = std::string("handle/") + plot + "/method[2].step.switch_at";
    Driver driver({.spec = two_phase(), .preset = ""});
    driver.press(name, 0.5F, 0.5F);
    driver.move_by(-30.0F, 0.0F);
    const std::int64_t at = driver.spec().methods[1].step.switch_at.value_or(0);
    EXPECT_LT(at, 120);
    EXPECT_GE(at, 1);
    driver.frames(1);
    EXPECT_NEAR(driver.point(name).x, ImGui::GetIO().MousePos.x, 4.0F);
    driver.move_by(3000.0F, 0.0F);
    EXPECT_EQ(driver.spec().methods[1].step.switch_at, 500) << "the end of the budget";
    driver.release();
    EXPECT_THAT(driver.bench().state().history.undo_name(), HasSubstr("switch at 120 → 500"));
    EXPECT_EQ(driver.bench().state().history.size(), 1U);
  }
}

TEST(Handles, TheBudgetGoesBeyondTheAxisAndNeverBelowOne) {
  Driver driver = make();
  driver.press(kBudget, 0.5F);
  driver.move_by(60.0F, 0.0F);  // past the right end of the axis
  EXPECT_GT(driver.spec().run.iterations, 500);
  driver.move_by(-5000.0F, 0.0F);
  EXPECT_EQ(driver.spec().run.iterations, 1);
  driver.release();
  EXPECT_TRUE(driver.bench().session().issues().empty());
  driver.click("undo");
  EXPECT_EQ(driver.spec(), start_spec());
}

TEST(Handles, ControlDragsOnAFinerGrid) {
  Driver driver = make();
  driver.press(kBudget, 0.5F);
  driver.move_by(-41.0F, 0.0F);
  const std::int64_t coarse = driver.spec().run.iterations;
  EXPECT_EQ(coarse % 10, 0) << coarse;
  ImGui::GetIO().KeyCtrl = true;
  driver.frames(1);
  const std::int64_t fine = driver.spec().run.iterations;
  ImGui::GetIO().KeyCtrl = false;
  driver.release();
  EXPECT_NE(fine % 10, 0) << fine;
  EXPECT_NEAR(static_cast<double>(fine), static_cast<double>(coarse), 5.0);
}

TEST(Handles, WordsAskForTheFirstDragAndNeverAgain) {
  Driver driver = make();
  ASSERT_TRUE(driver.shown("handle/invitation"));
  EXPECT_EQ(driver.value("handle/invitation"), "drag me");
  driver.press(kBudget, 0.5F);
  driver.move_by(-20.0F, 0.0F);
  driver.release();
  driver.click("undo");
  driver.frames(3);
  EXPECT_TRUE(driver.shown(kEta));
  EXPECT_FALSE(driver.shown("handle/invitation"));
}

TEST(Handles, UnderThePointerShowTheWayTheyGoAndLeaveTheWheelToThePlot) {
  Driver driver = make();
  driver.hover(kEta);
  EXPECT_EQ(ImGui::GetMouseCursor(), ImGuiMouseCursor_ResizeNS);
  EXPECT_TRUE(driver.bench().state().view.cursor.active) << "the crosshair stays";
  const std::vector<double> before = limits_of_all(driver);
  ImGui::GetIO().MouseWheel = 1.0F;
  driver.frames(2);
  EXPECT_NE(limits_of_all(driver), before);
  driver.key(GLFW_KEY_F);
  driver.frames(2);
  driver.hover(kBudget);
  EXPECT_EQ(ImGui::GetMouseCursor(), ImGuiMouseCursor_ResizeEW);
}

TEST(Handles, ADragThatBeganElsewherePassesThem) {
  Driver driver = make();
  const ImVec2 knob = driver.point(kEta);
  driver.hover("plot/lower", 0.3F, 0.3F);
  const double before = driver.bench().book().plot(Quantity::lower_level, 0)->x.min;
  ImGui::GetIO().MouseDown[0] = true;
  driver.frames(1);
  ImGui::GetIO().MousePos = knob;
  driver.frames(2);
  EXPECT_FALSE(driver.bench().state().view.handles.drag);
  EXPECT_EQ(driver.spec(), start_spec());
  EXPECT_NE(driver.bench().book().plot(Quantity::lower_level, 0)->x.min, before) << "moved";
  driver.release();
}

TEST(Handles, KeysWaitWhileOneIsHeld) {
  Driver driver = make();
  driver.press(kEta, 0.5F);
  driver.move_by(0.0F, 8.0F);
  driver.key(GLFW_KEY_X);
  driver.key(GLFW_KEY_F3);
  driver.key(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(driver.bench().state().view.figure.x_unit, XUnit::epochs);
  EXPECT_EQ(driver.bench().state().view.layout, Layout::explore);
  EXPECT_TRUE(driver.bench().state().view.handles.drag);
  driver.release();
  driver.key(GLFW_KEY_X);
  EXPECT_EQ(driver.bench().state().view.figure.x_unit, XUnit::iterations);
}

TEST(Handles, AWindowWithoutFocusMovesNothing) {
  Driver driver = make();
  driver.press(kEta, 0.5F);
  driver.move_by(0.0F, 10.0F);
  const RunSpec moved = driver.spec();
  const ImVec2 last = ImGui::GetIO().MousePos;
  ImGui::GetIO().MousePos = {-FLT_MAX, -FLT_MAX};
  driver.frames(3);
  EXPECT_EQ(driver.spec(), moved);
  driver.release();
  EXPECT_EQ(driver.spec(), moved);
  EXPECT_FALSE(driver.bench().state().view.handles.drag);
  EXPECT_EQ(driver.bench().state().history.size(), 1U);
  ImGui::GetIO().MousePos = last;
  driver.frames(2);
}

TEST(Handles, AResizedWindowKeepsTheDrag) {
  Driver driver = make();
  driver.press(kEta, 0.5F);
  driver.move_by(0.0F, 10.0F);
  ImGui::GetIO().DisplaySize = {1000.0F, 640.0F};
  driver.frames(3);
  EXPECT_TRUE(driver.bench().state().view.handles.drag);
  EXPECT_GT(eta(driver), 0.0);
  EXPECT_TRUE(std::isfinite(eta(driver)));
  ImGui::GetIO().DisplaySize = {900.0F, 600.0F};  // without the plots of the subproblems
  driver.frames(3);
  ImGui::GetIO().DisplaySize = {1280.0F, 800.0F};
  driver.frames(3);
  driver.release();
  EXPECT_FALSE(driver.bench().state().view.handles.drag);
  EXPECT_TRUE(driver.bench().state().view.figure.limits.empty());
  EXPECT_TRUE(driver.bench().session().issues().empty());
}

TEST(Handles, StayUnderTheHandWhileTheoryIsOnItsWay) {
  std::atomic<bool> go_on = true;
  Driver driver({.spec = start_spec(),
                 .preset = "",
                 .theory_patience = 0.0,
                 .evaluate = [&](EvaluatedTheory wanted, const std::stop_token& stop) {
                   while (!go_on && !stop.stop_requested()) std::this_thread::yield();
                   return evaluate(std::move(wanted), stop);
                 }});
  driver.until([&] { return !driver.bench().session().theory_pending(); });
  driver.frames(2);
  go_on = false;
  driver.press(kEta, 0.5F);
  for (int i = 0; i < 3; ++i) {
    driver.move_by(0.0F, 10.0F);
    driver.frames(2);
    EXPECT_TRUE(driver.shown(kEta));
    EXPECT_FALSE(driver.shown(kBudget)) << "of earlier settings";
  }
  EXPECT_LT(eta(driver), 0.5);
  driver.release();
  driver.frames(2);
  EXPECT_FALSE(driver.shown(kEta));
  go_on = true;
  driver.until([&] { return !driver.bench().session().theory_pending(); });
  driver.frames(2);
  EXPECT_TRUE(driver.shown(kEta));
}

TEST(Handles, ArrowsMoveTheOneUnderThePointer) {
  Driver driver = make();
  driver.hover(kEta);
  driver.key(GLFW_KEY_DOWN);
  EXPECT_NEAR(eta(driver), 0.476, 1e-12);
  EXPECT_EQ(driver.bench().state().view.method, 1U) << "it selects no method";
  for (int i = 0; i < 40; ++i) driver.key(GLFW_KEY_DOWN);  // far from the pointer by now
  EXPECT_LT(eta(driver), 0.1);
  EXPECT_EQ(driver.bench().state().history.size(), 1U) << "one edit while the pointer stays";
  driver.hover(kBudget);
  driver.key(GLFW_KEY_RIGHT);
  EXPECT_EQ(driver.spec().run.iterations, 550);
  EXPECT_EQ(driver.bench().state().history.size(), 2U);
  driver.hover("run");
  driver.frames(2);
  driver.key(GLFW_KEY_DOWN);
  EXPECT_EQ(driver.bench().state().view.method, 2U);
}

TEST(Handles, BelongToTheSelectedHyperparameter) {
  RunSpec spec = start_spec();
  spec.problem.lambda = std::vector<double>{0.5, 2.0};
  Driver driver({.spec = spec, .preset = ""});
  EXPECT_TRUE(driver.shown("handle/mse/0/run.iterations"));
  EXPECT_FALSE(driver.shown("handle/mse/1/run.iterations"));
  driver.click("plot/mse/1");
  driver.frames(3);
  EXPECT_FALSE(driver.shown("handle/mse/0/run.iterations"));
  EXPECT_TRUE(driver.shown("handle/mse/1/run.iterations"));
  EXPECT_TRUE(driver.shown("handle/lower/1/method[2].step.eta"));
}

TEST(Handles, FollowTheSelectedMethod) {
  Driver driver = make();
  driver.key(GLFW_KEY_UP);  // Batch
  driver.frames(2);
  EXPECT_FALSE(driver.shown(kEta));
  EXPECT_TRUE(driver.shown(kBudget));
  driver.key(GLFW_KEY_DOWN);
  driver.frames(2);
  EXPECT_TRUE(driver.shown(kEta));
  driver.key(GLFW_KEY_F3);
  driver.frames(3);
  EXPECT_FALSE(driver.shown(kEta)) << "the theory view has no such plots";
}

TEST(Handles, AreForgottenWhereTheirMethodIsNoMore) {
  Driver driver = make();
  driver.hover(kEta);
  driver.frames(2);
  RunSpec spec = start_spec();
  spec.methods.resize(1);
  driver.bench().paste(write_spec(spec));  // the pointer is still where the handle was
  driver.frames(3);
  EXPECT_EQ(driver.spec().methods.size(), 1U);
  EXPECT_FALSE(driver.shown(kEta));
}

TEST(Handles, LetGoOfTheArrowsWhenAnotherViewIsShown) {
  Driver driver = make();
  driver.hover(kEta);
  driver.frames(2);
  driver.key(GLFW_KEY_UP);  // moves the handle
  driver.frames(2);
  EXPECT_NE(eta(driver), 0.5);
  ASSERT_EQ(driver.bench().state().view.method, 1U);
  driver.key(GLFW_KEY_F3);
  driver.frames(2);
  driver.key(GLFW_KEY_DOWN);
  driver.frames(2);
  EXPECT_EQ(driver.bench().state().view.method, 2U);
}

}  // namespace
}  // namespace sid::app
