// Steps of stochastic solvers allocate nothing: every allocation of the process is counted.

#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/batch_block.hpp"
#include "sid/method/inexact_solvers.hpp"
#include "sid/method/krylov_steps.hpp"
#include "sid/method/mixed_fixed_point.hpp"
#include "sid/method/neumann_series.hpp"
#include "sid/method/sid_block.hpp"
#include "sid/method/stochastic_itd_path.hpp"
#include "sid/method/variance_reduced_solvers.hpp"

#include "contract/problem_zoo.hpp"
#include "support/allocation_count.hpp"
#include "support/forwarding_problem.hpp"

#ifdef SID_COUNT_ALLOCATIONS

namespace sid {
namespace {

using testing::allocations;

class SolverLoop : public ::testing::TestWithParam<testing::ProblemEntry> {
 protected:
  std::shared_ptr<const BilevelProblem> problem_ =
      GetParam().make(GetParam().lambda, AlphaRule::optimal);
};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         SolverLoop,
                         ::testing::ValuesIn(testing::problem_zoo()),
                         [](const auto& test) { return test.param.name; });

void expect_no_allocation(LinearSolver& solver, const BilevelProblem& problem) {
  const Vector w = Vector::Constant(problem.lower_dim(), 0.2), c = w;
  Vector v = w;
  const long before = allocations.load();
  for (const std::uint32_t checkpoint : {1U, 2U}) {
    const StreamKey key{.seed = 1, .role = Role::linear_system, .checkpoint = checkpoint};
    solver.solve({key, w, c, 60}, v, {});
  }
  EXPECT_EQ(allocations.load() - before, 0);
}

TEST_P(SolverLoop, OfSeriesAndMixedIterationsAllocatesNothing) {
  const auto oracle = [&] { return problem_->make_oracle({.minibatch = 2}); };
  NeumannSeries series(*problem_, oracle(), {.copies = 3});
  expect_no_allocation(series, *problem_);
  MixedFixedPoint mixed(*problem_, oracle(), oracle(), {.mixing = 0.4});
  expect_no_allocation(mixed, *problem_);
}

TEST_P(SolverLoop, OfVarianceReductionAllocatesNothing) {
  if (problem_->make_component_oracle() == nullptr) GTEST_SKIP() << "no components";
  for (const auto kind : {VarianceReduction::saga, VarianceReduction::loopless_svrg}) {
    const VarianceReductionSettings settings{.kind = kind, .step = 0.01};
    VarianceReducedLinearSolver linear(*problem_, settings);
    expect_no_allocation(linear, *problem_);
    VarianceReducedLowerSolver lower(*problem_, settings);
    const Vector initial;
    const long before = allocations.load();
    lower.start(1, 0, initial);
    lower.advance_to(200, {});
    EXPECT_EQ(allocations.load() - before, 0);
  }
}

/// Derivatives of whole data take buffers of their own in some problems; the steps take none.
TEST_P(SolverLoop, OfInexactSolversAllocatesNothingBesideTheDerivatives) {
  if (!problem_->is_gradient_map()) GTEST_SKIP() << "no gradient step";
  const Vector w = Vector::Constant(problem_->lower_dim(), 0.2), c = w, initial;
  Vector v = w;
  const auto counted = [&](auto&& work) {
    const long before = allocations.load();
    work();
    return allocations.load() - before;
  };
  const long gradient = counted([&] { problem_->lower_gradient(w, v); });
  const long product = counted([&] { problem_->hessian_vector(w, c, v); });
  const StreamKey key{.seed = 1, .role = Role::linear_system, .checkpoint = 1};
  for (const int i : {0, 1, 2}) {
    for (const auto tolerance : {std::optional<double>(), std::optional<double>(1e-300)}) {
      InexactLinearSolver linear(*problem_, static_cast<LinearIteration>(i), tolerance);
      InexactLowerSolver lower(*problem_, static_cast<LowerIteration>(i), tolerance);
      const long of_linear = counted([&] { linear.solve({key, w, c, 20}, v, {}); });
      const long of_lower = counted([&] {
        lower.start(1, 0, initial);
        lower.advance_to(20, {});
      });
      EXPECT_EQ(of_linear, product * (linear.samples() / problem_->sample_count())) << i;
      EXPECT_EQ(of_lower, gradient * (lower.samples() / problem_->sample_count())) << i;
      EXPECT_GT(lower.samples(), 0);
    }
  }
}

/// A problem whose own derivatives along a path of stochastic ITD allocate nothing.
class PlainDerivatives final : public testing::ForwardingProblem {
 public:
  explicit PlainDerivatives(const BilevelProblem& target)
      : ForwardingProblem(target), components_(target) {}

  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override { out = w; }
  void cross_transpose(const ConstVectorRef& /*w*/,
                       const ConstVectorRef& v,
                       VectorRef out) const override {
    out.setConstant(v[0]);
  }
  std::unique_ptr<ComponentOracle> make_component_oracle() const override {
    return components_.make_component_oracle();
  }

