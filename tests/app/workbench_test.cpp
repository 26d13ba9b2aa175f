#include "sid/app/panels/workbench.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"
#include "sid/run/runner.hpp"

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

Driver make(bool autorun = false) {
  return Driver({.spec = start_spec(), .preset = "start", .autorun = autorun});
}

std::string theory_digest(const Driver&, Workbench& bench) {
  std::string text;
  for (const auto& panel : bench.session().theory()) {
    for (const MethodTheory& method : panel) {
      for (const TheoryCurve& curve : method.curves) {
        if (curve.drawn()) text += curve.id + format_shortest(curve.values.back()) + " ";
      }
    }
  }
  return text;
}

TEST(Workbench, ShowsBoundsAndExactCurvesOnTheFirstFrame) {
  Driver driver = make();
  const PlotPanel* const plot = driver.bench().book().plot(Quantity::hypergradient, 0);
  ASSERT_NE(plot, nullptr);
  int bounds = 0, exact = 0;
  for (const Series& series : plot->series) {
    bounds += series.role == SeriesRole::bound ? 1 : 0;
    exact += series.role == SeriesRole::exact ? 1 : 0;
  }
  EXPECT_GE(bounds, 3);
  EXPECT_GE(exact, 2);
  EXPECT_TRUE(driver.shown("plot/mse"));
  EXPECT_TRUE(driver.shown("plot/lower"));
  EXPECT_TRUE(driver.shown("plot/linear"));
  EXPECT_TRUE(driver.shown("term/lower"));
}

TEST(Workbench, MovesBoundsInTheFrameOfTheDrag) {
  Driver driver = make();
  const std::string name = "method[2].step.eta";
  const std::string before = theory_digest(driver, driver.bench());
  const double eta = driver.spec().methods[1].step.eta;
  driver.press(name, 0.5F);
  driver.move_to(name, 0.25F);
  EXPECT_NE(theory_digest(driver, driver.bench()), before);
  const double dragged = driver.spec().methods[1].step.eta;
  EXPECT_NE(dragged, eta);
  driver.move_to(name, 0.3F);
  driver.release();
  EXPECT_EQ(driver.bench().state().history.size(), 1U);
  driver.key(GLFW_KEY_Z, false, true);
  EXPECT_EQ(driver.spec(), start_spec());
  EXPECT_EQ(theory_digest(driver, driver.bench()), before);
  driver.key(GLFW_KEY_Y, false, true);
  EXPECT_NE(driver.spec(), start_spec());
}

TEST(Workbench, CommitsATypedNumberOnEnter) {
  Driver driver = make();
  driver.type_into("method[2].step.eta/value", "0.125");
  EXPECT_EQ(driver.spec().methods[1].step.eta, 0.125);
  EXPECT_EQ(driver.value("method[2].step.eta/value"), "0.125");
  EXPECT_THAT(driver.bench().state().history.undo_name(), ::testing::HasSubstr("0.125"));
}

TEST(Workbench, CommitsATypedNumberWhenTheFocusLeaves) {
  Driver driver = make();
  driver.click("method[2].step.eta/value");
  driver.key(GLFW_KEY_A, false, true);
  ImGui::GetIO().AddInputCharactersUTF8("0.25");
  driver.frames(2);
  EXPECT_NE(driver.spec().methods[1].step.eta, 0.25);
  driver.click("table/1");
  EXPECT_EQ(driver.spec().methods[1].step.eta, 0.25);
}

TEST(Workbench, IgnoresWordsInNumberFields) {
  Driver driver = make();
  for (const char* bad : {"abc", "", "nan", "inf", "1e999", "0,5"}) {
    driver.type_into("method[2].step.eta/value", bad);
    EXPECT_EQ(driver.spec(), start_spec()) << bad;
  }
  driver.type_into("method[2].step.eta/value", "-3");
  EXPECT_GT(driver.spec().methods[1].step.eta, 0.0);
}

