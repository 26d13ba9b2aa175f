#include "sid/theory/momentum_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/inexact_solvers.hpp"
#include "sid/theory/deterministic_bounds.hpp"
#include "sid/theory/inexact_bounds.hpp"

#include "support/random_problem.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

constexpr LowerIteration kLower[] = {
    LowerIteration::gradient, LowerIteration::heavy_ball, LowerIteration::accelerated};
constexpr LinearIteration kLinear[] = {
    LinearIteration::gradient, LinearIteration::heavy_ball, LinearIteration::conjugate_gradients};

/// |p_t| of the recursion itself, for one curvature h.
double multiplier(double h, double L, double tau, bool accelerated, int t) {
  const Momentum m = accelerated ? accelerated_gradient(L, tau) : heavy_ball(L, tau);
  double before = 1.0, now = 1.0;
  for (int s = 0; s < t; ++s) {
    const double y = now + m.weight * (now - before);
    const double next = y - m.step * h * (accelerated ? y : now);
    before = now;
    now = next;
  }
  return std::abs(now);
}

TEST(MomentumRates, DominateTheExactRecursionOverTheWholeSpectrum) {
  constexpr double kTau = 0.3;
  for (const double kappa : {1.0, 1.5, 4.0, 60.0, 1e4}) {
    const double L = kappa * kTau;
    const SolverRate rate{.q = (kappa - 1.0) / (kappa + 1.0), .kappa = kappa, .quadratic = true};
    for (const int t : {0, 1, 2, 3, 7, 20, 100}) {
      double ball = 0.0, accelerated = 0.0;
      for (int i = 0; i <= 400; ++i) {
        const double h = kTau + (L - kTau) * i / 400.0;
        ball = std::max(ball, multiplier(h, L, kTau, false, t));
        accelerated = std::max(accelerated, multiplier(h, L, kTau, true, t));
      }
      const double bound = heavy_ball_factor(kappa, t);
      EXPECT_LE(ball, bound * (1.0 + 1e-9) + 1e-13) << kappa << ' ' << t;
      // Attained at h = L.
      EXPECT_NEAR(multiplier(L, L, kTau, false, t), bound, 1e-9 * bound + 1e-13);
      EXPECT_LE(accelerated, accelerated_factor(rate, t) * (1.0 + 1e-9) + 1e-13);
    }
  }
}

TEST(MomentumRates, HaveTheValuesOfTheirFormulas) {
  // kappa = 9: rho = 1/2, r = 2/3.
  EXPECT_DOUBLE_EQ(heavy_ball_factor(9.0, 3.0), 0.125 * (1.0 + 3.0 * 1.5));
  const SolverRate general{.q = 0.8, .kappa = 9.0, .quadratic = false};
  SolverRate quadratic = general;
  quadratic.quadratic = true;
  EXPECT_NEAR(accelerated_factor(general, 6.0), std::sqrt(10.0 * std::pow(2.0 / 3.0, 6)), 1e-14);
  EXPECT_NEAR(
      accelerated_factor(quadratic, 20.0), std::pow(2.0 / 3.0, 20) * (1.0 + 20.0 * 5.0 / 3), 1e-14);
  EXPECT_EQ(accelerated_factor(general, 0.0), 1.0);
  EXPECT_NEAR(*lower_factor(LowerIteration::gradient, general, 5.0), std::pow(0.8, 5), 1e-15);
  EXPECT_FALSE(lower_factor(LowerIteration::heavy_ball, general, 5.0).has_value());
  EXPECT_FALSE(lower_growth(LowerIteration::heavy_ball, general).has_value());
  EXPECT_NEAR(residual_factor(LinearIteration::conjugate_gradients, general, 4.0), 6.0 / 16, 1e-15);
  for (const LinearIteration solver : kLinear) {
    EXPECT_EQ(residual_factor(solver, general, 0.0), 1.0) << "v_0 = 0 leaves c";
    EXPECT_EQ(linear_factor(solver, general, 0.0), 1.0);
  }
  EXPECT_NEAR(residual_factor(LinearIteration::conjugate_gradients, general, 1.0), 3.0, 1e-15);
  EXPECT_EQ(linear_factor(LinearIteration::conjugate_gradients, general, 4.0),
            conjugate_gradient_rate(9.0, 4.0));
  EXPECT_EQ(linear_factor(LinearIteration::heavy_ball, general, 4.0), heavy_ball_factor(9.0, 4.0));
}

