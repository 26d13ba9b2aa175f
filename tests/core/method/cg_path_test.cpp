#include "sid/method/cg_path.hpp"

#include <memory>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "core/method/template_problem.hpp"
#include "support/data_vectors.hpp"
#include "support/forwarding_problem.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::TemplateProblem;
using testing::vector;

const Json& vectors_of(const std::string& name) {
  return testing::theory_vectors()["data_problems"][name];
}

Checkpoint checkpoint(const Json& row) {
  return {.t = row["t"].get<std::int64_t>(), .k = row["k"].get<std::int64_t>()};
}

TEST(CgPath, AgreesWithTheReferenceFromCheckpointToCheckpoint) {
  for (const std::string name : {"P1", "P2", "P3", "P4", "P5"}) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Vector exact = vector(vectors_of(name)["reference"]["hypergrad"]);
    CgPath path(*problem);
    path.start(2, 5);
    std::uint32_t index = 0;
    for (const Json& row : vectors_of(name)["deterministic"]["rows"]) {
      SCOPED_TRACE("t = " + row["t"].dump() + ", k = " + row["k"].dump());
      ASSERT_EQ(path.run_to(checkpoint(row), index++, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.w(), vector(row["w_t"]), 1e-11);
      EXPECT_VECTOR_REL(path.v(), vector(row["v_cg"]), 1e-11);
      EXPECT_VECTOR_REL(path.hypergradient(), vector(row["hg_cg"]), 1e-11);
      EXPECT_NEAR((path.hypergradient() - exact).norm(), number(row["err_cg"]), 1e-13);
      Vector image(problem->lower_dim());
      problem->hessian_vector(path.w(), path.v(), image);
      const double residual = (problem->alpha() * image - path.upper_gradient()).norm();
      EXPECT_NEAR(residual, number(row["res_cg"]), 1e-14 + 1e-11 * residual);
      EXPECT_EQ(path.linear_steps(), row["k"].get<std::int64_t>());
    }
  }
}

TEST(CgPath, SolvesTheLinearSystemInAsManyStepsAsThereAreColumns) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape, .seed = 8});
    SCOPED_TRACE(problem->name());
    for (const KrylovMethod method :
         {KrylovMethod::conjugate_gradients, KrylovMethod::normal_equations}) {
      CgPath path(*problem, {.linear_method = method});
      const Index d = problem->lower_dim();
      ASSERT_EQ(path.run_to({.t = 3, .k = d}, 0, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.v(), problem->solve_linear_system(path.w()), 1e-9);
      const std::int64_t before = path.solver_steps();
      ASSERT_EQ(path.run_to({.t = 3, .k = 1000}, 1, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.v(), problem->solve_linear_system(path.w()), 1e-11);
      EXPECT_LT(path.solver_steps() - before, 4 * d + 4);
    }
  }
}

TEST(CgPath, TakesLowerLevelStepsOfItsSchedule) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  const StepSizeSchedule halves(ConstantStep{0.5});
  CgPath path(*problem, {.lower_step = halves});
  ASSERT_EQ(path.run_to({.t = 2, .k = 1}, 0, {}), PathStatus::reached);
  Vector w = Vector::Zero(problem->lower_dim()), gradient(problem->lower_dim());
  for (int t = 0; t < 2; ++t) {
    problem->lower_gradient(w, gradient);
    w -= 0.5 * problem->alpha() * gradient;
  }
  EXPECT_VECTOR_REL(path.w(), w, 1e-15);
}

