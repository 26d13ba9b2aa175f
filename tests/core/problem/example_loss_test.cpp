#include "sid/problem/example_loss.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "sid/problem/constants.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

class Losses : public ::testing::TestWithParam<ExampleLoss> {};
INSTANTIATE_TEST_SUITE_P(All,
                         Losses,
                         ::testing::Values(ExampleLoss{LossKind::logistic},
                                           ExampleLoss{LossKind::squares},
                                           ExampleLoss{LossKind::pseudo_huber, 0.7},
                                           ExampleLoss{LossKind::pseudo_huber, 3.0}));

double first(const ExampleLoss& loss, double z, double y) {
  double out = 0.0;
  loss.first(&z, &y, &out, 1);
  return out;
}
double second(const ExampleLoss& loss, double z, double y) {
  double out = 0.0;
  loss.second(&z, &y, &out, 1);
  return out;
}
double third(const ExampleLoss& loss, double z, double y) {
  double out = 0.0;
  loss.third(&z, &y, &out, 1);
  return out;
}

TEST_P(Losses, DerivativesAgreeWithDifferencesAtSeveralSteps) {
  const ExampleLoss loss = GetParam();
  for (const double y : {-1.0, 1.0}) {
    for (double z = -3.1; z < 3.2; z += 0.41) {
      for (const double h : {1e-2, 3e-3, 1e-3}) {
        const auto slope = [&](auto&& f) {
          return (8.0 * (f(z + h) - f(z - h)) - (f(z + 2 * h) - f(z - 2 * h))) / (12.0 * h);
        };
        // Fourth-order differences; fifth derivatives are below 100 here.
        const double tolerance = 10.0 * h * h * h * h + 1e-12;
        EXPECT_NEAR(
            slope([&](double x) { return loss.value(x, y); }), first(loss, z, y), tolerance);
        EXPECT_NEAR(slope([&](double x) { return first(loss, x, y); }),
                    second(loss, z, y),
                    5.0 * tolerance);
        EXPECT_NEAR(slope([&](double x) { return second(loss, x, y); }),
                    third(loss, z, y),
                    40.0 * tolerance);
      }
    }
  }
}

TEST_P(Losses, BoundsHoldAndAreReached) {
  const ExampleLoss loss = GetParam();
  double largest_first = 0.0, largest_second = 0.0, largest_third = 0.0;
  for (double z = -60.0; z <= 60.0; z += 0.001) {
    largest_first = std::max(largest_first, std::abs(first(loss, z, 1.0)));
    largest_second = std::max(largest_second, second(loss, z, 1.0));
    largest_third = std::max(largest_third, std::abs(third(loss, z, 1.0)));
    ASSERT_GE(second(loss, z, 1.0), 0.0);
  }
  EXPECT_LE(largest_first, loss.slope_bound());
  EXPECT_LE(largest_second, loss.curvature_bound());
  EXPECT_LE(largest_third, loss.third_bound() * (1.0 + 1e-14));
  EXPECT_GE(largest_second, 0.999 * loss.curvature_bound());
  EXPECT_GE(largest_third, 0.999 * loss.third_bound());
  if (loss.kind != LossKind::squares) {
    EXPECT_GE(largest_first, 0.99 * loss.slope_bound());
  }
}

TEST_P(Losses, ArraysAgreeWithSingleValuesInPlaceAndAtAnyLength) {
  const ExampleLoss loss = GetParam();
  for (const std::size_t count : {1u, 5u, 255u, 256u, 257u, 700u}) {
    std::vector<double> z(count), y(count), expected(count);
    for (std::size_t i = 0; i < count; ++i) {
      z[i] = std::sin(static_cast<double>(i)) * 5.0;
      y[i] = i % 3 == 0 ? -1.0 : 1.0;
      expected[i] = first(loss, z[i], y[i]);
    }
    loss.first(z.data(), y.data(), z.data(), static_cast<Index>(count));
    EXPECT_EQ(z, expected);
  }
}

TEST(PseudoHuber, KeepsRelativeAccuracyForSmallResiduals) {
  const ExampleLoss loss{LossKind::pseudo_huber, 2.0};
  for (const double r : {1e-3, 1e-6, 1e-9}) {
    EXPECT_REL(loss.value(1.0 + r, 1.0), 0.5 * (1.0 + r - 1.0) * (1.0 + r - 1.0), 1e-6);
  }
}

}  // namespace
}  // namespace sid
