#include "sid/method/momentum_itd_path.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/inexact_solvers.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "contract/problem_zoo.hpp"
#include "support/data_vectors.hpp"
#include "support/forwarding_problem.hpp"
#include "support/random_problem.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

/// Steps of one problem held fixed while lambda moves in another: alpha, L and tau are what is held
/// fixed in the derivative.
class FixedSteps final : public testing::ForwardingProblem {
 public:
  FixedSteps(const BilevelProblem& target, const Curvature& curvature)
      : ForwardingProblem(target), curvature_(curvature) {}
  const Curvature& curvature() const override { return curvature_; }

 private:
  Curvature curvature_;
};

class MomentumItd : public ::testing::TestWithParam<testing::ProblemEntry> {
 protected:
  std::shared_ptr<const BilevelProblem> at(const Vector& lambda) const {
    return GetParam().make(lambda, AlphaRule::optimal);
  }
};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         MomentumItd,
                         ::testing::ValuesIn(testing::problem_zoo()),
                         [](const auto& test) { return test.param.name; });

TEST_P(MomentumItd, IsTheDerivativeOfItsOwnLastIterate) {
  const auto problem = at(GetParam().lambda);
  if (!problem->is_gradient_map()) GTEST_SKIP() << "no gradient step";
  for (const LowerIteration lower : {LowerIteration::heavy_ball, LowerIteration::accelerated}) {
    for (const std::int64_t t : {1, 2, 7}) {
      const auto value = [&](const Vector& lambda) {
        const auto moved = at(lambda);
        const FixedSteps fixed(*moved, problem->curvature());
        InexactLowerSolver solver(fixed, lower);
        solver.start(0, 0, Vector());
        EXPECT_EQ(solver.advance_to(t, {}), PathStatus::reached);
        return moved->upper_loss(solver.w());
      };
      MomentumItdPath path(*problem, lower, 7);
      path.start(0, 0);
      ASSERT_EQ(path.run_to({.t = t, .k = t}, 0, {}), PathStatus::reached);
      const double scale = path.hypergradient().norm();
      for (Index i = 0; i < problem->upper_dim(); i += 3) {
        Vector plus = GetParam().lambda, minus = plus;
        const double h = 1e-5 * std::max(1.0, std::abs(plus(i)));
        plus(i) += h;
        minus(i) -= h;
        EXPECT_NEAR(
            path.hypergradient()(i), (value(plus) - value(minus)) / (2.0 * h), 1e-6 * scale + 1e-9);
      }
    }
  }
}

TEST_P(MomentumItd, GoesOnFromCheckpointToCheckpoint) {
  const auto problem = at(GetParam().lambda);
  if (!problem->is_gradient_map()) GTEST_SKIP() << "no gradient step";
  for (const LowerIteration lower : {LowerIteration::heavy_ball, LowerIteration::accelerated}) {
    MomentumItdPath path(*problem, lower, 9), once(*problem, lower, 9);
    path.start(0, 0);
    ASSERT_EQ(path.run_to({.t = 4}, 0, {}), PathStatus::reached);
    path.start(1, 1);
    ASSERT_EQ(path.run_to({.t = 2}, 0, {}), PathStatus::reached);
    ASSERT_EQ(path.run_to({.t = 9}, 1, {}), PathStatus::reached);
    once.start(0, 0);
    ASSERT_EQ(once.run_to({.t = 9}, 0, {}), PathStatus::reached);
    EXPECT_EQ(path.w(), once.w());
    EXPECT_EQ(path.hypergradient(), once.hypergradient());
    InexactLowerSolver solver(*problem, lower);
    solver.start(0, 0, Vector());
    solver.advance_to(9, {});
    EXPECT_VECTOR_REL(path.w(), solver.w(), 1e-13);
  }
}