TEST(Workbench, LeavesShortcutsAloneWhileTyping) {
  Driver driver = make();
  const bool bounds = driver.bench().state().view.figure.bounds;
  driver.click("method[2].name");
  driver.key(GLFW_KEY_B);
  driver.key(GLFW_KEY_SPACE);
  EXPECT_EQ(driver.bench().state().view.figure.bounds, bounds);
  EXPECT_EQ(driver.bench().session().snapshot(), nullptr);
}

TEST(Workbench, ObeysKeys) {
  Driver driver = make();
  const ViewState& view = driver.bench().state().view;
  driver.key(GLFW_KEY_B);
  EXPECT_FALSE(view.figure.bounds);
  driver.key(GLFW_KEY_E);
  EXPECT_FALSE(view.figure.exact);
  driver.key(GLFW_KEY_S);
  EXPECT_TRUE(view.figure.slopes);
  driver.key(GLFW_KEY_X);
  EXPECT_EQ(view.figure.x_unit, XUnit::iterations);
  driver.key(GLFW_KEY_L);
  EXPECT_FALSE(view.figure.log_x);
  driver.key(GLFW_KEY_L, true);
  EXPECT_FALSE(view.figure.log_y);
  driver.key(GLFW_KEY_DOWN);
  EXPECT_EQ(view.method, 2U);
  driver.key(GLFW_KEY_K);
  EXPECT_EQ(driver.spec().ladder, Ladder::prediction);
  driver.key(GLFW_KEY_SLASH, true);
  EXPECT_TRUE(driver.shown("help-sheet"));
  driver.key(GLFW_KEY_ESCAPE);
  driver.frames(2);
  EXPECT_FALSE(view.help_open);
  driver.key(GLFW_KEY_F5);
  driver.frames(2);
  EXPECT_FALSE(driver.shown("problem"));
  driver.key(GLFW_KEY_F2);
  driver.frames(1);
  EXPECT_TRUE(driver.shown("problem"));
}

TEST(Workbench, HidesAndShowsCurves) {
  Driver driver = make(true);
  driver.until_done();
  const auto visible = [&](const std::string& key) {
    for (const LegendRow& row : driver.bench().book().figure().legend) {
      if (row.series_id == key) return row.visible;
    }
    ADD_FAILURE() << key;
    return false;
  };
  EXPECT_TRUE(visible("1/measured"));
  driver.click("curve/1/measured");
  EXPECT_FALSE(visible("1/measured"));
  driver.frames(60);  // sooner it would be a double click
  driver.click("curve/1/measured");
  EXPECT_TRUE(visible("1/measured"));
  driver.key(GLFW_KEY_3);
  driver.frames(1);
  EXPECT_FALSE(visible("2/measured"));
  driver.key(GLFW_KEY_1, true);
  driver.frames(1);
  EXPECT_TRUE(visible("0/measured"));
  EXPECT_FALSE(visible("1/measured"));
  driver.key(GLFW_KEY_1, true);
  driver.frames(1);
  EXPECT_TRUE(visible("2/measured"));
}

TEST(Workbench, ZoomsWithTheWheelAndFindsBack) {
  Driver driver = make();
  const auto axis = [&] { return driver.bench().book().plot(Quantity::hypergradient, 0)->x; };
  const Axis before = axis();
  driver.wheel("plot/mse", 4.0F);
  EXPECT_GT(axis().min, before.min);
  EXPECT_LT(axis().max, before.max);
  const Axis lower = driver.bench().book().plot(Quantity::lower_level, 0)->x;
  EXPECT_EQ(lower.min, axis().min);
  driver.key(GLFW_KEY_BACKSPACE);
  driver.frames(1);
  EXPECT_EQ(axis().min, before.min);
  driver.wheel("plot/mse", 4.0F);
  driver.double_click("plot/mse");
  EXPECT_EQ(axis().max, before.max);
}

TEST(Workbench, PansWithADrag) {
  Driver driver = make();
  const auto axis = [&] { return driver.bench().book().plot(Quantity::hypergradient, 0)->x; };
  const Axis before = axis();
  driver.press("plot/mse", 0.5F);
  for (int i = 1; i <= 10; ++i) driver.move_to("plot/mse", 0.5F + 0.02F * static_cast<float>(i));
  driver.release();
  EXPECT_LT(axis().min, before.min);
  const double decades = std::log10(before.max / before.min);
  EXPECT_NEAR(std::log10(before.min / axis().min), 0.2 * decades, 0.03 * decades);
}

