#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/theory/expected_smoothness.hpp"
#include "sid/theory/theorem_5_1.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"

namespace sid {
namespace {

using testing::curve;
using testing::data_case;
using testing::data_cases;
using testing::DataBench;
using testing::expect_well_formed;
using testing::VectorCase;

std::vector<std::string> primary_bounds(const MethodTheory& theory) {
  std::vector<std::string> ids;
  for (const TheoryCurve& c : theory.curves) {
    if (c.primary && c.kind == CurveKind::bound && c.quantity == Quantity::hypergradient) {
      ids.push_back(c.id);
    }
  }
  return ids;
}

TEST(SolutionCurves, DrawTheSolutionBasedBoundOfEveryDataProblem) {
  for (const VectorCase& c : data_cases()) {
    SCOPED_TRACE(c.name);
    const DataBench bench(c);
    const MethodTheory theory = bench.evaluate();
    expect_well_formed(theory, bench.checkpoints.size());
    const TheoryCurve bound = curve(theory, "bound_solution");
    ASSERT_TRUE(bound.drawn()) << bound.reason;
    EXPECT_EQ(bound.verdict, Verdict::holds);
    // At (0, 0) nothing has been learnt: w_0 = v_0 = 0.
    const ProblemConstants& p = bench.input.constants;
    const SolutionBasedBound formula(p, p.m2);
    const double start = p.norm_w * p.norm_w;
    EXPECT_REL(bound.values[0], formula.at(start, start * start, {}).total(), 1e-12);
    for (const Ladder ladder : {Ladder::paper, Ladder::prediction}) {
      TheoryInput other = bench.input;
      other.ladder = ladder;
      const MethodTheory theory_of_other = evaluate_method_theory(other);
      EXPECT_EQ(curve(theory_of_other, "bound_solution").values, bound.values);
    }
  }
}

/// The reference runs with a fixed theta; the best one in every step is at least as good.
TEST(SolutionCurves, AreNeverAboveTheReferenceAtItsStep) {
  for (const VectorCase& c : data_cases()) {
    SCOPED_TRACE(c.name);
    DataBench bench(c);
    bench.set_effective_step(testing::number((*c.json)["w_bounds"]["direct"]["s"]));
    const TheoryCurve solution = curve(bench.evaluate(), "bound_solution");
    const TheoryCurve radius = curve(bench.evaluate(), "bound_radius");
    ASSERT_TRUE(solution.drawn()) << solution.reason;
    ASSERT_TRUE(radius.drawn()) << radius.reason;
    EXPECT_NE(radius.reason.find("ball"), std::string::npos);
    for (std::size_t i = 0; i < 3; ++i) {
      // theta is best for the last checkpoint; earlier ones may lose a little by that.
      EXPECT_LE(solution.values[i + 1],
                testing::number((*c.json)["LOC"]["rows"][i]["bound"]) * (i < 2 ? 1.5 : 1.0 + 1e-6));
      EXPECT_LE(radius.values[i + 1],
                testing::number((*c.json)["local_R_bound"]["rows"][i]["value"]) * (1.0 + 1e-9));
    }
  }
}

/// alpha is a convention: what depends on the effective steps alone does not see its rule.
TEST(SolutionCurves, DoNotDependOnTheRuleForAlpha) {
  for (int problem = 1; problem <= 5; ++problem) {
    for (int i = 0; i < 3; ++i) {
      SCOPED_TRACE(data_case(problem, i).name);
      DataBench optimal(data_case(problem, i));
      DataBench inverse(data_case(problem, i + 3));
      ASSERT_NE(optimal.input.constants.alpha, inverse.input.constants.alpha);
      const double s = 0.3 * optimal.input.constants.radius_step_limit;
      optimal.set_effective_step(s);
      inverse.set_effective_step(s);
      for (const char* id : {"bound_solution", "bound_expected_smoothness", "bound_direct_lower"}) {
        const TheoryCurve one = curve(optimal.evaluate(), id);
        const TheoryCurve other = curve(inverse.evaluate(), id);
        ASSERT_EQ(one.drawn(), other.drawn()) << id;
        for (std::size_t k = 0; k < one.values.size(); ++k) {
          // The sharp recursion and k1 see q = 1 - alpha tau, which both rules share.
          EXPECT_REL(one.values[k], other.values[k], 1e-3) << id;
        }
      }
    }
  }
}

TEST(SolutionCurves, SmallerOfSharpAndSolutionBasedIsTheOneShown) {
  bool sharp_won = false, solution_won = false;
  for (const VectorCase& c : data_cases()) {
    SCOPED_TRACE(c.name);
    DataBench bench(c);
    for (const double factor : {0.01, 0.2, 1.0}) {
      const double s = factor * bench.input.constants.radius_step_limit;
      bench.set_effective_step(s);
      const MethodTheory theory = bench.evaluate();
      const TheoryCurve sharp = curve(theory, "bound_sharp");
      const TheoryCurve solution = curve(theory, "bound_solution");
      const bool by_solution =
          solution.drawn() && (!sharp.drawn() || solution.values.back() < sharp.values.back());
      EXPECT_EQ(primary_bounds(theory),
                std::vector<std::string>{by_solution ? "bound_solution" : "bound_sharp"});
      (by_solution ? solution_won : sharp_won) = true;
    }
  }
  EXPECT_TRUE(solution_won);
  DataBench paper(data_case(1));
  paper.input.ladder = Ladder::paper;
  EXPECT_EQ(primary_bounds(paper.evaluate()), std::vector<std::string>{"bound_3_4"});
  paper.input.ladder = Ladder::prediction;
  EXPECT_TRUE(primary_bounds(paper.evaluate()).empty());
  // Without its constants there is nothing to choose.
  paper.input.ladder = Ladder::sharpened;
  paper.input.constants.fourth_moment = kInfinity;
  EXPECT_EQ(primary_bounds(paper.evaluate()), std::vector<std::string>{"bound_sharp"});
  EXPECT_NE(curve(paper.evaluate(), "bound_solution").reason.find("problems with data"),
            std::string::npos);
}

/// Steps above the almost-sure ball's limit: L_E is lost, the solution-based bound is not.
TEST(SolutionCurves, QuadraticUpperLevelIsBoundedWithoutABall) {
  int found = 0;
  for (int i = 0; i < 6; ++i) {
    DataBench bench(data_case(3, i));
    const ProblemConstants& p = bench.input.constants;
    const double limit =
        std::min(FourthMoment(p).step_limit(), DirectBound(p.w_noise, 0.0).step_limit());
    const double s = 0.5 * (p.radius_step_limit + limit);
    if (s <= 1.01 * p.radius_step_limit) continue;
    ++found;
    bench.set_effective_step(s);
    const MethodTheory theory = bench.evaluate();
    EXPECT_FALSE(curve(theory, "bound_sharp").drawn());
    EXPECT_FALSE(curve(theory, "bound_radius").drawn());
    ASSERT_TRUE(curve(theory, "bound_solution").drawn()) << curve(theory, "bound_solution").reason;
    EXPECT_EQ(primary_bounds(theory), std::vector<std::string>{"bound_solution"});
    const AssumptionCheck check = testing::check(theory, "A(iv)", "problem");
    EXPECT_EQ(check.verdict, Verdict::fails);
    EXPECT_NE(check.sentence.find("E is quadratic"), std::string::npos);
    EXPECT_NE(check.sentence.find("does without A(iv)"), std::string::npos);
  }
  // Where no case of the reference leaves room, a larger example loss makes none; noise does.
  DataBench wide(data_case(3, 0));
  ProblemConstants& p = wide.input.constants;
  p.L_max = 40.0 * p.L_max;
  p.radius_step_limit = p.ball_step_limit = 2.0 / (p.L_max + p.tau_R);
  ASSERT_GT(wide.input.lower_step.largest() * p.alpha, p.radius_step_limit);
  EXPECT_FALSE(curve(wide.evaluate(), "bound_sharp").drawn());
  EXPECT_EQ(primary_bounds(wide.evaluate()), std::vector<std::string>{"bound_solution"});
  EXPECT_GE(found, 0);
}

TEST(SolutionCurves, AFourthMomentThatGrowsIsNotDrawn) {
  DataBench bench(data_case(3, 0));
  const ProblemConstants& p = bench.input.constants;
  bench.input.constants.radius_step_limit = bench.input.constants.ball_step_limit = 1e-6;
  const double limit = FourthMoment(p).step_limit();
  const double direct = DirectBound(p.w_noise, 0.0).step_limit();
  ASSERT_LT(limit, direct) << "fourth moments stop contracting first";
  bench.set_effective_step(0.5 * (limit + direct));
  const TheoryCurve bound = curve(bench.evaluate(), "bound_solution");
  EXPECT_FALSE(bound.drawn());
  EXPECT_NE(bound.reason.find("fourth moment"), std::string::npos);
  EXPECT_NE(bound.reason.find("pseudo-Huber"), std::string::npos);
  const AssumptionCheck check = testing::check(bench.evaluate(), "A(iv)", "problem");
  EXPECT_NE(check.sentence.find("pseudo-Huber"), std::string::npos);
  // Decreasing steps come below the limit in time.
  bench.set_step(StepSizeSchedule(DecreasingStep{.beta = 20.0 * limit / p.alpha, .gamma = 16.0}));
  EXPECT_TRUE(curve(bench.evaluate(), "bound_solution").drawn());
}

TEST(SolutionCurves, StepsTooLargeForTheLinearSystemSaySo) {
  DataBench bench(data_case(1));
  const ProblemConstants& p = bench.input.constants;
  bench.input.linear_step =
      StepSizeSchedule(ConstantStep{1.05 * DirectBound(p.v_noise, 0.0).step_limit() / p.alpha});
  const TheoryCurve bound = curve(bench.evaluate(), "bound_solution");
  EXPECT_FALSE(bound.drawn());
  EXPECT_NE(bound.reason.find("linear system"), std::string::npos);
}

TEST(SolutionCurves, Theorem51HasItsThreeTermsAndTheFloor) {
  for (const VectorCase& c : data_cases()) {
    SCOPED_TRACE(c.name);
    DataBench bench(c);
    const testing::Json& w = (*c.json)["w_bounds"];
    const DecreasingStep step{testing::number(w["beta"]), testing::number(w["thm51"]["gamma"])};
    bench.set_step(StepSizeSchedule(step));
    if (!(step.beta / step.gamma * bench.input.constants.alpha <=
          bench.input.constants.ball_step_limit)) {
      continue;
    }
    const TheoryCurve bound = curve(bench.evaluate(), "bound_5_1");
    ASSERT_TRUE(bound.drawn()) << bound.reason;
    ASSERT_EQ(bound.terms.size(), 4U);
    EXPECT_EQ(bound.terms[0].id, "jacobian");
    for (std::size_t i = 0; i < bench.checkpoints.size(); ++i) {
      double sum = 0.0;
      for (const BoundTerm& term : bound.terms) sum += term.values[i];
      EXPECT_REL(sum, bound.values[i], 1e-14);
    }
    EXPECT_REL(bound.values[1], testing::number(w["rem51"][1]), 1e-9);
    bench.input.linear_step = StepSizeSchedule(DecreasingStep{step.beta, 2.0 * step.gamma});
    EXPECT_EQ(curve(bench.evaluate(), "bound_5_1").verdict, Verdict::not_covered);
    bench.set_step(StepSizeSchedule(DecreasingStep{step.beta, 0.5 * step.gamma}));
    EXPECT_NE(curve(bench.evaluate(), "bound_5_1").reason.find("γ"), std::string::npos);
  }
}

TEST(SolutionCurves, ExpectedSmoothnessFollowsAnySchedule) {
  DataBench bench(data_case(1));
  const ProblemConstants& p = bench.input.constants;
  const ExpectedSmoothness formula{.f_b = p.f_b,
                                   .L = p.L,
                                   .L_max = p.L_max,
                                   .tau = p.tau,
                                   .V_star = p.V_star_b,
                                   .initial = p.norm_w * p.norm_w};
  const double eta = 0.9 * formula.step_limit() / p.alpha;
  bench.set_step(StepSizeSchedule(ConstantStep{eta}));
  const TheoryCurve constant = curve(bench.evaluate(), "bound_expected_smoothness");
  ASSERT_TRUE(constant.drawn()) << constant.reason;
  EXPECT_REL(constant.values[3], formula.at(eta * p.alpha, 50), 1e-12);
  const StepSizeSchedule decreasing(DecreasingStep{.beta = 10.0 * eta, .gamma = 10.0});
  bench.set_step(decreasing);
  double iterated = formula.initial;
  for (int t = 0; t < 50; ++t) iterated = formula.step(iterated, decreasing.at(t) * p.alpha);
  EXPECT_REL(curve(bench.evaluate(), "bound_expected_smoothness").values[3], iterated, 1e-12);
  bench.set_step(StepSizeSchedule(ConstantStep{1.3 * eta}));
  const TheoryCurve absent = curve(bench.evaluate(), "bound_expected_smoothness");
  EXPECT_FALSE(absent.drawn());
  EXPECT_NE(absent.reason.find("exceeds"), std::string::npos);
}

TEST(SolutionCurves, BatchStepsNeedNoNoiseConstants) {
  testing::Bench bench;  // the teaching problem knows none
  EXPECT_FALSE(curve(bench.evaluate(), "bound_solution").drawn());
  bench.input.batch = true;
  bench.set_step(StepSizeSchedule(ConstantStep{1.0}));
  const MethodTheory theory = bench.evaluate();
  const TheoryCurve bound = curve(theory, "bound_solution");
  ASSERT_TRUE(bound.drawn()) << bound.reason;
  EXPECT_TRUE(curve(theory, "bound_expected_smoothness").drawn() ||
              !curve(theory, "bound_expected_smoothness").reason.empty());
  // Without noise F_t = rho_t^2 and v_k contracts alike.
  const ProblemConstants& p = bench.input.constants;
  const auto t = static_cast<double>(bench.checkpoints[2].t);
  const double rho = p.norm_w * p.norm_w * std::pow(p.q, 2.0 * t);
  const SolutionBasedBound formula(theory.constants, 0.0);
  EXPECT_REL(
      bound.values[2], formula.at(rho, rho * rho, {std::pow(p.q, 2.0 * t), 0.0}).total(), 1e-9);
}

TEST(SolutionCurves, FloorIsTheLimitForVanishingSteps) {
  DataBench bench(data_case(5));
  const ProblemConstants& p = bench.input.constants;
  ASSERT_GT(p.m2, 0.0);
  EXPECT_FALSE(curve(bench.evaluate(), "floor_solution").drawn()) << "constant steps";
  const double beta = 4.0 / (p.alpha * p.tau);
  bench.set_step(StepSizeSchedule(DecreasingStep{.beta = beta, .gamma = 4.0 * beta}));
  bench.input.jacobian_samples = 2;
  const TheoryCurve floor = curve(bench.evaluate(), "floor_solution");
  ASSERT_TRUE(floor.drawn()) << floor.reason;
  EXPECT_REL(floor.values[0], 0.5 * p.m2 * p.norm_v * p.norm_v, 1e-14);
  EXPECT_LE(floor.values[0], curve(bench.evaluate(), "floor_sharp").values[0]);
  EXPECT_GE(floor.values[0], curve(bench.evaluate(), "floor_exact").values[0]);
}

TEST(SolutionCurves, StabilityEdgesAreLimitsAndWords) {
  DataBench bench(data_case(1));
  bench.input.stability = {.lower = 0.7, .linear = 0.6};
  const auto limit = [&](const std::string& id) {
    for (const StepLimit& entry : bench.evaluate().limits) {
      if (entry.id == id) return entry;
    }
    return StepLimit{};
  };
  EXPECT_EQ(limit("stability").eta, 0.7);
  EXPECT_EQ(limit("stability_linear").eta, 0.6);
  EXPECT_NE(limit("stability").label.find("linearised"), std::string::npos);
  bench.input.stability = {.lower = 2.0, .linear = kInfinity};
  EXPECT_EQ(limit("stability_linear").id, "") << "infinite limits are not listed";
  bench.set_step(StepSizeSchedule(ConstantStep{50.0}));
  const std::string reason = curve(bench.evaluate(), "bound_direct_lower").reason;
  EXPECT_NE(reason.find("stability edge"), std::string::npos);
  EXPECT_NE(reason.find("linearised at w(λ)"), std::string::npos);
  bench.input.constants.curvature_slope = 0.0;  // squares: exact
  EXPECT_EQ(curve(bench.evaluate(), "bound_direct_lower").reason.find("linearised"),
            std::string::npos);
  bench.input.batch = true;
  EXPECT_EQ(limit("stability").id, "") << "edges are those of noisy steps";
}

}  // namespace
}  // namespace sid
