#include "sid/theory/statement.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"

namespace sid {
namespace {

StatementContext context_of(const TheoryInput& input, std::size_t checkpoint) {
  return {.ladder = input.ladder,
          .lower_step = input.lower_step,
          .linear_step = input.linear_step,
          .jacobian_samples = input.jacobian_samples,
          .at = input.checkpoints[checkpoint],
          .checkpoint = checkpoint};
}

const TheoremStatement& find(const std::vector<TheoremStatement>& all, const std::string& id) {
  for (const TheoremStatement& one : all) {
    if (one.id == id) return one;
  }
  ADD_FAILURE() << id;
  return all.front();
}

const StatementSymbol& symbol(const TheoremStatement& statement, const std::string& name) {
  for (const StatementSymbol& one : statement.symbols) {
    if (one.symbol == name) return one;
  }
  ADD_FAILURE() << name;
  return statement.symbols.front();
}

TEST(TheoremStatements, AreWholeForEveryLadder) {
  testing::DataBench bench(testing::data_case(5));
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened, Ladder::prediction}) {
    bench.input.ladder = ladder;
    const MethodTheory theory = bench.evaluate();
    const auto all = theorem_statements(context_of(bench.input, 3), theory);
    EXPECT_EQ(all.size(), 13U);
    std::set<std::string> ids, checks;
    for (const AssumptionCheck& check : theory.checks) checks.insert(check.id);
    for (const TheoremStatement& one : all) {
      SCOPED_TRACE(one.id);
      EXPECT_TRUE(ids.insert(one.id).second);
      EXPECT_NE(theory.find(one.curve), nullptr);
      for (const std::string& id : one.hypotheses) EXPECT_TRUE(checks.contains(id)) << id;
      ASSERT_EQ(one.lines.size(), 2U);
      EXPECT_NE(one.lines[0].find("≤"), std::string::npos);
      std::set<std::string> symbols;
      for (const StatementSymbol& s : one.symbols) {
        EXPECT_TRUE(symbols.insert(s.symbol).second) << s.symbol;
        EXPECT_FALSE(s.unit.empty());
        EXPECT_FALSE(s.source.empty()) << s.symbol;
        EXPECT_FALSE(s.meaning.empty());
      }
      for (const StatementSymbol& s : one.symbols) {
        for (const std::string& needed : s.depends_on) EXPECT_TRUE(symbols.contains(needed));
      }
    }
  }
}

TEST(TheoremStatements, EndWithTheValueOfTheirCurve) {
  const testing::DataBench bench(testing::data_case(5));
  const MethodTheory theory = bench.evaluate();
  const auto all = theorem_statements(context_of(bench.input, 3), theory);
  int with_numbers = 0;
  for (const TheoremStatement& one : all) {
    const TheoryCurve& curve = *theory.find(one.curve);
    EXPECT_EQ(one.verdict, curve.verdict);
    if (!curve.drawn()) {
      EXPECT_EQ(one.lines[1], curve.reason);
      continue;
    }
    ++with_numbers;
    double value = curve.values[3];
    if (one.id == "theorem_3_1") value = std::sqrt(value);
    EXPECT_NE(one.lines[1].find(format_for_reading(value)), std::string::npos)
        << one.id << ": " << one.lines[1];
    EXPECT_NE(one.lines[1].find("t = 50"), std::string::npos);
  }
  EXPECT_GE(with_numbers, 6);
}

/// Rates may end at rounding before a bound that is made of them does.
TEST(TheoremStatements, HaveNumbersWhereTheRatesHaveEnded) {
  const testing::DataBench bench(testing::data_case(5));
  MethodTheory theory = bench.evaluate();
  const auto whole = theorem_statements(context_of(bench.input, 3), theory);
  const double gap = std::nan("");
  for (TheoryCurve& curve : theory.curves) {
    if (curve.id == "bound_lower" || curve.id == "bound_linear") curve.values[3] = gap;
  }
  const auto all = theorem_statements(context_of(bench.input, 3), theory);
  for (const char* id :
       {"theorem_3_1", "theorem_3_2", "theorem_3_3", "theorem_3_4", "sharp_form"}) {
    SCOPED_TRACE(id);
    const TheoremStatement& one = find(all, id);
    double value = theory.find(one.curve)->values[3];
    if (one.id == "theorem_3_1") value = std::sqrt(value);
    EXPECT_NE(one.lines[1].find(format_for_reading(value) + "  at t"), std::string::npos)
        << one.lines[1];
    for (const char* before : {"≤ ", "+ ", "= "}) {
      EXPECT_EQ(one.lines[1].find(before + format_for_reading(gap) + " "), std::string::npos)
          << one.lines[1];
    }
  }
  EXPECT_EQ(find(all, "theorem_3_4").lines[1], find(whole, "theorem_3_4").lines[1])
      << "its summands are kept beside the curve";
}

