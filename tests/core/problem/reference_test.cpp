#include "sid/problem/reference.hpp"

#include <string>

#include <gtest/gtest.h>

#include "sid/problem/data_constants.hpp"

#include "support/data_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::vector;

constexpr double kTolerance = 1e-11;
constexpr double kRounding = 1e-13;

class APosteriori : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         APosteriori,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

/// The bound at iterates of deterministic methods, v by fixed-point steps and by conjugate
/// gradients.
TEST_P(APosteriori, BoundAgreesWithReferenceAndHolds) {
  const auto problem = testing::data_problem(GetParam(), AlphaRule::optimal);
  const Json& json = testing::theory_vectors()["data_problems"][GetParam()];
  const Json& deterministic = json["deterministic"];
  const Vector exact = vector(json["reference"]["hypergrad"]);
  const double alpha = problem->alpha();
  const Index d = problem->lower_dim();
  const double hessian_lipschitz =
      problem->family().shape().lower.third_bound() * problem->geometry().norm_weighted_largest;
  EXPECT_REL(hessian_lipschitz, number(deterministic["L_A"]), kTolerance);
  EXPECT_REL(cross_lipschitz(*problem), number(deterministic["L_B"]), kTolerance);
  EXPECT_REL(upper_smoothness(*problem), number(deterministic["L_f"]), kTolerance);
  EXPECT_REL(cross_norm(*problem, vector(json["reference"]["w_star"])),
             number(deterministic["norm_B_star"]),
             kTolerance);
  int rows = 0;
  for (const Json& row : deterministic["rows"]) {
    const Vector w = vector(row["w_t"]);
    Vector gradient(d), c(d), image(d);
    problem->lower_gradient(w, gradient);
    problem->upper_gradient(w, c);
    // Converged rows are at rounding level, where no digits are left.
    EXPECT_NEAR(gradient.norm(), number(row["grad_norm"]), 1e-9 * gradient.norm() + kRounding);
    for (const std::string method : {"fp", "cg"}) {
      SCOPED_TRACE("t = " + row["t"].dump() + ", k = " + row["k"].dump() + ", " + method);
      const Vector v = vector(row["v_" + method]);
      problem->hessian_vector(w, v, image);
      const double residual = (alpha * image - c).norm();
      EXPECT_NEAR(residual, number(row["res_" + method]), 1e-12 * (1.0 + c.norm()));
      const double bound = a_posteriori_bound({.gradient_norm = gradient.norm(),
                                               .linear_residual_norm = residual,
                                               .norm_cross = cross_norm(*problem, w),
                                               .norm_upper_gradient = c.norm(),
                                               .tau = problem->curvature().tau,
                                               .hessian_lipschitz = hessian_lipschitz,
                                               .cross_lipschitz = cross_lipschitz(*problem),
                                               .mu1 = upper_smoothness(*problem)});
      EXPECT_NEAR(bound, number(row["er_apost_" + method]), 1e-9 * bound + kRounding);
      Vector estimate(problem->upper_dim());
      problem->cross_transpose(w, v, estimate);
      const double error = (-alpha * estimate - exact).norm();
      EXPECT_NEAR(error, number(row["err_" + method]), 1e-11 * (1.0 + exact.norm()));
      EXPECT_LE(error, bound + kRounding);
    }
    ++rows;
  }
  EXPECT_GT(rows, 0);
}

}  // namespace
}  // namespace sid
