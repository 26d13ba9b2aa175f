#include "sid/theory/evaluate.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/batch_oracle.hpp"
#include "sid/method/sid_path.hpp"

#include "core/theory/teaching_bench.hpp"
#include "core/theory/vector_cases.hpp"
#include "support/listed_steps.hpp"

namespace sid {
namespace {

using testing::Bench;
using testing::curve;
using testing::expect_well_formed;

TEST(EvaluateMethodTheory, ListsTheSameCurvesInEverySetting) {
  Bench bench;
  std::vector<std::string> expected;
  for (const TheoryCurve& c : bench.evaluate().curves) expected.push_back(c.id);
  EXPECT_EQ(expected.size(), 15U + 12U + 19U);
  bench.input.ladder = Ladder::paper;
  bench.input.batch = true;
  bench.set_step(StepSizeSchedule(DecreasingStep{.beta = 1.0, .gamma = 0.1}));
  std::vector<std::string> other;
  for (const TheoryCurve& c : bench.evaluate().curves) other.push_back(c.id);
  expected.insert(expected.end(), {"bound_aid_fp", "bound_inexact"});  // of exact steps alone
  EXPECT_EQ(other, expected);
}

TEST(EvaluateMethodTheory, PaperLadderDrawsTheorem34FromTheorem51) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const testing::Json& w = (*c.json)["w_bounds"];
    const auto grid = w["grid_t"].get<std::vector<std::int64_t>>();
    std::vector<Checkpoint> checkpoints;
    for (const std::int64_t t : grid) checkpoints.push_back({t, t, 0.0});
    TheoryInput input;
    input.constants = testing::data_constants(c);
    input.constants.remark_4_2 = false;  // Theorem 5.1 for both subproblems, as in Remark 5.1
    input.alpha_rule = c.rule;
    input.checkpoints = checkpoints;
    input.ladder = Ladder::paper;
    input.lower_step = StepSizeSchedule(DecreasingStep{
        .beta = testing::number(w["beta"]), .gamma = testing::number(w["thm51"]["gamma"])});
    input.linear_step = input.lower_step;
    const MethodTheory theory = evaluate_method_theory(input);
    expect_well_formed(theory, grid.size());
    const TheoryCurve bound = curve(theory, "bound_3_4");
    ASSERT_TRUE(bound.drawn()) << bound.reason;
    EXPECT_TRUE(bound.primary);
    ASSERT_EQ(bound.terms.size(), 4U);
    for (std::size_t i = 0; i < grid.size(); ++i) {
      EXPECT_REL(bound.values[i], testing::number(w["rem51"][i]), 1e-9);
      EXPECT_REL(
          curve(theory, "bound_lower").values[i], testing::number(w["thm51"]["bound_w"][i]), 1e-9);
      EXPECT_REL(curve(theory, "bound_linear").values[i],
                 testing::number(w["thm51"]["bound_v_L_E"][i]),
                 1e-9);
      double sum = 0.0;
      for (const BoundTerm& term : bound.terms) sum += term.values[i];
      EXPECT_REL(sum, bound.values[i], 1e-14);
    }
  }
}

TEST(EvaluateMethodTheory, LowerLevelTheoremsAgreeWithReference) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const testing::Json& w = (*c.json)["w_bounds"];
    const auto grid = w["grid_t"].get<std::vector<std::int64_t>>();
    std::vector<Checkpoint> checkpoints;
    for (const std::int64_t t : grid) checkpoints.push_back({t, t, 0.0});
    TheoryInput input;
    input.constants = testing::data_constants(c);
    input.alpha_rule = c.rule;
    input.checkpoints = checkpoints;
    const auto expect_row = [&](const char* id, const testing::Json& row) {
      const TheoryCurve bound = curve(evaluate_method_theory(input), id);
      ASSERT_TRUE(bound.drawn()) << id << ": " << bound.reason;
      for (std::size_t i = 0; i < row.size(); ++i) {
        EXPECT_REL(bound.values[i], testing::number(row[i]), 1e-10) << id;
      }
    };
    input.lower_step = input.linear_step =
        StepSizeSchedule(ConstantStep{testing::number(w["eta"])});
    expect_row("bound_4_1", w["thm41"]);
    expect_row("bound_cor_4_1", w["cor41"]);
    expect_row("bound_recursion_lower", w["rec_paper_const"]);
    expect_row("bound_sharp_recursion_lower", w["rec_sharp_const"]);
    input.lower_step = input.linear_step = StepSizeSchedule(
        DecreasingStep{.beta = testing::number(w["beta"]), .gamma = testing::number(w["gamma"])});
    expect_row("bound_4_2", w["thm42"]);
    expect_row("bound_cor_4_1", w["cor41_dec"]);
    expect_row("bound_recursion_lower", w["rec_paper_dec"]);
    expect_row("bound_sharp_recursion_lower", w["rec_sharp_dec"]);
  }
}

