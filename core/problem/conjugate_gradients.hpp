#pragma once

#include <algorithm>
#include <cmath>
#include <stop_token>
#include <utility>

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
/// that is the measure. One operation at a time, so that several systems can share theirs: as long
/// as wants() is not nothing, answer() is filled with A or M^-1 times argument(), and then go_on()
/// called.
/// Not converged: after `max_products`, a stop, or where A or M is not positive definite in double
/// precision; x is then the iterate reached.
class ConjugateGradientsSteps {
 public:
  enum class Wants { product, preconditioning, nothing };

  ConjugateGradientsSteps(const Vector& b,
                          const EstimateTolerance& tolerance,
                          int max_products,
                          Vector x,
                          std::stop_token stop = {})
      : tolerance_(tolerance),
        max_products_(max_products),
        stop_(std::move(stop)),
        x_(std::move(x)),
        r_(b),
        z_(b.size()),
        p_(b.size()),
        image_(b.size()) {
    stage_ = (x_.array() != 0.0).any() ? Stage::residual : Stage::first;
  }

  Wants wants() const {
    if (stage_ == Stage::done) return Wants::nothing;
    return stage_ == Stage::first || stage_ == Stage::next ? Wants::preconditioning
                                                           : Wants::product;
  }
  const Vector& argument() const {
    if (stage_ == Stage::residual) return x_;
    if (stage_ == Stage::last) return z_;
    return stage_ == Stage::step ? p_ : r_;
  }
  Vector& answer() { return wants() == Wants::preconditioning ? z_ : image_; }

  void go_on() {
    if (wants() == Wants::product) ++result_.products;
    switch (stage_) {
      case Stage::residual:
        r_ -= image_;
        stage_ = Stage::first;
        return;
      case Stage::first:
        p_ = z_;
        rz_ = r_.dot(z_);
        measure();
        return;
      case Stage::step:
        take_step();
        return;
      case Stage::next: {
        const double next = r_.dot(z_);
        p_ = z_ + (next / rz_) * p_;
        rz_ = next;
        measure();
        return;
      }
      case Stage::last: {
        const double curvature = z_.dot(image_);
        if (curvature > 0.0 && z_.norm() * rz_ <= allowed_ * curvature) {
          x_ += (rz_ / curvature) * z_;
          end(x_.allFinite());
        } else {
          search();
        }
        return;
      }
      case Stage::done:
        return;
    }
  }

  const Vector& x() const { return x_; }
  const ConjugateGradientsEstimate& result() const { return result_; }

 private:
  /// What is computed: A x; M^-1 r for the first time; A p; M^-1 r again; A z, which may be the
  /// end.
  enum class Stage { residual, first, step, next, last, done };

  void end(bool converged) {
    result_.converged = converged;
    stage_ = Stage::done;
  }

  void measure() {
    const double size = x_.norm();
    if (r_.norm() <= tolerance_.by_residual * size) {
      end(x_.allFinite());
      return;
    }
    allowed_ = tolerance_.by_preconditioner * size;
    if (z_.norm() <= allowed_) {
      stage_ = Stage::last;
    } else {
      search();
    }
  }

  void search() {
    if (stop_.stop_requested() || result_.products >= max_products_) {
      end(false);
    } else {
      stage_ = Stage::step;
    }
  }

  void take_step() {
    const double curvature = p_.dot(image_);
    if (!(curvature > 0.0 && rz_ > 0.0)) {
      end(false);
      return;
    }
    const double step = rz_ / curvature;
    x_ += step * p_;
    r_ -= step * image_;
    stage_ = Stage::next;
  }

  EstimateTolerance tolerance_;
  int max_products_;
  std::stop_token stop_;
  Vector x_, r_, z_, p_, image_;
  double rz_ = 0.0, allowed_ = 0.0;
  Stage stage_;
  ConjugateGradientsEstimate result_;
};

/// The same at once. multiply(u, out) writes A u, precondition(r, out) writes M^-1 r.
template <class Multiply, class Precondition>
ConjugateGradientsEstimate estimate_by_conjugate_gradients(const Multiply& multiply,
                                                           const Precondition& precondition,
                                                           const Vector& b,
                                                           const EstimateTolerance& tolerance,
                                                           int max_products,
                                                           Vector& x,
                                                           const std::stop_token& stop = {}) {
  using Wants = ConjugateGradientsSteps::Wants;
  ConjugateGradientsSteps steps(b, tolerance, max_products, std::move(x), stop);
  while (steps.wants() != Wants::nothing) {
    if (steps.wants() == Wants::product) {
      multiply(steps.argument(), steps.answer());
    } else {
      precondition(steps.argument(), steps.answer());
    }
    steps.go_on();
  }
  x = steps.x();
  return steps.result();
}

}  // namespace sid
