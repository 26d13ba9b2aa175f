#pragma once

#include <stop_token>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// Approximate inverse of a Hessian for conjugate gradients: a Cholesky factor of the Hessian at
/// some point, or the inverse of its diagonal where d > kDenseLimit.
class HessianPreconditioner {
 public:
  static constexpr Index kDenseLimit = 1000;

  HessianPreconditioner() = default;
  /// False when stopped or when the matrix is not positive definite in double precision; then the
  /// diagonal serves.
  bool set(const WeightedRows& hessian, std::stop_token stop);
  bool set_from_matrix(Matrix hessian, std::stop_token stop);
  bool dense() const { return factor_.size() > 0; }
  /// out = M^-1 r.
  void apply(const Vector& r, Vector& out) const;

 private:
  Matrix factor_;
  Vector inverse_diagonal_;
};

/// w(lambda), v, the hypergradient and their error statements.
///
/// Newton's method from w = 0. Each step solves H s = -g by conjugate gradients, preconditioned by
/// the Cholesky factor of the Hessian at an earlier point (at w = 0 first: a multiple of the
/// family's Gram matrix plus D, free for every lambda); the factor is renewed when the products
/// since the last one have cost about as much, and once more near the solution. Armijo's rule while
/// the decrement g^T H^-1 g exceeds 1e-14 |l|, then full steps until ||s|| < 1e-9 (1 + ||w||), then
/// two more, which reach rounding level. q = H^-1 grad_1 E by conjugate gradients to rounding.
///
/// n = 5000, d = 784: some tenths of a second. Choices depend on counts, never on the clock, so the
/// result is deterministic.
Reference solve_data_reference(const DataProblem& problem, std::stop_token stop);

/// See BilevelProblem::solve_linear_system.
Vector solve_data_linear_system(const DataProblem& problem,
                                const ConstVectorRef& w,
                                const LinearSolveOptions& options);

/// See BilevelProblem::linear_system_squared_error. Stops when the energy norm (e^T H e)^(1/2) of
/// the solver's own error, as the preconditioned residual estimates it, is below
/// options.relative_residual of that of e.
double data_linear_system_squared_error(const DataProblem& problem,
                                        const ConstVectorRef& w,
                                        const ConstVectorRef& v,
                                        const LinearSolveOptions& options);

}  // namespace sid