TEST(EvaluateMethodTheory, SharpenedBoundIsTheSmallest) {
  Bench bench;
  for (const double eta : {0.05, 0.5, 0.95}) {
    bench.set_step(StepSizeSchedule(ConstantStep{eta}));
    const MethodTheory theory = bench.evaluate();
    for (const auto& [best, others] :
         {std::pair{"bound_lower",
                    std::vector<std::string>{"bound_4_1",
                                             "bound_recursion_lower",
                                             "bound_sharp_recursion_lower",
                                             "bound_direct_lower"}},
          std::pair{"bound_linear",
                    std::vector<std::string>{"bound_4_1_linear",
                                             "bound_recursion_linear",
                                             "bound_sharp_recursion_linear",
                                             "bound_direct_linear"}}}) {
      for (const std::string& other : others) {
        const TheoryCurve bound = curve(theory, other);
        ASSERT_TRUE(bound.drawn()) << other << ": " << bound.reason;
        for (std::size_t i = 0; i < bound.values.size(); ++i) {
          EXPECT_LE(curve(theory, best).values[i], bound.values[i] * (1.0 + 1e-12)) << other;
        }
      }
    }
  }
}

/// Exact expectations of the teaching problem lie below every bound that is drawn for them.
TEST(EvaluateMethodTheory, BoundsDominateExactMomentsWhereverDrawn) {
  int drawn = 0;
  for (const double noise_lambda : {0.0, 0.4}) {
    for (const std::int64_t minibatch : {1, 10}) {
      for (const double scale : {0.02, 0.2, 0.5, 0.9, 1.0}) {
        for (const int kind : {0, 1, 2}) {
          for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
            Bench bench(noise_lambda);
            bench.oracle.minibatch = minibatch;
            bench.input.constants = bench.problem->constants(bench.reference, bench.oracle);
            bench.input.ladder = ladder;
            bench.input.jacobian_samples = 1 + kind;
            const double beta = 2.0 / bench.rate();
            bench.set_step(kind == 0 ? StepSizeSchedule(ConstantStep{scale})
                           : kind == 1
                               ? StepSizeSchedule(DecreasingStep{beta, beta / scale})
                               : StepSizeSchedule(TwoPhaseStep{scale, beta, beta / scale, 30}));
            std::vector<std::int64_t> t;
            for (const Checkpoint& point : bench.checkpoints) t.push_back(point.t);
            std::vector<double> eta(static_cast<std::size_t>(t.back()));
            bench.input.lower_step.fill(0, eta);
            const auto exact =
                bench.problem->exact_moments({.settings = bench.oracle,
                                              .lower_steps = testing::listed_steps(eta),
                                              .linear_steps = testing::listed_steps(eta),
                                              .t = t,
                                              .k = t,
                                              .jacobian_samples = bench.input.jacobian_samples});
            ASSERT_TRUE(exact.has_value());
            bench.input.exact = &*exact;
            const MethodTheory theory = bench.evaluate();
            expect_well_formed(theory, t.size());
            const auto truth = [&](const TheoryCurve& c) -> const std::vector<double>& {
              if (c.quantity == Quantity::lower_level) return exact->lower;
              if (c.quantity == Quantity::linear_system) return exact->linear;
              if (c.id == "bound_3_1_squared") return exact->bias_squared;
              if (c.id == "bound_3_2") return exact->mean_of_variance;
              if (c.id == "bound_3_3") return exact->variance_of_mean;
              return exact->hypergradient;
            };
            for (const TheoryCurve& c : theory.curves) {
              if (c.kind != CurveKind::bound || !c.drawn()) continue;
              ++drawn;
              for (std::size_t i = 0; i < t.size(); ++i) {
                if (std::isnan(c.values[i])) continue;
                ASSERT_GE(c.values[i] * (1.0 + 1e-9), truth(c)[i])
                    << c.id << " " << bench.input.lower_step.formula() << " t = " << t[i];
              }
            }
          }
        }
      }
    }
  }
  EXPECT_GT(drawn, 1000);
}

