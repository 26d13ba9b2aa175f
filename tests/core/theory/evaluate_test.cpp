#include "sid/theory/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/method/checkpoint_grid.hpp"
#include "sid/method/recommended_steps.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/solver_bounds.hpp"

#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The teaching problem with everything theory looks at; alpha = 1/L, so that eta <= 1 keeps w in
/// the box.
struct Bench {
  std::shared_ptr<const TeachingProblem> problem;
  Reference reference;
  OracleSettings oracle{.minibatch = 10};
  std::vector<Checkpoint> checkpoints;
  TheoryInput input;

  explicit Bench(double noise_lambda = 0.0, std::int64_t last = 400) {
    TeachingShape shape;
    shape.dim = 4;
    shape.condition = 8.0;
    shape.smoothness = 2.0;
    shape.noise_multiplicative = 0.3;
    shape.noise_additive = 0.3;
    shape.noise_lambda = noise_lambda;
    shape.samples = 200;
    shape.seed = 1;
    problem = make_teaching_problem(shape, 0.5, AlphaRule::inverse_smoothness);
    reference = problem->solve_reference();
    checkpoints = make_checkpoints(spaced_grid(GridSpacing::log, 12, last), last, 10, 200);
    input.constants = problem->constants(reference, oracle);
    input.alpha_rule = problem->alpha_rule();
    input.checkpoints = checkpoints;
    set_step(StepSizeSchedule(ConstantStep{0.5}));
  }

  void set_step(const StepSizeSchedule& step) { input.lower_step = input.linear_step = step; }
  double rate() const { return 1.0 - input.constants.q * input.constants.q; }
  MethodTheory evaluate() const { return evaluate_method_theory(input); }
};

TheoryCurve curve(const MethodTheory& theory, const std::string& id) {
  const TheoryCurve* found = theory.find(id);
  EXPECT_NE(found, nullptr) << id;
  return found == nullptr ? TheoryCurve{} : *found;
}

AssumptionCheck check(const MethodTheory& theory,
                      const std::string& id,
                      const std::string& subject) {
  for (const AssumptionCheck& entry : theory.checks) {
    if (entry.id == id && entry.subject == subject) return entry;
  }
  ADD_FAILURE() << "no check " << id << " of " << subject;
  return {};
}

/// What every evaluation promises, whatever the setting.
void expect_well_formed(const MethodTheory& theory, std::size_t checkpoints) {
  std::set<std::string> ids;
  for (const TheoryCurve& c : theory.curves) {
    SCOPED_TRACE(c.id);
    EXPECT_TRUE(ids.insert(c.id).second) << "ids are column names";
    EXPECT_THAT(c.label, Not(IsEmpty()));
    EXPECT_THAT(c.source, Not(IsEmpty()));
    if (c.drawn()) {
      EXPECT_EQ(c.values.size(), checkpoints);
      EXPECT_TRUE(c.verdict == Verdict::holds || c.verdict == Verdict::holds_on_ball);
      for (const double value : c.values) EXPECT_FALSE(std::isinf(value));
    } else {
      EXPECT_THAT(c.reason, Not(IsEmpty())) << "an absent curve says why";
    }
  }
  for (const AssumptionCheck& entry : theory.checks) {
    EXPECT_THAT(entry.sentence, Not(IsEmpty())) << entry.id << " " << entry.subject;
  }
}

TEST(EvaluateMethodTheory, ListsTheSameCurvesInEverySetting) {
  Bench bench;
  std::vector<std::string> expected;
  for (const TheoryCurve& c : bench.evaluate().curves) expected.push_back(c.id);
  EXPECT_EQ(expected.size(), 12U + 10U + 13U);
  bench.input.ladder = Ladder::paper;
  bench.input.batch = true;
  bench.set_step(StepSizeSchedule(DecreasingStep{.beta = 1.0, .gamma = 0.1}));
  std::vector<std::string> other;
  for (const TheoryCurve& c : bench.evaluate().curves) other.push_back(c.id);
  EXPECT_EQ(other, expected);
}