TEST(Workbench, ReadsValuesAtTheCrosshair) {
  Driver driver = make(true);
  driver.until_done();
  driver.hover("plot/mse", 0.5F);
  EXPECT_THAT(driver.value("readout/at"), ::testing::StartsWith("at "));
  const PlotPanel* const plot = driver.bench().book().plot(Quantity::hypergradient, 0);
  const Cursor& cursor = driver.bench().state().view.cursor;
  const Readout readout = make_readout(*plot, 3, cursor.x);
  EXPECT_EQ(driver.value("readout/2/measured"),
            format_for_reading(readout.rows[1].measured.value, 3));
  EXPECT_EQ(driver.value("readout/2/bound"), format_for_reading(readout.rows[1].bound.value, 3));
}

TEST(Workbench, HoveringRebuildsNoPlots) {
  Driver driver = make(true);
  driver.until_done();
  driver.bench().state().notes.clear();
  driver.hover("plot/mse", 0.3F);
  while (driver.bench().next_frame_in() >= 0.0) {  // the ghost of an earlier run goes by itself
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    driver.frames(1);
  }
  const std::int64_t before = driver.bench().plots().rebuilds();
  for (int i = 0; i < 20; ++i) driver.move_to("plot/mse", 0.3F + 0.02F * static_cast<float>(i));
  EXPECT_EQ(driver.bench().plots().rebuilds(), before);
}

TEST(Workbench, RunsToTheBitsOfTheCommandLine) {
  Driver driver = make(true);
  driver.until_done();
  const RunSnapshot reference = run_to_end(start_spec());
  const RunSnapshot& shown = *driver.bench().session().snapshot();
  ASSERT_EQ(shown.curves.size(), reference.curves.size());
  for (std::size_t i = 0; i < reference.curves.size(); ++i) {
    ASSERT_EQ(shown.curves[i].points.size(), reference.curves[i].points.size());
    for (std::size_t j = 0; j < reference.curves[i].points.size(); ++j) {
      EXPECT_EQ(shown.curves[i].points[j].hypergradient.mean,
                reference.curves[i].points[j].hypergradient.mean);
    }
  }
}

TEST(Workbench, CountsReplicasInWords) {
  RunSpec spec = start_spec();
  spec.run.iterations = 50;
  for (const auto& [count, words] : {std::pair{1, "1 replica · "}, std::pair{2, "2 replicas · "}}) {
    spec.run.replicas = count;
    Driver driver({.spec = spec, .preset = "", .autorun = true});
    driver.until_done();
    EXPECT_THAT(driver.value("status"), ::testing::StartsWith(words));
  }
}

TEST(Workbench, StopsAndStartsWithTheSpaceBar) {
  RunSpec spec = start_spec();
  spec.run.replicas = 2000;
  spec.run.iterations = 20000;
  Driver driver({.spec = spec, .preset = "", .autorun = true});
  driver.frames(5);
  EXPECT_TRUE(driver.bench().session().running());
  EXPECT_EQ(driver.value("run"), "Stop");
  driver.key(GLFW_KEY_SPACE);
  driver.until_done();
  EXPECT_EQ(driver.bench().session().snapshot()->status, RunStatus::stopped);
  EXPECT_EQ(driver.value("run"), "Run");
}

TEST(Workbench, ListsWhatIsWrongWithASpecAndRunsAgainOnceItIsMended) {
  const test::TemporaryFolder folder;
  const std::string path =
      folder.write("negative.toml",
                   "[run]\niterations = 50\nreplicas = 4\n"
                   "[[method]]\nname = \"A\"\nminibatch = 10\n"
                   "[[method]]\nname = \"B\"\nminibatch = 10\nstep = { eta = -1.0 }\n");
  Driver driver = make(true);
  driver.bench().open_path(path);
  driver.frames(3);
  ASSERT_FALSE(driver.bench().session().issues().empty());
  // The run before was asked to stop, and does so in its own time.
  driver.until([&] { return !driver.bench().session().running(); });
  EXPECT_EQ(driver.bench().session().snapshot(), nullptr);
  EXPECT_THAT(driver.value("message"), ::testing::HasSubstr("method[2].step.eta"));
  driver.type_into("method[2].step.eta/value", "0.5");
  driver.until_done();
  EXPECT_TRUE(driver.bench().session().issues().empty());
  EXPECT_EQ(driver.bench().session().snapshot()->status, RunStatus::finished);
}

