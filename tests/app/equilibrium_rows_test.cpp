#include "sid/app/panels/equilibrium_rows.hpp"

#include <string>

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

/// Tall, so that no row of the setup panel is scrolled out of sight.
Driver make() {
  return Driver({.spec = preset_spec("equilibrium"), .preset = "equilibrium", .height = 1600.0F});
}

TEST(EquilibriumRows, EveryParameterIsTypedAndUndone) {
  Driver driver = make();
  const EquilibriumSpec& e = driver.spec().problem.equilibrium;
  driver.type_into("equilibrium-contraction/value", "0.95");
  EXPECT_EQ(e.contraction, 0.95);
  driver.type_into("equilibrium-contraction/value", "3");
  EXPECT_LT(e.contraction, 1.0) << "the map must contract";
  driver.double_click("equilibrium-contraction");
  EXPECT_EQ(e.contraction, 0.8);
  driver.type_into("equilibrium-spread/value", "0.2");
  driver.key(GLFW_KEY_Z, false, true);
  EXPECT_EQ(e.spread, 0.5) << "undone like any edit";
  driver.type_into("equilibrium-spread/value", "0.1");
  EXPECT_EQ(e.spread, 0.1);
  driver.type_into("equilibrium-dim/value", "6");
  EXPECT_EQ(e.dim, 6);
  driver.type_into("equilibrium-delta/value", "0.5");
  EXPECT_EQ(e.huber_delta, 0.5);
  driver.type_into("equilibrium-samples/value", "4");
  EXPECT_EQ(e.samples, 4);
  EXPECT_EQ(driver.spec().methods[0].minibatch, 4) << "no more than there are components";
  EXPECT_TRUE(driver.bench().session().issues().empty());
  driver.type_into("lambda/value", "-1.5");
  EXPECT_EQ(std::get<std::vector<double>>(driver.spec().problem.lambda).at(0), -1.5);
}

TEST(EquilibriumRows, HasNoRowsOfDataAndNoInnerStep) {
  Driver driver = make();
  EXPECT_FALSE(driver.shown("alpha"));
  EXPECT_FALSE(driver.shown("upper-level"));
  EXPECT_FALSE(driver.shown("vary-split"));
  EXPECT_FALSE(driver.shown("quadratic-more"));
  EXPECT_TRUE(driver.shown("equilibrium-contraction"));
}

}  // namespace
}  // namespace sid::app
