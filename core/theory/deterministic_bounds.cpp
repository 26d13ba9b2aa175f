#include "sid/theory/deterministic_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {
double contraction_power(double q, double steps) {
  SID_EXPECTS(q >= 0.0 && steps >= 0.0, "a contraction constant and a count cannot be negative");
  if (q == 0.0) return steps == 0.0 ? 1.0 : 0.0;
  return portable_pow(q, steps);
}

PathConstants path_constants(const ProblemConstants& c) {
  return {.q = c.q,
          .kappa = c.L / c.tau,
          .initial = c.norm_w,
          .L_E = std::min(c.L_E_global, c.norm_c + c.mu1 * c.norm_w),
          .L_Phi = c.L_Phi,
          .nu1 = c.nu1,
          .nu2 = c.nu2,
          .mu1 = c.mu1,
          .mu2 = c.mu2,
          .solution_slope = c.L_Phi / (1.0 - c.q)};
}

ItdBound itd_bound(const PathConstants& c, double t) {
  SID_EXPECTS(t >= 0.0, "the number of steps cannot be negative");
  const double decayed = contraction_power(c.q, t);
  // t q^(t-1) is 0 for t = 0.
  const double slope = t == 0.0 ? 0.0 : t * contraction_power(c.q, t - 1.0);
  return {.upper = (c.mu2 + c.mu1 * c.solution_slope) * c.initial * decayed,
          .map = (c.nu2 + c.nu1 * c.solution_slope) * c.L_E * c.initial * slope,
          .initial = c.L_E * c.solution_slope * decayed};
}

AidBound aid_fixed_point_bound(const PathConstants& c, double t, double k) {
  SID_EXPECTS(t >= 0.0 && k >= 0.0, "the number of steps cannot be negative");
  const double gap = 1.0 - c.q;
  const double left = contraction_power(c.q, k);
  const double sum = (1.0 - left) / gap;
  const double slope = c.mu1 * c.L_Phi + c.nu2 * c.L_E + c.nu1 * c.L_Phi * c.L_E / gap;
  return {.lower = (c.mu2 + sum * slope) * contraction_power(c.q, t) * c.initial,
          .linear = c.L_Phi * c.L_E * left / gap,
          .product = 0.0};
}

AidBound aid_bound(const PathConstants& c, const SolverFactors& factors) {
  SID_EXPECTS(factors.lower >= 0.0 && factors.lower <= 1.0,
              "w_t is in the ball around the solution that w_0 is in");
  SID_EXPECTS(factors.linear >= 0.0, "an error cannot be negative");
  return aid_bound(c, factors.lower * c.initial, factors.linear * c.L_E / (1.0 - c.q));
}

AidBound aid_bound(const PathConstants& c, double distance, double linear_error) {
  SID_EXPECTS(distance >= 0.0 && linear_error >= 0.0, "an error cannot be negative");
  return {.lower = path_c1(c) * distance,
          .linear = c.L_Phi * linear_error,
          .product = c.nu2 * distance * linear_error};
}

double conjugate_gradient_rate(double kappa, double k) {
  SID_EXPECTS(kappa >= 1.0 && k >= 0.0, "kappa is at least one and k not negative");
  const double root = std::sqrt(kappa);
  return std::min(1.0, 2.0 * root * contraction_power((root - 1.0) / (root + 1.0), k));
}

double path_c1(const PathConstants& c) {
  const double gap = 1.0 - c.q;
  return c.mu2 + (c.mu1 * c.L_Phi + c.nu2 * c.L_E) / gap + c.nu1 * c.L_E * c.L_Phi / (gap * gap);
}

}  // namespace sid
