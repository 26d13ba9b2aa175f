#include "sid/problem/solution_models.hpp"

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/accumulated_noise.hpp"

#include "support/random_problem.hpp"

namespace sid {
namespace {

TEST(Lazy, IsMadeOnceAndTriedAgainAfterAStop) {
  const Lazy<int> value;
  int calls = 0;
  const auto stopped = [&] {
    ++calls;
    return std::shared_ptr<const int>();
  };
  const auto make = [&] {
    ++calls;
    return std::make_shared<const int>(7);
  };
  EXPECT_EQ(value.get(stopped), nullptr);
  EXPECT_EQ(*value.get(make), 7);
  EXPECT_EQ(*value.get(make), 7);
  EXPECT_EQ(calls, 2);
}

TEST(ModelsAt, AreKeptWithTheReference) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    Reference r = problem->solve_reference();
    const ModelsAt first(*problem, r, {}), second(*problem, r, {});
    const auto curvature = first.curvature();
    EXPECT_EQ(curvature, second.curvature());
    EXPECT_EQ(first.lower(*curvature), second.lower(*curvature));
    EXPECT_EQ(first.linear(*curvature), second.linear(*curvature));
    EXPECT_EQ(first.forms(*curvature), second.forms(*curvature));
    EXPECT_EQ(first.additive(), second.additive());
    EXPECT_NE(first.lower(*curvature), first.linear(*curvature));
    r.cache = nullptr;
    const ModelsAt own(*problem, r, {});
    EXPECT_NE(own.curvature(), curvature);
    EXPECT_EQ(own.curvature(), own.curvature());
  }
}

TEST(AdditiveModel, HasTheHessianInEigenvectorsAndTheNoiseOfOneExample) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.columns = 6, .shape = shape});
    const Reference r = problem->solve_reference();
    const auto model = make_additive_model(*problem, r);
    const Matrix h = testing::hessian_at(*problem, r.w);
    const Matrix rebuilt =
        model->basis * model->eigenvalues.asDiagonal() * model->basis.transpose();
    EXPECT_LT((rebuilt - h).norm(), 1e-13 * h.norm());
    const ProblemConstants c = problem->constants(r, {.minibatch = 1});
    EXPECT_NEAR(model->lower_variances.sum() / c.V_star_b, 1.0, 1e-12);
    EXPECT_NEAR(model->linear_variances.sum() * c.alpha * c.alpha / c.v_noise_star, 1.0, 1e-12);
  }
}

TEST(AdditiveModel, RefusesTooManyColumns) {
  const auto problem =
      testing::random_problem({.rows = 3, .columns = kMaxAdditiveDim + 1, .shape = {}});
  Reference r;
  r.w = r.v = r.q = Vector::Zero(problem->lower_dim());
  EXPECT_THROW((void)make_additive_model(*problem, r), ContractViolation);
}

}  // namespace
}  // namespace sid
