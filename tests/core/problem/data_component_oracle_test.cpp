#include "sid/problem/data_component_oracle.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/component_constants.hpp"

#include "contract/problem_zoo.hpp"
#include "support/random_problem.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

class ComponentOracles : public ::testing::TestWithParam<testing::ProblemEntry> {
 protected:
  std::shared_ptr<const BilevelProblem> problem_ =
      GetParam().make(GetParam().lambda, AlphaRule::optimal);
  std::unique_ptr<ComponentOracle> oracle_ = problem_->make_component_oracle();
};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         ComponentOracles,
                         ::testing::ValuesIn(testing::problem_zoo()),
                         [](const auto& test) { return test.param.name; });

Vector point(Index size, double shift) {
  return (Vector::LinSpaced(size, -1.0, 1.3).array() + shift).matrix();
}

// (1/n) sum s_i x_i + D x by the list of all numbers, and by one example after the other.
Vector whole(ComponentOracle& oracle, const Vector& x) {
  const auto n = static_cast<double>(oracle.count());
  Vector numbers(oracle.count());
  oracle.scalars(x, numbers);
  Vector out = oracle.regulariser().cwiseProduct(x);
  oracle.add_examples(numbers / n, out);
  return out;
}

Vector one_by_one(ComponentOracle& oracle, const Vector& x) {
  const auto n = static_cast<double>(oracle.count());
  Vector out = oracle.regulariser().cwiseProduct(x);
  for (std::int32_t i = 0; i < oracle.count(); ++i) {
    oracle.add_example(i, oracle.scalar(i, x) / n, out);
  }
  return out;
}

TEST_P(ComponentOracles, AddUpToTheGradientAndTheHessian) {
  if (GetParam().name.rfind("Teaching", 0) == 0) {
    EXPECT_EQ(oracle_, nullptr) << "its noise is no choice among examples";
    EXPECT_FALSE(problem_->component_constants(problem_->solve_reference()).has_value());
    return;
  }
  if (!problem_->is_gradient_map()) {
    EXPECT_EQ(oracle_, nullptr) << "a map that is no gradient step has no loss to be a sum of";
    return;
  }
  ASSERT_NE(oracle_, nullptr);
  EXPECT_EQ(oracle_->dim(), problem_->lower_dim());
  EXPECT_EQ(oracle_->count(), problem_->sample_count());
  const Index d = problem_->lower_dim();
  Vector expected(d);
  for (const double shift : {0.0, 0.7}) {
    const Vector w = point(d, shift), v = point(d, 1.0 - shift);
    oracle_->pose_lower_level();
    problem_->lower_gradient(w, expected);
    EXPECT_VECTOR_REL(whole(*oracle_, w), expected, 1e-13);
    EXPECT_VECTOR_REL(one_by_one(*oracle_, w), expected, 1e-13);
    problem_->hessian_vector(w, v, expected);
    oracle_->pose_linear_system(w);
    EXPECT_VECTOR_REL(one_by_one(*oracle_, v), expected, 1e-13) << "weights found one by one";
    EXPECT_VECTOR_REL(whole(*oracle_, v), expected, 1e-13);
    EXPECT_VECTOR_REL(one_by_one(*oracle_, v), expected, 1e-13) << "weights known";
  }
}

TEST_P(ComponentOracles, CrossDerivativesAddUp) {
  if (oracle_ == nullptr) GTEST_SKIP() << "no components";
  const Index d = problem_->lower_dim();
  const Vector w = point(d, 0.2), v = point(d, -0.6);
  Vector expected(problem_->upper_dim()), sum = Vector::Zero(problem_->upper_dim());
  problem_->cross_transpose(w, v, expected);
  const bool weights = problem_->upper_dim() == problem_->sample_count();
  ASSERT_EQ(oracle_->cross_derivative_is_noisy(), weights);
  if (!weights) {
    EXPECT_THROW(oracle_->add_cross_transpose(0, w, v, 1.0, sum), ContractViolation);
    return;
  }
  for (std::int32_t i = 0; i < oracle_->count(); ++i) {
    oracle_->add_cross_transpose(i, w, v, 1.0 / static_cast<double>(oracle_->count()), sum);
  }
  EXPECT_VECTOR_REL(sum, expected, 1e-13);
}

TEST(ComponentOracle, FollowsTheFrozenPointFromOneToTheNext) {
  const auto problem = testing::random_problem(
      {.shape = {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}}});
  const Index d = problem->lower_dim();
  const Vector v = point(d, 0.3);
  const auto reused = problem->make_component_oracle();
  for (const double shift : {0.0, -2.0, 1.0}) {
    const auto fresh = problem->make_component_oracle();
    reused->pose_linear_system(point(d, shift));
    fresh->pose_linear_system(point(d, shift));
    EXPECT_EQ(reused->scalar(4, v), fresh->scalar(4, v));
    if (shift == 0.0) whole(*reused, v);  // all weights known: none may outlive the point
  }
}

}  // namespace
}  // namespace sid
