#include "sid/math/numbers.hpp"

#include <clocale>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sid {
namespace {

TEST(Numbers, PrintAndReadBackTheSameDouble) {
  for (const double value : {0.0,
                             -0.0,
                             0.1,
                             1.0 / 3.0,
                             1e308,
                             -1e308,
                             5e-324,
                             2.2250738585072014e-308,
                             123456789.125,
                             std::numeric_limits<double>::infinity()}) {
    const auto back = parse_double(format_shortest(value));
    ASSERT_TRUE(back.has_value()) << value;
    EXPECT_EQ(*back, value);
    EXPECT_EQ(std::signbit(*back), std::signbit(value));
  }
  EXPECT_EQ(format_shortest(0.1), "0.1");
  EXPECT_EQ(format_shortest(std::nan("")), "nan");
}

TEST(Numbers, ReadsOnlyWholeNumbers) {
  EXPECT_EQ(parse_double("+1.5e3"), 1500.0);
  EXPECT_EQ(parse_double("-.5"), -0.5);
  for (const char* text :
       {"", " 1", "1 ", "1,5", "1.5x", "+-1", "++1", "0x10", "1e999", "e5", "--1"}) {
    EXPECT_FALSE(parse_double(text).has_value()) << "'" << text << "'";
  }
  EXPECT_EQ(parse_int("+42"), 42);
  EXPECT_EQ(parse_int("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "1.0", "9223372036854775808", "4 2", "+-4", "1e3"}) {
    EXPECT_FALSE(parse_int(text).has_value()) << "'" << text << "'";
  }
}

TEST(Numbers, DoNotDependOnTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool changed = false;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"}) {
    changed = changed || std::setlocale(LC_ALL, name) != nullptr;
  }
  EXPECT_EQ(format_shortest(1.5), "1.5");
  EXPECT_EQ(parse_double("1.5"), 1.5);
  EXPECT_EQ(format_for_reading(1.5), "1.50");
  std::setlocale(LC_ALL, before.c_str());
  if (!changed) GTEST_SKIP() << "No locale with a decimal comma is installed.";
}

TEST(Numbers, ForReadingHaveTheAskedDigits) {
  EXPECT_EQ(format_for_reading(0.0123456), "0.0123");
  EXPECT_EQ(format_for_reading(9.996), "10.0");
  EXPECT_EQ(format_for_reading(1.23e-5), "1.23·10⁻⁵");
  EXPECT_EQ(format_for_reading(1e10), "1·10¹⁰");
  EXPECT_EQ(format_for_reading(-2.5), "−2.50");
  EXPECT_EQ(format_for_reading(0.0), "0");
  EXPECT_EQ(format_for_reading(std::nan("")), "–");
  EXPECT_EQ(format_for_reading(std::numeric_limits<double>::infinity()), "∞");
  EXPECT_EQ(format_for_reading(-std::numeric_limits<double>::infinity()), "−∞");
}

}  // namespace
}  // namespace sid
