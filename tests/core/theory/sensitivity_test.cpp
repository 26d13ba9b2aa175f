#include "sid/theory/sensitivity.hpp"

#include <cmath>
#include <map>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"

namespace sid {
namespace {

std::map<std::string, Sensitivity> by_id(const std::vector<Sensitivity>& all) {
  std::map<std::string, Sensitivity> out;
  for (const Sensitivity& one : all) out[one.id] = one;
  return out;
}

TEST(Sensitivities, AreSortedBySize) {
  const testing::DataBench bench(testing::data_case(5));
  const auto all = sensitivities(bench.input, 3);
  EXPECT_GE(all.size(), 9U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i].size(), all[i - 1].size());
  for (const Sensitivity& one : all) {
    EXPECT_FALSE(one.symbol.empty());
    EXPECT_FALSE(one.meaning.empty());
    if (one.up_lost || one.down_lost || one.id == "contraction") continue;
    EXPECT_GE(one.up, -1e-9) << one.id << ": larger constants give larger bounds";
    EXPECT_LE(one.down, 1e-9) << one.id;
  }
}

/// Theorem 3.4 is a polynomial in these, and so are its changes known.
TEST(Sensitivities, AgreeWithTheFormulaOfTheorem34) {
  testing::DataBench bench(testing::data_case(5));
  bench.input.ladder = Ladder::paper;
  const double beta = testing::number((*testing::data_case(5).json)["w_bounds"]["beta"]);
  bench.set_step(StepSizeSchedule(
      DecreasingStep{beta, 1.3 * beta * (1.0 + bench.input.constants.sigma2_theorem43)}));
  const std::size_t i = 4;
  const TheoryCurve base = testing::curve(bench.evaluate(), "bound_3_4");
  ASSERT_TRUE(base.drawn()) << base.reason;
  const auto found = by_id(sensitivities(bench.input, i));
  const auto total = [&](double jacobian, double lower, double linear, double product) {
    return std::log10((base.terms[0].values[i] * jacobian + base.terms[1].values[i] * lower +
                       base.terms[2].values[i] * linear + base.terms[3].values[i] * product) /
                      base.values[i]);
  };
  const ProblemConstants& p = bench.input.constants;
  const double s = base.terms[2].values[i];
  const double linear_m2 =
      (4.0 * p.L_Phi * p.L_Phi + 1.1 * p.m2) / (4.0 * p.L_Phi * p.L_Phi + p.m2);
  EXPECT_GT(s, 0.0);
  EXPECT_NEAR(found.at("m2").up, total(1.1, 1.0, linear_m2, 1.0), 1e-10);
  const double c1 = [&] {
    ProblemConstants q = p;
    q.mu1 *= 1.1;
    fill_theorem_constants(q);
    return q.c1 / p.c1;
  }();
  EXPECT_NEAR(found.at("mu1").up, total(1.0, c1 * c1, 1.0, 1.0), 1e-10) << "c1 moves with mu1";
}

TEST(Sensitivities, SaysWhereTheBoundIsLost) {
  testing::DataBench bench(testing::data_case(1));
  bench.input.ladder = Ladder::paper;
  bench.input.constants.remark_4_2 = false;
  const double limit = 1.0 / (1.0 + bench.input.constants.sigma2_theorem43);
  bench.set_step(StepSizeSchedule(ConstantStep{0.999 * limit}));
  const auto found = by_id(sensitivities(bench.input, 2));
  ASSERT_TRUE(found.contains("noise_relative"));
  EXPECT_TRUE(found.at("noise_relative").up_lost) << "1/(1+sigma2) falls below the step";
  EXPECT_TRUE(std::isnan(found.at("noise_relative").up));
  EXPECT_FALSE(found.at("noise_relative").down_lost);
  EXPECT_EQ(found.at("noise_relative").size(), kInfinity);
}

TEST(Sensitivities, LeavesOutWhatIsZeroAndWhatHasNoBound) {
  testing::Bench bench;
  const auto found = by_id(sensitivities(bench.input, 1));
  EXPECT_FALSE(found.contains("nu1"));
  EXPECT_FALSE(found.contains("m2"));
  EXPECT_TRUE(found.contains("L_E"));
  bench.input.split_varies = true;
  EXPECT_TRUE(sensitivities(bench.input, 1).empty());
  EXPECT_THROW(sensitivities(bench.input, 9999), ContractViolation);
}

/// The constants of batch steps are without noise, and L_E is that of their own ball.
TEST(Sensitivities, OfBatchStepsAreThoseOfTheirConstants) {
  testing::DataBench bench(testing::data_case(3));
  bench.input.batch = true;
  const MethodTheory theory = bench.evaluate();
  ASSERT_NE(theory.constants.L_E, bench.input.constants.L_E);
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    bench.input.ladder = ladder;
    const auto found = by_id(sensitivities(bench.input, 3));
    for (const char* id : {"m2", "noise_lower", "noise_linear", "noise_relative"}) {
      EXPECT_FALSE(found.contains(id)) << id;
    }
    ASSERT_TRUE(found.contains("L_E"));
    EXPECT_EQ(found.at("L_E").value, theory.constants.L_E);
    if (found.at("L_E").curve == "bound_solution") continue;  // which has no L_E
    EXPECT_GT(found.at("L_E").up, 1e-3);
    EXPECT_LT(found.at("L_E").down, -1e-3);
  }
}