TEST(MomentumRates, NeverExceedTheirGrowth) {
  for (const double kappa : {1.0, 1.2, 9.0, 1e3, 1e6}) {
    for (const bool quadratic : {false, true}) {
      const SolverRate rate{.q = 0.5, .kappa = kappa, .quadratic = quadratic};
      for (const LowerIteration solver : kLower) {
        const auto growth = lower_growth(solver, rate);
        if (!growth) continue;
        double largest = 0.0;
        for (double t = 0.0; t < 6.0 * std::sqrt(kappa) + 10.0; t += 1.0) {
          largest = std::max(largest, *lower_factor(solver, rate, t));
        }
        EXPECT_LE(largest, *growth);
        EXPECT_LE(*growth, 1.5 * largest + 1e-12) << kappa;
      }
    }
  }
}

/// Paths of every pair of solvers on every family of problems, within the rates.
TEST(MomentumRates, BoundThePathsOfRandomProblems) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const auto problem = testing::random_problem({.shape = shape, .seed = seed});
      SCOPED_TRACE(problem->name());
      const Reference reference = problem->solve_reference();
      const ProblemConstants c = problem->constants(reference, {.minibatch = 1});
      const SolverRate rate{.q = c.q, .kappa = c.L / c.tau, .quadratic = c.nu1 == 0.0};
      for (int pair = 0; pair < 9; ++pair) {
        const LowerIteration lower = kLower[pair / 3];
        const LinearIteration linear = kLinear[pair % 3];
        InexactPath path(*problem, {.lower = lower, .linear = linear});
        path.start(0, 0);
        std::uint32_t index = 0;
        for (const std::int64_t t : {0, 1, 2, 5, 12, 30, 80}) {
          const std::int64_t k = (3 * t) / 4;
          ASSERT_EQ(path.run_to({.t = t, .k = k}, index++, {}), PathStatus::reached);
          const double distance = (path.w() - reference.w).norm();
          const auto factor = lower_factor(lower, rate, static_cast<double>(t));
          EXPECT_EQ(factor.has_value(), lower != LowerIteration::heavy_ball || rate.quadratic);
          if (factor) {
            EXPECT_LE(distance, *factor * c.norm_w * (1.0 + 1e-9) + 1e-10 * c.norm_w);
          }
          const double norm_c = path.upper_gradient().norm();
          Vector image(problem->lower_dim());
          problem->hessian_vector(path.w(), path.v(), image);
          const double residual = (problem->alpha() * image - path.upper_gradient()).norm();
          EXPECT_LE(residual,
                    residual_factor(linear, rate, static_cast<double>(k)) * norm_c * (1.0 + 1e-9) +
                        1e-11 * norm_c);
          const Vector v = problem->solve_linear_system(path.w());
          EXPECT_LE((path.v() - v).norm(),
                    linear_factor(linear, rate, static_cast<double>(k)) * v.norm() * (1.0 + 1e-9) +
                        1e-9 * v.norm());
        }
      }
    }
  }
}

TEST(InexactPathOf, TolerancesGiveTheErrorOfTheAPrioriBound) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape, .seed = 3});
    SCOPED_TRACE(problem->name());
    const Reference reference = problem->solve_reference();
    const InexactConstants c = inexact_constants(problem->constants(reference, {.minibatch = 1}));
    for (const double tolerance : {1e-1, 1e-3, 1e-6}) {
      InexactPath path(*problem,
                       {.lower = LowerIteration::accelerated,
                        .linear = LinearIteration::conjugate_gradients,
                        .lower_tolerance = tolerance,
                        .linear_tolerance = 2.0 * tolerance});
      path.start(0, 0);
      ASSERT_EQ(path.run_to({.t = 10000, .k = 10000}, 0, {}), PathStatus::reached);
      ASSERT_TRUE(path.steps_taken()->lower_met && path.steps_taken()->linear_met);
      const double bound =
          a_priori_bound(c, {.distance = tolerance, .residual = 2.0 * tolerance}).total();
      EXPECT_LE((path.hypergradient() - reference.hypergradient).norm(), bound);
    }
  }
}

}  // namespace
}  // namespace sid
