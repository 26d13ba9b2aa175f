#include "sid/theory/inexact_bounds.hpp"

#include <cmath>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

double residual_factor(const PathConstants& path,
                       ResidualSolver solver,
                       ResidualForm form,
                       double k) {
  const bool authors = form == ResidualForm::authors;
  if (solver == ResidualSolver::fixed_point)
    return (authors ? path.kappa : 1.0) * contraction_power(path.q, k);
  const double root = std::sqrt(path.kappa);
  const double rate = contraction_power((root - 1.0) / (root + 1.0), k);
  return 2.0 * root * (authors ? path.kappa : 1.0) * rate;
}

}  // namespace

InexactConstants inexact_constants(const ProblemConstants& c) {
  return {.tau = c.tau,
          .norm_cross_star = c.L_Phi / c.alpha,
          .norm_upper_gradient_star = c.norm_c,
          .hessian_lipschitz = c.nu1 / c.alpha,
          .cross_lipschitz = c.nu2 / c.alpha,
          .mu1 = c.mu1};
}

AprioriBound a_priori_bound(const InexactConstants& c, const Accuracies& a) {
  SID_EXPECTS(c.tau > 0.0, "strong convexity must be positive");
  const double e = a.distance;
  const double slope =
      c.norm_cross_star * c.mu1 / c.tau +
      c.norm_cross_star * c.norm_upper_gradient_star * c.hessian_lipschitz / (c.tau * c.tau) +
      c.cross_lipschitz * c.norm_upper_gradient_star / c.tau;
  return {.lower = slope * e + c.cross_lipschitz * c.mu1 / c.tau * e * e,
          .linear = c.norm_cross_star * a.residual / c.tau,
          .product = c.cross_lipschitz * e * a.residual / c.tau};
}

double residual_bound(const PathConstants& path,
                      double norm_c,
                      ResidualSolver solver,
                      ResidualForm form,
                      double t,
                      double k) {
  SID_EXPECTS(t >= 0.0 && k >= 0.0, "the number of steps cannot be negative");
  const double start = norm_c + path.mu1 * contraction_power(path.q, t) * path.initial;
  return residual_factor(path, solver, form, k) * start;
}

AprioriBound iteration_bound(const ProblemConstants& constants,
                             ResidualSolver solver,
                             ResidualForm form,
                             double t,
                             double k) {
  const PathConstants path = path_constants(constants);
  return a_priori_bound(inexact_constants(constants),
                        {.distance = contraction_power(path.q, t) * path.initial,
                         .residual = residual_bound(path, constants.norm_c, solver, form, t, k)});
}

}  // namespace sid
