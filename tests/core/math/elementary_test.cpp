#include "sid/math/elementary.hpp"

#include <algorithm>
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
  EXPECT_EQ(portable_exp(-744.0), 2 * std::numeric_limits<double>::denorm_min());
}

TEST(PortableExpm1, IsWithinTwoUlpsOfTheExactValue) {
  double worst = 0.0;
  const auto check = [&worst](double x) {
    worst = std::max(worst, ulps(portable_expm1(x), std::expm1(static_cast<long double>(x))));
  };
  for (int i = -70000; i <= 70000; ++i) check(i * 1.0007e-3);
  for (double x = 1e-300; x < 1.0; x *= 1.73) {
    check(x);
    check(-x);
  }
  for (double x = 40.0; x < 709.0; x += 0.37) check(x);
  EXPECT_LT(worst, 2.0);
}

TEST(PortableExpm1, HandlesTheEndsOfItsRange) {
  EXPECT_EQ(portable_expm1(0.0), 0.0);
  EXPECT_TRUE(std::signbit(portable_expm1(-0.0)));
  EXPECT_EQ(portable_expm1(kInfinity), kInfinity);
  EXPECT_EQ(portable_expm1(-kInfinity), -1.0);
  EXPECT_EQ(portable_expm1(-1e308), -1.0);
  EXPECT_TRUE(std::isnan(portable_expm1(kNan)));
}

TEST(PortableTanh, IsWithinFourUlpsOfTheExactValue) {
  double worst = 0.0;
  const auto check = [&worst](double x) {
    worst = std::max(worst, ulps(portable_tanh(x), std::tanh(static_cast<long double>(x))));
    EXPECT_EQ(portable_tanh(-x), -portable_tanh(x));
    EXPECT_LE(std::abs(portable_tanh(x)), 1.0);
  };
  for (int i = -30000; i <= 30000; ++i) check(i * 1.0007e-3);
  for (double x = 1e-300; x < 30.0; x *= 1.013) check(x);
  EXPECT_LT(worst, 4.0);
}

TEST(PortableTanh, HandlesTheEndsOfItsRange) {
  EXPECT_EQ(portable_tanh(0.0), 0.0);
  EXPECT_TRUE(std::signbit(portable_tanh(-0.0)));
  EXPECT_EQ(portable_tanh(kInfinity), 1.0);
  EXPECT_EQ(portable_tanh(-kInfinity), -1.0);
  EXPECT_EQ(portable_tanh(1e308), 1.0);
  EXPECT_EQ(portable_tanh(25.0), 1.0);
  EXPECT_TRUE(std::isnan(portable_tanh(kNan)));
}

/// Distance in units of the last place, over what the header allows a power of logarithm x.
double pow_defect(double got, long double exact) {
  const auto logarithm = static_cast<double>(std::abs(std::log(exact)));
  return ulps(got, exact) / (4.0 + 3.0 * logarithm);
}

TEST(PortablePow, IsAsAccurateAsItsHeaderSays) {
  double worst = 0.0;
  for (double base = 1e-200; base < 1e200; base *= 3.7e4) {
    for (double exponent = -1.5; exponent <= 1.5; exponent += 0.0173) {
      const long double exact =
          std::pow(static_cast<long double>(base), static_cast<long double>(exponent));
      worst = std::max(worst, pow_defect(portable_pow(base, exponent), exact));
    }
  }
  EXPECT_LT(worst, 1.0);
  EXPECT_GT(worst, 0.0);  // the loop compared something
  EXPECT_EQ(portable_pow(7.3, 0.0), 1.0);
  EXPECT_EQ(portable_pow(1.0, 1e300), 1.0);
}

TEST(Decay, CountsLossesThatOneMinusLossWouldRoundAway) {
  EXPECT_NEAR(decay(1e-17, 1e17), std::exp(-1.0), 1e-15);
  EXPECT_EQ(decay(0.3, 0.0), 1.0);
  EXPECT_EQ(decay(1.0, 0.0), 1.0);
  EXPECT_EQ(decay(1.0, 1.0), 0.0);
  EXPECT_EQ(decay(1.0 + 1e-12, 3.0), 0.0);
  EXPECT_EQ(decay(0.0, 1e9), 1.0);
  double worst = 0.0;
  for (double loss = 1e-9; loss < 1.0; loss *= 1.31) {
    for (double steps = 1.0; steps * loss < 600.0 && steps < 1e12; steps *= 17.0) {
      const long double exact =
          std::exp(static_cast<long double>(steps) * std::log1p(-static_cast<long double>(loss)));
      if (exact < 1e-300L) continue;
      worst = std::max(worst, pow_defect(decay(loss, steps), exact));
    }
  }
  EXPECT_LT(worst, 1.0);
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
