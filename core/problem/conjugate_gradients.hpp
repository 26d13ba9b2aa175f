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

/// An approximate solution of A x = b by the same method from x = 0, without restarts: stops when
/// the preconditioned residual r^T M^-1 r, which for M near A is the squared energy norm of the
/// error, has fallen by relative_accuracy^2.
template <class Multiply, class Precondition>
Vector estimate_by_conjugate_gradients(const Multiply& multiply,
                                       const Precondition& precondition,
                                       const Vector& b,
                                       double relative_accuracy,
                                       const std::stop_token& stop = {},
                                       int max_products = 10000) {
  Vector x = Vector::Zero(b.size());
  Vector r = b, z(b.size()), p(b.size()), image(b.size());
  precondition(r, z);
  p = z;
  double rz = r.dot(z);
  const double goal = relative_accuracy * relative_accuracy * rz;
  for (int products = 0; rz > goal && products < max_products; ++products) {
    if (stop.stop_requested()) break;
    multiply(p, image);
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
  return x;
}

}  // namespace sid
