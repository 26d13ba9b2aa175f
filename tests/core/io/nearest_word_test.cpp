#include "sid/io/nearest_word.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace sid {
namespace {

TEST(EditDistance, CountsSingleCharacterChanges) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("seed", "seed"), 0U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("eat", "eta"), 1U);
  EXPECT_EQ(edit_distance("replica", "replicas"), 1U);
}

TEST(NearestWord, FindsWhatWasMeantAndNothingFarAway) {
  const std::vector<std::string> words = {"eta", "beta", "beta_factor", "gamma", "switch_at"};
  EXPECT_EQ(nearest_word("eat", words), "eta");
  EXPECT_EQ(nearest_word("Gamma", words), "gamma");
  EXPECT_EQ(nearest_word("beta-factor", words), "beta_factor");
  EXPECT_EQ(nearest_word("switch", words), "switch_at");
  EXPECT_EQ(nearest_word("momentum", words), "");
  EXPECT_EQ(nearest_word("", words), "");
  EXPECT_EQ(nearest_word("colour", std::vector<std::string>{"c", "co"}), "");
  EXPECT_EQ(nearest_word(std::string(100000, 'e'), words), "");
}

TEST(NearestWord, SuggestsOrLists) {
  const std::vector<std::string> words = {"log", "linear"};
  EXPECT_EQ(suggestion("lin", words), "did you mean 'linear'?");
  EXPECT_EQ(suggestion("quadratic", words), "known are log, linear.");
}

}  // namespace
}  // namespace sid
