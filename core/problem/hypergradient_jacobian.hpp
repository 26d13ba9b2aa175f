#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// Derivative G (m x d) of g(w) = -C(w)^T H(w)^-1 grad_1 E(w), what the hypergradient changes by
/// when the lower-level solution is off (not in the paper). With q = H(w)^-1 grad_1 E(w),
///   G x = -C'[q] x - C^T H^-1 (E'' - T) x,  T = (1/n) sum omega_i phi_i^(3) (x_i^T q) x_i x_i^T,
/// C'[q] x the change of C(w)^T q when w moves by x and q stays.
class HypergradientJacobian {
 public:
  /// At w (d) with this q (d). Does not keep the problem, which every call below needs again.
  HypergradientJacobian(const DataProblem& problem,
                        const ConstVectorRef& w,
                        const ConstVectorRef& q);

  /// (E'' - T) x, d.
  Vector upper_minus_third(const DataProblem& problem, const ConstVectorRef& x) const;
  /// E'' - T, d x d; std::nullopt when stopped.
  std::optional<Matrix> form_upper_minus_third(const DataProblem& problem,
                                               const std::stop_token& stop) const;
  /// C'[q] x, m.
  Vector cross_change(const DataProblem& problem, const ConstVectorRef& x) const;
  /// C^T y, m.
  Vector cross_transpose(const DataProblem& problem, const ConstVectorRef& y) const;

 private:
  friend class HypergradientForms;
  Vector w_, q_;
  Vector upper_;   // n_v, a psi''
  Vector third_;   // n, -omega phi^(3) (x^T q)/n; empty for squares
  Vector change_;  // n, omega (1 - omega) phi'' (x^T q)/n; example weights only
  Vector cross_;   // n, omega (1 - omega) phi'/n; example weights only
};

/// A symmetric positive semidefinite d x d matrix, of rank one where m = 1.
struct QuadraticForm {
  Vector root;    ///< d: the matrix is root root^T; empty: `matrix` is meant
  Matrix matrix;  ///< d x d
};

/// What mean squares of G e + B^T u need, for errors e of w_t and u of v_k and B = -alpha C (d x
/// m): G^T G and B B^T, which are d x d however large m is.
class HypergradientForms {
 public:
  /// x <- H^-1 x, by columns; false when stopped.
  using Solve = std::function<bool(Matrix& x)>;
  /// std::nullopt when stopped.
  static std::optional<HypergradientForms> make(const DataProblem& problem,
                                                HypergradientJacobian jacobian,
                                                const Solve& solve,
                                                const std::stop_token& stop = {});

  const QuadraticForm& from_lower() const { return from_lower_; }    ///< G^T G
  const QuadraticForm& from_linear() const { return from_linear_; }  ///< B B^T
  /// G e + B^T u, m.
  Vector apply(const DataProblem& problem, const ConstVectorRef& e, const ConstVectorRef& u) const;
  /// B^T u, m.
  Vector apply_linear(const DataProblem& problem, const ConstVectorRef& u) const;

 private:
  explicit HypergradientForms(HypergradientJacobian jacobian) : jacobian_(std::move(jacobian)) {}

  HypergradientJacobian jacobian_;
  QuadraticForm from_lower_, from_linear_;
  Matrix solved_;  // H^-1 (E'' - T), where m > 1
};

}  // namespace sid
