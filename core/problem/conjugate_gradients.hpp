#pragma once

#include <algorithm>
#include <cmath>
#include <stop_token>

#include "sid/math/types.hpp"

namespace sid {

struct ConjugateGradientsOptions {
  double relative_residual = 1e-14;  ///< stops at ||b - A x|| <= relative_residual * ||b||
  int max_products = 10000;          ///< with A, over all restarts
};

struct ConjugateGradientsResult {
  int products = 0;
  double residual_norm = 0.0;  ///< ||b - A x||, recomputed
  bool converged = false;
};

/// Solves A x = b for symmetric positive definite A by preconditioned conjugate gradients, starting
/// from the given x. multiply(u, out) writes A u, precondition(r, out) writes an approximation of
/// A^-1 r (symmetric positive definite). The residual is recomputed when the recursion claims
/// convergence, and the method restarted from there, so the answer is good to rounding; it stops
/// when a restart no longer halves the residual. x ends at the best point found.
template <class Multiply, class Precondition>
ConjugateGradientsResult conjugate_gradients(const Multiply& multiply,
                                             const Precondition& precondition,
                                             const Vector& b,
                                             const ConjugateGradientsOptions& options,
                                             Vector& x,
                                             const std::stop_token& stop = {}) {
  ConjugateGradientsResult result;
  const double target = options.relative_residual * b.norm();
  Vector r(b.size()), z(b.size()), p(b.size()), image(b.size()), best = x;
  double best_norm = -1.0;
  for (;;) {
    multiply(x, image);
    ++result.products;
    r = b - image;
    const double norm = r.norm();
    const bool halved = best_norm < 0.0 || norm <= 0.5 * best_norm;
    if (best_norm < 0.0 || norm < best_norm) {
      best_norm = norm;
      best = x;
    }
    result.converged = best_norm <= target;
    if (result.converged || !halved || !std::isfinite(norm)) break;
    // Rounding of the recursion limits what one start can gain.
    const double goal = std::max(target * 0.5, norm * 1e-10);
    precondition(r, z);
    p = z;
    double rz = r.dot(z);
    while (r.norm() > goal && result.products < options.max_products) {
      if (stop.stop_requested()) break;
      multiply(p, image);
      ++result.products;
      const double curvature = p.dot(image);
      if (!(curvature > 0.0)) break;
      const double step = rz / curvature;
      x += step * p;
      r -= step * image;
      precondition(r, z);
      const double next = r.dot(z);
      p = z + (next / rz) * p;
      rz = next;
    }
    if (stop.stop_requested() || result.products >= options.max_products) break;
  }
  x = best;
  result.residual_norm = best_norm;
  return result;
}

struct ConjugateGradientsEstimate {
  int products = 0;  ///< with A
  bool converged = false;
};

/// When an estimate of the solution of A x = b is near enough, by its residual r = b - A x. Either
/// suffices.
struct EstimateTolerance {
  /// ||M^-1 r|| <= this times ||x||, for M near A; 0: never. The Rayleigh quotient of z = M^-1 r
  /// must agree, ||z|| z'Mz / z'Az <= this times ||x||: where M is far larger than A, z hides the
  /// error.
  double by_preconditioner = 0.0;
  double by_residual = 0.0;  ///< ||r|| <= this times ||x||
};

/// An approximate solution of A x = b for symmetric positive definite A by preconditioned conjugate
/// gradients from the given x, to which the best multiple of z = M^-1 r is added at the end where
/// that is the measure.
/// Not converged: after `max_products`, a stop, or where A or M is not positive definite in double
/// precision; x is then the iterate reached.
template <class Multiply, class Precondition>
ConjugateGradientsEstimate estimate_by_conjugate_gradients(const Multiply& multiply,
                                                           const Precondition& precondition,
                                                           const Vector& b,
                                                           const EstimateTolerance& tolerance,
                                                           int max_products,
                                                           Vector& x,
                                                           const std::stop_token& stop = {}) {
  ConjugateGradientsEstimate result;
  Vector r = b, z(b.size()), p(b.size()), image(b.size());
  if ((x.array() != 0.0).any()) {
    multiply(x, image);
    ++result.products;
    r -= image;
  }
  precondition(r, z);
  p = z;
  double rz = r.dot(z);
  for (;;) {
    const double size = x.norm();
    if (r.norm() <= tolerance.by_residual * size) {
      result.converged = x.allFinite();
      return result;
    }
    const double allowed = tolerance.by_preconditioner * size;
    if (z.norm() <= allowed) {
      multiply(z, image);
      ++result.products;
      const double curvature = z.dot(image);
      if (curvature > 0.0 && z.norm() * rz <= allowed * curvature) {
        x += (rz / curvature) * z;
        result.converged = x.allFinite();
        return result;
      }
    }
    if (stop.stop_requested() || result.products >= max_products) return result;
    multiply(p, image);
    ++result.products;
    const double curvature = p.dot(image);
    if (!(curvature > 0.0 && rz > 0.0)) return result;
    const double step = rz / curvature;
    x += step * p;
    r -= step * image;
    precondition(r, z);
    const double next = r.dot(z);
    p = z + (next / rz) * p;
    rz = next;
  }
}

}  // namespace sid
