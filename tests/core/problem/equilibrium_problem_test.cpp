#include "sid/problem/equilibrium_problem.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/problem/error_certificate.hpp"
#include "sid/random/stream.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

// d = 4, m = 1 or 3, n = 7.
EquilibriumParameters parameters(Index upper_dim = 1, double spread = 0.5, std::uint64_t seed = 1) {
  EquilibriumParameters p = make_equilibrium_parameters(
      {.dim = 4, .contraction = 0.8, .spread = spread, .samples = 7, .seed = seed}, 0.3);
  if (upper_dim == 1) return p;
  Stream stream({.seed = seed + 100});
  p.coupling.resize(upper_dim, p.weights.cols());
  for (double& value : p.coupling.reshaped()) value = stream.normal();
  p.lambda = Vector::LinSpaced(upper_dim, -0.5, 0.8);
  return p;
}

class Equilibrium : public ::testing::Test {
 protected:
  Vector random(Index size, double scale = 1.0) {
    Vector out(size);
    for (double& value : out) value = scale * stream_.normal();
    return out;
  }
  Stream stream_{StreamKey{.seed = 17}};
};

TEST_F(Equilibrium, OneUnitHasItsHypergradientInClosedForm) {
  EquilibriumParameters p;
  p.weights = Matrix::Constant(1, 1, -0.7);
  p.coupling = Matrix::Constant(1, 1, 1.3);
  p.offsets = Vector::Constant(1, 0.2);
  p.target = Vector::Constant(1, 0.9);
  p.lambda = Vector::Constant(1, 0.4);
  p.huber_delta = 0.5;
  const EquilibriumProblem problem(p);
  const Reference r = problem.solve_reference();
  ASSERT_TRUE(r.converged);
  const double w = r.w(0);
  EXPECT_NEAR(w, std::tanh(-0.7 * w + 1.3 * 0.4 + 0.2), 1e-15);
  const double slope = 1.0 - w * w, residual = w - 0.9;
  const double c = residual / std::sqrt(1.0 + 4.0 * residual * residual);
  EXPECT_REL(r.v(0), c / (1.0 + 0.7 * slope), 1e-14);
  EXPECT_REL(r.hypergradient(0), 1.3 * slope * c / (1.0 + 0.7 * slope), 1e-14);
  EXPECT_REL(problem.curvature().q, 0.7, 1e-12);
  // A mean of one component has no noise.
  const ProblemConstants k = problem.constants(r, {.minibatch = 1});
  EXPECT_LT(k.V_star_b, 1e-30);
  EXPECT_LT(k.v_noise_star, 1e-30);
}

TEST_F(Equilibrium, GeneratedMapsHaveTheContractionAskedFor) {
  for (const double q : {0.1, 0.8, 0.99}) {
    for (const double spread : {0.0, 2.0}) {
      const EquilibriumProblem problem(make_equilibrium_parameters(
          {.dim = 6, .contraction = q, .spread = spread, .samples = 11}, 0.0));
      EXPECT_NEAR(problem.curvature().q, q, 1e-10);
      EXPECT_GE(problem.geometry().L_hat, problem.curvature().q * (1.0 - 1e-12));
    }
  }
}

