#include "sid/problem/newton.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sid/problem/conjugate_gradients.hpp"

namespace sid {
namespace {

/// Newton iteration on the lower level.
class Newton {
 public:
  Newton(const DataProblem& problem, std::stop_token stop)
      : problem_(problem),
        stop_(std::move(stop)),
        x_(problem.family().train().features),
        worth_(products_worth_a_factor(problem)),
        w_(Vector::Zero(problem.lower_dim())),
        predictions_(Vector::Zero(x_.rows())),
        gradient_(problem.lower_dim()),
        step_(Vector::Zero(problem.lower_dim())) {}

  bool run() {
    preconditioner_.set_at_origin(problem_, stop_);
    loss_ = problem_.lower_loss_at(w_, predictions_);
    constexpr int kMaxSteps = 200;
    int polish = -1;  // steps left once full steps have become tiny
    for (int i = 0; i < kMaxSteps && !stop_.stop_requested(); ++i) {
      problem_.lower_gradient(w_, gradient_);
      if (!gradient_.allFinite()) return false;
      if (gradient_.norm() == 0.0) return true;
      const HessianProduct hessian(problem_, w_);
      renew_preconditioner(hessian, polish >= 0);
      const double decrement = solve_step(hessian, polish >= 0);
      if (!step_.allFinite()) return false;
      const bool full = decrement <= 1e-14 * std::abs(loss_);
      if (!full && !armijo(decrement)) return false;
      if (full) take_full_step();
      // Full steps that no longer shrink are rounding: the solution cannot be improved.
      stalled_ = full && step_.norm() > 0.5 * previous_step_ ? stalled_ + 1 : 0;
      previous_step_ = step_.norm();
      if (stalled_ == 3) return true;
      if (polish > 0 && --polish == 0) return true;
      if (polish < 0 && full && previous_step_ < 1e-9 * (1.0 + w_.norm())) polish = 2;
    }
    return false;
  }

  const Vector& w() const { return w_; }
  HessianPreconditioner take_preconditioner() { return std::move(preconditioner_); }

 private:
  void renew_preconditioner(const HessianProduct& hessian, bool polishing) {
    const bool close = !near_ && (polishing || previous_step_ < 1e-3 * (1.0 + w_.norm()));
    if (!close && products_ < worth_) return;
    preconditioner_.set(hessian.rows(), stop_);
    products_ = 0;
    near_ = near_ || close;
  }

  // H s = -g; returns the decrement -g^T s.
  double solve_step(const HessianProduct& hessian, bool polishing) {
    // Inexact far away, where Newton's model is poor; superlinear convergence needs the accuracy
    // to grow with the gradient's decrease.
    const double norm = gradient_.norm();
    first_norm_ = first_norm_ < 0.0 ? norm : first_norm_;
    const double accuracy = near_ || polishing ? 1e-10 : std::clamp(norm / first_norm_, 1e-6, 0.1);
    const Vector b = -gradient_;
    step_.setZero();
    const auto precondition = [this](const Vector& r, Vector& out) {
      preconditioner_.apply(r, out);
    };
    const ConjugateGradientsResult result =
        conjugate_gradients(hessian,
                            precondition,
                            b,
                            {.relative_residual = accuracy, .max_products = 5000},
                            step_,
                            stop_);
    products_ += result.products;
    return -gradient_.dot(step_);
  }

  bool armijo(double decrement) {
    Vector change(x_.rows()), trial(x_.rows());
    x_.multiply(step_, change);
    double factor = 1.0;
    for (int halving = 0; halving < 60; ++halving, factor *= 0.5) {
      if (stop_.stop_requested()) return false;
      const Vector w = w_ + factor * step_;
      trial = predictions_ + factor * change;
      const double loss = problem_.lower_loss_at(w, trial);
      if (loss <= loss_ - 1e-4 * factor * decrement) {
        w_ = w;
        step_ *= factor;
        update_predictions();
        return true;
      }
    }
    // No decrease beyond rounding is left: go on with full steps.
    take_full_step();
    return true;
  }

  void take_full_step() {
    w_ += step_;
    update_predictions();
  }

  void update_predictions() {
    x_.multiply(w_, predictions_);
    loss_ = problem_.lower_loss_at(w_, predictions_);
  }

  const DataProblem& problem_;
  std::stop_token stop_;
  const FeatureMatrix& x_;
  int worth_;
  Vector w_, predictions_, gradient_, step_;
  double loss_ = 0.0;
  double first_norm_ = -1.0;
  double previous_step_ = kInfinity;
  int stalled_ = 0;
  int products_ = 0;   // since the preconditioner was renewed
  bool near_ = false;  // it was renewed near the solution
  HessianPreconditioner preconditioner_;
};

}  // namespace

NewtonResult minimise_lower_level(const DataProblem& problem, const std::stop_token& stop) {
  Newton newton(problem, stop);
  const bool converged = newton.run();
  return {.w = newton.w(), .preconditioner = newton.take_preconditioner(), .converged = converged};
}

}  // namespace sid
