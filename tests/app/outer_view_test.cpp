#include "sid/app/panels/outer_view.hpp"

#include <string>
#include <variant>
#include <vector>

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include "sid/io/presets.hpp"

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

RunSpec quick_loop() {
  RunSpec spec = preset_spec("outer-loop");
  spec.outer->steps = 30;
  spec.outer->replicas = 4;
  return spec;
}

/// The loop shown and at its end.
class OuterView : public ::testing::Test {
 protected:
  OuterView() : window_({.spec = quick_loop(), .preset = "outer-loop"}) {
    window_.key(GLFW_KEY_F6);
    settle();
  }
  void settle() {
    window_.until([&] { return window_.bench().settled(); });
    window_.frames(2);
  }
  const OuterSnapshot& run() { return *window_.bench().outer().latest(); }

  Driver window_;
};

TEST_F(OuterView, ShowsPlotsOptimumAndARowForEveryMethod) {
  EXPECT_EQ(run().status, RunStatus::finished) << run().message;
  for (const char* plot : {"error", "value", "path"}) {
    ASSERT_TRUE(window_.shown(std::string("outer/plot/outer/") + plot)) << plot;
    EXPECT_EQ(window_.value(std::string("outer/plot/outer/") + plot), "") << plot;
  }
  EXPECT_EQ(window_.value("outer/status"), run().message);
  EXPECT_EQ(window_.value("outer/optimum"), window_.bench().outer_book().optimum());
  EXPECT_TRUE(window_.value("outer/optimum").starts_with("λ* = "));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(window_.value("outer/row/" + std::to_string(i)),
              window_.bench().outer_book().rows()[i].distance);
  }
}

TEST_F(OuterView, AnEditOfTheLoopRunsItAgainAndLeavesTheErrorCurvesAlone) {
  const auto theory = window_.bench().session().kept_theory();
  window_.type_into("outer-steps/value", "12");
  settle();
  EXPECT_EQ(window_.spec().outer->steps, 12);
  EXPECT_EQ(run().steps_done, 12);
  EXPECT_EQ(window_.bench().session().kept_theory(), theory);
  window_.click("outer-warm");
  settle();
  EXPECT_FALSE(run().spec.outer->warm_start);
  window_.key(GLFW_KEY_Z, false, true);
  settle();
  EXPECT_TRUE(run().spec.outer->warm_start) << "undone like any edit";
}

TEST_F(OuterView, StartAndBoxAreTheProgramsUntilTheyAreOnesOwn) {
  const auto own = [&](const char* name) {
    window_.click(std::string(name) + "-kind/own");
    window_.frames(2);
  };
  const double first = std::get<std::vector<double>>(run().spec.problem.lambda).at(0);
  own("outer-start");
  EXPECT_EQ(window_.spec().outer->start, first) << "begins at what it was";
  window_.type_into("outer-start", "0.5");
  own("outer-high");
  EXPECT_EQ(window_.spec().outer->high, 10.0);
  window_.type_into("outer-high", "0.75");
  settle();
  EXPECT_EQ(run().spec.outer->start, 0.5);
  EXPECT_EQ(run().spec.outer->high, 0.75);
  EXPECT_FALSE(run().spec.outer->low.has_value());
  window_.key(GLFW_KEY_Z, false, true);
  settle();
  EXPECT_EQ(run().spec.outer->high, 10.0) << "undone like any edit";
}

TEST_F(OuterView, MovesLambdaItselfWhereAskedTo) {
  window_.click("outer-coordinate/λ");
  settle();
  EXPECT_EQ(run().spec.outer->coordinate, OuterCoordinate::lambda);
  window_.click("outer-coordinate/auto");
  settle();
  EXPECT_FALSE(run().spec.outer->coordinate.has_value());
}

TEST_F(OuterView, DrawsNothingAnewWhileNothingChanges) {
  const std::uint64_t version = window_.bench().outer_book().version();
  const std::int64_t rebuilds = window_.bench().plots().rebuilds();
  window_.frames(5);
  EXPECT_EQ(window_.bench().outer_book().version(), version);
  EXPECT_EQ(window_.bench().plots().rebuilds(), rebuilds);
}

TEST_F(OuterView, EscapeLeavesAndTheSettingsGoWithIt) {
  EXPECT_TRUE(window_.shown("outer-decay"));
  window_.key(GLFW_KEY_ESCAPE);
  window_.frames(2);
  EXPECT_EQ(window_.bench().state().view.layout, Layout::explore);
  EXPECT_FALSE(window_.shown("outer-decay"));
  EXPECT_FALSE(window_.shown("outer/status"));
}

TEST_F(OuterView, AnExportWritesTheLoop) {
  const test::TemporaryFolder folder;
  window_.key(GLFW_KEY_E, false, true);
  window_.frames(2);
  window_.type_into("export/path", folder.file("loop.csv"));
  window_.click("export/write");
  window_.frames(2);
  EXPECT_NE(folder.read("loop.csv").find("outer/path"), std::string::npos);
}

TEST(OuterViewOfAnyLoop, SaysWhyItCannotRun) {
  RunSpec spec = quick_loop();
  spec.methods[1].step.kind = StepKind::two_phase;
  Driver window({.spec = spec, .preset = ""});
  window.key(GLFW_KEY_F6);
  window.until([&] { return window.bench().settled(); });
  window.frames(2);
  EXPECT_NE(window.value("outer/status").find("method[2].step"), std::string::npos)
      << window.value("outer/status");
}

}  // namespace
}  // namespace sid::app
