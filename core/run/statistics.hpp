#pragma once

#include <cstdint>
#include <span>

namespace sid {

/// Mean of i.i.d. positive values with its uncertainty (theory 5.3).
struct MeanEstimate {
  double mean = 0.0;
  double std = 0.0;      ///< sample standard deviation; 0 for one value
  double sem = 0.0;      ///< std / sqrt(R)
  double ci_low = 0.0;   ///< 95 %: [m exp(-t* se/m), m exp(t* se/m)], Student t*; = mean for R = 1
  double ci_high = 0.0;
};

/// Statistics of the finite entries, added in the given order.
MeanEstimate estimate_mean(std::span<const double> values);

/// 97.5 % quantile of Student's t with `degrees` >= 1 degrees of freedom.
double student_t_975(std::int64_t degrees);

}  // namespace sid
