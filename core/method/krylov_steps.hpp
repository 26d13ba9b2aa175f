#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stop_token>

#include "sid/math/contract.hpp"
#include "sid/math/types.hpp"

namespace sid {

/// Vectors that the solvers below work in, so that they allocate nothing.
struct KrylovWorkspace {
  explicit KrylovWorkspace(Index dim)
      : residual(Vector::Zero(dim)),
        direction(Vector::Zero(dim)),
        image(Vector::Zero(dim)),
        normal(Vector::Zero(dim)) {}

  Vector residual, direction, image, normal;  // d each
};

struct KrylovSteps {
  std::int64_t steps = 0;  ///< taken; below k where the system was solved before
  bool stopped = false;    ///< a stop was requested in between; x is to be discarded
};

/// A residual of the recursion below this fraction of the right-hand side ends a solve: x could
/// only change by rounding.
inline constexpr double kSolvedResidual = 0.5 * std::numeric_limits<double>::epsilon();

/// x_k of conjugate gradients for A x = b from x_0 = 0, A symmetric positive definite:
/// multiply(u, out) writes A u. Each x_j minimises (x - A^-1 b)^T A (x - A^-1 b) over
/// span{b, A b, ..., A^(j-1) b}, so x_d is the solution in exact arithmetic and
///   ||x_k - A^-1 b||_A <= 2 ((sqrt(kappa) - 1)/(sqrt(kappa) + 1))^k ||A^-1 b||_A;
/// ||x_k - A^-1 b|| does not increase with k (Hestenes and Stiefel, 1952, section 6).
/// Ends before k steps at a residual of kSolvedResidual ||b|| or `tolerance` >= 0, whichever is
/// larger, as the recursion has it, and where the curvature along a
/// direction is not a positive number in double precision (breakdown: what rounding, underflow or
/// overflow leave of A); x then is the iterate before. b, x: d; no aliasing; one product a step;
/// polls `stop` at every step.
template <class Multiply>
KrylovSteps conjugate_gradient_steps(const Multiply& multiply,
                                     const ConstVectorRef& b,
                                     std::int64_t k,
                                     KrylovWorkspace& work,
                                     VectorRef x,
                                     const std::stop_token& stop = {},
                                     double tolerance = 0.0) {
  SID_EXPECTS(k >= 0, "the number of steps cannot be negative");
  SID_EXPECTS(b.size() == x.size() && work.residual.size() == x.size(),
              "b, x and the workspace have the same length");
  x.setZero();
  work.residual = b;
  work.direction = b;
  double square = b.squaredNorm();
  const double solved = std::max(kSolvedResidual * std::sqrt(square), tolerance);
  KrylovSteps done;
  while (done.steps < k && std::sqrt(square) > solved) {
    if (stop.stop_requested()) {
      done.stopped = true;
      return done;
    }
    multiply(work.direction, work.image);
    const double curvature = work.direction.dot(work.image);
    if (!(curvature > 0.0) || !std::isfinite(square / curvature)) break;
    const double length = square / curvature;
    x.noalias() += length * work.direction;
    work.residual.noalias() -= length * work.image;
    const double next = work.residual.squaredNorm();
    work.direction = work.residual + (next / square) * work.direction;
    square = next;
    ++done.steps;
  }
  return done;
}

/// x_k of conjugate gradients on the normal equations A^T A x = A^T b from x_0 = 0 (CGNR), for any
/// invertible A: multiply(u, out) writes A u, multiply_transpose(u, out) writes A^T u. Each x_j
/// minimises ||b - A x|| over span{A^T b, (A^T A) A^T b, ...}, and the residual contracts at the
/// rate of conjugate gradients with kappa(A)^2. Ends early and polls like conjugate_gradient_steps,
/// with A^T b in place of b. Two products a step, one more at the start.
template <class Multiply, class MultiplyTranspose>
KrylovSteps normal_equation_steps(const Multiply& multiply,
                                  const MultiplyTranspose& multiply_transpose,
                                  const ConstVectorRef& b,
                                  std::int64_t k,
                                  KrylovWorkspace& work,
                                  VectorRef x,
                                  const std::stop_token& stop = {}) {
  SID_EXPECTS(k >= 0, "the number of steps cannot be negative");
  SID_EXPECTS(b.size() == x.size() && work.residual.size() == x.size(),
              "b, x and the workspace have the same length");
  x.setZero();
  work.residual = b;
  multiply_transpose(work.residual, work.normal);
  work.direction = work.normal;
  double square = work.normal.squaredNorm();
  const double solved = kSolvedResidual * std::sqrt(square);
  KrylovSteps done;
  while (done.steps < k && std::sqrt(square) > solved) {
    if (stop.stop_requested()) {
      done.stopped = true;
      return done;
    }
    multiply(work.direction, work.image);
    const double curvature = work.image.squaredNorm();
    if (!(curvature > 0.0) || !std::isfinite(square / curvature)) break;
    const double length = square / curvature;
    x.noalias() += length * work.direction;
    work.residual.noalias() -= length * work.image;
    multiply_transpose(work.residual, work.normal);
    const double next = work.normal.squaredNorm();
    work.direction = work.normal + (next / square) * work.direction;
    square = next;
    ++done.steps;
  }
  return done;
}

}  // namespace sid
