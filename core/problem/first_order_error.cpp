#include "sid/problem/first_order_error.hpp"

#include "sid/problem/hypergradient_jacobian.hpp"

namespace sid {

Vector first_order_error(const DataProblem& problem,
                         const Vector& w,
                         const Vector& q,
                         const HessianPreconditioner& preconditioner,
                         const std::stop_token& stop) {
  constexpr double kAccuracy = 1e-10;
  const HessianProduct hessian(problem, w);
  Vector gradient(w.size()), residual(w.size()), image;
  problem.lower_gradient(w, gradient);
  problem.upper_gradient(w, residual);
  hessian(q, image);
  residual -= image;

  Vector distance = Vector::Zero(w.size());    // H^-1 grad_1 l
  Vector correction = Vector::Zero(w.size());  // H^-1 (c - H q)
  solve_hessian(hessian, preconditioner, gradient, kAccuracy, distance, stop);
  solve_hessian(hessian, preconditioner, residual, kAccuracy, correction, stop);
  const Vector q_at_w = q + correction;
  const HypergradientJacobian jacobian(problem, w, q_at_w);
  const Vector right = jacobian.upper_minus_third(problem, distance);
  Vector change = Vector::Zero(w.size());
  solve_hessian(hessian, preconditioner, right, kAccuracy, change, stop);
  return jacobian.cross_transpose(problem, (correction - change).eval()) -
         jacobian.cross_change(problem, distance);
}

}  // namespace sid
