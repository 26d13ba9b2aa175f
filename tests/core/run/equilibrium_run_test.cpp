// The equilibrium problem as a kind of spec: which settings it has, what runs, what theory says.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/method_fit.hpp"
#include "sid/run/outer_problem.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/validation.hpp"
#include "sid/theory/gaps.hpp"
#include "sid/theory/statement.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

using ::testing::HasSubstr;

RunSpec small_equilibrium() {
  RunSpec spec;
  spec.problem.kind = ProblemKind::equilibrium;
  spec.problem.equilibrium = {.dim = 4, .samples = 12, .seed = 2};
  spec.run.iterations = 80;
  spec.run.checkpoints.count = 6;
  spec.run.replicas = 9;
  spec.methods = {test::batch(), test::constant(0.3, 4), test::decreasing(4)};
  return spec;
}

MethodSpec of_kind(MethodKind kind) {
  MethodSpec method;
  method.kind = kind;
  if (traits_of(kind).minibatches) method.minibatch = 4;
  return method;
}

std::string issues(const RunSpec& spec) {
  return to_string(validate(spec));
}

TEST(EquilibriumRun, GivesTheSameBitsForAnyNumberOfThreads) {
  RunSpec spec = small_equilibrium();
  for (const MethodKind kind :
       {MethodKind::itd, MethodKind::aid_cgnr, MethodKind::neumann, MethodKind::fp_km}) {
    spec.methods.push_back(of_kind(kind));
  }
  ASSERT_EQ(issues(spec), "");
  const RunSnapshot one = run_to_end(spec, {.threads = 1});
  const RunSnapshot many = run_to_end(spec, {.threads = 5});
  ASSERT_EQ(one.status, RunStatus::finished) << one.message;
  ASSERT_EQ(one.curves.size(), many.curves.size());
  for (std::size_t c = 0; c < one.curves.size(); ++c) {
    ASSERT_EQ(one.curves[c].points.size(), many.curves[c].points.size());
    for (std::size_t i = 0; i < one.curves[c].points.size(); ++i) {
      const double a = mean_error(one.curves[c].points[i], Quantity::hypergradient).mean;
      EXPECT_EQ(a, mean_error(many.curves[c].points[i], Quantity::hypergradient).mean);
      EXPECT_TRUE(std::isfinite(a));
    }
  }
}

TEST(EquilibriumRun, WholeMinibatchesFollowTheBatchMethod) {
  RunSpec spec = small_equilibrium();
  MethodSpec whole = test::constant(1.0, 12);
  whole.sampling = Sampling::without_replacement;
  MethodSpec batch = test::batch();
  batch.step.eta = 1.0;
  spec.methods = {whole, batch};
  spec.run.iterations = 20;
  spec.run.replicas = 2;
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const auto& points = run.curves[0].points;
  int compared = 0;
  for (const auto& point : points) {
    for (const auto& other : run.curves[1].points) {
      if (other.at.t != point.at.t || other.at.k != point.at.k) continue;
      const double a = mean_error(point, Quantity::hypergradient).mean;
      const double b = mean_error(other, Quantity::hypergradient).mean;
      EXPECT_NEAR(std::sqrt(a), std::sqrt(b), 1e-13);
      ++compared;
    }
  }
  EXPECT_GE(compared, 3);
}

TEST(EquilibriumRun, RefusesMethodsThatNeedALoss) {
  RunSpec spec = small_equilibrium();
  const auto refused = [&](MethodKind kind) {
    spec.methods = {of_kind(kind)};
    return issues(spec);
  };
  EXPECT_THAT(refused(MethodKind::aid_cg), HasSubstr("needs a symmetric linear system"));
  EXPECT_THAT(refused(MethodKind::aid_cg), HasSubstr("aid-cgnr"));
  EXPECT_THAT(refused(MethodKind::saga), HasSubstr("one number times an example"));
  EXPECT_THAT(refused(MethodKind::svrg), HasSubstr("one number times an example"));
  EXPECT_THAT(refused(MethodKind::stochastic_itd), HasSubstr("one number times an example"));
  EXPECT_THAT(refused(MethodKind::inexact), HasSubstr("symmetric"));
  for (const MethodKind kind : {MethodKind::sid,
                                MethodKind::batch,
                                MethodKind::itd,
                                MethodKind::aid_cgnr,
                                MethodKind::neumann,
                                MethodKind::fp_km}) {
    EXPECT_EQ(refused(kind), "");
  }
}

