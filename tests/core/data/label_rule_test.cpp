#include "sid/data/label_rule.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sid {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Vector> apply(LabelRule rule, const std::vector<double>& values) {
  std::vector<std::int64_t> lines;
  for (std::size_t i = 0; i < values.size(); ++i)
    lines.push_back(static_cast<std::int64_t>(10 * i + 10));
  return apply_label_rule(rule, GivenLabels{values, lines, "f"});
}

TEST(LabelRule, HasNamesThatReadBack) {
  for (const LabelRule rule : {LabelRule::odd_even, LabelRule::two_values, LabelRule::as_given}) {
    EXPECT_EQ(parse_label_rule(name_of(rule)), rule);
  }
  EXPECT_EQ(name_of(LabelRule::odd_even), "odd-even");
  EXPECT_FALSE(parse_label_rule("odd").has_value());
}

TEST(LabelRule, MakesClasses) {
  EXPECT_THAT(*apply(LabelRule::odd_even, {0, 1, 2, 9, 8}), ElementsAre(-1, 1, -1, 1, -1));
  EXPECT_THAT(*apply(LabelRule::two_values, {2, 1, 2}), ElementsAre(1, -1, 1));
  EXPECT_THAT(*apply(LabelRule::two_values, {-1, 1}), ElementsAre(-1, 1));
  EXPECT_THAT(*apply(LabelRule::two_values, {0.25, -7.5}), ElementsAre(1, -1));
  EXPECT_THAT(*apply(LabelRule::as_given, {0.25, 3, 3}), ElementsAre(0.25, 3, 3));
}

TEST(LabelRule, ReportsLabelsThatGiveNoTwoClasses) {
  struct Defect {
    LabelRule rule;
    std::vector<double> values;
    const char* place;
    const char* message;
  };
  const std::vector<Defect> defects = {
      {LabelRule::odd_even, {0, 1, 10}, "f:30", "10 is not a digit 0 to 9"},
      {LabelRule::odd_even, {-1, 1}, "f:10", "-1 is not a digit"},
      {LabelRule::odd_even, {0, 1.5}, "f:20", "1.5 is not a digit"},
      {LabelRule::odd_even, {0, 2, 4}, "f", "All 3 labels are even"},
      {LabelRule::odd_even, {1, 3}, "f", "All 2 labels are odd"},
      {LabelRule::two_values, {7, 7, 7}, "f", "All 3 labels are 7"},
      {LabelRule::two_values, {1, 2, 1, 3}, "f:40", "3 is a third value after 1 and 2"},
      {LabelRule::two_values, {}, "f", "no labels"},
  };
  for (const Defect& defect : defects) {
    const Result<Vector> labels = apply(defect.rule, defect.values);
    ASSERT_FALSE(labels.has_value());
    EXPECT_EQ(labels.error().place, defect.place);
    EXPECT_THAT(labels.error().message, HasSubstr(defect.message));
  }
}

TEST(LabelRule, TakesTheClassesOfAValidationFileFromTraining) {
  const std::vector<double> train = {3, 5, 3}, one = {5, 5}, other = {5, 4};
  const GivenLabels training{train, {}, "train"};
  EXPECT_THAT(*apply_label_rule(LabelRule::two_values, {one, {}, "v"}, training),
              ElementsAre(1, 1));
  EXPECT_THAT(*apply_label_rule(LabelRule::odd_even, {one, {}, "v"}, training), ElementsAre(1, 1));
  EXPECT_THAT(*apply_label_rule(LabelRule::as_given, {other, {}, "v"}, training),
              ElementsAre(5, 4));
  const auto wrong = apply_label_rule(LabelRule::two_values, {other, {}, "v"}, training);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, HasSubstr("4 is neither 3 nor 5"));
  EXPECT_EQ(wrong.error().place, "v, label 2");
}

}  // namespace
}  // namespace sid
