#pragma once

#include <cstddef>
#include <vector>

#include "sid/problem/constants.hpp"

namespace sid {

/// Direct bound of stochastic gradient steps e <- e - s g-hat, s = eta alpha, on a quadratic-like
/// landscape; not in the paper. It needs neither eta <= 1/(1 + sigma2) nor global noise constants.
///
/// Hypotheses: along each possible curvature h the exact step multiplies the squared error by
/// (1 - s h)^2, and the noise is the sum of one that is proportional to the error, of variance
/// <= n_h ||e||^2, and one of variance V* that is there at the solution. The pairs (h, n_h) and V*
/// come from the problem (ProblemConstants::w_noise with V_star_b; v_noise with V_star_v_global).
///
/// Then for every theta > 0, by Minkowski's inequality and (x+y)^2 <= (1+theta) x^2 +
/// (1+1/theta) y^2 applied with x the noise at the solution,
///   M_{t+1} <= max_h [ (1 - s h)^2 + (1 + 1/theta) s^2 n_h ] M_t + (1 + theta) s^2 V*.
/// For data problems the curvatures fill [tau, L] with n_h = c_b (h - tau_R) (mean value theorem;
/// the noise of two gradients differs by at most L_max0 times the data part of the curvature); the
/// bracket is convex in h, so its two ends suffice.
/// theta is free in every step, because the right side is increasing in M_t.
class DirectBound {
 public:
  /// Copies the pairs; at least one, h > 0, variance >= 0. V_star >= 0.
  DirectBound(std::vector<CurvatureNoise> pairs, double V_star);

  /// Where the last best theta was found; carried from step to step along a path.
  struct Guess {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    double theta = 1.0;
    /// Pairs that decided below and above theta.
    std::size_t left = kNone, right = kNone;
  };

  /// One step with the best theta, found to a relative error of the bound of about 1e-3 at first
  /// and to rounding a step or two later, for less than a microsecond. Any guess is right; a good
  /// one is what the call before left. On return guess.theta is the theta used; V_star = 0 stands
  /// for theta = infinity and leaves the guess alone.
  double best_step(double bound, double s, Guess& guess) const;

  /// The factor of M_t where noise at the solution plays no part (theta = infinity); the bound
  /// contracts for some theta if and only if it is below 1.
  double factor(double s) const;
  /// Largest s with factor(s) <= 1: min over pairs of 2 h/(h^2 + n_h).
  double step_limit() const;
  /// Largest s up to which the flattest direction alone decides factor(s), which falls there as s
  /// grows; beyond it noise or a steeper direction does. For the pairs (tau, 0) and (L, c_b (L -
  /// tau)) of a logistic lower level this is 2/(L + tau + c_b), and factor(s) = (1 - s tau)^2 below
  /// it.
  double full_rate_limit() const;
  /// 1 - [ (1 - s h)^2 + (1 + 1/theta) s^2 n_h ] at the pair where that is smallest: a step with
  /// this theta takes at least this fraction of M_t away. Concave in s. theta may be infinite.
  double loss(double s, double theta) const;
  double V_star() const { return V_star_; }
  /// The same curvatures with other noise at the solution.
  DirectBound with_noise(double V_star) const { return {pairs_, V_star}; }

 private:
  std::size_t deciding_pair(double bound, double s, double theta, double& value) const;

  std::vector<CurvatureNoise> pairs_;
  double V_star_;
};

}  // namespace sid
