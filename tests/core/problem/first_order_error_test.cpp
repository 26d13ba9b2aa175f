#include "sid/problem/first_order_error.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/data_vectors.hpp"

namespace sid {
namespace {

using testing::data_problem;
using testing::Json;
using testing::vector;

class FirstOrderError : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         FirstOrderError,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

TEST_P(FirstOrderError, AgreesWithReferenceAndWithTheTrueError) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const Json& e = testing::theory_vectors()["data_problems"][GetParam()]["first_order_error"];
  const Vector w = vector(e["w"]), q = vector(e["q"]);
  HessianPreconditioner preconditioner;
  ASSERT_TRUE(preconditioner.set(HessianProduct(*problem, w).rows(), {}));
  const Vector estimate = first_order_error(*problem, w, q, preconditioner);
  // Both numbers are differences of nearly equal ones: 1e-4 of the hypergradient's parts.
  EXPECT_VECTOR_REL(estimate, vector(e["estimate"]), 1e-9);
  Vector value(problem->upper_dim());
  problem->cross_transpose(w, q, value);
  const Vector actual = -value - problem->solve_reference().hypergradient;
  EXPECT_VECTOR_REL(actual, vector(e["actual"]), 1e-9);
  EXPECT_LT((estimate - actual).norm(), 5e-3 * actual.norm());
}

}  // namespace
}  // namespace sid
