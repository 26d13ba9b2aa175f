#include "sid/method/bilevel_loop.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::stopped, "The run was stopped.");
}

}  // namespace

Vector lambda_of(OuterCoordinate coordinate, const ConstVectorRef& theta) {
  if (coordinate == OuterCoordinate::lambda) return theta;
  return theta.unaryExpr([](double x) { return portable_exp(x); });
}

Vector theta_gradient(OuterCoordinate coordinate,
                      const ConstVectorRef& lambda,
                      const ConstVectorRef& hypergradient) {
  if (coordinate == OuterCoordinate::lambda) return hypergradient;
  return lambda.cwiseProduct(hypergradient);
}

double outer_step_size(const OuterSettings& settings, std::int64_t step) {
  if (settings.decay == 0.0) return settings.step;
  return settings.step / (1.0 + static_cast<double>(step) / settings.decay);
}

Vector projected_step(const OuterSettings& settings,
                      const ConstVectorRef& theta,
                      const ConstVectorRef& gradient,
                      std::int64_t step) {
  const double size = outer_step_size(settings, step);
  return (theta - size * gradient).cwiseMax(settings.low).cwiseMin(settings.high);
}

BilevelLoop::BilevelLoop(ProblemAt problem_at,
                         Estimator estimator,
                         const OuterSettings& settings,
                         const Vector& theta)
    : problem_at_(std::move(problem_at)),
      estimator_(std::move(estimator)),
      settings_(settings),
      theta_(theta.cwiseMax(settings.low).cwiseMin(settings.high)) {
  SID_EXPECTS(settings.step > 0.0 && std::isfinite(settings.step),
              "the outer step must be positive and finite");
  SID_EXPECTS(settings.decay >= 0.0 && std::isfinite(settings.decay),
              "the outer steps shrink over a finite number of steps, or not at all");
  SID_EXPECTS(theta.allFinite(), "the outer loop starts at a finite point");
  SID_EXPECTS(settings.low <= settings.high, "the box must not be empty");
}

Result<OuterPoint> BilevelLoop::step(const std::stop_token& stop) {
  OuterPoint point;
  point.theta = theta_;
  point.lambda = lambda_of(settings_.coordinate, theta_);
  const auto problem = problem_at_(point.lambda, stop);
  if (!problem) return tl::unexpected<Error>(problem.error());
  SID_EXPECTS(*problem != nullptr, "there is a problem at every lambda of the box");
  auto estimate = estimator_(**problem, steps_, stop);
  if (!estimate) return tl::unexpected<Error>(estimate.error());
  SID_EXPECTS(estimate->hypergradient.size() == theta_.size(), "one derivative an entry of lambda");
  point.gradient = theta_gradient(settings_.coordinate, point.lambda, estimate->hypergradient);
  if (!point.gradient.allFinite()) {
    return fail(ErrorCode::breakdown,
                "The hypergradient of outer step " + std::to_string(steps_) +
                    " is not finite. Use smaller steps in the lower level.");
  }
  point.value = estimate->value;
  point.samples = estimate->samples;
  Vector next = projected_step(settings_, theta_, point.gradient, steps_);
  point.step_norm = (next - theta_).norm() / outer_step_size(settings_, steps_);
  theta_ = std::move(next);
  ++steps_;
  return point;
}

Result<HypergradientEstimate> exact_hypergradient(const BilevelProblem& problem,
                                                  std::int64_t step,
                                                  const std::stop_token& stop) {
  const Reference reference = problem.solve_reference(stop);
  if (stop.stop_requested()) return stopped();
  if (!reference.converged) {
    return fail(ErrorCode::breakdown,
                "Newton's method could not solve the lower level of outer step " +
                    std::to_string(step) + " in double precision. Narrow the box of lambda.");
  }
  return HypergradientEstimate{
      .hypergradient = reference.hypergradient, .value = reference.upper_value, .samples = 0};
}

PathEstimator::PathEstimator(MakePath make_path, const Settings& settings)
    : make_path_(std::move(make_path)), settings_(settings) {
  SID_EXPECTS(settings.t >= 0 && settings.k >= 0, "the number of steps cannot be negative");
}

Result<HypergradientEstimate> PathEstimator::operator()(const BilevelProblem& problem,
                                                        std::int64_t step,
                                                        const std::stop_token& stop) {
  SID_EXPECTS(step >= 0 && step < (std::int64_t{1} << 24), "an outer loop has below 2^24 steps");
  if (step != step_) start_ = end_;  // a step tried again begins where it did before
  step_ = step;
  Stream seeds({.seed = settings_.seed,
                .role = Role::outer_step,
                .replica = settings_.replica,
                .checkpoint = static_cast<std::uint32_t>(step)});
  const auto path = make_path_(problem);
  SID_EXPECTS(path != nullptr, "the method applies to every problem of the loop");
  auto* const solvers = dynamic_cast<SolverPath*>(path.get());
  if (solvers != nullptr) {
    solvers->start_at(
        seeds.next_u64(), settings_.replica, settings_.warm_start ? start_ : Vector());
  } else {
    path->start(seeds.next_u64(), settings_.replica);
  }
  const PathStatus status = path->run_to({.t = settings_.t, .k = settings_.k}, 0, stop);
  if (status == PathStatus::stopped) return stopped();
  if (status == PathStatus::diverged) {
    return fail(ErrorCode::breakdown,
                "The iterates of outer step " + std::to_string(step) +
                    " overflowed. Use smaller steps in the lower level.");
  }
  end_ = path->w();
  return HypergradientEstimate{
      .hypergradient = path->hypergradient(),
      .value = std::nullopt,
      .samples = solvers != nullptr ? solvers->samples() : settings_.samples};
}

}  // namespace sid