// All components alike: the formulas have exact values, and sums of many terms differ from them.
TEST_F(Equilibrium, ConstantsOfManyComponentsAreNotBelowTheirFormulas) {
  for (const double x : {0.1, 0.3, 0.45, 0.7}) {
    EquilibriumParameters p;
    p.weights = p.coupling = Matrix::Constant(1, 30'011, x);
    const EquilibriumGeometry g = equilibrium_geometry(p);
    const double bend = 4.0 / (3.0 * std::sqrt(3.0)) * x * x;
    for (const auto& [found, exact] : {std::pair{g.q, x},
                                       {g.L_hat, x},
                                       {g.nu1, bend},
                                       {g.nu2, bend},
                                       {g.w_growth, 0.25 * x * x},
                                       {g.v_growth, 0.25 * x * x},
                                       {g.cross_variance, 0.25 * x * x},
                                       {g.mean_weights, x},
                                       {g.mean_coupling, x}}) {
      EXPECT_GE(found, exact * (1.0 - 1e-15)) << x;
      EXPECT_LE(found, exact * (1.0 + 1e-4)) << x;
    }
  }
}

TEST_F(Equilibrium, ConstantsAreNeverExceededByRandomSearch) {
  for (const Index m : {1, 3}) {
    for (const double spread : {0.1, 1.5}) {
      const EquilibriumProblem problem(parameters(m, spread));
      const EquilibriumMap& map = problem.map();
      const EquilibriumGeometry& g = problem.geometry();
      const Index d = map.dim();
      const auto n = static_cast<Index>(map.count());
      double reached_q = 0.0, reached_nu1 = 0.0, reached_growth = 0.0;
      for (int trial = 0; trial < 400; ++trial) {
        const Vector w = random(d, portable_exp(6.0 * stream_.uniform() - 4.0));
        const Vector u = w + random(d, portable_exp(8.0 * stream_.uniform() - 7.0));
        const double distance = (w - u).norm();
        const Matrix jw = map.jacobian(w), ju = map.jacobian(u);
        EXPECT_LE(spectral_norm(jw), g.q * (1.0 + 1e-9));
        reached_q = std::max(reached_q, spectral_norm(jw));
        EXPECT_LE(spectral_norm(jw - ju), g.nu1 * distance * (1.0 + 1e-9) + 1e-13);
        reached_nu1 = std::max(reached_nu1, spectral_norm(jw - ju) / distance);
        EXPECT_LE(spectral_norm(map.cross_jacobian(w) - map.cross_jacobian(u)),
                  g.nu2 * distance * (1.0 + 1e-9) + 1e-13);
        const Vector v = random(d);
        Vector value_w(d), value_u(d), image(d);
        map.value(w, value_w);
        map.value(u, value_u);
        EXPECT_LE((value_w - value_u).norm(), g.q * distance * (1.0 + 1e-9));
        double growth = 0.0;
        for (Index i = 0; i < n; ++i) {
          EXPECT_LE(spectral_norm(map.component_jacobian(i, w)), g.L_hat * (1.0 + 1e-9));
          image = value_u - value_w;
          map.add_value(i, w, 1.0, image);
          map.add_value(i, u, -1.0, image);
          growth += image.squaredNorm() / static_cast<double>(n);
        }
        EXPECT_LE(growth, g.w_growth * distance * distance * (1.0 + 1e-9));
        reached_growth = std::max(reached_growth, growth / (distance * distance));
        const auto variances = equilibrium_variances(map, w, v);
        EXPECT_LE(variances->value, static_cast<double>(d));
        EXPECT_LE(variances->linear, g.v_growth * v.squaredNorm() * (1.0 + 1e-9));
        EXPECT_LE(variances->linear, variances->linear_top * v.squaredNorm() * (1.0 + 1e-9));
        EXPECT_LE(variances->linear_top, g.v_growth * (1.0 + 1e-9));
        EXPECT_LE(variances->cross, variances->cross_top * v.squaredNorm() * (1.0 + 1e-9));
        EXPECT_LE(variances->cross_top, g.cross_variance * (1.0 + 1e-9));
      }
      // The search comes near enough to say something.
      EXPECT_GT(reached_q, 0.3 * g.q);
      EXPECT_GT(reached_nu1, 0.02 * g.nu1);
      EXPECT_GT(reached_growth, 0.02 * g.w_growth);
    }
  }
}

TEST_F(Equilibrium, ReferenceIsTheLimitOfPlainIterations) {
  const EquilibriumProblem problem(parameters(3));
  const Reference r = problem.solve_reference();
  ASSERT_TRUE(r.converged);
  Vector w = random(4), v = random(4), field(4), c(4);
  for (int t = 0; t < 400; ++t) {
    problem.lower_gradient(w, field);
    w -= field;
  }
  problem.upper_gradient(w, c);
  for (int k = 0; k < 400; ++k) {
    problem.hessian_vector(w, v, field);
    v -= field - c;
  }
  Vector cross(3);
  problem.cross_transpose(w, v, cross);
  EXPECT_LT((w - r.w).norm(), 1e-14);
  EXPECT_VECTOR_REL(v, r.v, 1e-13);
  EXPECT_VECTOR_REL((-cross).eval(), r.hypergradient, 1e-13);
  EXPECT_LT(r.certificate, 1e-12 * r.hypergradient.norm());
}

TEST_F(Equilibrium, ReferenceHoldsWhereTheMapHardlyContracts) {
  const EquilibriumProblem problem(make_equilibrium_parameters(
      {.dim = 12, .contraction = 0.9999, .spread = 0.01, .samples = 3, .seed = 5}, -0.2));
  const Reference r = problem.solve_reference();
  ASSERT_TRUE(r.converged);
  EXPECT_LT(r.gradient_norm, 1e-14);
  EXPECT_LT(r.linear_residual_norm, 1e-14);
}

TEST_F(Equilibrium, CertificatesHoldAtAnyPoint) {
  const EquilibriumProblem problem(parameters(3));
  const Reference r = problem.solve_reference();
  const DerivativeLipschitz lipschitz = problem.derivative_lipschitz();
  for (const double distance : {1.0, 1e-3, 1e-8, 1e-13}) {
    for (int trial = 0; trial < 50; ++trial) {
      const Vector w = r.w + random(4, distance), v = r.v + random(4, distance);
      const auto certificate = certified_error(problem, lipschitz, w, v);
      ASSERT_TRUE(certificate.has_value());
      Vector estimate(3);
      problem.cross_transpose(w, v, estimate);
      const double error = (-estimate - r.hypergradient).norm();
      EXPECT_LE(error, certificate->bound);
      if (distance >= 1e-8) {
        EXPECT_LE(error, certificate->fixed_point + 1e-14);
        EXPECT_LE(error, certificate->a_posteriori + 1e-14);
      }
      if (distance < 1.0) {
        EXPECT_LT(certificate->bound, 1e3 * distance + 1e-10);
      }
    }
  }
}

TEST_F(Equilibrium, FirstOrderEstimateIsTheDerivativeOfTheHypergradientAlongTheError) {
  // The estimate is of rounding size at the solution; its formula is the derivative of g(w) =
  // (d_2 Phi)^T v(w), which differences confirm.
  const EquilibriumProblem problem(parameters(3));
  const EquilibriumMap& map = problem.map();
  const Vector w = random(4), x = random(4).normalized();
  const Vector v = problem.solve_linear_system(w);
  const auto hypergradient = [&](double h) {
    const Vector at = w + h * x;
    Vector out(3);
    map.cross_transpose(at, problem.solve_linear_system(at), out);
    return out;
  };
  const double h = 1e-3;
  const Vector slope = (8.0 * (hypergradient(h) - hypergradient(-h)) -
                        (hypergradient(2 * h) - hypergradient(-2 * h))) /
                       (12.0 * h);
  Vector bend(4), direct(3), indirect(3), up(4), down(4);
  map.transpose_change(w, x, v, bend);
  problem.upper_gradient(w + 1e-5 * x, up);
  problem.upper_gradient(w - 1e-5 * x, down);
  const Vector right = (up - down) / 2e-5 + bend;
  // H^-T right by a linear solve with that right-hand side.
  const Vector change = problem.solve_linear_system(w, {.upper_gradient = &right});
  map.cross_change(w, x, v, direct);
  map.cross_transpose(w, change, indirect);
  EXPECT_VECTOR_REL((direct + indirect).eval(), slope, 1e-8);
  EXPECT_LT(problem.solve_reference().first_order_estimate, 1e-14);
}

TEST_F(Equilibrium, RefusesWhatIsNoContraction) {
  EquilibriumParameters p = parameters();
  p.weights *= 1.3;
  EXPECT_THROW((EquilibriumProblem{std::move(p)}), ContractViolation);
}

}  // namespace
}  // namespace sid
