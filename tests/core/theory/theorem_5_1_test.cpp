#include "sid/theory/theorem_5_1.hpp"

#include <gtest/gtest.h>

#include "sid/theory/solver_bounds.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

constexpr double kTolerance = 1e-9;

TEST(Theorem51, AgreesWithReference) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& w = (*c.json)["w_bounds"];
    const Json& json = w["thm51"];
    ProblemConstants p = testing::data_constants(c);
    const Theorem51 theorem(p, {.beta = number(w["beta"]), .gamma = number(json["gamma"])});
    EXPECT_TRUE(theorem.holds());
    EXPECT_REL(theorem.gamma_limit(), number(json["gamma"]), kTolerance);
    EXPECT_REL(theorem.d_w(), number(json["d_w"]), kTolerance);
    EXPECT_REL(theorem.d_v(), number(json["d_v_L_E"]), kTolerance);
    const double gradient = testing::vector((*c.problem)["at_point"]["grad_E"]).norm();
    EXPECT_REL(theorem.d_v(gradient), number(json["d_v_at_point"]), kTolerance);
    for (std::size_t i = 0; i < w["grid_t"].size(); ++i) {
      const auto t = w["grid_t"][i].get<std::int64_t>();
      EXPECT_REL(theorem.at(p.m2, t, t).total(), number(w["rem51"][i]), kTolerance);
    }
  }
}

TEST(Theorem51, AgreesWithReferenceOnTeachingProblems) {
  for (const testing::VectorCase& c : testing::teaching_cases()) {
    SCOPED_TRACE(c.name);
    const Json& w = (*c.json)["w_bounds"];
    ProblemConstants p;
    p.q = c.constant("q");
    p.L_hat = c.constant("L_hat");
    p.L_E = c.constant("L_E");
    p.L_Phi = c.constant("L_Phi");
    p.nu2 = c.constant("nu2");
    p.mu1 = c.constant("mu1");
    p.alpha = c.constant("alpha");
    p.V_star_b = c.constant("V_star_b");
    p.norm_w = c.constant("norm_w");
    fill_theorem_constants(p);
    EXPECT_REL(p.c1, c.constant("c1"), kTolerance);
    const double beta = number(w["two_phase"]["beta"]);
    const Theorem51 theorem(p, {.beta = beta, .gamma = number(w["thm51"]["gamma"])});
    EXPECT_TRUE(theorem.holds());
    EXPECT_REL(theorem.d_w(), number(w["thm51"]["d_w"]), kTolerance);
    EXPECT_REL(theorem.d_v(), number(w["thm51"]["d_v_L_E"]), kTolerance);
    for (std::size_t i = 0; i < w["grid_t"].size(); ++i) {
      const auto t = w["grid_t"][i].get<std::int64_t>();
      EXPECT_REL(theorem.at(c.constant("m2"), t, t).total(), number(w["rem51"][i]), kTolerance);
    }
  }
}

TEST(Theorem51, IsTheorem34WithTheRatesOfTheorem42) {
  const testing::VectorCase c = testing::data_cases().back();
  const ProblemConstants p = testing::data_constants(c);
  const DecreasingStep step{.beta = 30.0, .gamma = 30.0 * (1.0 + p.sigma2_theorem43)};
  const Theorem51 theorem(p, step);
  const double norm = p.L_E / (1.0 - p.q);
  const Theorem42 w({p.q, p.sigma1_w_theorem43, p.sigma2_theorem43, p.norm_w * p.norm_w}, step);
  const Theorem42 v({p.q, p.sigma1_v_theorem51, p.sigma2_theorem43, norm * norm}, step);
  EXPECT_EQ(theorem.holds(), w.holds());
  const HypergradientConstants h{
      .c1 = p.c1, .L_Phi = p.L_Phi, .nu2 = p.nu2, .m2 = p.m2, .L_E = p.L_E, .q = p.q};
  EXPECT_REL(theorem.at(p.m2, 70, 90).total(), theorem_3_4(h, w.at(70), v.at(90)).total(), 1e-12);
}

/// (30) and (31) of exact steps have no noise, and neither has what they are put into.
TEST(Theorem51, IsTheorem34WithItsRatesForBatchStepsToo) {
  testing::DataBench bench(testing::data_case(5));
  bench.input.batch = true;
  const ProblemConstants p = bench.evaluate().constants;
  const double beta = 1.5 / (1.0 - p.q * p.q);
  bench.set_step(StepSizeSchedule(DecreasingStep{.beta = beta, .gamma = beta}));
  const MethodTheory theory = bench.evaluate();
  const TheoryCurve& whole = *theory.find("bound_5_1");
  const TheoryCurve& lower = *theory.find("bound_5_1_lower");
  const TheoryCurve& linear = *theory.find("bound_5_1_linear");
  ASSERT_TRUE(whole.drawn()) << whole.reason;
  const HypergradientConstants h{
      .c1 = p.c1, .L_Phi = p.L_Phi, .nu2 = p.nu2, .m2 = 0.0, .L_E = p.L_E, .q = p.q};
  for (std::size_t i = 0; i < whole.values.size(); ++i) {
    EXPECT_REL(whole.values[i], theorem_3_4(h, lower.values[i], linear.values[i]).total(), 1e-12);
  }
  const double norm = p.L_E / (1.0 - p.q);
  const Theorem51 theorem(p, {.beta = beta, .gamma = beta});
  EXPECT_REL(theorem.d_v(), beta * norm * norm, 1e-12);
}

TEST(Theorem51, AsksForBetaAndGamma) {
  const ProblemConstants p = testing::data_constants(testing::data_cases().front());
  const Theorem51 limits(p, {.beta = 1.0, .gamma = 1.0});
  EXPECT_FALSE(Theorem51(p, {.beta = limits.beta_limit(), .gamma = 1e9}).holds());
  EXPECT_FALSE(Theorem51(p, {.beta = 9.0, .gamma = 9.0}).holds());
}

}  // namespace
}  // namespace sid
