#include "sid/app/panels/line_breaks.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

/// One unit a byte.
std::string broken(const std::string& text, float width) {
  return break_lines(
      text, width, [](const std::string& words) { return static_cast<float>(words.size()); });
}

TEST(LineBreaks, BreaksAtSpacesOnly) {
  EXPECT_EQ(broken("one two three", 7.0F), "one two\nthree");
  EXPECT_EQ(broken("one two three", 100.0F), "one two three");
  EXPECT_EQ(broken("L of 8.25 holds", 7.0F), "L of\n8.25\nholds") << "never inside a number";
  EXPECT_EQ(broken("immeasurable x", 5.0F), "immeasurable\nx");
}

TEST(LineBreaks, KeepsBothSidesOfARelationTogether) {
  EXPECT_EQ(broken("where q = 0.76 < 1 holds", 12.0F), "where\nq = 0.76 < 1\nholds");
  EXPECT_EQ(broken("where q = 0.76 holds", 14.0F), "where q = 0.76\nholds");
  EXPECT_EQ(broken("q = 0.76 < 1", 8.0F), "q = 0.76\n< 1") << "wider than a line itself";
  EXPECT_EQ(broken("= 1", 2.0F), "=\n1");
}

TEST(LineBreaks, KeepsLinesThatAreThere) {
  EXPECT_EQ(broken("one\ntwo three\n", 9.0F), "one\ntwo three\n");
  EXPECT_EQ(broken("", 9.0F), "");
  EXPECT_EQ(broken("a  b", 9.0F), "a  b");
}

}  // namespace
}  // namespace sid::app