TEST(CgPath, ReportsWhatOverflows) {
  const TemplateProblem wild(vectors_of("P3")["inputs"], 1e6);
  CgPath lower(wild);
  ASSERT_EQ(lower.run_to({.t = 3, .k = 3}, 0, {}), PathStatus::reached);
  ASSERT_EQ(lower.run_to({.t = 90, .k = 3}, 1, {}), PathStatus::diverged);
  EXPECT_EQ(lower.divergence()->role, Role::lower_level);
  EXPECT_GE(lower.divergence()->iteration, 24);
  EXPECT_LE(lower.divergence()->iteration, 28);
  EXPECT_EQ(lower.run_to({.t = 95, .k = 3}, 2, {}), PathStatus::diverged) << "it stays so";
  lower.start(0, 0);
  EXPECT_FALSE(lower.divergence().has_value());
  EXPECT_EQ(lower.run_to({.t = 3, .k = 3}, 0, {}), PathStatus::reached);

  TeachingParameters parameters;
  parameters.h = parameters.b = Vector::Ones(2);
  parameters.target = Vector::Constant(2, 1e151);
  const TeachingProblem far(parameters, AlphaRule::optimal);
  CgPath gradient(far);
  EXPECT_EQ(gradient.run_to({.t = 1, .k = 1}, 0, {}), PathStatus::diverged);
  EXPECT_EQ(gradient.divergence(), (Divergence{.role = Role::linear_system, .iteration = 0}));

  parameters.h << 1.0, 1e-12;
  parameters.lambda = 1e-12;
  parameters.target = Vector::Constant(2, 1e145);
  const TeachingProblem flat(parameters, AlphaRule::optimal);
  CgPath linear(flat);
  EXPECT_EQ(linear.run_to({.t = 1, .k = 0}, 0, {}), PathStatus::reached);
  EXPECT_EQ(linear.run_to({.t = 1, .k = 2}, 1, {}), PathStatus::diverged);
  EXPECT_EQ(linear.divergence(), (Divergence{.role = Role::linear_system, .iteration = 2}));
  EXPECT_EQ(linear.run_to({.t = 2, .k = 1}, 2, {}), PathStatus::reached) << "w is still fine";
  EXPECT_FALSE(linear.divergence().has_value());
}

/// Asks for a stop within the conjugate gradients.
class StoppingProblem final : public testing::ForwardingProblem {
 public:
  using ForwardingProblem::ForwardingProblem;
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override {
    source.request_stop();
    ForwardingProblem::hessian_vector(w, u, out);
  }
  mutable std::stop_source source;
};

TEST(CgPath, StopsBetweenStepsAndGoesOnToTheSameBits) {
  const auto plain = testing::random_problem({.shape = testing::all_shapes()[2]});
  CgPath straight(*plain);
  ASSERT_EQ(straight.run_to({.t = 6, .k = 4}, 0, {}), PathStatus::reached);
  const StoppingProblem problem(*plain);
  CgPath path(problem);
  EXPECT_EQ(path.run_to({.t = 6, .k = 4}, 0, problem.source.get_token()), PathStatus::stopped);
  EXPECT_EQ(path.solver_steps(), 6 + 1);
  EXPECT_EQ(path.run_to({.t = 6, .k = 4}, 0, {}), PathStatus::reached);
  EXPECT_EQ(path.hypergradient(), straight.hypergradient());
  std::stop_source at_once;
  at_once.request_stop();
  CgPath never(*plain);
  EXPECT_EQ(never.run_to({.t = 6, .k = 4}, 0, at_once.get_token()), PathStatus::stopped);
  EXPECT_EQ(never.solver_steps(), 0);
}

TEST(CgPath, GoesForwardOnlyAndRepeatsNothing) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  CgPath path(*problem);
  EXPECT_FALSE(path.can_repeat());
  ASSERT_EQ(path.run_to({.t = 4, .k = 1}, 0, {}), PathStatus::reached);
  EXPECT_THROW((void)path.run_to({.t = 3, .k = 1}, 1, {}), ContractViolation);
  EXPECT_THROW((void)path.run_to({.t = 4, .k = -1}, 1, {}), ContractViolation);
}

// A copy would step with the oracle of the original.
static_assert(!std::is_copy_constructible_v<CgPath> && !std::is_copy_assignable_v<CgPath>);
static_assert(!std::is_move_constructible_v<CgPath> && !std::is_move_assignable_v<CgPath>);

}  // namespace
}  // namespace sid
