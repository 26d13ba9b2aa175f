#include "sid/app/panels/compare_view.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

RunSpec quick_spec() {
  RunSpec spec = start_spec();
  spec.run.replicas = 8;
  return spec;
}

/// The start example, small, run to its end.
class CompareView : public ::testing::Test {
 protected:
  CompareView() : window_({.spec = quick_spec(), .preset = "start"}) {}

  void run() {
    window_.key(GLFW_KEY_SPACE);
    window_.until_done();
  }
  /// Another step size of the second method, run to its end.
  void run_with(const std::string& eta) {
    window_.type_into("method[2].step.eta/value", eta);
    run();
  }
  void pin() {
    window_.key(GLFW_KEY_P);
    window_.frames(2);
  }
  void compare() {
    window_.key(GLFW_KEY_F4);
    window_.frames(2);
  }
  AppState& state() { return window_.bench().state(); }
  const CompareBook& book() { return window_.bench().compare_book(); }
  /// What the status line says.
  std::string message() { return window_.value("message"); }

  Driver window_;
};

TEST_F(CompareView, SaysWhatToDoWithoutRuns) {
  compare();
  EXPECT_EQ(state().view.layout, Layout::compare);
  EXPECT_THAT(window_.value("compare/hint"), HasSubstr("press P"));
  run();
  window_.frames(2);
  EXPECT_THAT(window_.value("compare/hint"), HasSubstr("One run so far: press P"));
  pin();
  EXPECT_THAT(window_.value("compare/hint"), HasSubstr("change a setting"));
  EXPECT_TRUE(window_.shown("plot/compare")) << "the one run is drawn";
}

TEST_F(CompareView, RefusesToPinNothing) {
  pin();
  EXPECT_TRUE(state().pins.runs().empty());
  EXPECT_THAT(message(), HasSubstr("nothing to pin yet"));
}

TEST_F(CompareView, PinsAndComparesTwoRuns) {
  run();
  pin();
  EXPECT_THAT(message(), HasSubstr("Pinned as A"));
  run_with("0.25");
  const PlotPanel* plot = window_.bench().book().plot(Quantity::hypergradient, 0);
  const auto pinned = std::count_if(plot->series.begin(), plot->series.end(), [](const Series& s) {
    return s.role == SeriesRole::pinned && s.end_label == "A";
  });
  EXPECT_EQ(pinned, 3) << "drawn while exploring too";
  compare();
  ASSERT_EQ(book().runs(), 2U);
  EXPECT_TRUE(window_.shown("plot/compare"));
  EXPECT_TRUE(window_.shown("compare/column/A"));
  EXPECT_TRUE(window_.shown("compare/column/now"));
  EXPECT_FALSE(window_.shown("compare/hint"));
  EXPECT_EQ(window_.value("compare/1/0"), "0.5");
  EXPECT_EQ(window_.value("compare/1/1"), "0.25");
  window_.key(GLFW_KEY_ESCAPE);
  window_.frames(2);
  EXPECT_EQ(state().view.layout, Layout::explore);
}

TEST_F(CompareView, TogglesChangeTheFigure) {
  run();
  pin();
  run_with("0.25");
  compare();
  window_.click("compare/arrangement/Side by side");
  window_.frames(2);
  EXPECT_TRUE(window_.shown("plot/runs/0"));
  EXPECT_TRUE(window_.shown("plot/runs/1"));
  EXPECT_FALSE(window_.shown("plot/compare"));
  window_.click("compare/value/Ratio to A");
  window_.frames(2);
  EXPECT_EQ(book().figure().panels.size(), 1U) << "A is the line at 1";
  EXPECT_THAT(book().figure().panels[0].y.label, HasSubstr("error of A"));
  window_.click("compare/arrangement/One plot");
  window_.frames(2);
  EXPECT_TRUE(window_.shown("plot/compare"));
  EXPECT_THAT(window_.value("compare/remarks"), HasSubstr("A"));
}

TEST_F(CompareView, HoveringBuildsNothing) {
  run();
  pin();
  run_with("0.25");
  compare();
  window_.hover("plot/compare", 0.2F);
  const std::uint64_t version = book().version();
  const std::int64_t rebuilds = window_.bench().plots().rebuilds();
  for (const float x : {0.3F, 0.5F, 0.7F, 0.9F}) window_.hover("plot/compare", x, 0.4F);
  EXPECT_EQ(book().version(), version);
  EXPECT_EQ(window_.bench().plots().rebuilds(), rebuilds);
}

TEST_F(CompareView, ZoomingMovesComparedPlotsAlone) {
  run();
  pin();
  run_with("0.25");
  compare();
  const std::string before = window_.value("plot/compare");
  window_.wheel("plot/compare", 3.0F);
  window_.frames(2);
  EXPECT_NE(window_.value("plot/compare"), before);
  EXPECT_EQ(state().view.figure.limits.count("mse"), 0U);
  window_.key(GLFW_KEY_F);
  window_.frames(2);
  EXPECT_EQ(window_.value("plot/compare"), before);
}

TEST_F(CompareView, RemovesRestoresShowsAndHides) {
  run();
  pin();
  run_with("0.25");
  pin();
  run_with("0.125");
  compare();
  ASSERT_EQ(book().runs(), 3U);
  window_.click("compare/shown/A");
  window_.frames(2);
  EXPECT_EQ(book().runs(), 2U);
  EXPECT_EQ(book().base(), "B");
  EXPECT_EQ(window_.value("compare/shown/A"), "off") << "what is hidden leaves its chip";
  window_.click("compare/shown/A");
  window_.click("compare/remove/B");
  window_.frames(2);
  EXPECT_EQ(book().runs(), 2U);
  EXPECT_EQ(state().pins.find("B"), nullptr);
  window_.click("compare/restore");
  window_.frames(2);
  EXPECT_NE(state().pins.find("B"), nullptr);
  EXPECT_EQ(book().runs(), 3U);
}

