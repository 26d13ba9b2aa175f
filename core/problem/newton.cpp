#include "sid/problem/newton.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/problem/conjugate_gradients.hpp"
#include "sid/problem/data_constants.hpp"

namespace sid {
namespace {

/// H(w) with the scratch its products need.
class HessianProduct {
 public:
  HessianProduct(const DataProblem& problem, const ConstVectorRef& w)
      : rows_(
            problem.family().train().features, problem.hessian_weights(w), problem.regulariser()) {}
  void operator()(const ConstVectorRef& u, Vector& out) const {
    out.resize(u.size());
    rows_.multiply(u, scratch_, out);
  }
  const WeightedRows& rows() const { return rows_; }

 private:
  WeightedRows rows_;
  mutable Vector scratch_;
};

/// Products with a Hessian that cost about as much as forming and factoring it: n d^2 + d^3/3
/// operations against 4 n d, at the two to three times higher rate of matrix-matrix kernels.
int products_worth_a_factor(const DataProblem& problem) {
  const double d = static_cast<double>(problem.lower_dim());
  const double n = static_cast<double>(problem.sample_count());
  return 2 + static_cast<int>((n * d * d + d * d * d / 3.0) / (10.0 * n * d));
}

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
    start_preconditioner();
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
  HessianPreconditioner& preconditioner() { return preconditioner_; }

