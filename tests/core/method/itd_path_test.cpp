#include "sid/method/itd_path.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/cg_path.hpp"
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

const std::vector<std::string> kProblems = {"P1", "P2", "P3", "P4", "P5"};

const Json& vectors_of(const std::string& name) {
  return testing::theory_vectors()["data_problems"][name];
}

std::int64_t count(const Json& value) {
  return value.get<std::int64_t>();
}

TEST(ItdPath, AgreesWithTheReferenceFromCheckpointToCheckpoint) {
  for (const std::string& name : kProblems) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Vector exact = vector(vectors_of(name)["reference"]["hypergrad"]);
    ItdPath path(*problem, 20);
    path.start(3, 1);
    std::uint32_t index = 0;
    for (const Json& row : vectors_of(name)["deterministic"]["rows"]) {
      ASSERT_EQ(path.run_to({.t = count(row["t"])}, index++, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.w(), vector(row["w_t"]), 1e-11);
      EXPECT_VECTOR_REL(path.hypergradient(), vector(row["hg_itd"]), 1e-11);
      EXPECT_NEAR((path.hypergradient() - exact).norm(), number(row["err_itd"]), 1e-13);
      EXPECT_EQ(path.linear_steps(), count(row["t"]));
      EXPECT_EQ(path.v().size(), 0);
    }
    // Rows have t = 0, 1, 5, 20: 20 steps forward, all of them back each time.
    EXPECT_EQ(path.solver_steps(), 20 + (0 + 1 + 5 + 20));
  }
}

/// The estimate is the derivative of lambda -> E(w_t(lambda)) with alpha held fixed.
TEST(ItdPath, DifferentiatesTheUpperLossAtTheIterate) {
  constexpr double kStep = 1e-5;
  for (const std::string& name : kProblems) {
    SCOPED_TRACE(name);
    const auto exact = testing::data_problem(name, AlphaRule::optimal);
    const Json& inputs = vectors_of(name)["inputs"];
    const std::vector<double> lambda = testing::numbers(inputs["lam"]);
    const auto loss_after = [&](std::int64_t t, std::size_t entry, double change) {
      Json moved = inputs;
      if (moved["lam"].is_array()) {
        moved["lam"][entry] = lambda[entry] + change;
      } else {
        moved["lam"] = lambda[entry] + change;
      }
      const TemplateProblem problem(moved, exact->alpha());
      CgPath path(problem);
      EXPECT_EQ(path.run_to({.t = t, .k = 0}, 0, {}), PathStatus::reached);
      return exact->upper_loss(path.w());
    };
    for (const std::int64_t t : {1, 2, 6}) {
      ItdPath path(*exact, t);
      ASSERT_EQ(path.run_to({.t = t}, 0, {}), PathStatus::reached);
      Vector slopes(exact->upper_dim());
      for (std::size_t i = 0; i < lambda.size(); ++i) {
        slopes[static_cast<Index>(i)] =
            (loss_after(t, i, kStep) - loss_after(t, i, -kStep)) / (2.0 * kStep);
      }
      EXPECT_LE((path.hypergradient() - slopes).norm(), 1e-8 * (1.0 + slopes.norm()));
    }
  }
}

TEST(ItdPath, AndImplicitDifferentiationHaveOneLimit) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape, .seed = 2});
    SCOPED_TRACE(problem->name());
    const Reference reference = problem->solve_reference();
    const double q = problem->curvature().q;
    const auto enough = static_cast<std::int64_t>(std::ceil(std::log(1e-18) / std::log(q)));
    ItdPath iterative(*problem, enough);
    CgPath implicit(*problem);
    ASSERT_EQ(iterative.run_to({.t = enough}, 0, {}), PathStatus::reached);
    ASSERT_EQ(implicit.run_to({.t = enough, .k = 50}, 0, {}), PathStatus::reached);
    EXPECT_VECTOR_REL(iterative.hypergradient(), reference.hypergradient, 1e-11);
    EXPECT_VECTOR_REL(iterative.hypergradient(), implicit.hypergradient(), 1e-11);
  }
}

TEST(ItdPath, IsTheSameWhereverItPauses) {
  const auto problem = testing::data_problem("P5", AlphaRule::optimal);
  ItdPath straight(*problem, 12), pausing(*problem, 30);
  ASSERT_EQ(straight.run_to({.t = 12}, 0, {}), PathStatus::reached);
  std::uint32_t index = 0;
  for (const std::int64_t t : {0, 3, 3, 7, 12}) {
    ASSERT_EQ(pausing.run_to({.t = t}, index++, {}), PathStatus::reached);
  }
  EXPECT_EQ(pausing.hypergradient(), straight.hypergradient());
  pausing.start(9, 9);
  ASSERT_EQ(pausing.run_to({.t = 12}, 0, {}), PathStatus::reached);
  EXPECT_EQ(pausing.hypergradient(), straight.hypergradient()) << "nothing is random";
}

