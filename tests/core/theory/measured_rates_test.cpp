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

TEST(MeasuredRates, IsNotANumberWhereThereIsNone) {
  ProblemConstants p = testing::data_constants(testing::data_cases().front());
  EXPECT_TRUE(std::isnan(sharp_value_with_rates(p, p.m2, std::nan(""), 1.0)));
  EXPECT_TRUE(std::isnan(sharp_value_with_rates(p, p.m2, -1e-9, 1.0)));
  EXPECT_TRUE(std::isnan(sharp_value_with_rates(p, p.m2, 1.0, std::nan(""))));
  p.L_E = p.c1 = kInfinity;
  EXPECT_TRUE(std::isnan(sharp_value_with_rates(p, p.m2, 1.0, 1.0)));
}

}  // namespace
}  // namespace sid