TEST(EquilibriumRun, RefusesSettingsOutsideTheirLimits) {
  const auto refused = [](auto&& change) {
    RunSpec spec = small_equilibrium();
    change(spec.problem);
    return issues(spec);
  };
  EXPECT_THAT(refused([](ProblemSpec& p) { p.equilibrium.contraction = 1.0; }),
              HasSubstr("problem.equilibrium.contraction"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.equilibrium.dim = 0; }),
              HasSubstr("problem.equilibrium.dim"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.equilibrium.spread = -0.1; }),
              HasSubstr("problem.equilibrium.spread"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.equilibrium.huber_delta = 0.0; }),
              HasSubstr("problem.equilibrium.huber_delta"));
  EXPECT_THAT(refused([](ProblemSpec& p) {
                p.equilibrium.dim = 200;
                p.equilibrium.samples = 101;
              }),
              HasSubstr("weights must be ≤ 4000000"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.equilibrium.samples = 3; }), HasSubstr("minibatch"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.alpha = AlphaRule::optimal; }),
              HasSubstr("problem.alpha"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.lower_loss = LossScale::sum; }),
              HasSubstr("problem.lower_loss"));
  EXPECT_THAT(refused([](ProblemSpec& p) { p.lambda = RandomLambda{}; }),
              HasSubstr("problem.lambda"));
  EXPECT_EQ(refused([](ProblemSpec& p) { p.lambda = std::vector<double>{-2.0, 0.0}; }), "");
}

TEST(EquilibriumRun, TheoryCoversItWithoutABallAndWithoutALoss) {
  RunSpec spec = small_equilibrium();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench) << bench.error().message;
  const auto theory = evaluate_theory(spec, **bench);
  const MethodTheory& sid = theory[0][1];
  for (const AssumptionCheck& check : sid.checks) {
    if (check.id == "F") {
      EXPECT_EQ(check.verdict, Verdict::not_covered);
      EXPECT_THAT(check.sentence, HasSubstr("no gradient step"));
    } else if (check.id != "step" && check.id != "C") {
      EXPECT_EQ(check.verdict, Verdict::holds) << check.id << ": " << check.sentence;
    }
  }
  for (const char* id : {"bound_cor_4_1", "bound_bottou", "bound_expected_smoothness"}) {
    const TheoryCurve* curve = sid.find(id);
    ASSERT_NE(curve, nullptr) << id;
    EXPECT_FALSE(curve->drawn()) << id;
    EXPECT_EQ(curve->verdict, Verdict::not_covered) << id;
    EXPECT_FALSE(curve->reason.empty()) << id;
  }
  for (const char* id : {"bound_direct_lower", "bound_sharp_recursion_lower", "bound_4_1"}) {
    EXPECT_TRUE(sid.find(id)->drawn()) << id << ": " << sid.find(id)->reason;
  }
  for (const char* id : {"bound_solution", "bound_radius", "exact", "prediction"}) {
    EXPECT_FALSE(sid.find(id)->drawn()) << id;
  }
  EXPECT_TRUE(notes_about("bound_bottou", sid.constants).empty());
  EXPECT_FALSE(notes_about("bound_3_4", sid.constants).empty());
  StatementContext context;
  context.at = {.t = 80, .k = 80};
  for (const TheoremStatement& statement : theorem_statements(context, sid)) {
    EXPECT_FALSE(statement.lines.empty()) << statement.id;
    for (const StatementSymbol& symbol : statement.symbols) {
      EXPECT_EQ(symbol.meaning.find("loss"), std::string::npos) << symbol.meaning;
    }
  }
}

TEST(EquilibriumRun, ChoosesDecreasingStepsAndKeepsThemInTheTheorems) {
  RunSpec spec = small_equilibrium();
  spec.problem.equilibrium.contraction = 0.5;
  MethodSpec theorem = test::decreasing(6);
  theorem.step.gamma_theorem = true;
  spec.methods = {theorem};
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const auto theory = evaluate_theory(spec, **bench);
  EXPECT_TRUE(theory[0][0].find("bound_4_2")->drawn()) << theory[0][0].find("bound_4_2")->reason;
  EXPECT_TRUE(theory[0][0].find("bound_sharp")->drawn());
}

TEST(EquilibriumRun, IsOptimisedOverLambda) {
  RunSpec spec = small_equilibrium();
  const auto outer = prepare_outer(spec);
  ASSERT_TRUE(outer) << outer.error().message;
  EXPECT_EQ(outer_coordinate(spec), OuterCoordinate::lambda);
  const Vector theta = Vector::Constant(1, -0.3);
  const auto exact = (*outer)->exact(theta);
  ASSERT_TRUE(exact);
  const double h = 1e-4;
  const auto up = (*outer)->exact(theta.array() + h), down = (*outer)->exact(theta.array() - h);
  EXPECT_NEAR(exact->gradient(0), (up->value - down->value) / (2.0 * h), 1e-6);
}

}  // namespace
}  // namespace sid
