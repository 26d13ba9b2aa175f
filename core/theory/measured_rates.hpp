#pragma once

#include "sid/problem/constants.hpp"

namespace sid {

/// The sharp form of Theorem 3.4, sharp_bound(), with numbers for rho and sigma that the caller
/// measured or computed, in place of proved ones. It shows what is lost in passing from the errors
/// of w_t and v_k to that of the hypergradient, apart from what is lost in bounding them.
///
/// Not a bound: measured values have an error of their own, and sharp_bound() needs a sigma that
/// holds for every w, where a mean over runs is one over the w_t they reached. NaN where rho or
/// sigma is NaN or negative and where the value is infinite (L_E is). averaged_m2: m2/J.
double sharp_value_with_rates(const ProblemConstants& constants,
                              double averaged_m2,
                              double rho,
                              double sigma);

}  // namespace sid
