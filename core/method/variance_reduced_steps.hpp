#pragma once

#include <cstdint>

#include "sid/math/types.hpp"
#include "sid/problem/component_oracle.hpp"
#include "sid/problem/constants.hpp"

namespace sid {

/// Methods whose noise vanishes at the solution because they remember gradients of single examples.
enum class VarianceReduction {
  saga,           ///< the last gradient of every example (Defazio, Bach, Lacoste-Julien, 2014)
  loopless_svrg,  ///< all gradients at one earlier point, which moves on the toss of a coin
                  ///< (Kovalev, Horvath, Richtarik, 2020)
};

/// Steps of SAGA or loopless SVRG on one subproblem, grad F(x) = scale ((1/n) sum_i s_i(x) x_i +
/// D x) - c with the numbers s_i of ComponentOracle:
///   lower level:    scale = 1,     c = 0;
///   linear system:  scale = alpha, c = grad_1 E(w), the gradient of alpha v^T H v/2 - c^T v.
/// One step with example i and step size gamma:
///   x <- x - gamma [ scale ((s_i(x) - t_i) x_i + m + D x) - c ],    m = (1/n) sum_j t_j x_j,
/// SAGA:           t_i is the number of example i when it was last drawn; then t_i <- s_i(old x);
/// loopless SVRG:  t_i = s_i(y) at an anchor y; then, where the coin says so, y <- old x and m
/// anew. The regulariser is exact and stays out of the table: a table of whole gradients s_i x_i +
/// D w would need the old w of every example, n vectors.
///
/// Memory: n + 2 d numbers (SAGA); n + 3 d, of which n are scratch (loopless SVRG). A step costs
/// O(entries of x_i) + O(d), a new anchor one pass over the examples. Nothing allocates after
/// construction. The oracle must outlive the object and not be posed otherwise between start and
/// the last step.
class VarianceReducedSteps {
 public:
  VarianceReducedSteps(ComponentOracle& oracle, VarianceReduction kind);

  /// Begins at x (d) on the subproblem the oracle is posed for: fills the table, or puts the anchor
  /// there. n evaluations; none on the linear system at x = 0, where every number is 0.
  void start_lower_level(const ConstVectorRef& x);
  void start_linear_system(const ConstVectorRef& x, double alpha, const ConstVectorRef& c);

  /// One step on x, 0 <= i < n. `move_anchor`: the coin of loopless SVRG; SAGA ignores it.
  void step(std::int32_t i, bool move_anchor, double gamma, VectorRef x);

  VarianceReduction kind() const { return kind_; }
  std::int64_t count() const { return oracle_.count(); }
  /// Numbers s_i evaluated since construction: SAGA n at a start and 1 a step, loopless SVRG n at a
  /// start, 2 a step and n at a new anchor. Over n: epochs.
  std::int64_t evaluations() const { return evaluations_; }

 private:
  void start(const ConstVectorRef& x, double scale);
  void remember_all_at(const ConstVectorRef& x);

  ComponentOracle& oracle_;
  VarianceReduction kind_;
  double scale_ = 1.0;
  bool zero_at_zero_ = false;  // s_i(0) = 0
  Vector c_;                   // d
  Vector table_;               // n: t_i (SAGA), scratch (loopless SVRG)
  Vector mean_;                // d: m
  Vector anchor_;              // d: y (loopless SVRG)
  std::int64_t evaluations_ = 0;
};

/// Largest gamma for which the linear rates of theory/variance_reduction_bounds.hpp are proved on
/// the lower level, 1/(2 L_max + 4 L_max0) >= 1/(6 L_max). On the linear system: over alpha.
double variance_reduced_step_limit(const Curvature& curvature);

}  // namespace sid
