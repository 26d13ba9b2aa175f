#include "sid/theory/radius_bound.hpp"

#include <cmath>

namespace sid {

double RadiusBound::at(double rho, double sigma_per_gradient) const {
  const double r = std::sqrt(rho), S = std::sqrt(sigma_per_gradient);
  const double gradient = norm_c + mu1 * r;
  const double norm = norm_v + slopes.k1 * r + S * gradient;
  const double error = (slopes.a1 + slopes.a2 * radius) * r + L_Phi * S * gradient +
                       nu2 * S * (norm_c + mu1 * radius) * r;
  return (m2 == 0.0 ? 0.0 : m2 * norm * norm) + error * error;
}

RadiusBound radius_bound(const ProblemConstants& c, double averaged_m2) {
  return {.slopes = solution_slopes(c),
          .norm_v = c.norm_v,
          .norm_c = c.norm_c,
          .mu1 = c.mu1,
          .L_Phi = c.L_Phi,
          .nu2 = c.nu2,
          .radius = c.radius,
          .m2 = averaged_m2};
}

LinearSystemPerGradient linear_system_per_gradient(const ProblemConstants& c) {
  const double inverse = 1.0 / (c.alpha * c.tau_R);
  const double alpha_squared = c.alpha * c.alpha;
  return {.initial = inverse * inverse,
          .V_star = c.c_b == 0.0 ? 0.0 : c.c_b / (4.0 * c.tau_R * alpha_squared)};
}

}  // namespace sid