TEST_F(CompareView, LoadsTheSettingsOfAPinAsAnEdit) {
  run();
  pin();
  run_with("0.25");
  compare();
  window_.click("compare/load/A");
  window_.frames(2);
  EXPECT_EQ(window_.spec().methods[1].step.eta, 0.5);
  EXPECT_EQ(state().history.undo_name(), "Settings of A");
  window_.key(GLFW_KEY_Z, false, true);
  window_.frames(2);
  EXPECT_EQ(window_.spec().methods[1].step.eta, 0.25);
}

TEST_F(CompareView, EightPinsAreTheMost) {
  for (const char* eta : {"0.1", "0.11", "0.12", "0.13", "0.14", "0.15", "0.16", "0.17"}) {
    run_with(eta);
    pin();
  }
  ASSERT_EQ(state().pins.runs().size(), 8U);
  run_with("0.3");
  pin();
  EXPECT_EQ(state().pins.runs().size(), 8U);
  EXPECT_THAT(message(), HasSubstr("Eight runs are pinned"));
  compare();
  EXPECT_EQ(book().runs(), 9U);
  for (const char* letter : {"A", "H", "now"}) {
    EXPECT_TRUE(window_.shown(std::string("compare/column/") + letter));
  }
  window_.click("compare/arrangement/Side by side");
  window_.frames(2);
  EXPECT_EQ(book().figure().panels.size(), 9U);
}

TEST(ComparedRuns, PinsARunThatGoesOn) {
  RunSpec spec = quick_spec();
  spec.run.iterations = 20000;
  spec.run.replicas = 4000;
  Driver busy({.spec = spec, .preset = ""});
  busy.key(GLFW_KEY_SPACE);
  busy.until([&] {
    const auto& run = busy.bench().session().snapshot();
    return run && has_points(*run);
  });
  ASSERT_TRUE(busy.bench().session().running());
  busy.key(GLFW_KEY_P);
  busy.frames(2);
  ASSERT_EQ(busy.bench().state().pins.runs().size(), 1U);
  const RunSnapshot& kept = *busy.bench().state().pins.runs()[0].run;
  EXPECT_FALSE(kept.done());
  busy.key(GLFW_KEY_F4);
  busy.until([&] { return busy.bench().compare_book().runs() == 2; });
  EXPECT_THAT(busy.value("compare/column/A"), HasSubstr("running"));
  busy.key(GLFW_KEY_SPACE);
  busy.until([&] { return !busy.bench().session().running(); });
}

TEST_F(CompareView, PinsOutlivePresets) {
  run();
  pin();
  window_.bench().open_path(std::string(SID_SOURCE_DIR) + "/assets/presets/ridge.toml");
  window_.frames(3);
  ASSERT_EQ(state().pins.runs().size(), 1U);
  EXPECT_EQ(state().pins.runs()[0].run->spec.problem.kind, ProblemKind::quadratic);
}

TEST_F(CompareView, TheListInTheTransportDoesTheSame) {
  EXPECT_FALSE(window_.shown("pins"));
  run();
  window_.click("pin");
  window_.frames(2);
  window_.click("pins");
  window_.frames(2);
  EXPECT_TRUE(window_.shown("pins/name/A"));
  window_.click("pins/shown/A");
  window_.frames(2);
  EXPECT_FALSE(state().pins.runs()[0].shown);
  window_.click("pins/remove/A");
  window_.frames(2);
  EXPECT_TRUE(state().pins.runs().empty());
  window_.click("pins/restore");
  window_.frames(2);
  EXPECT_EQ(state().pins.runs().size(), 1U);
  window_.click("pins/compare");
  window_.frames(2);
  EXPECT_EQ(state().view.layout, Layout::compare);
}

TEST_F(CompareView, LayoutsCanBeChosenInTheTopBar) {
  for (const auto& [name, layout] : {std::pair{"Theory", Layout::theory},
                                     std::pair{"Compare", Layout::compare},
                                     std::pair{"Present", Layout::present},
                                     std::pair{"Outer", Layout::outer},
                                     std::pair{"Explore", Layout::explore}}) {
    window_.click(std::string("layout/") + name);
    EXPECT_EQ(state().view.layout, layout);
  }
}

TEST_F(CompareView, ExportsWhatItShows) {
  run();
  pin();
  run_with("0.25");
  compare();
  const test::TemporaryFolder folder;
  ExportChoice choice;
  choice.path = folder.file("compared.csv");
  choice.file.format = FigureFormat::csv;
  state().view.exporting = choice;
  state().view.export_open = true;
  window_.frames(2);
  window_.click("export/write");
  window_.frames(2);
  const std::string written = folder.read("compared.csv");
  EXPECT_THAT(written, HasSubstr("compare,A/1/measured"));
  EXPECT_THAT(written, HasSubstr("compare,now/1/measured"));
}

TEST_F(CompareView, CopiesTheTable) {
  run();
  pin();
  run_with("0.25");
  compare();
  window_.key(GLFW_KEY_C, false, true);
  window_.frames(2);
  EXPECT_THAT(std::string(ImGui::GetClipboardText()), HasSubstr("\tA\tnow\n"));
}

}  // namespace
}  // namespace sid::app
