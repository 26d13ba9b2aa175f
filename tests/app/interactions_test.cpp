#include <cmath>
#include <string>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/app/panels/ui.hpp"
#include "sid/app/panels/workbench.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/validation.hpp"

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

Driver make(bool autorun = false) {
  return Driver({.spec = start_spec(), .preset = "start", .autorun = autorun});
}

double lambda(const Driver& driver) {
  return std::get<std::vector<double>>(driver.spec().problem.lambda).front();
}

const Series* curve(Driver& driver, const std::string& key) {
  for (const Series& s : driver.bench().book().plot(Quantity::hypergradient, 0)->series) {
    if (s.key == key) return &s;
  }
  return nullptr;
}

RunSpec two_lambdas() {
  RunSpec spec = start_spec();
  spec.problem.lambda = std::vector<double>{0.5, 2.0};
  spec.run.iterations = 60;
  spec.run.replicas = 8;
  return spec;
}

TEST(Interactions, YSwitchesToBoundOverErrorAndBackspaceReturns) {
  Driver driver = make();
  const auto label = [&] {
    return driver.bench().book().plot(Quantity::hypergradient, 0)->y.label;
  };
  const std::string error = label();
  ASSERT_NE(curve(driver, "1/bound_sharp"), nullptr);
  driver.key(GLFW_KEY_Y);
  EXPECT_EQ(label(), "bound ÷ " + error);
  EXPECT_EQ(curve(driver, "1/bound_sharp"), nullptr);
  ASSERT_NE(curve(driver, "1/exact"), nullptr);
  EXPECT_GT(curve(driver, "1/exact")->y.back(), 1.0) << "a bound is not below the exact error";
  EXPECT_EQ(driver.value("readout/measured"), "bound ÷ error");
  driver.key(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(label(), error);
  driver.click("y-value");
  EXPECT_EQ(label(), "bound ÷ " + error);
  driver.click("y-value");
  EXPECT_EQ(label(), error);
}

TEST(Interactions, DraggingLambdaMovesTheBoundInEveryFrameAndIsOneEdit) {
  Driver driver = make();
  const auto bound = [&] { return curve(driver, "1/bound_sharp")->y.back(); };
  const double before = bound();
  driver.press("lambda", 0.5F);
  double last = before;
  for (const float share : {0.55F, 0.6F, 0.65F, 0.7F}) {
    driver.move_to("lambda", share);
    EXPECT_NE(bound(), last) << share;
    last = bound();
  }
  driver.release();
  EXPECT_GT(lambda(driver), 0.5);
  EXPECT_EQ(driver.bench().state().history.size(), 1U);
  EXPECT_THAT(driver.bench().state().history.undo_name(), HasSubstr("λ 0.5 →"));
  driver.click("undo");
  EXPECT_EQ(lambda(driver), 0.5);
  EXPECT_EQ(bound(), before);
  driver.click("redo");
  EXPECT_EQ(bound(), last);
}

TEST(Interactions, ANewLambdaCancelsTheRunAndStartsItsOwn) {
  RunSpec spec = start_spec();
  spec.run.replicas = 3000;
  spec.run.iterations = 20000;
  Driver driver({.spec = spec, .preset = "", .autorun = true});
  driver.frames(5);
  ASSERT_TRUE(driver.bench().session().running());
  driver.type_into("lambda/value", "2");
  driver.key(GLFW_KEY_SPACE);  // stop the long run
  driver.until_done();
  EXPECT_EQ(driver.bench().session().snapshot()->spec.problem.lambda,
            LambdaSpec(std::vector<double>{2.0}));
}

TEST(Interactions, AnInvalidEditDuringARunLeavesNothingOfTheOldProblem) {
  RunSpec spec = preset_spec("figure-1");
  spec.data.train = 300;
  spec.data.validation = 200;
  spec.problem.lambda = std::vector<double>{1.0};
  spec.run.iterations = 100'000;
  Driver driver({.spec = spec, .preset = "", .autorun = true});
  const auto prepared = [&] { return driver.bench().session().bench() != nullptr; };
  driver.until(prepared);
  RunSpec broken = driver.spec();
  broken.data.train = 20;
  broken.methods[1].minibatch = 50;
  ASSERT_FALSE(validate(broken).empty());
  driver.bench().paste(write_spec(broken));
  driver.frames(30);
  EXPECT_FALSE(driver.bench().session().issues().empty());
  EXPECT_EQ(driver.bench().session().snapshot(), nullptr);
  EXPECT_EQ(driver.bench().session().bench(), nullptr);
  RunSpec mended = broken;
  for (MethodSpec& method : mended.methods) method.minibatch = 10;
  mended.run.iterations = 20;
  mended.run.replicas = 2;
  driver.bench().paste(write_spec(mended));
  driver.until(prepared);
  ASSERT_TRUE(prepared());
  EXPECT_EQ(driver.bench().session().bench()->sample_count, 20);
}

TEST(Interactions, ATypedNumberIsKeptWhenAFieldAboveItIsClicked) {
  Driver driver = make();
  driver.type_only("method[2].step.eta/value", "0.3");
  driver.click("lambda/value");  // drawn before it
  driver.frames(2);
  EXPECT_EQ(driver.spec().methods[1].step.eta, 0.3);
}

TEST(Interactions, OneClickMayCommitAFieldAndMoveASlider) {
  Driver driver = make();
  driver.type_only("method[2].step.eta/value", "0.3");
  driver.press("method[2].minibatch", 0.9F);
  driver.release();
  driver.frames(2);
  EXPECT_EQ(driver.spec().methods[1].step.eta, 0.3);
  EXPECT_NE(driver.spec().methods[1].minibatch, start_spec().methods[1].minibatch);
}

TEST(Interactions, HiddenCurvesFollowTheirMethods) {
  Driver driver = make();
  driver.click("curve/2/bound_sharp");
  const auto& hidden = driver.bench().state().view.figure.hidden;
  ASSERT_EQ(hidden.size(), 1U);
  driver.click("method[2].duplicate");
  driver.frames(2);
  ASSERT_EQ(driver.spec().methods.size(), 4U);
  EXPECT_TRUE(hidden.contains("3/bound_sharp"));
  driver.click("undo");
  driver.frames(2);
  EXPECT_TRUE(hidden.contains("2/bound_sharp"));
}

TEST(Interactions, LimitsAreNeverRoundedUp) {
  EXPECT_EQ(rounded_down(1.98854598, 3), 1.98);
  EXPECT_EQ(rounded_down(1.13, 3), 1.13);
  EXPECT_EQ(rounded_down(0.0999, 3), 0.0999);
  EXPECT_EQ(rounded_down(0.09996, 3), 0.0999);
  Driver driver = make();
  driver.click("preset");
  driver.frames(2);
  driver.click("preset/Quadratic, three methods");  // again, from the start
  driver.frames(2);
  EXPECT_EQ(driver.spec(), start_spec());
}

TEST(Interactions, AddedMethodsHaveLooksOfTheirOwnAndRun) {
  Driver driver({.spec = start_spec(), .preset = "start", .height = 1600.0F, .autorun = true});
  driver.until_done();
  driver.click("add-method");
  driver.frames(2);
  driver.click("add-method/SID");
  driver.frames(2);
  ASSERT_EQ(driver.spec().methods.size(), 4U);
  EXPECT_EQ(driver.bench().state().view.method, 3U);
  const auto styles = method_styles(driver.spec());
  for (std::size_t i = 0; i < 3; ++i) EXPECT_FALSE(styles[i] == styles[3]) << i;
  driver.until_done();
  ASSERT_NE(curve(driver, "3/measured"), nullptr);
  EXPECT_FALSE(curve(driver, "3/measured")->y.empty());
  EXPECT_TRUE(driver.shown("readout/4/measured"));
}

TEST(Interactions, PresetsLoadFromTheListWithAFreshView) {
  Driver driver = make();
  driver.wheel("plot/mse", 3.0F);
  driver.click("curve/2/bound_sharp");
  ASSERT_FALSE(driver.bench().state().view.figure.hidden.empty());
  driver.click("preset");
  driver.frames(2);
  driver.click("preset/Two phases: constant, then decreasing");
  driver.frames(2);
  EXPECT_EQ(driver.spec(), preset_spec("two-phase"));
  EXPECT_EQ(driver.bench().state().preset, "two-phase");
  EXPECT_TRUE(driver.bench().state().view.figure.limits.empty());
  EXPECT_TRUE(driver.bench().state().view.figure.hidden.empty());
  driver.key(GLFW_KEY_Z, false, true);
  EXPECT_EQ(driver.spec(), start_spec());
}

TEST(Interactions, TogglesHideOneKindOfCurveEach) {
  Driver driver = make(true);
  driver.until_done();
  ASSERT_NE(curve(driver, "1/bound_sharp"), nullptr);
  driver.click("bounds");
  driver.frames(1);
  EXPECT_EQ(curve(driver, "1/bound_sharp"), nullptr);
  driver.click("bounds");
  driver.click("exact");
  driver.frames(1);
  EXPECT_EQ(curve(driver, "1/exact"), nullptr);
  EXPECT_NE(curve(driver, "1/bound_sharp"), nullptr);
  EXPECT_FALSE(curve(driver, "1/measured")->band_low.empty());
  driver.click("band");
  EXPECT_EQ(driver.bench().state().view.figure.band, BandKind::std);
  driver.click("band");
  driver.frames(1);
  EXPECT_TRUE(curve(driver, "1/measured")->band_low.empty());
}

TEST(Interactions, ALegendRowUnderThePointerStandsOut) {
  Driver driver = make(true);
  driver.until_done();
  driver.hover("curve/1/measured");
  EXPECT_EQ(driver.bench().state().view.emphasised, "1/measured");
  driver.hover("run");
  EXPECT_EQ(driver.bench().state().view.emphasised, "");
}

TEST(Interactions, TheCrosshairOfASidePlotFillsTheTableWithItsErrors) {
  Driver driver = make(true);
  driver.until_done();
  EXPECT_EQ(driver.value("readout/measured"), "mean squared error");
  const std::string main = driver.value("readout/2/measured");
  driver.hover("plot/lower", 0.5F);
  EXPECT_THAT(driver.value("readout/measured"), HasSubstr("wₜ"));
  EXPECT_NE(driver.value("readout/2/measured"), main);
  driver.hover("plot/linear", 0.5F);
  EXPECT_THAT(driver.value("readout/measured"), HasSubstr("vₖ"));
}

TEST(Interactions, ABoxZoomsAndTheHistoryGoesBothWays) {
  Driver driver = make();
  const auto x = [&] { return driver.bench().book().plot(Quantity::hypergradient, 0)->x; };
  const Axis before = x();
  ImGui::GetIO().KeyShift = true;
  driver.press("plot/mse", 0.25F, 0.25F);
  driver.move_to("plot/mse", 0.5F, 0.5F);
  driver.move_to("plot/mse", 0.75F, 0.75F);
  driver.release();
  ImGui::GetIO().KeyShift = false;
  driver.frames(1);
  const Axis boxed = x();
  const auto decades = [](const Axis& axis) { return std::log10(axis.max / axis.min); };
  EXPECT_NEAR(decades(boxed), 0.5 * decades(before), 0.02 * decades(before));
  driver.key(GLFW_KEY_BACKSPACE);
  driver.frames(1);
  EXPECT_EQ(x().min, before.min);
  driver.key(GLFW_KEY_BACKSPACE, true);
  driver.frames(1);
  EXPECT_EQ(x().min, boxed.min);
  driver.click("fit");
  driver.frames(1);
  EXPECT_EQ(x().min, before.min);
}

TEST(Interactions, TheWheelWithShiftOrControlZoomsOneAxis) {
  Driver driver = make();
  const auto plot = [&] { return *driver.bench().book().plot(Quantity::hypergradient, 0); };
  const PlotPanel before = plot();
  ImGui::GetIO().KeyShift = true;
  driver.wheel("plot/mse", 2.0F);
  ImGui::GetIO().KeyShift = false;
  EXPECT_NE(plot().x.min, before.x.min);
  EXPECT_EQ(plot().y.min, before.y.min);
  driver.key(GLFW_KEY_F);
  driver.frames(1);
  ImGui::GetIO().KeyCtrl = true;
  driver.wheel("plot/mse", 2.0F);
  ImGui::GetIO().KeyCtrl = false;
  EXPECT_EQ(plot().x.min, before.x.min);
  EXPECT_NE(plot().y.min, before.y.min);
}

TEST(Interactions, FitAllShowsWhatLiesOutside) {
  RunSpec spec = start_spec();
  spec.run.iterations = 3000;  // Batch falls far below what noise lets the others reach
  spec.run.replicas = 4;
  Driver driver({.spec = spec, .preset = "", .autorun = true});
  driver.until_done();
  const auto plot = [&] { return driver.bench().book().plot(Quantity::hypergradient, 0); };
  ASSERT_FALSE(plot()->edge_notes.empty());
  driver.key(GLFW_KEY_F, true);
  driver.frames(1);
  EXPECT_TRUE(plot()->edge_notes.empty());
  driver.click("fit");
  driver.frames(1);
  EXPECT_FALSE(plot()->edge_notes.empty());
}

TEST(Interactions, ASmallMultipleUnderAClickIsTheOneTheOthersFollow) {
  Driver driver({.spec = two_lambdas(), .preset = "", .autorun = true});
  driver.until_done();
  ASSERT_TRUE(driver.shown("plot/mse/1"));
  EXPECT_TRUE(driver.shown("plot/lower/0"));
  const std::string q = driver.value("geometry/q");
  driver.click("plot/mse/1");
  driver.frames(3);
  EXPECT_EQ(driver.bench().state().view.panel, 1U);
  EXPECT_TRUE(driver.shown("plot/lower/1"));
  EXPECT_FALSE(driver.shown("plot/lower/0"));
  EXPECT_NE(driver.value("geometry/q"), q);
  driver.click("lambda-one");
  EXPECT_EQ(lambda(driver), 2.0);
}

TEST(Interactions, AListOfLambdasThatCannotBeReadIsAnsweredInWords) {
  Driver driver({.spec = two_lambdas(), .preset = ""});
  for (const char* bad :
       {"0.1, abc", "0.1, -1", "1e999", ",", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"}) {
    driver.type_into("lambda-list", bad);
    driver.frames(1);
    EXPECT_EQ(driver.spec(), two_lambdas()) << bad;
    EXPECT_THAT(driver.value("message"), HasSubstr("positive numbers")) << bad;
  }
  driver.type_into("lambda-list", "0.1; 1");
  driver.frames(1);
  EXPECT_EQ(driver.spec().problem.lambda, LambdaSpec(std::vector<double>{0.1, 1.0}));
  EXPECT_TRUE(driver.bench().state().notes.empty()) << "outdated by the edit";
}

TEST(Interactions, ADroppedDataFileBecomesTheProblem) {
  const test::TemporaryFolder folder;
  std::string rows;
  for (int i = 0; i < 60; ++i) {
    rows += format_shortest(std::sin(i)) + "," + format_shortest(std::cos(3 * i)) + "," +
            (i % 2 == 0 ? "1" : "-1") + "\n";
  }
  Driver driver = make(true);
  driver.until_done();
  driver.bench().open_path(folder.write("points.csv", rows));
  driver.frames(2);
  EXPECT_EQ(driver.spec().problem.kind, ProblemKind::logistic);
  EXPECT_EQ(driver.spec().data.source, DataSource::csv);
  driver.until_done();
  EXPECT_EQ(driver.bench().session().snapshot()->status, RunStatus::finished)
      << driver.value("message");
  EXPECT_FALSE(curve(driver, "1/measured")->y.empty());
  driver.bench().open_path(folder.write("damaged.csv", rows + "0.5,oops,1\n"));
  driver.frames(2);
  driver.until_done();
  EXPECT_EQ(driver.bench().session().snapshot()->status, RunStatus::failed);
  EXPECT_THAT(driver.value("message"), HasSubstr("damaged.csv:61"));
  EXPECT_THAT(driver.value("message"), HasSubstr("oops"));
}

TEST(Interactions, TheTableDoesNotCallAPredictionExact) {
  RunSpec spec = preset_spec("figure-1");
  spec.problem.lambda = std::vector<double>{1.0};
  spec.data.train = spec.data.validation = 200;
  spec.run.iterations = 50;
  spec.run.replicas = 2;
  Driver driver({.spec = spec, .preset = "", .autorun = true});
  driver.until_done();
  ASSERT_NE(curve(driver, "1/prediction"), nullptr);
  EXPECT_EQ(driver.value("readout/exact"), "prediction");
  driver.bench().open_path(std::string(SID_SOURCE_DIR) + "/assets/presets/start.toml");
  driver.until_done();
  EXPECT_EQ(driver.value("readout/exact"), "exact");
}

TEST(Interactions, TheSheetOfKeysOpensAndCloses) {
  Driver driver = make();
  driver.click("help");
  driver.frames(2);
  ASSERT_TRUE(driver.shown("help-sheet"));
  driver.click("help/close");
  driver.frames(2);
  EXPECT_FALSE(driver.bench().state().view.help_open);
  driver.key(GLFW_KEY_SLASH, true);
  driver.frames(2);
  EXPECT_TRUE(driver.shown("help-sheet"));
  driver.key(GLFW_KEY_ESCAPE);
  driver.frames(2);
  EXPECT_FALSE(driver.bench().state().view.help_open);
}

TEST(Interactions, RunsAgainWithTheSameSeedAndWithTheNext) {
  Driver driver = make(true);
  driver.until_done();
  const auto last = [&] {
    return driver.bench().session().snapshot()->curves[1].points.back().hypergradient.mean;
  };
  const double first = last();
  driver.key(GLFW_KEY_R);
  driver.until_done();
  EXPECT_EQ(last(), first);
  driver.key(GLFW_KEY_R, true);
  driver.until_done();
  EXPECT_EQ(driver.spec().run.seed, start_spec().run.seed + 1);
  EXPECT_NE(last(), first);
}

}  // namespace
}  // namespace sid::app
