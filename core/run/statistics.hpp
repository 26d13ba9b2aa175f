#pragma once

#include <cstdint>
#include <span>

namespace sid {

/// Mean of i.i.d. non-negative values (squared errors) with its uncertainty.
///
/// The 95 % interval is built for log(mean): with standard error se of the mean m, the delta method
/// gives standard error se/m for log m, hence [m exp(-t se/m), m exp(t se/m)] with Student's
/// quantile t. Unlike m -+ t se it is always positive, looks right on a logarithmic axis, and for
/// skewed positive values it covers better (exponential tails, nominal 95 %: 93.5 % against 87.8 %
/// at R = 5, 93.1 % against 89.7 % at R = 10). Use at least 5 values, better 10.
struct MeanEstimate {
  double mean = 0.0;     ///< NaN if there is no finite value
  double std = 0.0;      ///< sample standard deviation, denominator R - 1; 0 for one value
  double sem = 0.0;      ///< std / sqrt(R)
  double ci_low = 0.0;   ///< lower end of the 95 % interval; = mean for R = 1 or mean = 0
  double ci_high = 0.0;  ///< upper end; may be infinite if the mean is near the largest double
};

/// Statistics of the finite entries of `values`, added in the given order; entries that are not
/// finite (diverged replicas) are left out. Never overflows inside: values up to the largest double
/// are scaled by a power of two, which does not change any bit of the result.
///   values: >= 0. Allocates nothing.
MeanEstimate estimate_mean(std::span<const double> values);

/// 97.5 % quantile of Student's t distribution with `degrees` >= 1 degrees of freedom, to about
/// 1e-13 relative. Up to 1000 degrees by Newton's method on the finite trigonometric sums for
/// integer degrees (Abramowitz and Stegun 26.7.3, 26.7.4), above by the Cornish-Fisher expansion
/// (26.7.5), whose first omitted term is below 1e-14 there.
double student_t_975(std::int64_t degrees);

}  // namespace sid
