#pragma once

#include <mutex>
#include <optional>
#include <stop_token>

#include "sid/problem/hessian.hpp"

namespace sid {

/// A preconditioner M of some Hessian H, and how far what it makes of a residual can be taken for
/// the error.
struct Anchor {
  const HessianPreconditioner* preconditioner = nullptr;  ///< null: none serves
  /// In (0, 1]: ||M^-1 r|| may be smaller than the error ||H^-1 r|| by about this factor, because M
  /// has larger curvature weights than H.
  double trust = 1.0;
};

/// Hessians of one problem that are factored once, to precondition systems at the points w_t that a
/// run from w_0 = 0 to the solution passes: at the solution, at w = 0, and the regulariser alone,
/// which is what is left far beyond the solution. Where weights omega phi'' differ from an anchor's
/// by factors within [a, b], conjugate gradients see a condition number of at most b/a. Safe to
/// share between threads.
class HessianAnchors {
 public:
  /// `at_solution` is a preconditioner of H(w) for w near `solution`.
  HessianAnchors(const DataProblem& problem,
                 const ConstVectorRef& solution,
                 HessianPreconditioner at_solution);

  const HessianPreconditioner& at_solution() const { return at_solution_; }

  /// The anchor to be preferred for the Hessian with these curvature weights (n, omega phi''/n).
  /// Of the first two, the one whose weights are nearer in the mean absolute difference of
  /// logarithms, every example counting by its share of the anchor's curvature (weight times
  /// ||x_i||^2), with an allowance for the solution's, which has the smaller eigenvalues right; if
  /// its weights are far too large, the regulariser where few examples have a weight that counts
  /// beside it, and else none. The factor at w = 0 is made when it is first chosen. None, too, when
  /// stopped. A function of the weights alone.
  Anchor nearest(const DataProblem& problem,
                 const ConstVectorRef& weights,
                 const std::stop_token& stop) const;

 private:
  const HessianPreconditioner* at_origin(const DataProblem& problem,
                                         const std::stop_token& stop) const;

  HessianPreconditioner at_solution_;
  HessianPreconditioner regulariser_;
  Vector log_weights_;  // n, at the solution; empty where weights do not depend on w
  Vector curvatures_;   // n, weight times ||x_i||^2 there
  mutable std::mutex mutex_;
  mutable std::optional<HessianPreconditioner> at_origin_;
};

}  // namespace sid
