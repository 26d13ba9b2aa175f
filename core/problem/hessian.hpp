#pragma once

#include <stop_token>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// u -> H(w) u at a fixed w, with the curvature weights and the scratch that products need. Not to
/// be shared between threads. Refers to the problem.
class HessianProduct {
 public:
  HessianProduct(const DataProblem& problem, const ConstVectorRef& w);
  /// out = H(w) u; resizes out. No aliasing.
  void operator()(const ConstVectorRef& u, Vector& out) const;
  const WeightedRows& rows() const { return rows_; }

 private:
  WeightedRows rows_;
  mutable Vector scratch_;
};

/// Approximate inverse of a Hessian for conjugate gradients: a Cholesky factor of the Hessian at
/// some point, or the inverse of its diagonal where d > kDenseLimit.
class HessianPreconditioner {
 public:
  static constexpr Index kDenseLimit = 1000;

  HessianPreconditioner() = default;
  /// False when stopped or when the matrix is not positive definite in double precision; then the
  /// diagonal serves.
  bool set(const WeightedRows& hessian, const std::stop_token& stop);
  bool set_from_matrix(Matrix hessian, const std::stop_token& stop);
  bool dense() const { return factor_.size() > 0; }
  /// out = M^-1 r.
  void apply(const Vector& r, Vector& out) const;

 private:
  Matrix factor_;
  Vector inverse_diagonal_;
};

/// x <- H^-1 b to a relative residual of at most `relative_residual` or as far as rounding allows,
/// by preconditioned conjugate gradients from the given x. Returns ||b - H x||.
double solve_hessian(const HessianProduct& hessian,
                     const HessianPreconditioner& preconditioner,
                     const Vector& b,
                     double relative_residual,
                     Vector& x,
                     const std::stop_token& stop = {});

}  // namespace sid
