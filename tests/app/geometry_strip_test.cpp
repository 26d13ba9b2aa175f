#include <vector>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

Driver make() {
  return Driver({.spec = start_spec(), .preset = "start"});
}

bool enabled(Driver& driver, const std::string& name) {
  const WidgetRecord* const widget = driver.bench().registry().find(name);
  EXPECT_NE(widget, nullptr) << name;
  return widget != nullptr && widget->enabled;
}

TEST(GeometryStrip, SetsEtaToALimitAndNeverAboveIt) {
  Driver driver = make();
  driver.type_into("method[2].step.eta/value", "1.95");
  const std::vector<StepLimit> limits = driver.bench().session().theory()[0][1].limits;
  for (const StepLimit& limit : limits) {
    const std::string name = "set-limit/" + limit.id;
    if (!driver.shown(name)) continue;
    driver.click(name);
    const double eta = driver.spec().methods[1].step.eta;
    EXPECT_LE(eta, limit.eta) << limit.id;
    EXPECT_GT(eta, 0.99 * limit.eta) << limit.id;
    EXPECT_FALSE(enabled(driver, name)) << "it is there already";
  }
  EXPECT_THAT(driver.bench().state().history.undo_name(), ::testing::HasSubstr("→"));
  driver.key(GLFW_KEY_Z, false, true);
  EXPECT_NE(driver.spec().methods[1].step.eta, limits.back().eta);
}

TEST(GeometryStrip, OffersNoConstantStepWhereTheRuleHasNone) {
  Driver driver = make();
  EXPECT_TRUE(driver.shown("set-limit/ball"));
  driver.click("table/3");
  driver.frames(3);
  EXPECT_TRUE(driver.shown("geometry/ball"));
  EXPECT_FALSE(driver.shown("set-limit/ball"));
  driver.click("table/1");
  driver.frames(3);
  EXPECT_FALSE(driver.shown("geometry/ball")) << "exact gradients have no such limit";
  EXPECT_TRUE(driver.shown("geometry/q"));
}

TEST(GeometryStrip, StaysInsideTheWindow) {
  Driver driver = make();
  for (const auto& [name, widget] : driver.bench().registry().all()) {
    if (name.starts_with("geometry/") || name.starts_with("set-limit/")) {
      EXPECT_LE(widget.max.x, ImGui::GetIO().DisplaySize.x) << name;
      EXPECT_TRUE(widget.visible) << name;
    }
  }
}

}  // namespace
}  // namespace sid::app
