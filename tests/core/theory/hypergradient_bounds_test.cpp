#include "sid/theory/hypergradient_bounds.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"

#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

constexpr double kTolerance = 1e-11;

HypergradientConstants with_samples(HypergradientConstants c, const Json& row) {
  c.m2 = averaged_m2(c.m2, row["J"].get<long long>());
  return c;
}

void expect_bounds(const HypergradientConstants& c, const Json& row, double rho, double sigma) {
  const char* merged = row.contains("merged") ? "merged" : "thm34_merged";
  const char* sharp = row.contains("sharp") ? "sharp" : "thm34_sharp";
  EXPECT_REL(theorem_3_1(c, rho, sigma), number(row["thm31_ii"]), kTolerance);
  EXPECT_REL(theorem_3_2(c, rho, sigma), number(row["thm32"]), kTolerance);
  EXPECT_REL(theorem_3_3(c, rho, sigma), number(row["thm33"]), kTolerance);
  EXPECT_REL(theorem_3_4(c, rho, sigma).total(), number(row["thm34"]), kTolerance);
  EXPECT_REL(merged_bound(c, rho, sigma), number(row[merged]), kTolerance);
  EXPECT_REL(sharp_bound(c, rho, sigma), number(row[sharp]), kTolerance);
  EXPECT_REL(floor_14(c), number(row["floor14"]), kTolerance);
}

TEST(HypergradientBounds, AgreeWithReferenceOnPlainNumbers) {
  const Json& json = testing::theory_vectors()["abstract_hypergrad"];
  const Json& in = json["constants"];
  const HypergradientConstants constants{.c1 = number(in["c1"]),
                                         .L_Phi = number(in["L_Phi"]),
                                         .nu2 = number(in["nu2"]),
                                         .m2 = number(in["m2"]),
                                         .L_E = number(in["L_E"]),
                                         .q = number(in["q"])};
  ASSERT_FALSE(json["rows"].empty());
  for (const Json& row : json["rows"]) {
    expect_bounds(with_samples(constants, row), row, number(row["rho"]), number(row["sigma"]));
  }
}

TEST(HypergradientBounds, AgreeWithReferenceOnDataProblems) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const HypergradientConstants constants{.c1 = c.constant("c1"),
                                           .L_Phi = c.constant("L_Phi"),
                                           .nu2 = c.constant("nu2"),
                                           .m2 = c.constant("m2"),
                                           .L_E = c.constant("L_E"),
                                           .q = c.constant("q")};
    for (const Json& row : (*c.json)["hypergrad_bounds"]) {
      const HypergradientConstants averaged = with_samples(constants, row);
      const double sigma = number(row["sigma"]);
      expect_bounds(averaged, row, number(row["rho"]), sigma);
      EXPECT_REL(theorem_3_1_conditional(averaged, 0.1, sigma),
                 number(row["thm31_i_Delta_0p1"]),
                 kTolerance);
    }
  }
}

TEST(HypergradientBounds, AgreeWithReferenceOnTeachingProblems) {
  for (const testing::VectorCase& c : testing::teaching_cases()) {
    SCOPED_TRACE(c.name);
    for (const auto& [name, schedule] : (*c.json)["schedules"].items()) {
      for (const Json& row : schedule["rows"]) {
        for (const long long samples : {1, 3}) {
          HypergradientConstants constants{.c1 = c.constant("c1"),
                                           .L_Phi = c.constant("L_Phi"),
                                           .nu2 = c.constant("nu2"),
                                           .m2 = averaged_m2(c.constant("m2"), samples),
                                           .L_E = c.constant("L_E"),
                                           .q = c.constant("q")};
          expect_bounds(constants,
                        row["bounds_J" + std::to_string(samples)],
                        number(row["w_mse"]),
                        number(row["v_mse_sup_box"]));
        }
      }
    }
  }
}

TEST(HypergradientBounds, SharpNeverAboveMergedNeverAboveTheorem34) {
  Stream stream(StreamKey{.seed = 11});
  const auto magnitude = [&] { return std::pow(10.0, 12.0 * stream.uniform() - 6.0); };
  for (int i = 0; i < 2000; ++i) {
    const HypergradientConstants c{.c1 = magnitude(),
                                   .L_Phi = magnitude(),
                                   .nu2 = magnitude(),
                                   .m2 = i % 3 == 0 ? 0.0 : magnitude(),
                                   .L_E = magnitude(),
                                   .q = 0.999999 * stream.uniform()};
    const double rho = magnitude();
    const double sigma = magnitude();
    const double rounding = 1.0 + 1e-13;
    EXPECT_LE(sharp_bound(c, rho, sigma), merged_bound(c, rho, sigma) * rounding);
    EXPECT_LE(merged_bound(c, rho, sigma), theorem_3_4(c, rho, sigma).total() * rounding);
  }
}

TEST(HypergradientBounds, Theorem34IsTheSumOfItsParts) {
  // (13) = bias^2 by 3(a^2+b^2+c^2) of Theorem 3.1 (ii), plus Theorems 3.2 and 3.3.
  const HypergradientConstants c{
      .c1 = 3.0, .L_Phi = 0.7, .nu2 = 0.2, .m2 = 0.05, .L_E = 4.0, .q = 0.8};
  const double rho = 0.3;
  const double sigma = 0.02;
  EXPECT_REL(theorem_3_4(c, rho, sigma).total(),
             2.0 * theorem_3_3(c, rho, sigma) + theorem_3_2(c, rho, sigma),
             1e-14);
}

TEST(HypergradientBounds, ExactDerivativeHasNoFloor) {
  HypergradientConstants c{.c1 = 1.0, .L_Phi = 1.0, .nu2 = 1.0, .m2 = 2.0, .L_E = 3.0, .q = 0.5};
  EXPECT_EQ(floor_14(c), 144.0);
  EXPECT_EQ(sharp_floor(c), 72.0);
  c.m2 = averaged_m2(c.m2, 0);
  EXPECT_EQ(floor_14(c), 0.0);
  c.L_E = kInfinity;
  EXPECT_EQ(floor_14(c), 0.0) << "0 times infinity must not become NaN";
}

}  // namespace
}  // namespace sid
