#include "sid/run/value_curve.hpp"

#include <atomic>
#include <cmath>

#include <gtest/gtest.h>

namespace sid {
namespace {

/// A function and its derivative, as the exact solves of a curve.
template <class F, class G>
ValueCurve::Exact exact(F value, G slope) {
  return [=](double x, const std::stop_token&) -> Result<ValueCurve::Sample> {
    return ValueCurve::Sample{.value = value(x), .slope = slope(x)};
  };
}

TEST(ValueCurve, AgreesWithASmoothFunctionBetweenItsNodes) {
  WorkerPool pool(2);
  const auto f = [](double x) { return std::exp(x) / (1.0 + x * x); };
  const auto g = [&](double x) {
    const double below = 1.0 + x * x;
    return std::exp(x) * (below - 2.0 * x) / (below * below);
  };
  const auto curve = ValueCurve::measure(-3.0, 2.0, exact(f, g), pool);
  ASSERT_TRUE(curve);
  EXPECT_TRUE(curve->accurate());
  for (double x = -3.0; x <= 2.0; x += 0.0137) {
    EXPECT_NEAR(curve->at(x).value, f(x), 1e-8) << x;
    EXPECT_NEAR(curve->at(x).slope, g(x), 1e-7) << x;
  }
  EXPECT_EQ(curve->at(-7.0).value, curve->at(-3.0).value) << "clipped";
}

TEST(ValueCurve, IsExactForPolynomialsWithTheFewestSolves) {
  WorkerPool pool(1);
  std::atomic<int> calls = 0;
  const auto curve = ValueCurve::measure(
      1.0,
      4.0,
      [&](double x, const std::stop_token&) -> Result<ValueCurve::Sample> {
        ++calls;
        return ValueCurve::Sample{.value = x * x * x - 2.0 * x, .slope = 3.0 * x * x - 2.0};
      },
      pool);
  ASSERT_TRUE(curve);
  EXPECT_EQ(calls, 17);
  EXPECT_EQ(curve->solves(), 17U);
  EXPECT_NEAR(curve->at(2.5).value, 10.625, 1e-12);
  EXPECT_NEAR(curve->at(2.5).slope, 16.75, 1e-12);
}

TEST(ValueCurve, SaysWhereItIsNotAccurate) {
  WorkerPool pool(2);
  const auto kink = exact([](double x) { return std::abs(x - 0.3); },
                          [](double x) { return x > 0.3 ? 1.0 : -1.0; });
  const auto curve = ValueCurve::measure(-1.0, 1.0, kink, pool);
  ASSERT_TRUE(curve);
  EXPECT_FALSE(curve->accurate());
  EXPECT_EQ(curve->solves(), 129U);
}

TEST(ValueCurve, FailsAsItsSolvesDo) {
  WorkerPool pool(2);
  const auto curve = ValueCurve::measure(
      0.0,
      1.0,
      [](double x, const std::stop_token&) -> Result<ValueCurve::Sample> {
        if (x > 0.5) return fail(ErrorCode::breakdown, "no solution here");
        return ValueCurve::Sample{};
      },
      pool);
  ASSERT_FALSE(curve);
  EXPECT_EQ(curve.error().code, ErrorCode::breakdown);
}

}  // namespace
}  // namespace sid
