#include "sid/problem/error_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

// The norms that enter the bounds.
struct Norms {
  double gradient = 0.0, residual = 0.0, cross = 0.0, upper_gradient = 0.0, v = 0.0;
};

bool known(const DerivativeLipschitz& lipschitz, const PointBounds& at) {
  return std::isfinite(lipschitz.hessian) && std::isfinite(lipschitz.cross) &&
         std::isfinite(lipschitz.upper_gradient) && std::isfinite(at.norm_cross);
}

double or_infinity(double bound) {
  return std::isnan(bound) ? kInfinity : bound;
}

double a_posteriori_of(const Norms& norms, const Curvature& k, const DerivativeLipschitz& l) {
  return or_infinity(a_posteriori_bound({.gradient_norm = norms.gradient,
                                         .linear_residual_norm = norms.residual,
                                         .norm_cross = norms.cross,
                                         .norm_upper_gradient = norms.upper_gradient,
                                         .tau = k.tau,
                                         .hessian_lipschitz = l.hessian,
                                         .cross_lipschitz = l.cross,
                                         .mu1 = l.upper_gradient}));
}

// For the gradient map I - d_1 Phi = alpha H, so alpha tau serves for 1 - q.
double fixed_point_of(const Norms& norms, const Curvature& k, const DerivativeLipschitz& l) {
  return or_infinity(fixed_point_bound({.step_norm = k.alpha * norms.gradient,
                                        .linear_residual_norm = norms.residual,
                                        .norm_cross = k.alpha * norms.cross,
                                        .norm_upper_gradient = norms.upper_gradient,
                                        .norm_v = norms.v,
                                        .gap = k.alpha * k.tau,
                                        .nu1 = k.alpha * l.hessian,
                                        .nu2 = k.alpha * l.cross,
                                        .mu1 = l.upper_gradient}));
}

}  // namespace

double fixed_point_bound(const FixedPointTerms& t) {
  SID_EXPECTS(t.gap > 0.0, "the contraction constant must be below one");
  const double distance = t.step_norm / t.gap;
  const double norm_v = t.norm_v + t.linear_residual_norm / t.gap;
  return (t.norm_cross * t.nu1 * distance * norm_v + t.nu2 * distance * t.norm_upper_gradient +
          (t.norm_cross + t.nu2 * distance) * t.mu1 * distance +
          t.norm_cross * t.linear_residual_norm) /
         t.gap;
}

std::optional<ErrorCertificate> certified_error(const BilevelProblem& problem,
                                                const DerivativeLipschitz& lipschitz,
                                                const ConstVectorRef& w,
                                                const ConstVectorRef& v,
                                                const CertificateOptions& options) {
  const Index d = problem.lower_dim();
  SID_EXPECTS(w.size() == d && v.size() == d, "w and v have d entries");
  SID_EXPECTS(options.upper_gradient == nullptr || options.upper_gradient->size() == d,
              "the upper gradient has d entries");
  SID_EXPECTS(options.estimate == nullptr || options.estimate->size() == problem.upper_dim(),
              "an estimate has m entries");
  const double alpha = problem.alpha();
  if (options.stop.stop_requested()) return std::nullopt;
  Vector work(d), c(d);
  problem.lower_gradient(w, work);
  if (options.stop.stop_requested()) return std::nullopt;
  Norms norms{.gradient = work.norm(), .v = v.norm()};
  if (options.upper_gradient != nullptr) {
    c = *options.upper_gradient;
  } else {
    problem.upper_gradient(w, c);
  }
  if (options.stop.stop_requested()) return std::nullopt;
  problem.hessian_vector(w, v, work);
  norms.upper_gradient = c.norm();
  norms.residual = (alpha * work - c).norm();
  if (options.stop.stop_requested()) return std::nullopt;
  const PointBounds at = problem.point_bounds(w, options.cross_norm, options.stop);
  if (options.stop.stop_requested()) return std::nullopt;

  ErrorCertificate out{.gradient_norm = norms.gradient, .linear_residual_norm = norms.residual};
  if (!known(lipschitz, at)) return out;
  norms.cross = at.norm_cross;
  const Curvature& k = problem.curvature();
  out.a_posteriori = a_posteriori_of(norms, k, lipschitz);
  out.fixed_point = fixed_point_of(norms, k, lipschitz);

  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  norms.gradient += at.gradient_rounding;
  // alpha H v - c itself is rounded entry by entry.
  norms.residual += alpha * at.product_rounding * norms.v + at.upper_rounding +
                    2.0 * kEpsilon * (alpha * work.norm() + norms.upper_gradient);
  norms.upper_gradient += at.upper_rounding;
  norms.cross += at.cross_rounding;
  const double estimate = alpha * (at.cross_rounding + 2.0 * kEpsilon * at.norm_cross) * norms.v;
  const double slack = (static_cast<double>(d) + 64.0) * kEpsilon;
  out.bound = or_infinity((1.0 + slack) * (std::min(a_posteriori_of(norms, k, lipschitz),
                                                    fixed_point_of(norms, k, lipschitz)) +
                                           estimate));
  if (options.estimate == nullptr) return out;
  if (options.stop.stop_requested()) return std::nullopt;
  const Index m = problem.upper_dim();
  Vector difference(m);
  problem.cross_transpose(w, v, difference);
  difference = *options.estimate + alpha * difference;  // exactly 0 where both are the same
  out.distance = difference.norm();
  out.bound =
      or_infinity(out.bound + (1.0 + (static_cast<double>(m) + 64.0) * kEpsilon) * out.distance);
  return out;
}

}  // namespace sid
