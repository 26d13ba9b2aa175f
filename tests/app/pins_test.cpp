#include "sid/app/state/pins.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<const RunSnapshot> run_with(double eta) {
  RunSpec spec = test::small_quadratic();
  spec.title = "Small";
  spec.run.iterations = 20;
  spec.run.checkpoints.count = 3;
  spec.run.replicas = 3;
  spec.methods = {test::constant(eta)};
  return std::make_shared<const RunSnapshot>(run_to_end(spec, {.threads = 1}));
}

std::vector<std::string> letters(const Pins& pins) {
  std::vector<std::string> out;
  for (const Pin& pin : pins.runs()) out.push_back(pin.letter);
  return out;
}

TEST(Pins, TakeTheFirstFreeLetter) {
  Pins pins;
  for (const double eta : {0.1, 0.2, 0.3}) ASSERT_TRUE(pins.pin(run_with(eta), nullptr));
  EXPECT_THAT(letters(pins), ElementsAre("A", "B", "C"));
  EXPECT_TRUE(pins.remove("B"));
  EXPECT_THAT(letters(pins), ElementsAre("A", "C"));
  EXPECT_EQ(pins.pin(run_with(0.4), nullptr).value(), "B");
  EXPECT_THAT(letters(pins), ElementsAre("A", "B", "C"));
  EXPECT_EQ(pins.removed(), nullptr) << "its letter was given away";
  EXPECT_FALSE(pins.restore());
}

TEST(Pins, RefuseWithASentence) {
  Pins pins;
  EXPECT_THAT(pins.pin(nullptr, nullptr).error().message, HasSubstr("nothing to pin yet"));
  const auto empty = std::make_shared<const RunSnapshot>();
  EXPECT_THAT(pins.pin(empty, nullptr).error().message, HasSubstr("nothing to pin yet"));
  const auto run = run_with(0.5);
  ASSERT_TRUE(pins.pin(run, nullptr));
  EXPECT_THAT(pins.pin(run, nullptr).error().message, HasSubstr("pinned as A already"));
  for (int i = 1; i < 8; ++i) ASSERT_TRUE(pins.pin(run_with(0.5 + 0.01 * i), nullptr));
  const std::uint64_t version = pins.version();
  EXPECT_THAT(pins.pin(run_with(0.9), nullptr).error().message, HasSubstr("Eight runs"));
  EXPECT_EQ(pins.runs().size(), 8U);
  EXPECT_EQ(pins.version(), version) << "nothing was replaced";
}

TEST(Pins, AreNamedByWhatDiffers) {
  Pins pins;
  ASSERT_TRUE(pins.pin(run_with(0.5), nullptr));
  EXPECT_EQ(pins.runs()[0].name, "Small") << "nothing to tell it from";
  ASSERT_TRUE(pins.pin(run_with(0.25), nullptr));
  EXPECT_EQ(pins.runs()[0].name, "eta = 0.5");
  EXPECT_EQ(pins.runs()[1].name, "eta = 0.25");
  pins.remove("B");
  EXPECT_EQ(pins.runs()[0].name, "Small");
}

TEST(Pins, RemovalIsTakenBack) {
  Pins pins;
  const auto run = run_with(0.5);
  ASSERT_TRUE(pins.pin(run, nullptr));
  pins.show("A", false);
  EXPECT_FALSE(pins.remove("B"));
  EXPECT_TRUE(pins.remove("A"));
  EXPECT_TRUE(pins.runs().empty());
  ASSERT_NE(pins.removed(), nullptr);
  EXPECT_TRUE(pins.restore());
  EXPECT_EQ(pins.runs()[0].run, run);
  EXPECT_FALSE(pins.runs()[0].shown);
  EXPECT_FALSE(pins.restore()) << "once";
}

TEST(Pins, ShowOnlyThoseThatAreShown) {
  Pins pins;
  ASSERT_TRUE(pins.pin(run_with(0.5), nullptr));
  ASSERT_TRUE(pins.pin(run_with(0.25), nullptr));
  EXPECT_EQ(shown_runs(pins).size(), 2U);
  pins.show("A", false);
  ASSERT_EQ(shown_runs(pins).size(), 1U);
  EXPECT_EQ(shown_runs(pins)[0].letter, "B");
  EXPECT_EQ(shown_runs(pins)[0].snapshot, pins.find("B")->run.get());
}

}  // namespace
}  // namespace sid::app
