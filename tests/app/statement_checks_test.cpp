#include "sid/app/state/statement_checks.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "sid/run/theory_study.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

AssumptionCheck check(const char* id, const char* subject, Verdict verdict) {
  return {id, subject, verdict, "said of the bound that feeds Theorem 3.4", {}, 0.0};
}

class StatementChecks : public ::testing::Test {
 protected:
  StatementChecks() {
    statement_.curve = "bound";
    statement_.hypotheses = {"D(iii)", "step"};
    theory_.checks = {check("D(iii)", "lower level", Verdict::holds),
                      check("D(iii)", "linear system", Verdict::fails),
                      check("step", "lower level", Verdict::holds),
                      check("step", "linear system", Verdict::holds)};
    TheoryCurve curve;
    curve.id = "bound";
    curve.quantity = Quantity::lower_level;
    curve.verdict = Verdict::holds;
    curve.values = {1.0};
    theory_.curves = {curve};
  }
  void fail(const char* reason, Verdict verdict = Verdict::fails) {
    theory_.curves[0].values.clear();
    theory_.curves[0].verdict = verdict;
    theory_.curves[0].reason = reason;
  }
  TheoremStatement statement_;
  MethodTheory theory_;
};

TEST_F(StatementChecks, AreOfTheSubproblemInTheOrderOfTheHypotheses) {
  const auto checks = statement_checks(statement_, theory_);
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].id, "D(iii)");
  EXPECT_EQ(checks[0].subject, "lower level");
  EXPECT_EQ(checks[1].id, "step");
  EXPECT_EQ(checks[1].sentence, theory_.checks[2].sentence);
  theory_.curves[0].quantity = Quantity::hypergradient;
  EXPECT_EQ(statement_checks(statement_, theory_).size(), 4U);
}

TEST_F(StatementChecks, DoNotPraiseStepsThatTheStatementForbids) {
  fail("Step size 0.7 exceeds 1/(1+σ₂) = 0.5.");
  const auto checks = statement_checks(statement_, theory_);
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[1].verdict, Verdict::fails);
  EXPECT_EQ(checks[1].subject, "lower level");
  EXPECT_EQ(checks[1].sentence, "Step size 0.7 exceeds 1/(1+σ₂) = 0.5.");
  fail("Theorem 4.2 speaks of steps β/(γ+t); this schedule is another.", Verdict::not_covered);
  EXPECT_EQ(statement_checks(statement_, theory_)[1].verdict, Verdict::not_covered);
}

TEST_F(StatementChecks, DoNotBlameStepsThatTheStatementAllows) {
  theory_.checks[2].verdict = Verdict::fails;
  const auto checks = statement_checks(statement_, theory_);
  EXPECT_EQ(checks[1].verdict, Verdict::holds);
  EXPECT_NE(checks[1].sentence, theory_.checks[2].sentence);
}

TEST_F(StatementChecks, LeaveTheBlameWhereAnotherHypothesisFails) {
  fail("The noise has no known bound.");
  theory_.checks[0].verdict = Verdict::fails;
  const auto checks = statement_checks(statement_, theory_);
  EXPECT_EQ(checks[1].verdict, Verdict::holds) << "nothing is known against the steps";
}

TEST_F(StatementChecks, SpeakOnceOfBothSchedules) {
  theory_.curves[0].quantity = Quantity::hypergradient;
  theory_.checks[1].verdict = Verdict::holds;
  fail("Theorem 5.1 takes the same β and γ for both subproblems.", Verdict::not_covered);
  const auto checks = statement_checks(statement_, theory_);
  ASSERT_EQ(checks.size(), 3U);
  EXPECT_EQ(checks[2].id, "step");
  EXPECT_EQ(checks[2].subject, "");
  EXPECT_EQ(checks[2].verdict, Verdict::not_covered);
}

TEST(StatementChecksOfPresets, NeverContradictTheirStatement) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (const char* const preset : {"start", "too-bold"}) {
    const RunSpec spec = preset_spec(preset);
    const auto bench = prepare_bench(spec);
    ASSERT_TRUE(bench);
    const auto theory = evaluate_theory(spec, **bench);
    for (std::size_t m = 0; m < spec.methods.size(); ++m) {
      const TheoryStudy study =
          study_theory(spec, **bench, theory[0][m], {0, m, 1}, {kNaN, kNaN, kNaN});
      for (const TheoremStatement& s : study.statements) {
        if (std::find(s.hypotheses.begin(), s.hypotheses.end(), "step") == s.hypotheses.end() ||
            theory[0][m].find(s.curve)->drawn()) {
          continue;
        }
        const auto checks = statement_checks(s, theory[0][m]);
        EXPECT_TRUE(std::any_of(checks.begin(),
                                checks.end(),
                                [](const AssumptionCheck& c) {
                                  return c.verdict == Verdict::fails ||
                                         c.verdict == Verdict::not_covered;
                                }))
            << preset << ", " << m << ", " << s.id << ": some hypothesis does not hold";
      }
    }
  }
}

}  // namespace
}  // namespace sid::app
