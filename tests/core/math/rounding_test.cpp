#include "sid/math/rounding.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

TEST(Rounding, KeepsNumbersOfSoManyDigits) {
  for (const double value : {0.5, 1.99, 0.00731, 123.0, 100.0, 9.99, 1e-300, 1e22, 2.5e307}) {
    EXPECT_EQ(rounded(value, 3), value);
    EXPECT_EQ(rounded_down(value, 3), value);
    EXPECT_EQ(rounded_up(value, 3), value);
    EXPECT_EQ(rounded_down(-value, 3), -value);
  }
}

TEST(Rounding, GoesTheWayItSays) {
  EXPECT_EQ(rounded(1.9996, 3), 2.0);
  EXPECT_EQ(rounded_down(1.9996, 3), 1.99);
  EXPECT_EQ(rounded_up(1.9912, 3), 2.0);
  EXPECT_EQ(rounded_down(0.99999, 3), 0.999);
  EXPECT_EQ(rounded_down(1.0001, 1), 1.0);
  EXPECT_EQ(rounded_up(1.0001, 1), 2.0);
  EXPECT_EQ(rounded_down(0.9999, 1), 0.9);
  EXPECT_EQ(rounded_up(9.5, 1), 10.0);
  EXPECT_EQ(rounded_up(99999.0, 3), 1e5);
  EXPECT_EQ(rounded_down(-1.9912, 3), -2.0);
  EXPECT_EQ(rounded_up(-1.9996, 3), -1.99);
}

TEST(Rounding, EnclosesEveryNumber) {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> exponent(-300.0, 300.0);
  for (int i = 0; i < 2000; ++i) {
    const double value = std::pow(10.0, exponent(engine));
    for (const int digits : {1, 3, 6}) {
      const double low = rounded_down(value, digits), high = rounded_up(value, digits);
      EXPECT_LE(low, value);
      EXPECT_GE(high, value);
      // Neighbours: from one to the other is one unit of the last digit.
      EXPECT_LE(high - low, 1.000001 * std::pow(10.0, 1 - digits) * low);
      EXPECT_EQ(rounded_down(low, digits), low);
      EXPECT_EQ(rounded_up(high, digits), high);
      EXPECT_TRUE(rounded(value, digits) == low || rounded(value, digits) == high);
    }
  }
}

TEST(Rounding, ForgivesWhatArithmeticLoses) {
  EXPECT_EQ(rounded_down(std::nextafter(0.5, 0.0), 3), 0.5);
  EXPECT_EQ(rounded_up(std::nextafter(0.5, 1.0), 3), 0.5);
  EXPECT_EQ(rounded_down(0.5 * (1.0 - 1e-11), 3), 0.499);
  EXPECT_EQ(rounded_up(0.5 * (1.0 + 1e-11), 3), 0.501);
}

TEST(Rounding, HandlesTheEndsOfTheRange) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kLargest = std::numeric_limits<double>::max();
  constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(rounded_down(kLargest, 3), 1.79e308);
  EXPECT_EQ(rounded_up(kLargest, 3), kLargest);
  EXPECT_EQ(rounded(kLargest, 3), kLargest);
  EXPECT_LE(rounded_down(kSmallest, 3), kSmallest);
  EXPECT_EQ(rounded_up(kSmallest, 3), kSmallest);
  EXPECT_EQ(rounded_down(0.0, 3), 0.0);
  EXPECT_EQ(rounded_up(-kInfinity, 3), -kInfinity);
  EXPECT_TRUE(std::isnan(rounded_down(std::nan(""), 3)));
  EXPECT_THROW(rounded(1.0, 0), ContractViolation);
  EXPECT_THROW(rounded_up(1.0, 18), ContractViolation);
}

}  // namespace
}  // namespace sid
