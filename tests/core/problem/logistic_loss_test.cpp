#include "sid/problem/logistic_loss.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::numbers;
using testing::theory_vectors;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

TEST(LogisticLoss, AgreesWithReferenceNumbers) {
  const auto& v = theory_vectors()["scalar_losses"];
  const auto u = numbers(v["u"]);
  const auto psi = numbers(v["psi"]), d1 = numbers(v["dpsi"]);
  const auto d2 = numbers(v["d2psi"]), d3 = numbers(v["d3psi"]);
  ASSERT_FALSE(u.empty());
  for (std::size_t i = 0; i < u.size(); ++i) {
    EXPECT_REL(logistic_loss(u[i]), psi[i], 1e-15);
    EXPECT_REL(logistic_loss_first(u[i]), d1[i], 1e-15);
    EXPECT_REL(logistic_loss_second(u[i]), d2[i], 1e-15);
    EXPECT_REL(logistic_loss_third(u[i]), d3[i], 1e-15);
  }
  EXPECT_REL(kLogisticThirdBound, v["max_abs_d3psi"].get<double>(), 1e-14);
}

TEST(LogisticLoss, IsAccurateToTwoUnitsOverTheWholeRange) {
  // Bounds in units of epsilon against extended precision; subnormal results are exempt.
  const double smallest = std::numeric_limits<double>::min();
  double worst[5] = {};
  const auto compare = [&](int which, double got, long double want) {
    if (std::abs(want) < smallest) return;
    const double defect = static_cast<double>(std::abs((got - want) / want)) / kEpsilon;
    worst[which] = std::max(worst[which], defect);
  };
  for (double u = -745.0; u <= 745.0; u += 0.00371) {
    const long double a = std::abs(static_cast<long double>(u));
    const long double e = std::exp(-a);
    const long double positive = 1.0L / (1.0L + e), negative = e / (1.0L + e);
    const long double s = u >= 0.0 ? positive : negative;
    const long double rest = u >= 0.0 ? negative : positive;
    compare(0, logistic_loss(u), (u < 0.0 ? a : 0.0L) + std::log1p(e));
    compare(1, logistic_loss_first(u), -rest);
    compare(2, logistic_loss_second(u), s * rest);
    compare(3, logistic_loss_third(u), -s * rest * std::tanh(static_cast<long double>(u) / 2.0L));
    compare(4, sigmoid(u), s);
  }
  EXPECT_LT(worst[0], 2.0);
  EXPECT_LT(worst[1], 2.0);
  EXPECT_LT(worst[2], 3.0);
  EXPECT_LT(worst[3], 4.0);
  EXPECT_LT(worst[4], 2.0);
}

TEST(LogisticLoss, ThirdDerivativeKeepsRelativeAccuracyNearZero) {
  for (double u = 1.0; u > 1e-300; u *= 0.37) {
    const long double x = u;
    const long double e = std::exp(-x);
    const long double want = -e / ((1.0L + e) * (1.0L + e)) * std::tanh(x / 2.0L);
    EXPECT_LT(std::abs(static_cast<double>((logistic_loss_third(u) - want) / want)), 1e-15) << u;
    EXPECT_EQ(logistic_loss_third(-u), -logistic_loss_third(u));
  }
}

TEST(LogisticLoss, TakesInfinitiesToTheirLimitsAndKeepsNaN) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double big : {inf, 1e308}) {
    EXPECT_EQ(logistic_loss(big), 0.0);
    EXPECT_EQ(logistic_loss(-big), big);
    EXPECT_EQ(logistic_loss_first(-big), -1.0);
    EXPECT_EQ(std::abs(logistic_loss_first(big)), 0.0);
    EXPECT_EQ(logistic_loss_second(big), 0.0);
    EXPECT_EQ(std::abs(logistic_loss_third(-big)), 0.0);
    EXPECT_EQ(sigmoid(big), 1.0);
    EXPECT_EQ(sigmoid(-big), 0.0);
  }
  EXPECT_TRUE(std::isnan(logistic_loss(nan)));
  EXPECT_TRUE(std::isnan(logistic_loss_first(nan)));
  EXPECT_TRUE(std::isnan(logistic_loss_second(nan)));
  EXPECT_TRUE(std::isnan(logistic_loss_third(nan)));
  EXPECT_TRUE(std::isnan(sigmoid(nan)));
}

TEST(LogisticLoss, ArraysHaveTheBitsOfScalars) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> u{nan, -1e308, 1e308, 0.0, -0.0};
  for (double x = -800.0; x < 800.0; x += 0.731) u.push_back(x);
  const auto count = static_cast<Index>(u.size());
  std::vector<double> first(u.size()), second(u);
  logistic_loss_first(u.data(), first.data(), count);
  logistic_loss_second(second.data(), second.data(), count);  // in place
  EXPECT_TRUE(std::isnan(first[0]) && std::isnan(second[0]));
  for (std::size_t i = 1; i < u.size(); ++i) {
    EXPECT_EQ(first[i], logistic_loss_first(u[i])) << u[i];
    EXPECT_EQ(second[i], logistic_loss_second(u[i])) << u[i];
  }
}

}  // namespace
}  // namespace sid
