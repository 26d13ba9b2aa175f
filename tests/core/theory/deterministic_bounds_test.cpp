#include "sid/theory/deterministic_bounds.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"
#include "sid/method/cg_path.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

constexpr double kTolerance = 1e-11;

ProblemConstants constants_of(const BilevelProblem& problem) {
  return problem.constants(problem.solve_reference(), {.minibatch = 1});
}

class DeterministicBounds : public ::testing::TestWithParam<std::string> {
 protected:
  const Json& json() const {
    return testing::theory_vectors()["data_problems"][GetParam()]["deterministic"];
  }
};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         DeterministicBounds,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

TEST_P(DeterministicBounds, AgreeWithReference) {
  const auto problem = testing::data_problem(GetParam(), AlphaRule::optimal);
  const PathConstants c = path_constants(constants_of(*problem));
  EXPECT_REL(problem->alpha(), number(json()["alpha"]), kTolerance);
  EXPECT_REL(c.L_E, number(json()["L_E_path"]), kTolerance);
  EXPECT_REL(c.L_Phi / problem->alpha(), number(json()["norm_B_star"]), kTolerance);
  int rows = 0;
  for (const Json& row : json()["rows"]) {
    SCOPED_TRACE("t = " + row["t"].dump() + ", k = " + row["k"].dump());
    const double t = number(row["t"]), k = number(row["k"]);
    EXPECT_REL(itd_bound(c, t).total(), number(row["itd_bound"]), kTolerance);
    EXPECT_REL(aid_fixed_point_bound(c, t, k).total(), number(row["aid_fp_bound"]), kTolerance);
    const double lower = contraction_power(c.q, t);
    EXPECT_REL(aid_bound(c, {.lower = lower, .linear = contraction_power(c.q, k)}).total(),
               number(row["aid_fp_generic"]),
               kTolerance);
    const double rate = conjugate_gradient_rate(c.kappa, k);
    EXPECT_REL(rate, number(row["cg_rate"]), kTolerance);
    EXPECT_REL(aid_bound(c, {.lower = lower, .linear = rate}).total(),
               number(row["aid_cg_bound"]),
               kTolerance);
    // They are bounds of the errors that the same file reports, to rounding.
    constexpr double kRounding = 1e-14;
    EXPECT_LE(number(row["err_itd"]), itd_bound(c, t).total() + kRounding);
    EXPECT_LE(number(row["err_fp"]), aid_fixed_point_bound(c, t, k).total() + kRounding);
    EXPECT_LE(number(row["err_cg"]), aid_bound(c, {lower, rate}).total() + kRounding);
    ++rows;
  }
  EXPECT_GE(rows, 4);
}

/// No bound is below the error of the method it speaks of, at (t, k) far apart too.
void expect_domination(const BilevelProblem& problem) {
  const Reference reference = problem.solve_reference();
  const PathConstants c = path_constants(problem.constants(reference, {.minibatch = 1}));
  const double rounding = 1e-12 * reference.hypergradient.norm();
  const auto error = [&reference](const HypergradientPath& path) {
    return (path.hypergradient() - reference.hypergradient).norm();
  };
  SidPath fixed_point(problem,
                      std::make_unique<BatchOracle>(problem),
                      std::make_unique<BatchOracle>(problem),
                      {.lower_step = StepSizeSchedule(ConstantStep{1.0}),
                       .linear_step = StepSizeSchedule(ConstantStep{1.0})});
  fixed_point.start(0, 0);
  CgPath conjugate(problem);
  ItdPath iterative(problem, 40);
  std::uint32_t index = 0;
  for (const std::int64_t t : {0, 1, 2, 7, 15, 40}) {
    for (const std::int64_t k : {0, 1, 3, 20}) {
      SCOPED_TRACE("t = " + std::to_string(t) + ", k = " + std::to_string(k));
      const Checkpoint at{.t = t, .k = k};
      const auto steps = static_cast<double>(t), linear = static_cast<double>(k);
      ASSERT_EQ(fixed_point.run_to(at, index, {}), PathStatus::reached);
      ASSERT_EQ(conjugate.run_to(at, index, {}), PathStatus::reached);
      const double lower = contraction_power(c.q, steps);
      const double by_fixed_point = aid_fixed_point_bound(c, steps, linear).total();
      EXPECT_LE(error(fixed_point), by_fixed_point + rounding);
      const SolverFactors factors{.lower = lower, .linear = contraction_power(c.q, linear)};
      EXPECT_LE(by_fixed_point, aid_bound(c, factors).total() * (1.0 + 1e-12));
      const double rate = conjugate_gradient_rate(c.kappa, linear);
      EXPECT_LE(error(conjugate), aid_bound(c, {lower, rate}).total() + rounding);
      ++index;
    }
    ASSERT_EQ(iterative.run_to({.t = t}, index, {}), PathStatus::reached);
    EXPECT_LE(error(iterative), itd_bound(c, static_cast<double>(t)).total() + rounding);
  }
}

