#pragma once

#include <cstdint>

#include "sid/math/types.hpp"

namespace sid {

/// Both subproblems as sums over examples whose gradients are one number times the example,
///   lower level:    (1/n) sum_i omega_i phi(x_i^T w; y_i) + w^T D w/2,
///                   gradient (1/n) sum_i s_i x_i + D w,         s_i(w) = omega_i phi'(x_i^T w;
///                   y_i);
///   linear system:  H(w) v = (1/n) sum_i s_i x_i + D v,         s_i(v) = omega_i phi''(x_i^T w;
///   y_i)
///                                                                        x_i^T v at a frozen w,
/// for methods that remember a number s_i of every example: the vectors s_i x_i need never be
/// stored. The regulariser D is the same for every example and carries no noise.
///
/// An oracle speaks of one subproblem at a time: `pose_lower_level` or `pose_linear_system` says
/// which. Made by BilevelProblem::make_component_oracle, refers to that problem, which must outlive
/// it. Used by one thread; all buffers are allocated at construction.
class ComponentOracle {
 public:
  virtual ~ComponentOracle() = default;

  virtual Index dim() const = 0;                  ///< d
  virtual std::int64_t count() const = 0;         ///< n
  virtual const Vector& regulariser() const = 0;  ///< d, the diagonal of D
  virtual void pose_lower_level() = 0;            ///< s_i is omega_i phi' from now on
  virtual void pose_linear_system(const ConstVectorRef& w) = 0;  ///< ... omega_i phi'' x_i^T v

  /// s_i at x (d), 0 <= i < n. O(entries of x_i); at a newly frozen w once more for phi''.
  virtual double scalar(std::int32_t i, const ConstVectorRef& x) = 0;
  /// All of them: out (n). One pass over the examples, two at a newly frozen w.
  virtual void scalars(const ConstVectorRef& x, VectorRef out) = 0;

  /// out += factor x_i. out: d. O(entries of x_i).
  virtual void add_example(std::int32_t i, double factor, VectorRef out) const = 0;
  /// out += sum_i factors_i x_i. out: d, factors: n, no aliasing. One pass.
  virtual void add_examples(const ConstVectorRef& factors, VectorRef out) const = 0;

  /// Whether d/dlambda of one component's gradient differs from example to example: where lambda
  /// weights examples. Otherwise it is C = d/dlambda grad_1 l for every component.
  virtual bool cross_derivative_is_noisy() const = 0;
  /// out (m) += factor C_i(w)^T v, C = (1/n) sum_i C_i, whatever is posed. O(entries of x_i).
  /// Requires cross_derivative_is_noisy().
  virtual void add_cross_transpose(std::int32_t i,
                                   const ConstVectorRef& w,
                                   const ConstVectorRef& v,
                                   double factor,
                                   VectorRef out) const = 0;
};

}  // namespace sid
