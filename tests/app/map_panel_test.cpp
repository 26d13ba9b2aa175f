// The heat map in the window.
#include <algorithm>
#include <string>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

struct MapWindow : Driver {
  explicit MapWindow(float width = 1280.0F, float height = 800.0F)
      : Driver({.spec = start_spec(), .preset = "start", .width = width, .height = height}) {
    frames(2);
  }
  void wait() {
    frames(2);
    until([&] { return bench().map().current() && !bench().map().pending(); });
    frames(1);
  }
};

TEST(MapPanel, OpensWithHAndClosesWithHAndEsc) {
  MapWindow window;
  EXPECT_FALSE(window.shown("map/panel"));
  EXPECT_TRUE(window.shown("plot/lower"));
  window.key(GLFW_KEY_H);
  window.wait();
  EXPECT_TRUE(window.shown("map/plot"));
  EXPECT_TRUE(window.shown("plot/mse")) << "the main plot stays";
  EXPECT_FALSE(window.shown("plot/lower"));
  EXPECT_EQ(window.value("map/panel"), "done");
  window.key(GLFW_KEY_ESCAPE);
  window.frames(2);
  EXPECT_FALSE(window.shown("map/panel"));
  EXPECT_TRUE(window.shown("plot/lower"));
  window.click("open-map");
  window.wait();
  EXPECT_TRUE(window.shown("map/close"));
  window.click("map/close");
  window.frames(2);
  EXPECT_FALSE(window.shown("map/plot"));
}

TEST(MapPanel, OpensFromTheTheoryView) {
  MapWindow window;
  window.bench().state().view.layout = Layout::theory;
  window.frames(2);
  window.key(GLFW_KEY_H);
  window.wait();
  EXPECT_EQ(window.bench().state().view.layout, Layout::explore);
  EXPECT_TRUE(window.shown("map/plot"));
}

TEST(MapPanel, SaysWhatIsUnderThePointer) {
  MapWindow window;
  window.key(GLFW_KEY_H);
  window.wait();
  window.hover("map/plot", 0.2F, 0.5F);
  window.frames(2);
  EXPECT_THAT(window.value("map/value"), HasSubstr("exact"));
  EXPECT_THAT(window.value("map/value"), HasSubstr("η = "));
  const double paper = std::stod(window.value("map/edge/paper"));
  const double sharpened = std::stod(window.value("map/edge/sharpened"));
  const double stable = std::stod(window.value("map/edge/stability"));
  EXPECT_LE(paper, sharpened);
  EXPECT_LE(sharpened, stable);
  window.hover("map/plot", 0.999F, 0.999F);
  window.frames(2);
  EXPECT_THAT(window.value("map/value"), HasSubstr("diverges"));
  EXPECT_EQ(window.value("map/advice"), "Click a cell to use its settings.");
}

TEST(MapPanel, LoadsTheCellThatIsClickedAndUndoesIt) {
  MapWindow window;
  window.key(GLFW_KEY_H);
  window.wait();
  const RunSpec before = window.spec();
  window.press("map/plot", 0.3F, 0.2F);
  window.release();
  window.frames(2);
  const MethodSpec& chosen = window.spec().methods[1];
  EXPECT_NE(chosen.step.eta, before.methods[1].step.eta);
  EXPECT_NE(chosen.minibatch, before.methods[1].minibatch);
  const auto& x = window.bench().map().sweep()->of->x.values;
  EXPECT_NE(std::find(x.begin(), x.end(), chosen.step.eta), x.end());
  EXPECT_THAT(window.bench().state().history.undo_name(), HasSubstr("η"));
  EXPECT_EQ(window.bench().map_desk().evaluations(), 1) << "the map is the same";
  window.key(GLFW_KEY_Z, false, true);
  window.frames(2);
  EXPECT_EQ(window.spec(), before) << "one edit";
}

TEST(MapPanel, StartsAgainWhenTheProblemChanges) {
  MapWindow window;
  window.key(GLFW_KEY_H);
  window.wait();
  const auto sweeps = window.bench().map_desk().evaluations();
  window.key(GLFW_KEY_DOWN);
  window.wait();
  EXPECT_EQ(window.bench().map_desk().evaluations(), sweeps + 1) << "another method";
  EXPECT_EQ(window.bench().map().sweep()->of->method, 2U);
  EXPECT_EQ(window.bench().map().sweep()->of->x.key, "beta_factor");
}

TEST(MapPanel, CostsNothingWhileNothingChanges) {
  MapWindow window;
  window.key(GLFW_KEY_H);
  window.wait();
  window.frames(3);
  const auto version = window.bench().map().version();
  const auto drawn = window.bench().plots().rebuilds();
  window.frames(30);
  EXPECT_EQ(window.bench().map().version(), version);
  EXPECT_EQ(window.bench().plots().rebuilds(), drawn);
  EXPECT_EQ(window.bench().map_desk().evaluations(), 1);
}

TEST(MapPanel, GivesItsTexturesBackAndSurvivesSmallWindows) {
  {  // one window at a time
    MapWindow window(700.0F, 420.0F);
    window.key(GLFW_KEY_H);
    window.wait();
    window.frames(5);
    EXPECT_LT(window.textures_alive(), 40);
  }
  for (const float width : {320.0F, 500.0F, 900.0F, 2560.0F}) {
    MapWindow other(width, 320.0F);
    other.key(GLFW_KEY_H);
    other.frames(5);
  }
}

}  // namespace
}  // namespace sid::app
