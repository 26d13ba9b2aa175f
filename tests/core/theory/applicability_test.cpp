#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"
#include "support/listed_steps.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::Bench;
using testing::check;
using testing::curve;
using testing::data_case;
using testing::DataBench;
using testing::expect_well_formed;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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

std::vector<Setting> failing_steps() {
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
  };
}

std::vector<Setting> failing_problems() {
  return {
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
       {{"bound_lower", Verdict::fails, "beyond the mean-square stability edge"},
        {"bound_direct_lower", Verdict::fails, "the expected error grows without limit"}}},
      {"direct bound does not contract, truth unknown",
       [](Bench& b) {
         b.input.constants.c_b = 1.0;  // as data problems have it
         b.set_step(StepSizeSchedule(ConstantStep{2.5}));
       },
       {{"bound_lower", Verdict::fails, "up to which the direct bound contracts"}}},
      {"no contraction",
       [](Bench& b) { b.input.constants.q = 1.0; },
       {{"bound_lower", Verdict::fails, "q = 1.00 is not below 1"},
        {"bound_sharp", Verdict::fails, "A(i)"}}},
  };
}

TEST(Applicability, FailingHypothesesLeaveNoCurveAndAReason) {
  std::vector<Setting> settings = failing_steps();
  for (Setting& setting : failing_problems()) settings.push_back(std::move(setting));
  for (const Setting& setting : settings) {
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

TEST(Applicability, LowerLevelNeedsNoLipschitzConstantOfE) {
  Bench bench;
  bench.set_step(StepSizeSchedule(ConstantStep{1.2}));
  const MethodTheory theory = bench.evaluate();
  EXPECT_TRUE(curve(theory, "bound_lower").drawn()) << curve(theory, "bound_lower").reason;
  EXPECT_FALSE(curve(theory, "bound_linear").drawn());
}

TEST(Applicability, TheStepOfTheLowerLevelDecidesAboutTheBox) {
  Bench bench;
  bench.input.linear_step = StepSizeSchedule(ConstantStep{1.2});
  EXPECT_TRUE(curve(bench.evaluate(), "bound_linear").drawn()) << "w stays in the box, v is free";
  bench.input.linear_step = StepSizeSchedule(ConstantStep{0.5});
  bench.input.lower_step = StepSizeSchedule(ConstantStep{1.2});
  EXPECT_FALSE(curve(bench.evaluate(), "bound_linear").drawn());
}

TEST(Applicability, TwoPhaseCurveStopsWhereItsSecondTheoremFails) {
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

TEST(Applicability, BoundsOfExactStepsStopWhereTheLowerLevelDoes) {
  for (const MethodFamily family : {MethodFamily::fixed_point,
                                    MethodFamily::conjugate_gradients,
                                    MethodFamily::normal_equations}) {
    DataBench bench(data_case(4));
    bench.input.batch = true;
    bench.input.family = family;
    bench.input.ladder = Ladder::paper;
    const double beta = 0.5 / (1.0 - bench.input.constants.q * bench.input.constants.q);
    bench.input.lower_step = StepSizeSchedule(TwoPhaseStep{1.0, beta, 2.0 * beta, 5});
    const MethodTheory theory = bench.evaluate();
    const TheoryCurve lower = curve(theory, "bound_lower");
    const TheoryCurve inexact = curve(theory, "bound_inexact");
    ASSERT_TRUE(lower.drawn()) << lower.reason;
    if (family != MethodFamily::fixed_point) {
      ASSERT_TRUE(inexact.drawn()) << inexact.reason;
      EXPECT_FALSE(std::isnan(inexact.values[2])) << "t = 5";
      EXPECT_TRUE(std::isnan(inexact.values[3])) << "t = 50";
      EXPECT_TRUE(std::isnan(curve(theory, "bound_aid_cg").values[3]));
    }
    EXPECT_TRUE(std::isnan(lower.values[3]));
  }
}

/// The error may go nowhere near its floor.
TEST(Applicability, FloorsOfOtherMethodsNeedBothOfTheirRates) {
  Bench bench(0.4);
  bench.input.family = MethodFamily::mixed_fixed_point;
  const double beta = 2.0 / bench.rate();
  bench.set_step(StepSizeSchedule(DecreasingStep{beta, 1.1 * beta}));
  MethodTheory theory = bench.evaluate();
  for (const char* id : {"floor_exact", "floor_solution"}) {
    EXPECT_FALSE(curve(theory, id).drawn()) << id;
    EXPECT_THAT(curve(theory, id).reason, HasSubstr("No bound of FP-KM is known")) << id;
  }
  bench.input.family = MethodFamily::fixed_point;
  theory = bench.evaluate();
  EXPECT_TRUE(curve(theory, "floor_exact").drawn()) << curve(theory, "floor_exact").reason;
}

TEST(Applicability, DifferentiatedRandomPathsHaveNoFloorByJacobianSamples) {
  Bench bench(0.4);
  bench.input.family = MethodFamily::stochastic_differentiation;
  bench.input.jacobian_samples = 0;
  const MethodTheory theory = bench.evaluate();
  for (const char* id : {"floor_14", "floor_sharp", "floor_exact"}) {
    EXPECT_EQ(curve(theory, id).verdict, Verdict::not_covered) << id;
    EXPECT_THAT(curve(theory, id).reason, HasSubstr("each step's minibatch")) << id;
  }
  const AssumptionCheck noise = check(theory, "B(iv)", "problem");
  EXPECT_EQ(noise.verdict, Verdict::not_covered);
  EXPECT_THAT(noise.sentence, HasSubstr("each step's minibatch"));
}

TEST(Assumptions, NameTheirRemedyAndTheRemedyWorks) {
  Bench bench;
  bench.input.ladder = Ladder::paper;
  bench.set_step(StepSizeSchedule(ConstantStep{1.0}));
  const AssumptionCheck before = check(bench.evaluate(), "step", "lower level");
  EXPECT_EQ(before.verdict, Verdict::fails);
  EXPECT_EQ(before.remedy_key, "step.eta");
  EXPECT_THAT(before.sentence, HasSubstr("The runs may still converge: stability ends at "));
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
  bench.set_step(StepSizeSchedule(ConstantStep{2.5}));
  const AssumptionCheck bold = check(bench.evaluate(), "step", "lower level");
  EXPECT_EQ(bold.remedy_key, "step.eta");
  bench.set_step(StepSizeSchedule(ConstantStep{bold.remedy_value}));
  EXPECT_TRUE(curve(bench.evaluate(), "bound_lower").drawn());

  bench.set_step(StepSizeSchedule(ConstantStep{1.2}));
  const AssumptionCheck box = check(bench.evaluate(), "A(iv)", "problem");
  EXPECT_EQ(box.verdict, Verdict::fails);
  EXPECT_EQ(box.remedy_key, "step.eta");
  bench.set_step(StepSizeSchedule(ConstantStep{box.remedy_value}));
  EXPECT_EQ(check(bench.evaluate(), "A(iv)", "problem").verdict, Verdict::holds_on_ball);
}

TEST(Assumptions, RemediesOfOtherSchedulesNameWhatSetsTheirLargestStep) {
  Bench bench;
  const double beta = 2.0 / bench.rate();
  const auto box = [&] { return check(bench.evaluate(), "A(iv)", "problem"); };
  bench.set_step(StepSizeSchedule(DecreasingStep{beta, 0.8 * beta}));
  EXPECT_EQ(box().verdict, Verdict::fails);
  EXPECT_EQ(box().remedy_key, "step.gamma");
  bench.set_step(StepSizeSchedule(DecreasingStep{beta, box().remedy_value}));
  EXPECT_EQ(box().verdict, Verdict::holds_on_ball);

  bench.set_step(StepSizeSchedule(TwoPhaseStep{0.2, beta, 0.8 * beta, 50}));
  EXPECT_EQ(box().remedy_key, "step.gamma") << "the second phase begins with the larger step";
  bench.set_step(StepSizeSchedule(TwoPhaseStep{0.2, beta, box().remedy_value, 50}));
  EXPECT_EQ(box().verdict, Verdict::holds_on_ball);

  bench.set_step(StepSizeSchedule(TwoPhaseStep{1.5, beta, beta, 50}));
  EXPECT_EQ(box().remedy_key, "step.eta");
  bench.set_step(StepSizeSchedule(TwoPhaseStep{box().remedy_value, beta, beta, 50}));
  EXPECT_EQ(box().verdict, Verdict::holds_on_ball);
}

TEST(Assumptions, NoiseOfTheDerivativeInLambdaIsThatOfWhatIsUsed) {
  Bench bench(0.4);
  const auto noise = [&] { return check(bench.evaluate(), "B(iv)", "problem"); };
  EXPECT_EQ(noise().verdict, Verdict::holds_on_ball);
  EXPECT_THAT(noise().sentence, HasSubstr("on the same set as L_E"));
  bench.input.jacobian_samples = 0;
  EXPECT_EQ(noise().verdict, Verdict::holds);
  EXPECT_THAT(noise().sentence, HasSubstr("The exact ∂₂Φ is used"));
  bench.input.batch = true;
  EXPECT_THAT(noise().sentence, HasSubstr("batch steps use the exact derivative"));
  EXPECT_THAT(check(Bench().evaluate(), "B(iv)", "problem").sentence,
              HasSubstr("by the separation (15)"));
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

/// No bound is drawn for dependent draws, so nothing that leads to one is advised.
TEST(Assumptions, LipschitzIsNotMendedWhereNoBoundApplies) {
  DataBench bench(data_case(3));
  bench.input.constants.L_E = bench.input.constants.L_E_radius = kInfinity;
  bench.set_step(StepSizeSchedule(
      ConstantStep{3.0 / (bench.input.constants.alpha * bench.input.constants.tau)}));
  const AssumptionCheck open = check(bench.evaluate(), "A(iv)", "problem");
  EXPECT_EQ(open.verdict, Verdict::fails);
  EXPECT_THAT(open.sentence, HasSubstr("would give a bound"));
  for (const bool split : {false, true}) {
    bench.input.split_varies = split;
    bench.input.constants.independent_draws = split;
    const AssumptionCheck closed = check(bench.evaluate(), "A(iv)", "problem");
    EXPECT_EQ(closed.verdict, Verdict::fails);
    EXPECT_THAT(closed.sentence, Not(HasSubstr("would give a bound")));
  }
}

TEST(StepLimits, StabilityIsTheTruthOnTheTeachingProblem) {
  Bench bench;
  bench.oracle.minibatch = 1;
  bench.input.constants = bench.problem->constants(bench.reference, bench.oracle);
  double edge = 0.0;
  for (const StepLimit& entry : bench.evaluate().limits) {
    if (entry.id == "stability") edge = entry.eta;
  }
  ASSERT_GT(edge, 0.0);
  const std::vector<std::int64_t> t = {100, 4000, 8000};
  const auto error = [&](double eta) {
    const std::vector<double> steps(8000, eta);
    return bench.problem
        ->exact_moments({.settings = bench.oracle,
                         .lower_steps = testing::listed_steps(steps),
                         .linear_steps = testing::listed_steps(steps),
                         .t = t,
                         .k = t})
        ->lower;
  };
  EXPECT_REL(error(0.99 * edge)[2], error(0.99 * edge)[1], 1e-6) << "a level below the edge";
  EXPECT_GT(error(1.01 * edge)[2], 1e3 * error(1.01 * edge)[1]) << "growth beyond it";
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
  EXPECT_LT(limit("full_rate_lower"), sharp) << "contracting fastest ends before contracting";
  EXPECT_GT(limit("full_rate_lower"), 0.0);
  EXPECT_LT(limit("full_rate_linear"), limit("sharp_linear"));
  const double ball = limit("ball");
  EXPECT_TRUE(drawn_at("bound_linear", ball));
  EXPECT_FALSE(drawn_at("bound_linear", ball * 1.001));
  const double paper = limit("paper_linear");
  bench.input.ladder = Ladder::paper;
  EXPECT_TRUE(drawn_at("bound_linear", paper));
  EXPECT_FALSE(drawn_at("bound_linear", paper * 1.001));
}

}  // namespace
}  // namespace sid
