#pragma once

#include <cstdint>
#include <vector>

#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// What two curves have in common where they are compared.
enum class RatioAxis {
  epochs,      ///< samples drawn
  iterations,  ///< lower-level steps
};

/// Mean-square errors of one run over those of another, at the checkpoints of the first.
struct ErrorRatio {
  std::vector<double> x;                 ///< of the run's points
  std::vector<double> ratio, low, high;  ///< as long as x; NaN: a gap
  /// The interval rests on differences replica by replica; else the runs count as independent.
  bool paired = false;
  std::int64_t interpolated = 0;  ///< points between two checkpoints of the base
  std::int64_t without_base = 0;  ///< gaps: the base has no checkpoint on both sides
  std::int64_t not_positive = 0;  ///< gaps: a mean is zero, infinite or not known
  std::int64_t diverged = 0;      ///< gaps: replicas that overflowed are missing from a mean
  /// Values without an interval: a random curve has one replica, whose spread is not known.
  std::int64_t single = 0;
};

/// What is known of the replicas of two curves.
struct RatioReplicas {
  bool common_numbers = false;  ///< equal seeds: equal replicas share their random numbers
  bool curve_random = true;     ///< replicas of the curve differ; else one replica tells all
  bool base_random = true;      ///< the same of the base
};

/// curve / base at every point of `curve`, with a 95 % interval on the log scale.
///
/// Between two checkpoints of the base its mean is interpolated in log-log, log m0 = (1-s) log m_a
/// + s log m_b; outside its range there is a gap. (On a checkpoint it is that mean; where x = 0
/// stands at an end of the stretch, only the checkpoints themselves.)
///
/// Independent runs: log(m1/m0) has the standard errors of both means, so the half-widths of their
/// log-intervals are combined in quadrature, h = sqrt(h1^2 + h0^2); that of an interpolated mean is
/// at most (1-s) h_a + s h_b, which is taken. If the runs share random numbers, this is too wide as
/// far as their errors move together.
///
/// Paired runs: with common_numbers, the same replicas in both curves, all finite,
/// the delta method gives log(m1/m0) the influence
///     d_i = X_i/m1 - ((1-s) Y_ia/m_a + s Y_ib/m_b)
/// of replica i, hence h = t_{R-1} sd(d)/sqrt(R). Replicas are independent of each other, so this
/// holds however X_i and Y_i depend on each other.
///
/// Deterministic curves (one replica) have no width of their own. A random curve of one replica has
/// one, but nothing to estimate it from: low and high are NaN.
///
/// Both curves have points; errors are of `quantity`. Allocates.
ErrorRatio error_ratio(const MethodCurve& curve,
                       const MethodCurve& base,
                       Quantity quantity,
                       RatioAxis axis,
                       const RatioReplicas& replicas);

}  // namespace sid