TEST(ItdPath, SaysHowMuchMemoryItTakes) {
  EXPECT_EQ(ItdPath::stored_bytes(784, 1000), 784 * 1001 * 8);
  EXPECT_EQ(ItdPath::stored_bytes(3, 0), 24);
  EXPECT_EQ(ItdPath::stored_bytes(0, 5), 0);
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(ItdPath::stored_bytes(2, kLargest), kLargest);
  EXPECT_EQ(ItdPath::stored_bytes(1, kLargest / 8), kLargest);
  EXPECT_EQ(ItdPath::stored_bytes(1, kLargest / 8 - 1), (kLargest / 8) * 8);
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  EXPECT_THROW(ItdPath(*problem, kLargest), ContractViolation);
  const std::int64_t fitting = (std::int64_t{4} << 30) / (8 * problem->lower_dim());
  EXPECT_THROW(ItdPath(*problem, fitting + 1), ContractViolation) << "more than 4 GiB";
  ItdPath path(*problem, 4);
  EXPECT_THROW((void)path.run_to({.t = 5}, 0, {}), ContractViolation);
  ASSERT_EQ(path.run_to({.t = 4}, 0, {}), PathStatus::reached);
  EXPECT_THROW((void)path.run_to({.t = 3}, 1, {}), ContractViolation);
}

/// P3 is quadratic: with alpha = 1e6 both sweeps multiply by some 1e6 a step.
TEST(ItdPath, ReportsTheStepThatOverflows) {
  const TemplateProblem problem(vectors_of("P3")["inputs"], 1e6);
  ItdPath path(problem, 100);
  ASSERT_EQ(path.run_to({.t = 10}, 0, {}), PathStatus::reached);
  ASSERT_EQ(path.run_to({.t = 20}, 1, {}), PathStatus::diverged) << "w holds, the sums do not";
  EXPECT_EQ(path.divergence(), (Divergence{.role = Role::linear_system, .iteration = 1}))
      << "w_19 and a_0 are near 1e120 each, their product is part of the estimate";
  ASSERT_EQ(path.run_to({.t = 90}, 2, {}), PathStatus::diverged);
  const Divergence lower = path.divergence().value();
  EXPECT_EQ(lower.role, Role::lower_level);
  EXPECT_GE(lower.iteration, 24);
  EXPECT_LE(lower.iteration, 28);
  EXPECT_EQ(path.run_to({.t = 95}, 3, {}), PathStatus::diverged) << "it stays so";
  EXPECT_EQ(path.divergence(), lower);
  path.start(0, 0);
  EXPECT_FALSE(path.divergence().has_value());
  EXPECT_EQ(path.run_to({.t = 10}, 0, {}), PathStatus::reached);
}

TEST(ItdPath, ReportsAnUpperGradientOutOfRange) {
  TeachingParameters parameters;
  parameters.h = parameters.b = Vector::Ones(2);
  parameters.target = Vector::Constant(2, 1e151);
  const TeachingProblem problem(parameters, AlphaRule::optimal);
  ItdPath path(problem, 3);
  EXPECT_EQ(path.run_to({.t = 3}, 0, {}), PathStatus::diverged);
  EXPECT_EQ(path.divergence(), (Divergence{.role = Role::linear_system, .iteration = 0}));
}

/// Forward and backward: asks for a stop after so many gradients or Hessian-vector products.
class StoppingProblem final : public testing::ForwardingProblem {
 public:
  using ForwardingProblem::ForwardingProblem;
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override {
    count_call();
    ForwardingProblem::lower_gradient(w, out);
  }
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override {
    count_call();
    ForwardingProblem::hessian_vector(w, u, out);
  }
  mutable std::stop_source source;
  mutable int calls_left = 0;

 private:
  void count_call() const {
    if (--calls_left == 0) source.request_stop();
  }
};

TEST(ItdPath, StopsBetweenStepsAndGoesOnToTheSameBits) {
  const auto plain = testing::data_problem("P2", AlphaRule::optimal);
  ItdPath straight(*plain, 10);
  ASSERT_EQ(straight.run_to({.t = 10}, 0, {}), PathStatus::reached);
  const StoppingProblem problem(*plain);
  for (const int calls : {4, 14}) {  // within the forward and the backward sweep
    SCOPED_TRACE(calls);
    problem.source = std::stop_source();
    problem.calls_left = calls;
    ItdPath path(problem, 10);
    EXPECT_EQ(path.run_to({.t = 10}, 0, problem.source.get_token()), PathStatus::stopped);
    EXPECT_EQ(path.solver_steps(), calls);
    EXPECT_EQ(path.run_to({.t = 10}, 0, {}), PathStatus::reached);
    EXPECT_EQ(path.hypergradient(), straight.hypergradient());
  }
}

}  // namespace
}  // namespace sid
