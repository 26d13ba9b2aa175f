#include "sid/app/panels/level_rows.hpp"

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/problem_kind.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

/// Tall, so that no row of the setup panel is scrolled out of sight.
Driver make(const std::string& preset) {
  return Driver({.spec = preset_spec(preset), .preset = preset, .height = 1600.0F});
}

std::vector<double> lambdas(const Driver& driver) {
  const auto* const list = std::get_if<std::vector<double>>(&driver.spec().problem.lambda);
  return list != nullptr ? *list : std::vector<double>{};
}

TEST(LevelRows, TheUpperLevelIsChosenAndUndone) {
  Driver driver = make("ridge");
  EXPECT_EQ(driver.value("upper-level/squares"), "on");
  EXPECT_FALSE(driver.shown("huber-delta"));
  driver.click("upper-level/logistic");
  EXPECT_EQ(driver.spec().problem.upper, UpperLevel::logistic);
  driver.click("upper-level/squares");
  EXPECT_EQ(driver.spec(), preset_spec("ridge"));
  driver.click("upper-level/Huber");
  driver.frames(2);
  EXPECT_EQ(driver.spec().problem.upper, UpperLevel::pseudo_huber);
  driver.type_into("huber-delta/value", "5000");
  EXPECT_EQ(driver.spec().problem.huber_delta, 5000.0) << "typed beyond the track";
  driver.type_into("huber-delta/value", "-1");
  EXPECT_GT(driver.spec().problem.huber_delta, 0.0);
  driver.double_click("huber-delta");
  EXPECT_EQ(driver.spec().problem.huber_delta, 1.0);
  EXPECT_TRUE(driver.bench().session().issues().empty());
  while (!driver.bench().state().history.undo_name().empty()) {
    const RunSpec before = driver.spec();
    driver.click("undo");
    ASSERT_NE(driver.spec(), before);
  }
  EXPECT_EQ(driver.spec(), preset_spec("ridge"));
}

TEST(LevelRows, HyperCleaningHasWeightDecayAndWrongLabels) {
  Driver driver = make("floor");
  driver.type_into("weight-decay/value", "25");
  EXPECT_EQ(driver.spec().problem.weight_decay, 25.0);
  EXPECT_THAT(driver.bench().state().history.undo_name(), HasSubstr("weight decay 0.2"));
  driver.type_into("label-noise/value", "0.8");
  EXPECT_EQ(driver.spec().data.label_noise, 0.8);
  driver.type_into("label-noise/value", "7");
  EXPECT_EQ(driver.spec().data.label_noise, 1.0);
  driver.double_click("label-noise");
  EXPECT_EQ(driver.spec().data.label_noise, 0.3);
  driver.click("lower-loss/sum (paper)");
  EXPECT_EQ(driver.spec().problem.weight_decay, 25.0 * 200);
  driver.double_click("weight-decay");
  EXPECT_EQ(driver.spec().problem.weight_decay, 0.01 * 200) << "the usual one of this convention";
}

TEST(LevelRows, OtherKindsHaveNeitherWeightDecayNorWrongLabels) {
  Driver driver = make("ridge");
  EXPECT_TRUE(driver.shown("upper-level/squares"));
  EXPECT_FALSE(driver.shown("weight-decay"));
  EXPECT_FALSE(driver.shown("label-noise"));
}

TEST(LevelRows, LambdaOfHyperCleaningIsAnyNumber) {
  Driver driver = make("floor");
  driver.press("lambda", 0.1F);
  driver.release();
  EXPECT_LT(lambdas(driver).at(0), -3.0);
  EXPECT_GE(lambdas(driver).at(0), -5.0);
  driver.type_into("lambda/value", "-20");
  EXPECT_EQ(lambdas(driver), (std::vector<double>{-20}));
  driver.type_into("lambda/value", "-70");
  EXPECT_EQ(lambdas(driver), (std::vector<double>{-50}));
  driver.double_click("lambda");
  EXPECT_EQ(lambdas(driver), (std::vector<double>{0}));
  driver.click("lambda-more");
  driver.frames(2);
  EXPECT_EQ(lambdas(driver), (std::vector<double>{0, 1}));
  driver.type_into("lambda-list", "-1, 0, 2.5");
  EXPECT_EQ(lambdas(driver), (std::vector<double>{-1, 0, 2.5}));
  driver.type_into("lambda-list", "-1, 99");
  driver.frames(1);
  EXPECT_EQ(lambdas(driver), (std::vector<double>{-1, 0, 2.5}));
  EXPECT_THAT(driver.value("message"), HasSubstr("from -50 to 50"));
  EXPECT_TRUE(driver.bench().session().issues().empty());
}

TEST(LevelRows, RandomLambdasLeadBackToOneNumber) {
  Driver driver = make("floor");
  driver.click("lambda-random");
  driver.frames(2);
  ASSERT_EQ(driver.spec().problem.lambda, LambdaSpec(RandomLambda{}));
  driver.type_into("epsilon-low", "-60");
  EXPECT_EQ(std::get<RandomLambda>(driver.spec().problem.lambda).epsilon_low, -50.0);
  EXPECT_TRUE(driver.bench().session().issues().empty());
  driver.click("lambda-same");
  driver.frames(2);
  EXPECT_EQ(lambdas(driver), (std::vector<double>{0}));
}

TEST(LevelRows, PartsOfTheErrorAreChosenAndUndone) {
  Driver driver = make("start");
  EXPECT_FALSE(driver.shown("inner-replicas"));
  driver.click("decomposition/nested");
  driver.frames(2);
  EXPECT_EQ(driver.spec().run.decomposition, DecompositionRoute::nested);
  driver.type_into("inner-replicas/value", "40");
  EXPECT_EQ(driver.spec().run.inner_replicas, 40);
  driver.click("undo");
  driver.click("undo");
  EXPECT_EQ(driver.spec(), start_spec());
}

/// A walk over all ordered pairs of kinds: a loop that uses each of them once.
TEST(LevelRows, EveryKindOfProblemLeadsToEveryOther) {
  static constexpr std::array<const char*, 6> names = {"Teaching quadratic",
                                                       "Ridge, one λ",
                                                       "Ridge, λ per coordinate",
                                                       "Logistic, one λ",
                                                       "Logistic, λ per coordinate",
                                                       "Data hyper-cleaning"};
  Driver driver = make("start");
  const auto choose = [&](std::size_t kind) {
    driver.click("problem");
    driver.frames(2);
    driver.click(std::string("problem/") + names[kind]);
    driver.frames(2);
    ASSERT_EQ(driver.spec().problem.kind, static_cast<ProblemKind>(kind));
    EXPECT_TRUE(driver.bench().session().issues().empty()) << driver.value("message");
  };
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t b = a + 1; b < names.size(); ++b) {
      choose(b);
      if (driver.shown("lambda-random")) driver.click("lambda-random");
      if (b == a + 1) {
        driver.click("lower-loss/sum (paper)");
        driver.frames(1);
      }
      EXPECT_TRUE(driver.bench().session().issues().empty()) << driver.value("message");
      choose(a);
    }
    if (a + 1 < names.size()) choose(a + 1);
  }
}

}  // namespace
}  // namespace sid::app
