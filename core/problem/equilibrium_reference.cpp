#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <Eigen/LU>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"
#include "sid/problem/equilibrium_problem.hpp"
#include "sid/problem/error_certificate.hpp"

namespace sid {
namespace {

using Factors = Eigen::PartialPivLU<Matrix>;

Matrix field_jacobian(const EquilibriumMap& map, const ConstVectorRef& w) {
  fix_block_sizes();
  return Matrix::Identity(map.dim(), map.dim()) - map.jacobian(w);
}

/// H(w)^T x = right, with one step of refinement against the product itself.
Vector solve_transposed(const EquilibriumProblem& problem,
                        const ConstVectorRef& w,
                        const Factors& transposed,
                        const Vector& right) {
  Vector x = transposed.solve(right), image(right.size());
  problem.hessian_vector(w, x, image);
  x += transposed.solve(right - image);
  return x;
}

struct FixedPoint {
  Vector w;
  bool settled = false;  // at rounding level; else stopped or given up
};

/// Newton's method with Phi itself to fall back on.
FixedPoint fixed_point(const EquilibriumProblem& problem, const std::stop_token& stop) {
  constexpr int kMostRounds = 20000;
  const Index d = problem.lower_dim();
  const double q = problem.curvature().q;
  Vector w = Vector::Zero(d), field(d), next(d), next_field(d);
  problem.lower_gradient(w, field);
  double size = field.norm();
  int stalled = 0;
  for (int round = 0; round < kMostRounds && stalled < 2 && size > 0.0; ++round) {
    if (stop.stop_requested()) break;
    next = w - Factors(field_jacobian(problem.map(), w)).solve(field);
    problem.lower_gradient(next, next_field);
    if (!(next_field.norm() <= q * size)) {
      next = w - field;
      problem.lower_gradient(next, next_field);
    }
    const double found = next_field.norm();
    stalled = found < size ? 0 : stalled + 1;
    if (found >= size) continue;
    w = next;
    field = next_field;
    size = found;
  }
  return {.w = std::move(w), .settled = stalled >= 2 || size == 0.0};
}

}  // namespace

Reference EquilibriumProblem::solve_reference(std::stop_token stop) const {
  const Index d = lower_dim(), m = upper_dim();
  Reference r;
  FixedPoint found = fixed_point(*this, stop);
  r.w = std::move(found.w);
  r.q = r.v = Vector::Zero(d);
  r.hypergradient = Vector::Zero(m);
  if (stop.stop_requested()) return r;
  const Matrix jacobian = field_jacobian(map_, r.w);
  const Factors plain(jacobian), transposed(jacobian.transpose());
  Vector c(d), field(d), image(d);
  upper_gradient(r.w, c);
  r.q = r.v = solve_transposed(*this, r.w, transposed, c);
  cross_transpose(r.w, r.v, r.hypergradient);
  r.hypergradient = -r.hypergradient;
  r.upper_value = upper_loss(r.w);
  lower_gradient(r.w, field);
  hessian_vector(r.w, r.v, image);
  const Vector residual = c - image;
  r.gradient_norm = field.norm();
  r.linear_residual_norm = residual.norm();
  const double norm_cross = spectral_norm(map_.cross_jacobian(r.w));
  r.certificate = std::min(fixed_point_bound({.step_norm = r.gradient_norm,
                                              .linear_residual_norm = r.linear_residual_norm,
                                              .norm_cross = norm_cross,
                                              .norm_upper_gradient = c.norm(),
                                              .norm_v = r.v.norm(),
                                              .gap = curvature_.tau,
                                              .nu1 = geometry_.nu1,
                                              .nu2 = geometry_.nu2,
                                              .mu1 = 1.0}),
                           a_posteriori_bound({.gradient_norm = r.gradient_norm,
                                               .linear_residual_norm = r.linear_residual_norm,
                                               .norm_cross = norm_cross,
                                               .norm_upper_gradient = c.norm(),
                                               .tau = curvature_.tau,
                                               .hessian_lipschitz = geometry_.nu1,
                                               .cross_lipschitz = geometry_.nu2,
                                               .mu1 = 1.0}));
  // With x = H^-1 (w - Phi(w)) ~ w - w(lambda) and g(w) = (d_2 Phi)^T v(w): the derivative of g
  // along x is (d_2 Phi)'[x]^T v + (d_2 Phi)^T H^-T (E'' x + (d_1 Phi)'[x]^T v); what the linear
  // system lacks adds -(d_2 Phi)^T H^-T residual.
  const Vector x = plain.solve(field);
  map_.transpose_change(r.w, x, r.v, image);
  const Vector change =
      transposed.solve(curvature_of_upper(r.w).cwiseProduct(x) + image - residual);
  Vector direct(m), indirect(m);
  map_.cross_change(r.w, x, r.v, direct);
  map_.cross_transpose(r.w, change, indirect);
  r.first_order_estimate = (direct + indirect).norm();
  r.cache = equilibrium_variances(map_, r.w, r.v);
  r.converged = found.settled && r.hypergradient.allFinite() && std::isfinite(r.certificate);
  if (!r.converged) r.certificate = kInfinity;
  return r;
}

Vector EquilibriumProblem::solve_linear_system(const ConstVectorRef& w,
                                               const LinearSolveOptions& options) const {
  Vector c(lower_dim());
  if (options.upper_gradient != nullptr) {
    c = *options.upper_gradient;
  } else {
    upper_gradient(w, c);
  }
  return solve_transposed(*this, w, Factors(field_jacobian(map_, w).transpose()), c);
}

Result<double> EquilibriumProblem::linear_system_squared_error(
    const ConstVectorRef& w, const ConstVectorRef& v, const LinearSolveOptions& options) const {
  Vector c(lower_dim()), image(lower_dim());
  if (options.upper_gradient != nullptr) {
    c = *options.upper_gradient;
  } else {
    upper_gradient(w, c);
  }
  hessian_vector(w, v, image);
  const Vector right = image - c;
  return solve_transposed(*this, w, Factors(field_jacobian(map_, w).transpose()), right)
      .squaredNorm();
}

}  // namespace sid
