#include "sid/math/elementary.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

namespace sid {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// |got - exact| in units of the last place of the exact value.
double ulps(double got, long double exact) {
  const double nearest = std::abs(static_cast<double>(exact));
  const double unit = std::nextafter(nearest, kInfinity) - nearest;
  return static_cast<double>(std::abs(static_cast<long double>(got) - exact)) / unit;
}

TEST(PortableExp, IsWithinTwoUlpsOfTheExactValue) {
  double worst = 0.0;
  for (int i = -700000; i <= 700000; i += 7) {
    const double x = i * 1.0007e-3;
    worst = std::max(worst, ulps(portable_exp(x), std::exp(static_cast<long double>(x))));
  }
  for (double x = 1e-300; x < 1.0; x *= 7.3) {
    worst = std::max(worst, ulps(portable_exp(x), std::exp(static_cast<long double>(x))));
    worst = std::max(worst, ulps(portable_exp(-x), std::exp(-static_cast<long double>(x))));
  }
  EXPECT_LT(worst, 2.0);
}

TEST(PortableExp, HandlesTheEndsOfItsRange) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(kInfinity), kInfinity);
  EXPECT_EQ(portable_exp(-kInfinity), 0.0);
  EXPECT_EQ(portable_exp(1e308), kInfinity);
  EXPECT_EQ(portable_exp(-1e308), 0.0);
  EXPECT_EQ(portable_exp(710.0), kInfinity);
  EXPECT_EQ(portable_exp(-746.0), 0.0);
  EXPECT_TRUE(std::isnan(portable_exp(kNan)));
  EXPECT_TRUE(std::isfinite(portable_exp(709.78)));
  EXPECT_NEAR(portable_exp(709.78) / std::exp(709.78), 1.0, 1e-15);
  EXPECT_GT(portable_exp(-745.0), 0.0);
  EXPECT_NEAR(portable_exp(-740.0), std::exp(-740.0), 5e-324);
}

TEST(PortableLog, IsWithinTwoUlpsOfTheExactValue) {
  double worst = 0.0;
  for (double x = 1e-320; x < 1e308; x *= 1.00837) {
    worst = std::max(worst, ulps(portable_log(x), std::log(static_cast<long double>(x))));
  }
  for (int i = -4000; i <= 4000; ++i) {
    const double x = 1.0 + i * 0x1p-40;
    if (x == 1.0) continue;
    worst = std::max(worst, ulps(portable_log(x), std::log(static_cast<long double>(x))));
  }
  EXPECT_LT(worst, 2.0);
}

TEST(PortableLog, HandlesTheEndsOfItsRange) {
  EXPECT_EQ(portable_log(1.0), 0.0);
  EXPECT_EQ(portable_log(0.0), -kInfinity);
  EXPECT_EQ(portable_log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable_log(-1.0)));
  EXPECT_TRUE(std::isnan(portable_log(kNan)));
}

TEST(PortableLog1p, IsWithinTwoUlpsOfTheExactValue) {
  double worst = 0.0;
  const auto check = [&worst](double x) {
    worst = std::max(worst, ulps(portable_log1p(x), std::log1p(static_cast<long double>(x))));
  };
  for (double x = 1e-300; x < 1e300; x *= 1.0173) {
    check(x);
    if (x < 1.0) check(-x);
  }
  for (int i = -9999; i <= 30000; ++i) check(i * 1e-4);
  EXPECT_LT(worst, 2.0);
}

TEST(PortableLog1p, HandlesTheEndsOfItsRange) {
  EXPECT_EQ(portable_log1p(0.0), 0.0);
  EXPECT_EQ(portable_log1p(-1.0), -kInfinity);
  EXPECT_EQ(portable_log1p(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable_log1p(-1.5)));
  EXPECT_TRUE(std::isnan(portable_log1p(kNan)));
}

TEST(CosineOfTurns, IsExactAtQuarterTurns) {
  EXPECT_EQ(cosine_of_turns(0.0), 1.0);
  EXPECT_EQ(cosine_of_turns(0.25), 0.0);
  EXPECT_EQ(cosine_of_turns(0.5), -1.0);
  EXPECT_EQ(cosine_of_turns(0.75), 0.0);
  EXPECT_EQ(cosine_of_turns(1.0), 1.0);
}

TEST(CosineOfTurns, AgreesWithTheCosine) {
  for (int i = 0; i <= 100000; ++i) {
    const double x = i / 100000.0;
    const long double exact = std::cos(2.0L * std::numbers::pi_v<long double> * x);
    EXPECT_NEAR(cosine_of_turns(x), static_cast<double>(exact), 2.3e-16) << x;
  }
}

}  // namespace
}  // namespace sid