TEST(EvaluateMethodTheory, ExactDerivativeRemovesTheFloor) {
  Bench bench(0.4);
  const MethodTheory constant = bench.evaluate();
  for (const char* id : {"floor_14", "floor_sharp", "floor_exact"}) {
    EXPECT_FALSE(curve(constant, id).drawn()) << "a limit for vanishing errors";
    EXPECT_NE(curve(constant, id).reason.find("constant steps"), std::string::npos);
  }
  const double beta = 2.0 / bench.rate();
  bench.set_step(StepSizeSchedule(DecreasingStep{beta, 4.0 * beta}));
  const MethodTheory one = bench.evaluate();
  ASSERT_TRUE(curve(one, "floor_14").drawn()) << curve(one, "floor_14").reason;
  EXPECT_EQ(curve(one, "floor_14").kind, CurveKind::floor);
  EXPECT_REL(curve(one, "floor_14").values[0], 2.0 * curve(one, "floor_sharp").values[0], 1e-14);
  EXPECT_LE(curve(one, "floor_exact").values[0], curve(one, "floor_sharp").values[0]);
  bench.input.jacobian_samples = 4;
  const MethodTheory four = bench.evaluate();
  EXPECT_REL(curve(four, "floor_14").values[0], 0.25 * curve(one, "floor_14").values[0], 1e-14);
  EXPECT_REL(
      curve(four, "floor_exact").values[0], 0.25 * curve(one, "floor_exact").values[0], 1e-14);
  bench.input.jacobian_samples = 0;
  const MethodTheory none = bench.evaluate();
  for (const char* id : {"floor_14", "floor_sharp", "floor_exact"}) {
    EXPECT_FALSE(curve(none, id).drawn());
    EXPECT_EQ(curve(none, id).verdict, Verdict::holds) << "zero is a fine floor";
  }
  EXPECT_LT(curve(none, "bound_sharp").values.back(), curve(four, "bound_sharp").values.back());
}

TEST(EvaluateMethodTheory, PrimaryCurvesFollowTheLadder) {
  Bench bench;
  const auto primary = [&](Ladder ladder) {
    bench.input.ladder = ladder;
    std::vector<std::string> bounds;
    for (const TheoryCurve& c : bench.evaluate().curves) {
      if (c.primary && c.kind == CurveKind::bound) bounds.push_back(c.id);
    }
    return bounds;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(primary(Ladder::paper), (Ids{"bound_lower", "bound_linear", "bound_3_4"}));
  EXPECT_EQ(primary(Ladder::sharpened), (Ids{"bound_lower", "bound_linear", "bound_sharp"}));
  EXPECT_EQ(primary(Ladder::prediction), Ids{});
}

TEST(EvaluateMethodTheory, BatchStepsContractWithoutNoise) {
  Bench bench;
  bench.input.batch = true;
  bench.set_step(StepSizeSchedule(ConstantStep{1.0}));
  const MethodTheory theory = bench.evaluate();
  expect_well_formed(theory, bench.checkpoints.size());
  const double q = bench.input.constants.q;
  const double start = bench.input.constants.norm_w * bench.input.constants.norm_w;
  const TheoryCurve lower = curve(theory, "bound_lower");
  ASSERT_TRUE(lower.drawn()) << lower.reason;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto t = static_cast<double>(bench.checkpoints[i].t);
    EXPECT_REL(lower.values[i], start * std::pow(q, 2.0 * t), 1e-11);
  }
  EXPECT_TRUE(curve(theory, "bound_sharp").drawn());
  EXPECT_EQ(theory.constants.V_star_b, 0.0);
  EXPECT_EQ(theory.constants.m2, 0.0);
  bench.input.constants.independent_draws = false;  // batch draws nothing
  EXPECT_TRUE(curve(bench.evaluate(), "bound_sharp").drawn());
}

