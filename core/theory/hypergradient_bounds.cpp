#include "sid/theory/hypergradient_bounds.hpp"

#include <cmath>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

double square(double x) {
  return x * x;
}

}  // namespace

double averaged_m2(double m2, long long jacobian_samples) {
  SID_EXPECTS(jacobian_samples >= 0, "the number of samples cannot be negative");
  return jacobian_samples == 0 ? 0.0 : m2 / static_cast<double>(jacobian_samples);
}

double theorem_3_1_conditional(const HypergradientConstants& c, double distance, double sigma) {
  const double root = std::sqrt(sigma);
  return c.c1 * distance + c.L_Phi * root + c.nu2 * distance * root;
}

double theorem_3_1(const HypergradientConstants& c, double rho, double sigma) {
  return theorem_3_1_conditional(c, std::sqrt(rho), sigma);
}

double theorem_3_2(const HypergradientConstants& c, double rho, double sigma) {
  return floor_14(c) + 2.0 * (square(c.L_Phi) + c.m2) * sigma + 2.0 * square(c.nu2) * rho * sigma;
}

double theorem_3_3(const HypergradientConstants& c, double rho, double sigma) {
  return 3.0 * (square(c.c1) * rho + square(c.L_Phi) * sigma + square(c.nu2) * rho * sigma);
}

Theorem34 theorem_3_4(const HypergradientConstants& c, double rho, double sigma) {
  return {.jacobian = floor_14(c),
          .lower = 6.0 * square(c.c1) * rho,
          .linear = 2.0 * (4.0 * square(c.L_Phi) + c.m2) * sigma,
          .product = 8.0 * square(c.nu2) * rho * sigma};
}

double floor_14(const HypergradientConstants& c) {
  return 2.0 * sharp_floor(c);
}

double merged_bound(const HypergradientConstants& c, double rho, double sigma) {
  return floor_14(c) + 3.0 * square(c.c1) * rho + (5.0 * square(c.L_Phi) + 2.0 * c.m2) * sigma +
         5.0 * square(c.nu2) * rho * sigma;
}

double sharp_bound(const HypergradientConstants& c, double rho, double sigma) {
  const double norm_v = c.L_E / (1.0 - c.q) + std::sqrt(sigma);
  return c.m2 * square(norm_v) + square(theorem_3_1(c, rho, sigma));
}

double sharp_floor(const HypergradientConstants& c) {
  return c.m2 == 0.0 ? 0.0 : c.m2 * square(c.L_E / (1.0 - c.q));
}

}  // namespace sid