/// The same cross derivative at every w: what is left of the difference between reverse mode and a
/// linear solver is the Hessian.
class ConstantCross final : public testing::ForwardingProblem {
 public:
  explicit ConstantCross(const BilevelProblem& target) : ForwardingProblem(target) {
    cross_.resize(target.lower_dim(), target.upper_dim());
    for (Index j = 0; j < cross_.cols(); ++j) {
      for (Index i = 0; i < cross_.rows(); ++i) {
        cross_(i, j) = static_cast<double>((3 * i + 5 * j) % 7) - 2.5;
      }
    }
  }
  void cross_transpose(const ConstVectorRef& /*w*/,
                       const ConstVectorRef& v,
                       VectorRef out) const override {
    out.noalias() = cross_.transpose() * v;
  }

 private:
  Matrix cross_;
};

/// Relative distance of reverse mode through t steps from the linear solver with k = t.
double distance(const BilevelProblem& problem, LowerIteration steps, std::int64_t t) {
  std::unique_ptr<ReverseModePath> reverse;
  LinearIteration linear = LinearIteration::gradient;
  if (steps == LowerIteration::gradient) {
    reverse = std::make_unique<ItdPath>(problem, t);
  } else {
    reverse = std::make_unique<MomentumItdPath>(problem, steps, t);
    linear = LinearIteration::heavy_ball;
  }
  InexactPath inexact(problem, {.lower = steps, .linear = linear});
  inexact.start(0, 0);
  reverse->start(0, 0);
  EXPECT_EQ(reverse->run_to({.t = t, .k = t}, 0, {}), PathStatus::reached);
  EXPECT_EQ(inexact.run_to({.t = t, .k = t}, 0, {}), PathStatus::reached);
  return (reverse->hypergradient() - inexact.hypergradient()).norm() /
         inexact.hypergradient().norm();
}

TEST(ReverseMode, IsTheLinearSolverWhereTheHessianIsTheSameEverywhere) {
  const DataProblemShape shapes[] = {
      {.lower = {.kind = LossKind::squares}, .upper = {.kind = LossKind::squares}}};
  for (const DataProblemShape& shape : shapes) {
    const auto ridge = testing::random_problem({.shape = shape, .seed = 4});
    const ConstantCross problem(*ridge);
    for (const LowerIteration steps : {LowerIteration::gradient, LowerIteration::heavy_ball}) {
      for (const std::int64_t t : {1, 2, 3, 10, 40}) {
        EXPECT_LT(distance(problem, steps, t), 1e-12) << t;
      }
      // Ridge's own cross derivative is w, which reverse mode takes along the path.
      EXPECT_GT(distance(*ridge, steps, 3), 1e-3);
    }
  }
}

TEST(ReverseMode, IsTheLinearSolverOnTheTeachingProblem) {
  for (const testing::ProblemEntry& entry : testing::problem_zoo()) {
    const auto problem = entry.make(entry.lambda, AlphaRule::inverse_smoothness);
    if (std::dynamic_pointer_cast<const TeachingProblem>(problem) == nullptr) continue;
    const ConstantCross constant(*problem);
    for (const LowerIteration steps : {LowerIteration::gradient, LowerIteration::heavy_ball}) {
      for (const std::int64_t t : {1, 4, 25}) EXPECT_LT(distance(constant, steps, t), 1e-12);
    }
  }
}

TEST(ReverseMode, IsNotTheLinearSolverWhereTheHessianVaries) {
  const auto logistic = testing::random_problem({.shape = {}, .seed = 4});
  const ConstantCross problem(*logistic);
  for (const LowerIteration steps : {LowerIteration::gradient, LowerIteration::heavy_ball}) {
    EXPECT_LT(distance(problem, steps, 1), 1e-12);  // one product, with c itself
    EXPECT_GT(distance(problem, steps, 4), 1e-4);
  }
}

TEST(ReverseMode, OfPlainStepsIsItdPath) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  EXPECT_THROW(MomentumItdPath(*problem, LowerIteration::gradient, 3), ContractViolation);
}

}  // namespace
}  // namespace sid
