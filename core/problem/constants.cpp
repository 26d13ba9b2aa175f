#include "sid/problem/constants.hpp"

namespace sid {

void fill_theorem_constants(ProblemConstants& c) {
  const double gap = 1.0 - c.q;
  c.c1 = c.mu2 + (c.mu1 * c.L_Phi + c.nu2 * c.L_E) / gap;
  // nu1 = 0 with an infinite L_E must not produce 0 * infinity.
  if (c.nu1 > 0.0) c.c1 += c.nu1 * c.L_E * c.L_Phi / (gap * gap);
  c.sigma2_theorem43 = 2.0 * (c.L_hat * c.L_hat + c.q * c.q) / (gap * gap);
  c.sigma1_w_theorem43 = 2.0 * c.alpha * c.alpha * c.V_star_b;
  c.sigma1_v_theorem51 = 2.0 * c.L_hat * c.L_hat * c.L_E * c.L_E / (gap * gap);
}

}  // namespace sid