TEST(Workbench, SetsALimitAtAClick) {
  Driver driver = make();
  driver.type_into("method[2].step.eta/value", "1.9");
  ASSERT_TRUE(driver.shown("set-limit/ball"));
  driver.click("set-limit/ball");
  EXPECT_LE(driver.spec().methods[1].step.eta, 1.0);
  EXPECT_GT(driver.spec().methods[1].step.eta, 0.9);
}

TEST(Workbench, SaysWhyABoundIsAbsent) {
  Driver driver = make();
  driver.type_into("method[2].step.eta/value", "1.9");
  driver.frames(2);
  EXPECT_TRUE(driver.shown("readout/2/no-bound"));
  EXPECT_FALSE(driver.value("theorem/reason").empty());
  EXPECT_FALSE(driver.value("message").empty());
}

TEST(Workbench, AddsDuplicatesAndRemovesMethods) {
  Driver driver({.spec = start_spec(), .preset = "start", .height = 1400.0F});
  driver.click("method[2].duplicate");
  EXPECT_EQ(driver.spec().methods.size(), 4U);
  EXPECT_EQ(driver.bench().state().view.method, 2U);
  driver.frames(2);
  driver.click("method[3].remove");
  EXPECT_EQ(driver.spec().methods, start_spec().methods);
}

TEST(Workbench, LoadsPresetsAndUndoesThem) {
  Driver driver = make();
  driver.click("preset");
  driver.frames(2);
  ASSERT_TRUE(driver.shown("preset/Quadratic, three methods"));
  driver.key(GLFW_KEY_ESCAPE);
  driver.bench().open_path(std::string(SID_SOURCE_DIR) + "/assets/presets/two-phase.toml");
  driver.frames(2);
  EXPECT_EQ(driver.spec(), preset_spec("two-phase"));
  driver.click("undo");
  EXPECT_EQ(driver.spec(), start_spec());
}

TEST(Workbench, CopiesAndPastesAnExperiment) {
  Driver driver = make();
  driver.type_into("method[2].step.eta/value", "0.25");
  const RunSpec copied = driver.spec();
  driver.key(GLFW_KEY_L, false, true);
  driver.key(GLFW_KEY_Z, false, true);
  EXPECT_EQ(driver.spec(), start_spec());
  driver.key(GLFW_KEY_V, false, true);
  EXPECT_EQ(driver.spec(), copied);
  driver.bench().paste("sid1;t=oops#1");
  driver.bench().paste("not a spec");
  driver.bench().paste("");
  driver.frames(1);
  EXPECT_EQ(driver.spec().methods.size(), 3U);
}

TEST(Workbench, ReportsDroppedFilesThatAreNoSpecs) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("bad.toml", "replicas = 3\n[run]\nreplikas = 4\n");
  Driver driver = make();
  driver.bench().open_path(path);
  driver.frames(2);
  EXPECT_EQ(driver.spec(), start_spec());
  EXPECT_THAT(driver.value("message"), ::testing::HasSubstr("bad.toml"));
  driver.bench().open_path("/nowhere/at/all.toml");
  driver.frames(2);
  EXPECT_THAT(driver.value("message"), ::testing::HasSubstr("all.toml"));
}

TEST(Workbench, SwitchesTheThemeWithoutMovingAnything) {
  Driver driver = make();
  const ImVec2 before = driver.bench().registry().find("run")->min;
  driver.click("theme");
  driver.frames(2);
  EXPECT_EQ(driver.bench().state().view.appearance, Appearance::light);
  const ImVec2 after = driver.bench().registry().find("run")->min;
  EXPECT_EQ(before.x, after.x);
  EXPECT_EQ(before.y, after.y);
}

