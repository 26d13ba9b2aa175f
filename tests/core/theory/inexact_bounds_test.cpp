#include "sid/theory/inexact_bounds.hpp"

#include <string>

#include <gtest/gtest.h>

#include "sid/method/batch_oracle.hpp"
#include "sid/method/cg_path.hpp"
#include "sid/method/sid_path.hpp"

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::vector;

constexpr double kTolerance = 1e-11;

class InexactBounds : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         InexactBounds,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

TEST_P(InexactBounds, AgreeWithReference) {
  const auto problem = testing::data_problem(GetParam(), AlphaRule::optimal);
  const Json& problem_json = testing::theory_vectors()["data_problems"][GetParam()];
  const Json& json = problem_json["deterministic"];
  const Vector w_star = vector(problem_json["reference"]["w_star"]);
  const ProblemConstants all = problem->constants(problem->solve_reference(), {.minibatch = 1});
  const InexactConstants c = inexact_constants(all);
  const PathConstants path = path_constants(all);
  EXPECT_REL(c.hessian_lipschitz, number(json["L_A"]), kTolerance);
  EXPECT_REL(c.cross_lipschitz, number(json["L_B"]), kTolerance);
  EXPECT_REL(c.mu1, number(json["L_f"]), kTolerance);
  EXPECT_REL(c.norm_cross_star, number(json["norm_B_star"]), kTolerance);
  int rows = 0;
  for (const Json& row : json["rows"]) {
    SCOPED_TRACE("t = " + row["t"].dump() + ", k = " + row["k"].dump());
    const double t = number(row["t"]), k = number(row["k"]);
    const auto residual = [&](ResidualSolver solver, ResidualForm form) {
      return residual_bound(path, all.norm_c, solver, form, t, k);
    };
    EXPECT_REL(residual(ResidualSolver::fixed_point, ResidualForm::authors),
               number(row["er_delta_gd"]),
               kTolerance);
    EXPECT_REL(residual(ResidualSolver::conjugate_gradients, ResidualForm::authors),
               number(row["er_delta_cg"]),
               kTolerance);
    EXPECT_REL(residual(ResidualSolver::fixed_point, ResidualForm::sharper),
               number(row["delta_sharp_gd"]),
               kTolerance);
    EXPECT_REL(residual(ResidualSolver::conjugate_gradients, ResidualForm::sharper),
               number(row["delta_sharp_cg"]),
               kTolerance);
    // With the measured accuracies of the row. Those of converged rows are rounding.
    const Accuracies measured{.distance = (vector(row["w_t"]) - w_star).norm(),
                              .residual = number(row["res_fp"])};
    const double expected = number(row["er_apriori_measured_fp"]);
    EXPECT_NEAR(a_priori_bound(c, measured).total(), expected, kTolerance * expected + 1e-15);
    ++rows;
  }
  EXPECT_GE(rows, 4);
}

/// At w_t, v_k of a path: residuals stay below their bounds and errors below both forms of the a
/// priori bound.
void expect_bounds(const BilevelProblem& problem,
                   const Reference& reference,
                   const ProblemConstants& c,
                   const HypergradientPath& at,
                   ResidualSolver solver,
                   const Checkpoint& checkpoint) {
  Vector image(problem.lower_dim());
  problem.hessian_vector(at.w(), at.v(), image);
  const double norm_c = at.upper_gradient().norm();
  const double residual = (problem.alpha() * image - at.upper_gradient()).norm();
  const double error = (at.hypergradient() - reference.hypergradient).norm();
  const double rounding = 1e-12 * reference.hypergradient.norm();
  const auto t = static_cast<double>(checkpoint.t), k = static_cast<double>(checkpoint.k);
  const PathConstants path = path_constants(c);
  const double sharper = residual_bound(path, c.norm_c, solver, ResidualForm::sharper, t, k);
  EXPECT_LE(residual, sharper + 1e-13 * norm_c);
  EXPECT_LE(sharper, residual_bound(path, c.norm_c, solver, ResidualForm::authors, t, k));
  const Accuracies measured{.distance = (at.w() - reference.w).norm(), .residual = residual};
  const double known = a_priori_bound(inexact_constants(c), measured).total();
  const double counted = iteration_bound(c, solver, ResidualForm::sharper, t, k).total();
  EXPECT_LE(error, known + rounding);
  EXPECT_LE(known, counted + rounding);
  EXPECT_LE(counted, iteration_bound(c, solver, ResidualForm::authors, t, k).total());
}

TEST(InexactBoundsOf, EveryFamilyHold) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape, .seed = 5});
    SCOPED_TRACE(problem->name());
    const Reference reference = problem->solve_reference();
    const ProblemConstants c = problem->constants(reference, {.minibatch = 1});
    SidPath fixed_point(*problem,
                        std::make_unique<BatchOracle>(*problem),
                        std::make_unique<BatchOracle>(*problem),
                        {.lower_step = StepSizeSchedule(ConstantStep{1.0}),
                         .linear_step = StepSizeSchedule(ConstantStep{1.0})});
    fixed_point.start(0, 0);
    CgPath conjugate(*problem);
    std::uint32_t index = 0;
    for (const std::int64_t t : {0, 2, 9, 30}) {
      for (const std::int64_t k : {0, 1, 3, 12}) {
        SCOPED_TRACE("t = " + std::to_string(t) + ", k = " + std::to_string(k));
        const Checkpoint at{.t = t, .k = k};
        ASSERT_EQ(fixed_point.run_to(at, index, {}), PathStatus::reached);
        expect_bounds(*problem, reference, c, fixed_point, ResidualSolver::fixed_point, at);
        ASSERT_EQ(conjugate.run_to(at, index, {}), PathStatus::reached);
        expect_bounds(*problem, reference, c, conjugate, ResidualSolver::conjugate_gradients, at);
        ++index;
      }
    }
  }
}

TEST(InexactBoundsOf, ExactSolutionsVanish) {
  const InexactConstants c{.tau = 0.5,
                           .norm_cross_star = 2.0,
                           .norm_upper_gradient_star = 3.0,
                           .hessian_lipschitz = 0.25,
                           .cross_lipschitz = 1.5,
                           .mu1 = 4.0};
  EXPECT_EQ(a_priori_bound(c, {}).total(), 0.0);
  // 2*4/0.5 + 2*3*0.25/0.25 + 1.5*3/0.5 = 31; 1.5*4/0.5 = 12.
  const AprioriBound bound = a_priori_bound(c, {.distance = 0.1, .residual = 0.2});
  EXPECT_DOUBLE_EQ(bound.lower, 3.1 + 0.12);
  EXPECT_DOUBLE_EQ(bound.linear, 0.8);
  EXPECT_DOUBLE_EQ(bound.product, 0.06);
}

}  // namespace
}  // namespace sid