 private:
  const BilevelProblem& components_;
};

TEST_P(SolverLoop, OfStochasticItdAllocatesNothing) {
  if (problem_->make_component_oracle() == nullptr) GTEST_SKIP() << "no components";
  const PlainDerivatives problem(*problem_);
  StochasticItdPath path(problem, {.oracle = {.minibatch = 2}, .max_steps = 60});
  const long before = allocations.load();
  for (const std::uint32_t replica : {0U, 1U}) {
    path.start(1, replica);
    path.run_to({.t = 20}, 0, {});
    path.run_to({.t = 60}, 1, {});
  }
  EXPECT_EQ(allocations.load() - before, 0);
  EXPECT_EQ(path.solver_steps(), 2 * (20 + 20 + 40 + 60));
}

TEST_P(SolverLoop, OfABlockAllocatesNothing) {
  const auto problem = std::dynamic_pointer_cast<const DataProblem>(problem_);
  if (problem == nullptr) GTEST_SKIP() << "no rows to share";
  const DataProblemFamily& family = problem->family();
  SidBlock block(std::vector<SidColumn>(9, {problem, {}}),
                 {.minibatch = 2},
                 {BlockRows::make(family.train().features, {}),
                  BlockRows::make(family.validation().features, {})});
  block.start(1, 0);
  // The upper gradients at a checkpoint have a buffer of their own: as many for few steps as for
  // many.
  const long first = allocations.load();
  block.run_to({.t = 1, .k = 1}, 0, {});
  const long second = allocations.load();
  block.run_to({.t = 200, .k = 300}, 1, {});
  EXPECT_EQ(allocations.load() - second, second - first);
}

TEST_P(SolverLoop, OfABatchBlockAllocatesNothing) {
  const auto problem = std::dynamic_pointer_cast<const DataProblem>(problem_);
  if (problem == nullptr) GTEST_SKIP() << "no rows to share";
  const DataProblemFamily& family = problem->family();
  const SidRows rows{BlockRows::make(family.train().features, {}),
                     BlockRows::make(family.validation().features, {})};
  // The systems of a checkpoint have buffers: as many for few steps as for many.
  std::vector<long> counts;
  for (const std::int64_t steps : {1, 200}) {
    BatchBlock block(std::vector<SidColumn>(9, {problem, {}}), rows, {{.t = steps, .k = steps}});
    block.start();
    const long before = allocations.load();
    block.run_to(0, {});
    counts.push_back(allocations.load() - before);
  }
  EXPECT_EQ(counts[0], counts[1]);
}

TEST(KrylovSolves, AllocateNothing) {
  constexpr Index kDim = 40;
  Vector diagonal = Vector::LinSpaced(kDim, 1.0, 50.0), b = Vector::Ones(kDim), x = b;
  const auto multiply = [&](const Vector& u, Vector& out) { out = diagonal.cwiseProduct(u); };
  KrylovWorkspace work(kDim);
  const long before = allocations.load();
  const KrylovSteps symmetric = conjugate_gradient_steps(multiply, b, 20, work, x);
  const KrylovSteps normal = normal_equation_steps(multiply, multiply, b, 20, work, x);
  EXPECT_EQ(allocations.load() - before, 0);
  EXPECT_EQ(symmetric.steps, 20);
  EXPECT_EQ(normal.steps, 20);
}

}  // namespace
}  // namespace sid

#endif
