#include "sid/problem/minibatch_kernels.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/data_vectors.hpp"

namespace sid {
namespace {

using testing::data_problem;
using testing::Json;
using testing::number;
using testing::numbers;
using testing::theory_vectors;
using testing::vector;

constexpr double kTolerance = 1e-11;

std::vector<std::int32_t> rows_of(const Json& list) {
  return list.get<std::vector<std::int32_t>>();
}

class MinibatchVectors : public ::testing::TestWithParam<std::string> {
 protected:
  const Json& json() const { return theory_vectors()["data_problems"][GetParam()]; }
};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         MinibatchVectors,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

// -alpha times the derivative in lambda, averaged over lists of rows.
Vector sampled_derivative(const DataProblem& problem,
                          MinibatchKernels& kernels,
                          const std::vector<std::vector<std::int32_t>>& lists,
                          const Vector& w,
                          const Vector& v) {
  Vector out = Vector::Zero(problem.upper_dim());
  if (problem.example_weights().size() == 0) {
    problem.cross_transpose(w, v, out);
  } else {
    for (const auto& rows : lists) {
      kernels.add_cross_transpose(rows, w, v, 1.0 / static_cast<double>(lists.size()), out);
    }
  }
  return -problem.alpha() * out;
}

TEST_P(MinibatchVectors, OneMinibatchAgreesAtAPoint) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const Json& e = json()["at_point"];
  const Vector w = vector(e["w"]), v = vector(e["v"]);
  const double alpha = problem->alpha();
  const std::vector<std::int32_t> rows = rows_of(e["batch"]);
  MinibatchKernels kernels(*problem, static_cast<Index>(rows.size()));
  Vector next = w;
  kernels.lower_step(rows, alpha, next);
  EXPECT_VECTOR_REL(next, vector(e["Phihat_opt"]), kTolerance);
  EXPECT_VECTOR_REL(((w - next) / alpha).eval(), vector(e["grad_batch"]), kTolerance);
  Vector c(w.size());
  problem->upper_gradient(w, c);
  kernels.freeze(w);
  Vector image = v;
  kernels.linear_step(rows, c, alpha, 1.0, image);
  EXPECT_VECTOR_REL(image, vector(e["Psihat_opt"]), kTolerance);
  EXPECT_VECTOR_REL(((v + c - image) / alpha).eval(), vector(e["hvp_batch"]), kTolerance);
  EXPECT_VECTOR_REL(sampled_derivative(*problem, kernels, {rows}, w, v),
                    vector(e["d2PhihatT_v_opt"]),
                    kTolerance);
}

TEST_P(MinibatchVectors, ListedRunAgreesStepByStep) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const Json& e = json()["sid_trace"];
  const std::vector<double> etas = numbers(e["etas"]);
  EXPECT_REL(problem->alpha(), number(e["alpha"]), kTolerance);
  MinibatchKernels kernels(*problem, 2);
  const Index d = problem->lower_dim();
  Vector w = Vector::Zero(d), v = Vector::Zero(d), c(d);
  for (std::size_t t = 0; t < etas.size(); ++t) {
    kernels.lower_step(rows_of(e["idx_w"][t]), etas[t] * problem->alpha(), w);
    EXPECT_VECTOR_REL(w, vector(e["w"][t]), kTolerance);
  }
  problem->upper_gradient(w, c);
  kernels.freeze(w);
  for (std::size_t k = 0; k < etas.size(); ++k) {
    kernels.linear_step(rows_of(e["idx_v"][k]), c, problem->alpha(), etas[k], v);
    EXPECT_VECTOR_REL(v, vector(e["v"][k]), kTolerance);
  }
  std::vector<std::vector<std::int32_t>> lists;
  for (const Json& list : e["idx_zeta"]) lists.push_back(rows_of(list));
  EXPECT_VECTOR_REL(
      sampled_derivative(*problem, kernels, lists, w, v), vector(e["hg_J3"]), kTolerance);
  lists.resize(1);
  EXPECT_VECTOR_REL(
      sampled_derivative(*problem, kernels, lists, w, v), vector(e["hg_J1"]), kTolerance);
}

TEST(MinibatchKernels, CurvatureFollowsTheFrozenPoint) {
  // Weights are kept between steps; a new freeze must forget them.
  const auto problem = data_problem("P1", AlphaRule::optimal);
  const std::vector<std::int32_t> rows{1, 4};
  const Vector a = Vector::Constant(3, 0.5), b = Vector::Constant(3, -2.0);
  const Vector c = Vector::Zero(3);
  MinibatchKernels reused(*problem, 2), fresh(*problem, 2);
  Vector u = a, v = a;
  reused.freeze(a);
  reused.linear_step(rows, c, 1.0, 0.3, u);
  reused.freeze(b);
  u = a;
  reused.linear_step(rows, c, 1.0, 0.3, u);
  fresh.freeze(b);
  fresh.linear_step(rows, c, 1.0, 0.3, v);
  EXPECT_EQ(u, v);
}

TEST(MinibatchKernels, RefuseMoreRowsThanTheyWereMadeFor) {
  const auto problem = data_problem("P1", AlphaRule::optimal);
  MinibatchKernels kernels(*problem, 2);
  const std::vector<std::int32_t> rows{1, 4, 5};
  Vector w = Vector::Zero(3);
  EXPECT_THROW(kernels.lower_step(rows, 0.1, w), ContractViolation);
  EXPECT_THROW(kernels.linear_step(rows, w, 0.1, 0.1, w), ContractViolation);
}

}  // namespace
}  // namespace sid