/// With alpha = 2/(L + tau) steps of 1 leave the box of the noisy iterates; exact ones need none.
TEST(EvaluateMethodTheory, BatchStepsStayInTheBallThroughTheirStart) {
  Bench bench(0.3);
  const auto problem =
      std::make_shared<const TeachingProblem>(bench.problem->parameters(), AlphaRule::optimal);
  const Reference reference = problem->solve_reference();
  bench.input.constants = problem->constants(reference, bench.oracle);
  bench.input.alpha_rule = AlphaRule::optimal;
  bench.set_step(StepSizeSchedule(ConstantStep{1.0}));
  ASSERT_FALSE(curve(bench.evaluate(), "bound_sharp").drawn()) << "the box is left";
  bench.input.batch = true;
  SidPath path(*problem,
               std::make_unique<BatchOracle>(*problem),
               std::make_unique<BatchOracle>(*problem),
               {.lower_step = bench.input.lower_step, .linear_step = bench.input.linear_step});
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    bench.input.ladder = ladder;
    const MethodTheory theory = bench.evaluate();
    const TheoryCurve lower = curve(theory, "bound_lower");
    const TheoryCurve linear = curve(theory, "bound_linear");
    const TheoryCurve sharp = curve(theory, "bound_sharp");
    ASSERT_TRUE(sharp.drawn()) << sharp.reason;
    EXPECT_EQ(sharp.verdict, Verdict::holds_on_ball);
    path.start(1, 0);
    for (std::uint32_t i = 0; i < bench.checkpoints.size(); ++i) {
      ASSERT_EQ(path.run_to(bench.checkpoints[i], i, {}), PathStatus::reached);
      const double rounding = 1e-25;
      const Vector e = path.v() - problem->solve_linear_system(path.w());
      EXPECT_LE((path.w() - reference.w).squaredNorm(), lower.values[i] + rounding);
      EXPECT_LE(e.squaredNorm(), linear.values[i] + rounding);
      EXPECT_LE((path.hypergradient() - reference.hypergradient).squaredNorm(),
                sharp.values[i] + rounding);
    }
  }
}

TEST(EvaluateMethodTheory, HostileConstantsGiveReasonsNotInfinities) {
  for (const double bad : {0.0, -1.0, 1e308, kInfinity, std::nan("")}) {
    for (double ProblemConstants::*member : {&ProblemConstants::alpha,
                                             &ProblemConstants::q,
                                             &ProblemConstants::L_E,
                                             &ProblemConstants::c1,
                                             &ProblemConstants::m2,
                                             &ProblemConstants::V_star_b,
                                             &ProblemConstants::sigma1_prime,
                                             &ProblemConstants::norm_w,
                                             &ProblemConstants::V_star_v_global,
                                             &ProblemConstants::norm_v_squared_sup}) {
      Bench bench;
      bench.input.constants.*member = bad;
      for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
        bench.input.ladder = ladder;
        for (const TheoryCurve& c : bench.evaluate().curves) {
          for (const double value : c.values) ASSERT_FALSE(std::isinf(value)) << c.id << bad;
        }
      }
    }
  }
}

TEST(EvaluateMethodTheory, AbsentExactCurvesGiveTheReasonTheyWereLeftOutFor) {
  Bench bench;
  bench.input.exact_missing = "They would take too long.";
  for (const char* id : {"exact", "exact_lower", "exact_linear", "exact_bias_squared"}) {
    const TheoryCurve c = curve(bench.evaluate(), id);
    EXPECT_FALSE(c.drawn());
    EXPECT_EQ(c.verdict, Verdict::not_covered);
    EXPECT_EQ(c.reason, "They would take too long.");
  }
  bench.input.batch = true;
  EXPECT_EQ(curve(bench.evaluate(), "exact").reason,
            "Batch steps are deterministic: the measured error is exact.");
}

TEST(EvaluateMethodTheory, MillionsOfIterationsKeepTheirBounds) {
  for (const int kind : {0, 1, 2}) {
    Bench bench(0.0, 30'000'000);
    const double beta = 2.0 / bench.rate();
    bench.set_step(kind == 0   ? StepSizeSchedule(ConstantStep{0.5})
                   : kind == 1 ? StepSizeSchedule(DecreasingStep{beta, beta})
                               : StepSizeSchedule(TwoPhaseStep{0.5, beta, 2.0 * beta, 1'000'000}));
    const MethodTheory theory = bench.evaluate();
    expect_well_formed(theory, bench.checkpoints.size());
    for (const char* id : {"bound_lower", "bound_linear", "bound_sharp", "bound_direct_lower"}) {
      const TheoryCurve c = curve(theory, id);
      ASSERT_TRUE(c.drawn()) << id << ": " << c.reason;
      if (kind == 0) continue;
      // Falls like 1/t over the last decade and a half.
      const auto at = [&](std::size_t back) {
        const std::size_t i = c.values.size() - back;
        return c.values[i] * static_cast<double>(bench.checkpoints[i].t);
      };
      EXPECT_NEAR(at(1) / at(2), 1.0, kind == 1 ? 0.01 : 0.2) << id;
    }
  }
}

TEST(EvaluateMethodTheory, NoCheckpointsIsNoCrash) {
  Bench bench;
  bench.input.checkpoints = {};
  for (const TheoryCurve& c : bench.evaluate().curves) EXPECT_FALSE(c.drawn());
}

}  // namespace
}  // namespace sid
