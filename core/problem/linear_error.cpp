#include "sid/problem/linear_error.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/math/numbers.hpp"
#include "sid/problem/conjugate_gradients.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/hessian.hpp"

namespace sid {
namespace {

const DataSolutionCache* cache_of(const LinearSolveOptions& options) {
  if (options.near == nullptr) return nullptr;
  return dynamic_cast<const DataSolutionCache*>(options.near->cache.get());
}

/// One system with what is known of its solution so far.
class ErrorSystem {
 public:
  ErrorSystem(const DataProblem& problem,
              const ConstVectorRef& w,
              const LinearSolveOptions& options)
      : problem_(problem), options_(options), hessian_(problem, w) {}

  /// Right-hand side, of a size near one.
  void set_right_side(const ConstVectorRef& w, const ConstVectorRef& v) {
    Vector c(v.size());
    if (options_.upper_gradient == nullptr) problem_.upper_gradient(w, c);
    const Vector& right = options_.upper_gradient == nullptr ? c : *options_.upper_gradient;
    hessian_(v, b_);
    b_ -= right / problem_.alpha();
    exponent_ = bring_to_unit_size(b_);
    e_ = Vector::Zero(v.size());
  }

  /// By products with H(w), preconditioned by M with M^-1 r as large as the error times `trust`; 0:
  /// the residual alone is trusted.
  bool solve(const HessianPreconditioner& preconditioner, double trust, int max_products) {
    // The error is nearly orthogonal to the iterate, so its norm may be larger than what it
    // changes.
    const double accuracy = 3.0 * options_.relative_residual;
    const auto precondition = [&](const Vector& r, Vector& out) { preconditioner.apply(r, out); };
    const ConjugateGradientsEstimate done = estimate_by_conjugate_gradients(
        hessian_,
        precondition,
        b_,
        {.by_preconditioner = accuracy * trust, .by_residual = accuracy * problem_.curvature().tau},
        max_products,
        e_,
        options_.stop);
    products_ += done.products;
    return done.converged;
  }

  bool solve_alone(const LinearErrorLimits& limits) {
    HessianPreconditioner own;
    own.set(hessian_.rows(), options_.stop, limits.direct_columns);
    if (options_.stop.stop_requested()) return false;
    e_.setZero();
    // With H(w) itself as preconditioner a step or two are enough; its diagonal serves where it is
    // too large or not positive definite in double precision.
    return solve(own, own.dense() ? 1.0 : 0.0, limits.products);
  }

  double squared_error() const { return std::ldexp(e_.squaredNorm(), 2 * exponent_); }
  const HessianProduct& hessian() const { return hessian_; }
  int products() const { return products_; }

 private:
  const DataProblem& problem_;
  const LinearSolveOptions& options_;
  HessianProduct hessian_;
  Vector b_, e_;
  int exponent_ = 0;
  int products_ = 0;
};

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::stopped, "The run was stopped.");
}

}  // namespace

int bring_to_unit_size(Vector& b) {
  int exponent = 0;
  const double largest = b.cwiseAbs().maxCoeff();
  if (largest > 0.0 && std::isfinite(largest)) std::frexp(largest, &exponent);
  b = b.unaryExpr([exponent](double x) { return std::ldexp(x, -exponent); });
  return exponent;
}

Result<double> data_linear_system_squared_error(const DataProblem& problem,
                                                const ConstVectorRef& w,
                                                const ConstVectorRef& v,
                                                const LinearSolveOptions& options,
                                                const LinearErrorLimits& limits) {
  SID_EXPECTS(options.relative_residual > 0.0, "the relative residual must be positive");
  SID_EXPECTS(options.upper_gradient == nullptr || options.upper_gradient->size() == v.size(),
              "the upper gradient has d entries");
  ErrorSystem system(problem, w, options);
  system.set_right_side(w, v);
  const bool can_factor = problem.lower_dim() <= limits.direct_columns;
  const DataSolutionCache* cache = cache_of(options);
  bool solved = false;
  if (cache != nullptr && cache->anchors.at_solution().dense()) {
    const Anchor anchor =
        cache->anchors.nearest(problem, system.hessian().rows().weights(), options.stop);
    if (anchor.preconditioner != nullptr) {
      const int most = can_factor ? products_worth_a_factor(problem) : limits.products;
      solved = system.solve(*anchor.preconditioner, anchor.trust, most);
    }
  }
  if (!solved && !options.stop.stop_requested()) solved = system.solve_alone(limits);
  if (options.stop.stop_requested()) return stopped();
  if (!solved || !std::isfinite(system.squared_error())) {
    return fail(ErrorCode::breakdown,
                fmt::format("Conjugate gradients did not solve for v(w) in {} products with the "
                            "Hessian (L/τ = {}); a larger λ or rescaled features help.",
                            system.products(),
                            format_for_reading(problem.curvature().L / problem.curvature().tau)));
  }
  return system.squared_error();
}

}  // namespace sid
