#include "sid/theory/measured_rates.hpp"

#include <cmath>
#include <limits>

#include "sid/theory/hypergradient_bounds.hpp"

namespace sid {

double sharp_value_with_rates(const ProblemConstants& p,
                              double averaged_m2,
                              double rho,
                              double sigma) {
  if (!(rho >= 0.0 && sigma >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
  const HypergradientConstants c{
      .c1 = p.c1, .L_Phi = p.L_Phi, .nu2 = p.nu2, .m2 = averaged_m2, .L_E = p.L_E, .q = p.q};
  const double value = sharp_bound(c, rho, sigma);
  return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace sid
