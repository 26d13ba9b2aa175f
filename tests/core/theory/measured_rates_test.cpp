#include "sid/theory/measured_rates.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "sid/problem/constants.hpp"

#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::number;

TEST(MeasuredRates, IsTheSharpFormAtTheGivenNumbers) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    const ProblemConstants p = testing::data_constants(c);
    for (const testing::Json& row : (*c.json)["hypergrad_bounds"]) {
      const double m2 = p.m2 / row["J"].get<double>();
      EXPECT_REL(sharp_value_with_rates(p, m2, number(row["rho"]), number(row["sigma"])),
                 number(row["thm34_sharp"]),
                 1e-11);
    }
  }
}

TEST(MeasuredRates, IsNeverCalledABound) {
  const ProblemConstants p = testing::data_constants(testing::data_cases().front());
  const std::vector<double> rho = {0.4, std::nan(""), -1e-9}, sigma = {2.0, 1.0, 1.0};
  const TheoryCurve curve = sharp_form_with_rates(p, p.m2, rho, sigma);
  EXPECT_EQ(curve.kind, CurveKind::prediction);
  EXPECT_FALSE(curve.primary);
  EXPECT_NE(curve.reason.find("not a bound"), std::string::npos);
  ASSERT_EQ(curve.values.size(), 3U);
  EXPECT_EQ(curve.values[0], sharp_value_with_rates(p, p.m2, 0.4, 2.0));
  EXPECT_TRUE(std::isnan(curve.values[1]));
  EXPECT_TRUE(std::isnan(curve.values[2]));
}

TEST(MeasuredRates, SaysWhyThereIsNone) {
  ProblemConstants p = testing::data_constants(testing::data_cases().front());
  EXPECT_FALSE(sharp_form_with_rates(p, p.m2, {}, {}).drawn());
  p.L_E = p.c1 = kInfinity;
  const std::vector<double> one = {1.0};
  const TheoryCurve curve = sharp_form_with_rates(p, p.m2, one, one);
  EXPECT_FALSE(curve.drawn());
  EXPECT_NE(curve.reason.find("quadratic"), std::string::npos);
  EXPECT_TRUE(std::isnan(sharp_value_with_rates(p, p.m2, 1.0, 1.0)));
}

}  // namespace
}  // namespace sid