/// What a verdict says of the whole curve is not the reason why one checkpoint has no value.
TEST(TheoremStatements, SayThatABoundEndsAtRounding) {
  const testing::DataBench bench(testing::data_case(5));
  MethodTheory theory = bench.evaluate();
  const double gap = std::nan("");
  for (TheoryCurve& curve : theory.curves) {
    if (curve.id == "bound_3_2") {
      std::fill(curve.values.begin() + 2, curve.values.end(), gap);
      curve.reason = "Holds on the ball ||w|| ≤ 13.5.";
    }
    if (curve.id == "bound_3_3") curve.values[3] = gap;
  }
  for (const std::size_t checkpoint : {std::size_t{1}, std::size_t{3}}) {
    const auto all = theorem_statements(context_of(bench.input, checkpoint), theory);
    EXPECT_EQ(find(all, "theorem_3_2").has_value, checkpoint == 1);
    EXPECT_EQ(find(all, "theorem_3_3").has_value, checkpoint == 1);
    EXPECT_TRUE(find(all, "theorem_3_1").has_value);
    if (checkpoint == 1) continue;
    EXPECT_EQ(find(all, "theorem_3_2").lines[1],
              "Ends before this checkpoint: it is below what rounding leaves of the error.");
    ASSERT_GT(bench.input.checkpoints.size(), 4U);
    EXPECT_EQ(find(all, "theorem_3_3").lines[1], "No value at this checkpoint.")
        << "it has one later";
  }
}

TEST(TheoremStatements, Theorem51ShowsItsTerms) {
  testing::DataBench bench(testing::data_case(5));
  const double beta = testing::number((*testing::data_case(5).json)["w_bounds"]["beta"]);
  bench.set_step(StepSizeSchedule(
      DecreasingStep{beta, beta * (1.0 + bench.input.constants.sigma2_theorem43)}));
  const MethodTheory theory = bench.evaluate();
  const auto all = theorem_statements(context_of(bench.input, 3), theory);
  const TheoremStatement& one = find(all, "theorem_5_1");
  EXPECT_EQ(one.verdict, Verdict::holds);
  for (const BoundTerm& term : theory.find("bound_5_1")->terms) {
    EXPECT_NE(one.lines[1].find(format_for_reading(term.values[3])), std::string::npos);
  }
  EXPECT_EQ(symbol(one, "β").value, beta);
  EXPECT_TRUE(std::isfinite(symbol(one, "d_w").value));
}

TEST(TheoremStatements, SymbolsFollowTheScaleOfTheHypergradient) {
  const testing::DataBench bench(testing::data_case(5));
  const MethodTheory theory = bench.evaluate();
  StatementContext context = context_of(bench.input, 3);
  const TheoremStatement mean = find(theorem_statements(context, theory), "theorem_3_4");
  context.hypergradient_scale = 0.01;
  const TheoremStatement sum = find(theorem_statements(context, theory), "theorem_3_4");
  EXPECT_REL(symbol(sum, "c₁").value, 0.01 * symbol(mean, "c₁").value, 1e-14);
  EXPECT_REL(symbol(sum, "m₂/J").value, 1e-4 * symbol(mean, "m₂/J").value, 1e-14);
  EXPECT_REL(symbol(sum, "L").value, 100.0 * symbol(mean, "L").value, 1e-14);
  EXPECT_EQ(symbol(sum, "q").value, symbol(mean, "q").value);
  EXPECT_EQ(symbol(sum, "ρ(t)").value, symbol(mean, "ρ(t)").value);
}

}  // namespace
}  // namespace sid