/// The bound that a plot over all checkpoints draws, not the one that is best at this one.
TEST(Sensitivities, AreThoseOfTheBoundThatIsDrawn) {
  const auto primary = [](const MethodTheory& theory) {
    for (const TheoryCurve& c : theory.curves) {
      const bool bound = c.kind == CurveKind::bound && c.quantity == Quantity::hypergradient;
      if (bound && c.primary) return c.id;
    }
    return std::string();
  };
  int compared = 0, other_alone = 0;
  for (int problem = 1; problem <= 5; ++problem) {
    testing::DataBench bench(testing::data_case(problem));
    const std::string drawn = primary(bench.evaluate());
    for (const Ladder ladder : {Ladder::sharpened, Ladder::prediction}) {
      bench.input.ladder = ladder;
      for (std::size_t i = 0; i < bench.checkpoints.size(); ++i) {
        const auto all = sensitivities(bench.input, i);
        for (const Sensitivity& one : all) EXPECT_EQ(one.curve, drawn);
        compared += all.empty() ? 0 : 1;
      }
    }
    for (std::size_t i = 0; i < bench.checkpoints.size(); ++i) {
      TheoryInput alone = bench.input;
      alone.ladder = Ladder::sharpened;
      alone.checkpoints = alone.checkpoints.subspan(i, 1);
      if (primary(evaluate_method_theory(alone)) != drawn) ++other_alone;
    }
  }
  EXPECT_GE(compared, 20);
  EXPECT_GE(other_alone, 1);
}

/// tau moves alone, beyond L: no condition number is below one.
TEST(Sensitivities, OfKrylovMethodsOnAWellConditionedProblem) {
  testing::DataBench bench(testing::data_case(4));
  bench.input.constants.L = 1.05 * bench.input.constants.tau;
  bench.input.batch = true;
  for (const MethodFamily family :
       {MethodFamily::conjugate_gradients, MethodFamily::normal_equations}) {
    bench.input.family = family;
    const auto found = by_id(sensitivities(bench.input, 2));
    ASSERT_TRUE(found.contains("contraction"));
    EXPECT_TRUE(found.contains("L_E"));
  }
}

TEST(Sensitivities, StopWhenAsked) {
  const testing::Bench bench;
  std::stop_source stop;
  EXPECT_FALSE(sensitivities(bench.input, 1, stop.get_token()).empty());
  stop.request_stop();
  EXPECT_TRUE(sensitivities(bench.input, 1, stop.get_token()).empty());
}

}  // namespace
}  // namespace sid