 private:
  // At w = 0 every curvature weight of the logistic loss is omega/4, and of squares omega.
  void start_preconditioner() {
    if (problem_.geometry().gram.size() > 0 &&
        problem_.lower_dim() <= HessianPreconditioner::kDenseLimit) {
      const double bound = problem_.family().shape().lower.curvature_bound();
      Matrix hessian = bound * problem_.geometry().gram;
      hessian.diagonal() += problem_.regulariser();
      preconditioner_.set_from_matrix(std::move(hessian), stop_);
      return;
    }
    preconditioner_.set(HessianProduct(problem_, w_).rows(), stop_);
  }

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

/// H(w)^-1 b to rounding.
double solve_to_rounding(const HessianProduct& hessian,
                         const HessianPreconditioner& preconditioner,
                         const Vector& b,
                         double relative_residual,
                         Vector& x,
                         std::stop_token stop) {
  const auto precondition = [&](const Vector& r, Vector& out) { preconditioner.apply(r, out); };
  return conjugate_gradients(hessian,
                             precondition,
                             b,
                             {.relative_residual = relative_residual, .max_products = 10000},
                             x,
                             stop)
      .residual_norm;
}

// ||G H^-1 grad_1 l + C^T H^-1 (c - H q)||; G x = -C'[q] x - C^T H^-1 (E'' - T) x.
double first_order_estimate(const DataProblem& problem,
                            const Reference& r,
                            const Vector& gradient,
                            const Vector& residual,
                            const HessianProduct& hessian,
                            const HessianPreconditioner& preconditioner,
                            std::stop_token stop) {
  const DataProblemShape& shape = problem.family().shape();
  const Dataset& train = problem.family().train();
  const Dataset& validation = problem.family().validation();
  const Index n = train.rows();
  Vector distance = Vector::Zero(problem.lower_dim());  // H^-1 grad_1 l, about w - w*
  solve_to_rounding(hessian, preconditioner, gradient, 1e-6, distance, stop);

  // (E'' - T) distance
  Vector curved = Vector::Zero(problem.lower_dim());
  Vector upper(validation.rows()), image(validation.rows());
  validation.features.multiply(r.w, upper);
  shape.upper.second(upper.data(), validation.labels.data(), upper.data(), validation.rows());
  validation.features.multiply(distance, image);
  image.array() *= problem.family().upper_factor() * upper.array();
  validation.features.multiply_transpose_and_add(image, curved);
  Vector predictions(n), third(n), along_q(n), along_distance(n);
  train.features.multiply(r.w, predictions);
  shape.lower.third(predictions.data(), train.labels.data(), third.data(), n);
  if (problem.example_weights().size() > 0) third.array() *= problem.example_weights().array();
  train.features.multiply(r.q, along_q);
  train.features.multiply(distance, along_distance);
  third.array() *= -along_q.array() * along_distance.array() / static_cast<double>(n);
  train.features.multiply_transpose_and_add(third, curved);

  // The change of q with w, less what the residual still lacks.
  Vector change = Vector::Zero(problem.lower_dim());
  const Vector right = residual - curved;
  solve_to_rounding(hessian, preconditioner, right, 1e-6, change, stop);
  Vector estimate(problem.upper_dim());
  problem.cross_transpose(r.w, change, estimate);
  switch (shape.hyperparameter) {
    case Hyperparameter::one_lambda:
      estimate[0] -= r.q.dot(distance);
      break;
    case Hyperparameter::per_coordinate:
      estimate -= r.q.cwiseProduct(distance);
      break;
    case Hyperparameter::example_weights: {
      const Vector& omega = problem.example_weights();
      shape.lower.second(predictions.data(), train.labels.data(), predictions.data(), n);
      estimate.array() -= omega.array() * (1.0 - omega.array()) * predictions.array() *
                          along_q.array() * along_distance.array() / static_cast<double>(n);
      break;
    }
  }
  return estimate.norm();
}

// The factor kept with a reference, or `own`, made for this Hessian.
const HessianPreconditioner& preconditioner_near(const HessianProduct& hessian,
                                                 const LinearSolveOptions& options,
                                                 HessianPreconditioner& own) {
  const auto* cache = options.near == nullptr
                          ? nullptr
                          : dynamic_cast<const DataSolutionCache*>(options.near->cache.get());
  if (cache != nullptr) return cache->preconditioner;
  own.set(hessian.rows(), {});
  return own;
}

Vector upper_gradient_at(const DataProblem& problem,
                         const ConstVectorRef& w,
                         const LinearSolveOptions& options) {
  if (options.upper_gradient != nullptr) {
    SID_EXPECTS(options.upper_gradient->size() == w.size(), "the upper gradient has d entries");
    return *options.upper_gradient;
  }
  Vector c(w.size());
  problem.upper_gradient(w, c);
  return c;
}

}  // namespace

bool HessianPreconditioner::set(const WeightedRows& hessian, std::stop_token stop) {
  if (hessian.dim() <= kDenseLimit) {
    std::optional<Matrix> formed = hessian.form(stop);
    if (!formed) return false;
    if (set_from_matrix(*std::move(formed), stop)) return true;
  }
  if (stop.stop_requested()) return false;
  factor_.resize(0, 0);
  inverse_diagonal_ = hessian.diagonal().cwiseInverse();
  return hessian.dim() > kDenseLimit;
}

bool HessianPreconditioner::set_from_matrix(Matrix hessian, std::stop_token stop) {
  inverse_diagonal_ = hessian.diagonal().cwiseInverse();
  const bool good = cholesky_in_place(hessian, stop) == CholeskyStatus::done;
  if (good) {
    factor_ = std::move(hessian);
  } else {
    factor_.resize(0, 0);
  }
  return good;
}

void HessianPreconditioner::apply(const Vector& r, Vector& out) const {
  if (!dense()) {
    out = inverse_diagonal_.cwiseProduct(r);
    return;
  }
  out = r;
  factor_.triangularView<Eigen::Lower>().solveInPlace(out);
  factor_.triangularView<Eigen::Lower>().adjoint().solveInPlace(out);
}

Reference solve_data_reference(const DataProblem& problem, std::stop_token stop) {
  Newton newton(problem, stop);
  Reference r;
  r.converged = newton.run();
  r.w = newton.w();
  r.q = Vector::Zero(problem.lower_dim());
  r.v = r.q;
  r.hypergradient = Vector::Zero(problem.upper_dim());
  r.certificate = r.first_order_estimate = kInfinity;
  if (stop.stop_requested()) return r;

  auto cache = std::make_shared<DataSolutionCache>();
  cache->preconditioner = std::move(newton.preconditioner());
  const HessianProduct hessian(problem, r.w);
  Vector c(problem.lower_dim()), gradient(problem.lower_dim()), image;
  problem.upper_gradient(r.w, c);
  problem.lower_gradient(r.w, gradient);
  solve_to_rounding(hessian, cache->preconditioner, c, 1e-16, r.q, stop);
  r.v = r.q / problem.alpha();
  problem.cross_transpose(r.w, r.q, r.hypergradient);
  r.hypergradient = -r.hypergradient;
  hessian(r.q, image);
  const Vector residual = c - image;
  r.upper_value = problem.upper_loss(r.w);
  r.gradient_norm = gradient.norm();
  r.linear_residual_norm = residual.norm();
  r.converged = r.converged && r.hypergradient.allFinite();
  if (stop.stop_requested() || !r.converged) return r;
  r.certificate =
      a_posteriori_bound({.gradient_norm = r.gradient_norm,
                          .linear_residual_norm = r.linear_residual_norm,
                          .norm_cross = cross_norm(problem, r.w),
                          .norm_upper_gradient = c.norm(),
                          .tau = problem.curvature().tau,
                          .hessian_lipschitz = problem.family().shape().lower.third_bound() *
                                               problem.geometry().norm_weighted_largest,
                          .cross_lipschitz = cross_lipschitz(problem),
                          .mu1 = upper_smoothness(problem)});
  r.first_order_estimate =
      first_order_estimate(problem, r, gradient, residual, hessian, cache->preconditioner, stop);
  r.cache = std::move(cache);
  return r;
}

Vector solve_data_linear_system(const DataProblem& problem,
                                const ConstVectorRef& w,
                                const LinearSolveOptions& options) {
  SID_EXPECTS(options.relative_residual > 0.0, "the relative residual must be positive");
  const HessianProduct hessian(problem, w);
  HessianPreconditioner own;
  const HessianPreconditioner& preconditioner = preconditioner_near(hessian, options, own);
  const Vector c = upper_gradient_at(problem, w, options);
  Vector q = options.near != nullptr ? options.near->q : Vector::Zero(c.size()).eval();
  solve_to_rounding(hessian, preconditioner, c, options.relative_residual, q, {});
  return q / problem.alpha();
}

double data_linear_system_squared_error(const DataProblem& problem,
                                        const ConstVectorRef& w,
                                        const ConstVectorRef& v,
                                        const LinearSolveOptions& options) {
  SID_EXPECTS(options.relative_residual > 0.0, "the relative residual must be positive");
  const HessianProduct hessian(problem, w);
  HessianPreconditioner own;
  const HessianPreconditioner& preconditioner = preconditioner_near(hessian, options, own);
  Vector residual(v.size());
  hessian(v, residual);
  residual = problem.alpha() * residual - upper_gradient_at(problem, w, options);
  const auto precondition = [&](const Vector& r, Vector& out) { preconditioner.apply(r, out); };
  const Vector e =
      estimate_by_conjugate_gradients(hessian, precondition, residual, options.relative_residual);
  return e.squaredNorm() / (problem.alpha() * problem.alpha());
}

}  // namespace sid