TEST(DeterministicBoundsOf, EveryFamilyHold) {
  int number_of_shape = 0;
  for (const DataProblemShape& shape : testing::all_shapes()) {
    for (const std::uint64_t seed : {3, 4}) {
      SCOPED_TRACE("shape " + std::to_string(number_of_shape) + ", seed " + std::to_string(seed));
      expect_domination(*testing::random_problem({.shape = shape, .seed = seed}));
    }
    ++number_of_shape;
  }
  for (const AlphaRule rule : {AlphaRule::optimal, AlphaRule::inverse_smoothness}) {
    expect_domination(*make_teaching_problem({.dim = 4, .condition = 8.0}, 0.4, rule));
  }
}

TEST(DeterministicBoundsOf, AWellConditionedProblemNeedOneStep) {
  // L = tau: q = 0 and Phi maps everything to w(lambda).
  const PathConstants c{.q = 0.0,
                        .kappa = 1.0,
                        .initial = 2.0,
                        .L_E = 3.0,
                        .L_Phi = 0.5,
                        .nu1 = 0.1,
                        .nu2 = 0.2,
                        .mu1 = 0.3,
                        .mu2 = 0.4,
                        .solution_slope = 0.5};
  EXPECT_DOUBLE_EQ(itd_bound(c, 0.0).total(), (0.4 + 0.15) * 2.0 + 1.5);
  // One step leaves the term t q^(t-1) = 1: w_1' is taken at w_0.
  EXPECT_DOUBLE_EQ(itd_bound(c, 1.0).total(), (0.2 + 0.05) * 3.0 * 2.0);
  EXPECT_EQ(itd_bound(c, 2.0).total(), 0.0);
  EXPECT_EQ(aid_fixed_point_bound(c, 1.0, 1.0).total(), 0.0);
  EXPECT_EQ(conjugate_gradient_rate(1.0, 0.0), 1.0);
  EXPECT_EQ(conjugate_gradient_rate(1.0, 1.0), 0.0);
}

TEST(DeterministicBoundsOf, AQuadraticUpperLevelTakeTheBallOfThePath) {
  ProblemConstants c;
  c.q = 0.5;
  c.L = c.tau = 1.0;
  c.norm_w = 2.0;
  c.norm_c = 3.0;
  c.mu1 = 4.0;
  c.L_E_global = kInfinity;
  EXPECT_EQ(path_constants(c).L_E, 11.0);
  c.L_E_global = 5.0;
  EXPECT_EQ(path_constants(c).L_E, 5.0);
}

TEST(DeterministicBoundsOf, SolversTakeFactorsThatKeepThePathInItsBall) {
  const PathConstants c{.q = 0.5, .initial = 2.0, .L_E = 3.0, .L_Phi = 0.5, .nu2 = 0.2, .mu2 = 0.4};
  EXPECT_GT(aid_bound(c, {.lower = 1.0, .linear = 2.0}).total(), 0.0);
  EXPECT_EQ(aid_bound(c, {.lower = 0.0, .linear = 0.0}).total(), 0.0);
  for (const double bad : {-0.1, 1.1, std::nan("")}) {
    EXPECT_THROW((void)aid_bound(c, {.lower = bad, .linear = 0.5}), ContractViolation) << bad;
  }
  for (const double bad : {-0.1, std::nan("")}) {
    EXPECT_THROW((void)aid_bound(c, {.lower = 0.5, .linear = bad}), ContractViolation) << bad;
  }
}

}  // namespace
}  // namespace sid