TEST(Workbench, ExportsAndRefusesToReplace) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("export.svg");
  Driver driver = make();
  driver.click("export");
  driver.frames(2);
  driver.type_into("export/path", path);
  driver.click("export/write");
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_THAT(folder.read("export.svg"), ::testing::HasSubstr("kind = \"quadratic\""));
  EXPECT_FALSE(driver.bench().state().view.export_open);
  driver.click("export");
  driver.frames(2);
  driver.click("export/write");
  EXPECT_TRUE(driver.bench().state().view.export_open);
  driver.frames(1);
  EXPECT_THAT(driver.value("message"), ::testing::HasSubstr("exists"));
}

TEST(Workbench, SurvivesWindowsThatAreFarTooSmall) {
  for (const float size : {1.0F, 50.0F, 200.0F, 400.0F}) {
    Driver driver({.spec = start_spec(), .preset = "start", .width = size, .height = size});
    driver.frames(2);
  }
}

TEST(Workbench, FitsEverySizeAndScale) {
  for (const auto& [width, height, scale] : {std::tuple{1280.0F, 800.0F, 1.0F},
                                             std::tuple{1920.0F, 1080.0F, 1.0F},
                                             std::tuple{1280.0F, 800.0F, 2.0F},
                                             std::tuple{900.0F, 600.0F, 1.0F}}) {
    Driver driver({.spec = start_spec(),
                   .preset = "start",
                   .width = width,
                   .height = height,
                   .scale = scale});
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    for (const std::string name :
         {"run", "preset", "fit-all", "plot/mse", "plot/lower", "plot/linear", "theme"}) {
      // Narrow windows show the main plot alone.
      if (width < 1000.0F && (name == "plot/lower" || name == "plot/linear")) continue;
      const WidgetRecord* const widget = driver.bench().registry().find(name);
      ASSERT_NE(widget, nullptr) << name << " at " << width;
      EXPECT_GE(widget->min.x, 0.0F) << name;
      EXPECT_LE(widget->max.x, size.x) << name << " at " << width;
      EXPECT_LE(widget->max.y, size.y) << name << " at " << width;
    }
  }
}

TEST(Workbench, ToolbarStaysOnItsPlot) {
  for (const auto& [width, height] : {std::pair{1280.0F, 800.0F}, std::pair{900.0F, 600.0F}}) {
    Driver driver(
        {.spec = start_spec(), .preset = "start", .width = width, .height = height, .scale = 1.0F});
    ViewState& view = driver.bench().state().view;
    view.figure.y_value = YValue::looseness;
    view.figure.x_unit = XUnit::iterations;
    driver.frames(2);
    const WidgetRecord* const last = driver.bench().registry().find("fit-all");
    const WidgetRecord* const plot = driver.bench().registry().find("plot/mse");
    ASSERT_NE(last, nullptr);
    ASSERT_NE(plot, nullptr);
    EXPECT_LE(last->max.x, plot->max.x + 16.0F) << "at " << width;
  }
}

TEST(Workbench, ChipsOfMethodsStayOnTheirCard) {
  RunSpec spec = start_spec();
  while (spec.methods.size() < 6) spec.methods.push_back(spec.methods[1]);
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    spec.methods[i].name = "A method with a long name, number " + std::to_string(i + 1);
  }
  spec.methods[0].name = "Batch";
  for (const Layout layout : {Layout::explore, Layout::theory}) {
    Driver driver({.spec = spec, .preset = ""});
    driver.bench().state().view.layout = layout;
    driver.frames(3);
    float right = 0.0F;
    for (int i = 1; i <= 6; ++i) {
      const WidgetRecord* const chip =
          driver.bench().registry().find("theorem/method/" + std::to_string(i));
      ASSERT_NE(chip, nullptr);
      EXPECT_TRUE(chip->visible);
      EXPECT_GE(chip->min.x, right) << "side by side";
      right = chip->max.x;
    }
    EXPECT_LT(right, ImGui::GetIO().DisplaySize.x);
    driver.click("theorem/method/6");
    EXPECT_EQ(driver.bench().state().view.method, 5U);
  }
}

}  // namespace
}  // namespace sid::app
