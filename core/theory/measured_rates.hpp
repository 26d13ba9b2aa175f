#pragma once

#include <span>

#include "sid/problem/constants.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// The sharp form of Theorem 3.4, sharp_bound(), with numbers for rho and sigma that the caller
/// measured or computed, in place of proved ones. It shows what is lost in passing from the errors
/// of w_t and v_k to that of the hypergradient, apart from what is lost in bounding them.
///
/// Not a bound: measured values have an error of their own, and sharp_bound() needs a sigma that
/// holds for every w, where a mean over runs is one over the w_t they reached. The curve is
/// therefore a CurveKind::prediction, id "sharp_with_true_rates", and not primary.
///   rho, sigma: one per checkpoint, of equal length; NaN or negative entries give a gap.
///   averaged_m2: m2/J, averaged_m2().
/// Where L_E is infinite there is no curve, and the reason says so.
TheoryCurve sharp_form_with_rates(const ProblemConstants& constants,
                                  double averaged_m2,
                                  std::span<const double> rho,
                                  std::span<const double> sigma);

/// One value of it; NaN where an argument is NaN, negative or infinite.
double sharp_value_with_rates(const ProblemConstants& constants,
                              double averaged_m2,
                              double rho,
                              double sigma);

}  // namespace sid
