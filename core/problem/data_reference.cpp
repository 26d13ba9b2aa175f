#include "sid/problem/data_reference.hpp"

#include <memory>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/problem/conjugate_gradients.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/first_order_error.hpp"
#include "sid/problem/newton.hpp"

namespace sid {
namespace {

// The factor kept with a reference, or `own`, made for this Hessian.
const HessianPreconditioner& preconditioner_near(const HessianProduct& hessian,
                                                 const LinearSolveOptions& options,
                                                 HessianPreconditioner& own) {
  const auto* cache = options.near == nullptr
                          ? nullptr
                          : dynamic_cast<const DataSolutionCache*>(options.near->cache.get());
  if (cache != nullptr) return cache->anchors.at_solution();
  own.set(hessian.rows(), {});
  return own;
}

Vector upper_gradient_at(const DataProblem& problem,
                         const ConstVectorRef& w,
                         const LinearSolveOptions& options) {
  if (options.upper_gradient != nullptr) {
    SID_EXPECTS(options.upper_gradient->size() == w.size(), "the upper gradient has d entries");
    return *options.upper_gradient;
  }
  Vector c(w.size());
  problem.upper_gradient(w, c);
  return c;
}

}  // namespace

Reference solve_data_reference(const DataProblem& problem, const std::stop_token& stop) {
  NewtonResult newton = minimise_lower_level(problem, stop);
  Reference r;
  r.converged = newton.converged;
  r.w = std::move(newton.w);
  r.q = Vector::Zero(problem.lower_dim());
  r.v = r.q;
  r.hypergradient = Vector::Zero(problem.upper_dim());
  r.certificate = r.first_order_estimate = kInfinity;
  if (stop.stop_requested()) return r;

  auto cache = std::make_shared<DataSolutionCache>(problem, r.w, std::move(newton.preconditioner));
  const HessianPreconditioner& preconditioner = cache->anchors.at_solution();
  const HessianProduct hessian(problem, r.w);
  Vector c(problem.lower_dim()), gradient(problem.lower_dim()), image;
  problem.upper_gradient(r.w, c);
  problem.lower_gradient(r.w, gradient);
  solve_hessian(hessian, preconditioner, c, 1e-16, r.q, stop);
  r.v = r.q / problem.alpha();
  problem.cross_transpose(r.w, r.q, r.hypergradient);
  r.hypergradient = -r.hypergradient;
  hessian(r.q, image);
  const Vector residual = c - image;
  r.upper_value = problem.upper_loss(r.w);
  r.gradient_norm = gradient.norm();
  r.linear_residual_norm = residual.norm();
  r.converged = r.converged && r.hypergradient.allFinite();
  if (stop.stop_requested() || !r.converged) return r;
  r.certificate =
      a_posteriori_bound({.gradient_norm = r.gradient_norm,
                          .linear_residual_norm = r.linear_residual_norm,
                          .norm_cross = cross_norm(problem, r.w),
                          .norm_upper_gradient = c.norm(),
                          .tau = problem.curvature().tau,
                          .hessian_lipschitz = problem.family().shape().lower.third_bound() *
                                               problem.geometry().norm_weighted_largest,
                          .cross_lipschitz = cross_lipschitz(problem),
                          .mu1 = upper_smoothness(problem)});
  r.first_order_estimate = first_order_error(problem, r.w, r.q, preconditioner, stop).norm();
  r.cache = std::move(cache);
  return r;
}

Vector solve_data_linear_system(const DataProblem& problem,
                                const ConstVectorRef& w,
                                const LinearSolveOptions& options) {
  SID_EXPECTS(options.relative_residual > 0.0, "the relative residual must be positive");
  const HessianProduct hessian(problem, w);
  HessianPreconditioner own;
  const HessianPreconditioner& preconditioner = preconditioner_near(hessian, options, own);
  const Vector c = upper_gradient_at(problem, w, options);
  Vector q = options.near != nullptr ? options.near->q : Vector::Zero(c.size()).eval();
  solve_hessian(hessian, preconditioner, c, options.relative_residual, q, options.stop);
  return q / problem.alpha();
}

}  // namespace sid
