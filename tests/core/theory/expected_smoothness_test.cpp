#include "sid/theory/expected_smoothness.hpp"

#include <gtest/gtest.h>

#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

ExpectedSmoothness bound_of(const testing::VectorCase& c) {
  return {.f_b = c.constant("fpc_over_b"),
          .L = c.constant("L"),
          .L_max = c.constant("L_max"),
          .tau = c.constant("tau"),
          .V_star = c.constant("V_star_b"),
          .initial = c.constant("norm_w") * c.constant("norm_w")};
}

TEST(ExpectedSmoothness, AgreesWithReference) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& w = (*c.json)["w_bounds"];
    const Json& json = w["expected_smoothness"];
    const ExpectedSmoothness bound = bound_of(c);
    EXPECT_REL(bound.constant(), number(json["ES"]), 1e-11);
    EXPECT_REL(bound.step_limit(), number(json["s"]), 1e-11);
    for (std::size_t i = 0; i < w["grid_t"].size(); ++i) {
      EXPECT_REL(bound.at(number(json["s"]), w["grid_t"][i].get<std::int64_t>()),
                 number(json["bound"][i]),
                 1e-11);
    }
  }
}

TEST(ExpectedSmoothness, ClosedFormIsTheIteratedStep) {
  const ExpectedSmoothness bound = bound_of(testing::data_cases().front());
  const double s = 0.7 * bound.step_limit();
  double iterated = bound.initial;
  for (int t = 0; t <= 30; ++t) {
    EXPECT_REL(bound.at(s, t), iterated, 1e-13);
    iterated = bound.step(iterated, s);
  }
}

TEST(ExpectedSmoothness, FullBatchHasTheConstantOfTheMean) {
  const ExpectedSmoothness bound{
      .f_b = 0.0, .L = 2.0, .L_max = 50.0, .tau = 0.5, .V_star = 0.0, .initial = 4.0};
  EXPECT_EQ(bound.constant(), 2.0);
  EXPECT_REL(bound.at(0.25, 2), 4.0 * 0.875 * 0.875, 1e-15);
}

}  // namespace
}  // namespace sid