// ---------------------------------------------------------------- where hypotheses hold

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
            const std::vector<double> eta = bench.input.lower_step.first(t.back());
            const auto exact =
                bench.problem->exact_moments({.settings = bench.oracle,
                                              .eta_lower = eta,
                                              .eta_linear = eta,
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
  const MethodTheory one = bench.evaluate();
  ASSERT_TRUE(curve(one, "floor_14").drawn());
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

// ---------------------------------------------------------------- where hypotheses fail

struct Expectation {
  const char* id;
  Verdict verdict;
  const char* words;  ///< part of the reason
};

struct Setting {
  const char* name;
  std::function<void(Bench&)> change;
  std::vector<Expectation> expectations;
};

std::vector<Setting> failing_settings() {
  const auto beta = [](const Bench& bench) { return 2.0 / bench.rate(); };
  return {
      {"step above 1/(1+sigma2)",
       [](Bench& b) {
         b.input.ladder = Ladder::paper;
         b.set_step(StepSizeSchedule(ConstantStep{1.0}));
       },
       {{"bound_4_1", Verdict::fails, "Step size 1.00 exceeds 1/(1+σ₂) = "},
        {"bound_lower", Verdict::fails, "(lower level, Theorem 4.3). Theorem 4.1 does not apply"},
        {"bound_linear", Verdict::fails, "(linear system, Theorem 4.3)"},
        {"bound_3_4", Verdict::fails, "No bound ρ(t) of the lower level: Step size 1.00 exceeds"},
        {"bound_4_2", Verdict::not_covered, "this schedule is another"},
        {"bound_cor_4_1", Verdict::fails, "Assumption F"}}},
      {"gamma too small",
       [beta](Bench& b) {
         b.input.ladder = Ladder::paper;
         b.set_step(StepSizeSchedule(DecreasingStep{beta(b), beta(b)}));
       },
       {{"bound_4_2", Verdict::fails, "is below β(1+σ₂) = "},
        {"bound_5_1_linear", Verdict::fails, "Theorem 5.1 asks for at least that"},
        {"bound_sharp", Verdict::fails, "No bound σ(k) of the linear system: γ = "}}},
      {"beta too small",
       [beta](Bench& b) {
         b.input.ladder = Ladder::paper;
         b.set_step(StepSizeSchedule(DecreasingStep{0.4 * beta(b), 1e6}));
       },
       {{"bound_4_2", Verdict::fails, "β must exceed 1/(1−q²) = "},
        {"bound_lower", Verdict::fails, "for the 1/t rate; now "}}},
      {"reshuffled",
       [](Bench& b) { b.input.constants.independent_draws = false; },
       {{"bound_lower", Verdict::not_covered, "reshuffled, not independent"},
        {"bound_sharp", Verdict::not_covered, "reshuffled, not independent"},
        {"exact", Verdict::not_covered, "independent"},
        {"floor_14", Verdict::not_covered, "reshuffled"}}},
      {"splits vary",
       [](Bench& b) { b.input.split_varies = true; },
       {{"bound_lower", Verdict::not_covered, "mixes several problems"},
        {"bound_3_4", Verdict::not_covered, "the theorems speak of one"}}},
      {"iterates may leave the box",
       [](Bench& b) { b.set_step(StepSizeSchedule(ConstantStep{1.2})); },
       {{"bound_linear", Verdict::fails, "Step size 1.20 exceeds 1.00, the largest that provably"},
        {"bound_sharp", Verdict::fails, "A(iv); E is quadratic"}}},
      {"no Lipschitz constant at all",
       [](Bench& b) {
         b.input.constants.L_E = b.input.constants.L_E_global = kInfinity;
         b.input.constants.ball_step_limit = 0.0;
       },
       {{"bound_linear", Verdict::fails, "no Lipschitz constant (A(iv))"},
        {"bound_3_2", Verdict::fails, "A(iv)"}}},
      {"direct bound does not contract",
       [](Bench& b) { b.set_step(StepSizeSchedule(ConstantStep{2.5})); },
       {{"bound_lower", Verdict::fails, "does not contract at step size 2.50"}}},
      {"no contraction",
       [](Bench& b) { b.input.constants.q = 1.0; },
       {{"bound_lower", Verdict::fails, "q = 1.00 is not below 1"},
        {"bound_sharp", Verdict::fails, "A(i)"}}},
  };
}

TEST(EvaluateMethodTheory, FailingHypothesesLeaveNoCurveAndAReason) {
  for (const Setting& setting : failing_settings()) {
    SCOPED_TRACE(setting.name);
    Bench bench;
    setting.change(bench);
    const MethodTheory theory = bench.evaluate();
    expect_well_formed(theory, bench.checkpoints.size());
    for (const Expectation& expected : setting.expectations) {
      const TheoryCurve c = curve(theory, expected.id);
      EXPECT_FALSE(c.drawn()) << expected.id;
      EXPECT_EQ(c.verdict, expected.verdict) << expected.id << ": " << c.reason;
      EXPECT_THAT(c.reason, HasSubstr(expected.words)) << expected.id;
    }
  }
}

TEST(EvaluateMethodTheory, LowerLevelNeedsNoLipschitzConstantOfE) {
  Bench bench;
  bench.set_step(StepSizeSchedule(ConstantStep{1.2}));
  const MethodTheory theory = bench.evaluate();
  EXPECT_TRUE(curve(theory, "bound_lower").drawn()) << curve(theory, "bound_lower").reason;
  EXPECT_FALSE(curve(theory, "bound_linear").drawn());
}

TEST(EvaluateMethodTheory, TheStepOfTheLowerLevelDecidesAboutTheBox) {
  Bench bench;
  bench.input.linear_step = StepSizeSchedule(ConstantStep{1.2});
  EXPECT_TRUE(curve(bench.evaluate(), "bound_linear").drawn()) << "w stays in the box, v is free";
  bench.input.linear_step = StepSizeSchedule(ConstantStep{0.5});
  bench.input.lower_step = StepSizeSchedule(ConstantStep{1.2});
  EXPECT_FALSE(curve(bench.evaluate(), "bound_linear").drawn());
}

TEST(EvaluateMethodTheory, TwoPhaseCurveStopsWhereItsSecondTheoremFails) {
  Bench bench;
  bench.input.ladder = Ladder::sharpened;
  const double beta = 0.5 / bench.rate();  // too small for Theorem 4.2
  bench.set_step(StepSizeSchedule(TwoPhaseStep{0.5, beta, 2.0 * beta, 40}));
  const TheoryCurve c = curve(bench.evaluate(), "bound_two_phase");
  ASSERT_TRUE(c.drawn()) << c.reason;
  EXPECT_THAT(c.reason, HasSubstr("β must exceed"));
  for (std::size_t i = 0; i < c.values.size(); ++i) {
    EXPECT_EQ(std::isnan(c.values[i]), bench.checkpoints[i].t > 40);
  }
}

// ---------------------------------------------------------------- checks, remedies, limits

TEST(Assumptions, NameTheirRemedyAndTheRemedyWorks) {
  Bench bench;
  bench.input.ladder = Ladder::paper;
  bench.set_step(StepSizeSchedule(ConstantStep{1.0}));
  const AssumptionCheck before = check(bench.evaluate(), "step", "lower level");
  EXPECT_EQ(before.verdict, Verdict::fails);
  EXPECT_EQ(before.remedy_key, "step.eta");
  ASSERT_GT(before.remedy_value, 0.0);
  bench.set_step(StepSizeSchedule(ConstantStep{before.remedy_value}));
  EXPECT_EQ(check(bench.evaluate(), "step", "lower level").verdict, Verdict::holds);
  EXPECT_TRUE(curve(bench.evaluate(), "bound_3_4").drawn());

  const double beta = 2.0 / bench.rate();
  bench.set_step(StepSizeSchedule(DecreasingStep{beta, beta}));
  const AssumptionCheck gamma = check(bench.evaluate(), "step", "linear system");
  EXPECT_EQ(gamma.remedy_key, "step.gamma");
  bench.set_step(StepSizeSchedule(DecreasingStep{beta, gamma.remedy_value}));
  EXPECT_TRUE(curve(bench.evaluate(), "bound_3_4").drawn());

  bench.set_step(StepSizeSchedule(DecreasingStep{0.3 * beta, 1e5}));
  bench.input.linear_step_is_own = true;
  const AssumptionCheck small = check(bench.evaluate(), "step", "linear system");
  EXPECT_EQ(small.remedy_key, "linear_step.beta");
  EXPECT_GT(small.remedy_value, 1.0 / bench.rate());

  bench.input.ladder = Ladder::sharpened;
  bench.set_step(StepSizeSchedule(ConstantStep{1.2}));
  const AssumptionCheck box = check(bench.evaluate(), "A(iv)", "problem");
  EXPECT_EQ(box.verdict, Verdict::fails);
  EXPECT_EQ(box.remedy_key, "step.eta");
  bench.set_step(StepSizeSchedule(ConstantStep{box.remedy_value}));
  EXPECT_EQ(check(bench.evaluate(), "A(iv)", "problem").verdict, Verdict::holds_on_ball);
}

TEST(Assumptions, EveryOneIsListed) {
  const Bench bench;
  const MethodTheory theory = bench.evaluate();
  for (const char* id : {"A(i)", "A(ii)", "A(iii)", "A(iv)", "B(i)", "B(ii)", "B(iii)", "B(iv)"}) {
    EXPECT_THAT(check(theory, id, "problem").sentence, Not(IsEmpty()));
  }
  for (const char* id : {"C", "D(iii)", "E", "step"}) {
    EXPECT_THAT(check(theory, id, "lower level").sentence, Not(IsEmpty()));
    EXPECT_THAT(check(theory, id, "linear system").sentence, Not(IsEmpty()));
  }
  EXPECT_THAT(check(theory, "F", "lower level").sentence, Not(IsEmpty()));
}

TEST(Assumptions, ReshuffledDrawsAreBeyondB) {
  Bench bench;
  bench.input.constants.independent_draws = false;
  const MethodTheory theory = bench.evaluate();
  EXPECT_EQ(check(theory, "B(i)", "problem").verdict, Verdict::not_covered);
  EXPECT_EQ(check(theory, "C", "lower level").verdict, Verdict::not_covered);
  EXPECT_EQ(check(theory, "A(iv)", "problem").verdict, Verdict::holds_on_ball)
      << "A(iv) is about E alone";
}

TEST(StepLimits, AreWhereCurvesBeginAndEnd) {
  Bench bench;
  const auto limit = [&](const std::string& id) {
    for (const StepLimit& entry : bench.evaluate().limits) {
      if (entry.id == id) return entry.eta;
    }
    ADD_FAILURE() << id;
    return 0.0;
  };
  const auto drawn_at = [&](const char* id, double eta) {
    bench.set_step(StepSizeSchedule(ConstantStep{eta}));
    return curve(bench.evaluate(), id).drawn();
  };
  const double noise = limit("noise_lower");
  EXPECT_TRUE(drawn_at("bound_4_1", noise));
  EXPECT_FALSE(drawn_at("bound_4_1", noise * 1.001));
  const double sharp = limit("sharp_lower");
  EXPECT_TRUE(drawn_at("bound_direct_lower", sharp * 0.999));
  EXPECT_FALSE(drawn_at("bound_direct_lower", sharp * 1.001));
  const double ball = limit("ball");
  EXPECT_TRUE(drawn_at("bound_linear", ball));
  EXPECT_FALSE(drawn_at("bound_linear", ball * 1.001));
  const double paper = limit("paper_linear");
  bench.input.ladder = Ladder::paper;
  EXPECT_TRUE(drawn_at("bound_linear", paper));
  EXPECT_FALSE(drawn_at("bound_linear", paper * 1.001));
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

TEST(EvaluateMethodTheory, NoCheckpointsIsNoCrash) {
  Bench bench;
  bench.input.checkpoints = {};
  for (const TheoryCurve& c : bench.evaluate().curves) EXPECT_FALSE(c.drawn());
}

}  // namespace
}  // namespace sid
