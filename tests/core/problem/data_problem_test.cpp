#include "sid/problem/data_problem.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/data_vectors.hpp"
#include "support/reference_accuracy.hpp"

namespace sid {
namespace {

using testing::data_problem;
using testing::Json;
using testing::matrix;
using testing::number;
using testing::theory_vectors;
using testing::vector;

constexpr double kTolerance = 1e-11;

class DataProblemVectors : public ::testing::TestWithParam<std::string> {
 protected:
  const Json& json() const { return theory_vectors()["data_problems"][GetParam()]; }
};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         DataProblemVectors,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

// A bound of ||w(lambda)|| from what is known at w = 0: min(||grad l(0)||/tau, sqrt(2 l(0)/tau)).
TEST_P(DataProblemVectors, TheOriginBoundsTheSolution) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const double tau = problem->curvature().tau;
  const Vector origin = Vector::Zero(problem->lower_dim());
  Vector gradient(problem->lower_dim());
  problem->lower_gradient(origin, gradient);
  const double bound =
      std::min(gradient.norm() / tau, std::sqrt(2.0 * problem->lower_loss(origin) / tau));
  EXPECT_REL(bound, number(json()["reference"]["norm_w_apriori"]), kTolerance);
  EXPECT_LE(problem->solve_reference().w.norm(), bound);
}

TEST_P(DataProblemVectors, CurvatureAgrees) {
  const Json& e = json()["curvature"];
  const Curvature k = data_problem(GetParam(), AlphaRule::optimal)->curvature();
  EXPECT_REL(k.L, number(e["L"]), kTolerance);
  EXPECT_REL(k.tau, number(e["tau"]), kTolerance);
  EXPECT_REL(k.tau_R, number(e["tau_R"]), kTolerance);
  EXPECT_REL(k.L_max0, number(e["L_max0"]), kTolerance);
  EXPECT_REL(k.alpha, number(e["alpha_opt"]), kTolerance);
  const Curvature inverse = data_problem(GetParam(), AlphaRule::inverse_smoothness)->curvature();
  EXPECT_REL(inverse.alpha, number(e["alpha_invL"]), kTolerance);
}

TEST_P(DataProblemVectors, DerivativesAgreeAtAPoint) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const Json& e = json()["at_point"];
  const Vector w = vector(e["w"]), v = vector(e["v"]);
  const Index d = problem->lower_dim(), m = problem->upper_dim();
  EXPECT_REL(problem->lower_loss(w), number(e["loss"]), kTolerance);
  Vector out(d);
  problem->lower_gradient(w, out);
  EXPECT_VECTOR_REL(out, vector(e["grad"]), kTolerance);
  EXPECT_VECTOR_REL((w - problem->alpha() * out).eval(), vector(e["Phi_opt"]), kTolerance);
  problem->hessian_vector(w, v, out);
  EXPECT_VECTOR_REL(out, vector(e["hvp"]), kTolerance);
  const Matrix hessian = matrix(e["hess"]);
  for (Index j = 0; j < d; ++j) {
    problem->hessian_vector(w, Vector::Unit(d, j), out);
    EXPECT_VECTOR_REL(out, hessian.col(j), kTolerance);
  }
  const Matrix cross = matrix(e["cross"]);
  Vector row(m);
  for (Index i = 0; i < d; ++i) {
    problem->cross_transpose(w, Vector::Unit(d, i), row);
    EXPECT_VECTOR_REL(row, cross.row(i).transpose(), kTolerance);
  }
  problem->cross_transpose(w, v, row);
  EXPECT_VECTOR_REL((-problem->alpha() * row).eval(), vector(e["d2PhiT_v_opt"]), kTolerance);
  EXPECT_REL(problem->upper_loss(w), number(e["E"]), kTolerance);
  problem->upper_gradient(w, out);
  EXPECT_VECTOR_REL(out, vector(e["grad_E"]), kTolerance);
  const Vector solution = problem->solve_linear_system(w);
  EXPECT_VECTOR_REL(solution, vector(e["v_exact_opt"]), kTolerance);
  problem->cross_transpose(w, solution, row);
  EXPECT_VECTOR_REL((-problem->alpha() * row).eval(), vector(e["g_of_w"]), kTolerance);
}

TEST_P(DataProblemVectors, ReferenceAgrees) {
  const Json& e = json()["reference"];
  for (const AlphaRule rule : {AlphaRule::optimal, AlphaRule::inverse_smoothness}) {
    const auto problem = data_problem(GetParam(), rule);
    const Reference r = problem->solve_reference();
    EXPECT_TRUE(r.converged);
    EXPECT_VECTOR_REL(r.w, vector(e["w_star"]), kTolerance);
    EXPECT_VECTOR_REL(r.q, vector(e["q_star_Hinv_c"]), kTolerance);
    const char* v_key = rule == AlphaRule::optimal ? "v_star_opt" : "v_star_invL";
    EXPECT_VECTOR_REL(r.v, vector(e[v_key]), kTolerance);
    EXPECT_VECTOR_REL(r.hypergradient, vector(e["hypergrad"]), kTolerance);
    EXPECT_REL(r.upper_value, number(e["f"]), kTolerance);
    EXPECT_REL(problem->lower_loss(r.w), number(e["lower_loss"]), kTolerance);
    EXPECT_TRUE(testing::certified_to(r, 1e-12)) << r.certificate / r.hypergradient.norm();
    EXPECT_TRUE(testing::estimated_to(r, 1e-13)) << r.first_order_estimate / r.hypergradient.norm();
    EXPECT_VECTOR_REL(problem->solve_linear_system(r.w, {.near = &r}), r.v, 1e-13);
  }
}

TEST_P(DataProblemVectors, BallAgrees) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const Json& e = json()["ball"];
  const ProblemConstants c = problem->constants(problem->solve_reference(), {.minibatch = 1});
  EXPECT_REL(c.radius, number(e["R"]), kTolerance);
  EXPECT_REL(c.radius_step_limit, number(e["s_limit"]), kTolerance);
  EXPECT_REL(c.L_E_global, number(e["L_E_global"]), kTolerance);
  EXPECT_REL(
      std::min(c.L_E_global, c.norm_c + c.mu1 * c.radius), number(e["L_E_ball"]), kTolerance);
}

// Example weights have no lambda that scales with n.
class SumConvention : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(RegularisedProblems,
                         SumConvention,
                         ::testing::Values("P1", "P2", "P3", "P4"),
                         [](const auto& test) { return test.param; });

TEST_P(SumConvention, Agrees) {
  const Json& e = theory_vectors()["data_problems"][GetParam()]["sum_convention"];
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const auto n = static_cast<double>(problem->sample_count());
  EXPECT_VECTOR_REL((n * problem->lambda()).eval(), vector(e["lam_sum"]), kTolerance);
  const Reference r = problem->solve_reference();
  EXPECT_VECTOR_REL((r.hypergradient / n).eval(), vector(e["hypergrad_sum"]), kTolerance);
  EXPECT_REL(problem->alpha() / n, number(e["alpha_sum_opt"]), kTolerance);
}

}  // namespace
}  // namespace sid
