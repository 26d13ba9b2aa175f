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
  /// diagonal serves. Above `dense_limit` columns the diagonal is all there is, and enough.
  bool set(const WeightedRows& hessian,
           const std::stop_token& stop,
           Index dense_limit = kDenseLimit);
  bool set_from_matrix(Matrix hessian, const std::stop_token& stop);
  /// H(0), whose data term is a multiple of the family's Gram matrix where there is one: then only
  /// the factorisation costs.
  bool set_at_origin(const DataProblem& problem, const std::stop_token& stop);
  /// The inverse of this diagonal; positive.
  void set_diagonal(const ConstVectorRef& diagonal);
  bool dense() const { return factor_.size() > 0; }
  /// out = M^-1 r.
  void apply(const Vector& r, Vector& out) const;
  /// Each of the first `columns` (at most eight) columns c of a strip of a ColumnBlock (8 d)
  /// becomes M^-1 c, with the bits of apply(); the others may change. They share the reads of the
  /// factor. Requires dense().
  void apply_to_strip(double* strip, Index columns) const;

 private:
  Vector factor_;  ///< L by columns, each from the diagonal on; empty where the diagonal serves
  Vector inverse_diagonal_;
};

/// Products with a Hessian, as conjugate gradients make them, that cost about as much as forming
/// and factoring it. With r entries in a row and d columns: n r^2 + d^3/3 multiplications against 2
/// n r, those of the first kind at some five times the rate (dense rows; the same as the second for
/// sparse ones).
int products_worth_a_factor(const DataProblem& problem);

/// x <- H^-1 b to a relative residual of at most `relative_residual` or as far as rounding allows,
/// by preconditioned conjugate gradients from the given x. Returns ||b - H x||.
double solve_hessian(const HessianProduct& hessian,
                     const HessianPreconditioner& preconditioner,
                     const Vector& b,
                     double relative_residual,
                     Vector& x,
                     const std::stop_token& stop = {});

}  // namespace sid
