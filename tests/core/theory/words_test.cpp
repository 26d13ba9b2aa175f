#include "sid/theory/internal/words.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace sid::internal {
namespace {

void expect_shown(const Against& shown, const char* value, const char* limit) {
  EXPECT_EQ(shown.value, value);
  EXPECT_EQ(shown.limit, limit);
}

TEST(Words, LimitsHoldAsTheyAreShown) {
  EXPECT_EQ(read_upper_limit(1.9996), "1.99");
  EXPECT_EQ(read_upper_limit(2.0), "2.00");
  EXPECT_EQ(read_lower_limit(1.9912), "2.00");
  EXPECT_EQ(read_lower_limit(std::numeric_limits<double>::infinity()), "∞");
}

TEST(Words, ComparisonsCanBeSeen) {
  expect_shown(against_upper_limit(0.3, 0.49996, true), "0.300", "0.499");
  expect_shown(against_upper_limit(0.4996, 0.4998, true), "0.4996", "0.4998");
  expect_shown(against_upper_limit(0.5004, 0.5003, false), "0.5004", "0.5003");
  expect_shown(against_upper_limit(0.5004, 0.4999, false), "0.500", "0.499");
  expect_shown(against_upper_limit(0.5, 0.5 * (1.0 - 1e-13), true), "0.500", "0.500");
  expect_shown(against_lower_limit(2.0004, 2.0003, true), "2.0004", "2.0003");
  expect_shown(against_lower_limit(1.9, 2.0003, false), "1.90", "2.01");
  expect_shown(against_lower_limit(2.0, 2.0, true), "2.00", "2.00");
}

}  // namespace
}  // namespace sid::internal
