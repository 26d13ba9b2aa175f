#include "sid/method/inexact_solvers.hpp"

#include "sid/math/contract.hpp"

namespace sid {
namespace {

Momentum lower_momentum(const BilevelProblem& problem, LowerIteration iteration) {
  const Curvature& c = problem.curvature();
  switch (iteration) {
    case LowerIteration::heavy_ball:
      return heavy_ball(c.L, c.tau);
    case LowerIteration::accelerated:
      return accelerated_gradient(c.L, c.tau);
    case LowerIteration::gradient:
      break;
  }
  return {.step = c.alpha, .weight = 0.0};
}

/// Over residuals of the system alpha H v = c.
Momentum linear_momentum(const BilevelProblem& problem, LinearIteration iteration) {
  if (iteration != LinearIteration::heavy_ball) return {.step = 1.0, .weight = 0.0};
  const Curvature& c = problem.curvature();
  Momentum momentum = heavy_ball(c.L, c.tau);
  momentum.step /= c.alpha;
  return momentum;
}

void expect_tolerance(const std::optional<double>& tolerance) {
  SID_EXPECTS(!tolerance || *tolerance >= 0.0, "a tolerance cannot be negative");
}

}  // namespace

InexactLowerSolver::InexactLowerSolver(const BilevelProblem& problem,
                                       LowerIteration iteration,
                                       std::optional<double> tolerance)
    : problem_(problem),
      iteration_(iteration),
      tolerance_(tolerance),
      tau_(problem.curvature().tau),
      momentum_(lower_momentum(problem, iteration)),
      w_(Vector::Zero(problem.lower_dim())),
      previous_(w_),
      point_(w_),
      gradient_(w_) {
  SID_EXPECTS(problem.is_gradient_map(), "these solvers are for a lower level that is a loss");
  expect_tolerance(tolerance);
}

void InexactLowerSolver::start(std::uint64_t /*seed*/,
                               std::uint32_t /*replica*/,
                               const Vector& initial) {
  if (initial.size() == 0) {
    w_.setZero();
  } else {
    w_ = initial;
  }
  previous_ = w_;
  fresh_ = met_ = diverged_ = false;
  t_ = 0;
}

/// The point that the next step takes the gradient at, and the gradient there.
void InexactLowerSolver::evaluate() {
  if (fresh_) return;
  point_ = w_;
  if (iteration_ == LowerIteration::accelerated) {
    point_.noalias() += momentum_.weight * (w_ - previous_);
  }
  problem_.lower_gradient(point_, gradient_);
  ++gradients_;
  fresh_ = true;
}

void InexactLowerSolver::step() {
  if (iteration_ == LowerIteration::heavy_ball) {
    // x_t - step g + weight (x_t - x_{t-1}) in place of x_{t-1}.
    previous_ = w_ - momentum_.step * gradient_ + momentum_.weight * (w_ - previous_);
    w_.swap(previous_);
  } else {
    previous_ = w_;
    w_ = point_;
    w_.noalias() -= momentum_.step * gradient_;
  }
  fresh_ = false;
  ++t_;
}

PathStatus InexactLowerSolver::advance_to(std::int64_t t, const std::stop_token& stop) {
  SID_EXPECTS(met_ || t >= t_, "the lower-level path only goes forward");
  while (!diverged_ && !met_) {
    if (stop.stop_requested()) return PathStatus::stopped;
    if (tolerance_) {
      evaluate();
      met_ = gradient_.norm() <= *tolerance_ * tau_;
    }
    if (met_ || t_ == t) break;
    evaluate();
    step();
    diverged_ = overflowed(w_);
  }
  return diverged_ ? PathStatus::diverged : PathStatus::reached;
}

InexactLinearSolver::InexactLinearSolver(const BilevelProblem& problem,
                                         LinearIteration iteration,
                                         std::optional<double> tolerance)
    : problem_(problem),
      iteration_(iteration),
      tolerance_(tolerance),
      momentum_(linear_momentum(problem, iteration)),
      previous_(Vector::Zero(problem.lower_dim())),
      residual_(previous_),
      product_(previous_),
      correction_(previous_),
      work_(problem.lower_dim()) {
  SID_EXPECTS(problem.is_gradient_map(), "these solvers are for a lower level that is a loss");
  expect_tolerance(tolerance);
}

/// residual_ and, where there is a tolerance, whether v meets it.
void InexactLinearSolver::evaluate(const LinearTask& task, const ConstVectorRef& v) {
  problem_.hessian_vector(task.w, v, product_);
  ++products_;
  residual_ = problem_.alpha() * product_ - task.c;
  met_ = tolerance_ && residual_.norm() <= *tolerance_;
}

LinearSolve InexactLinearSolver::solve(const LinearTask& task,
                                       VectorRef v,
                                       const std::stop_token& stop) {
  SID_EXPECTS(task.k >= 0, "the number of steps cannot be negative");
  met_ = false;
  v.setZero();
  const LinearSolve solve = iteration_ == LinearIteration::conjugate_gradients
                                ? solve_by_conjugate_gradients(task, v, stop)
                                : solve_by_momentum(task, v, stop);
  steps_ = solve.steps;
  return solve;
}

LinearSolve InexactLinearSolver::solve_by_momentum(const LinearTask& task,
                                                   VectorRef v,
                                                   const std::stop_token& stop) {
  LinearSolve result;
  previous_.setZero();
  while (true) {
    if (stop.stop_requested()) {
      result.status = PathStatus::stopped;
      return result;
    }
    if (!tolerance_ && result.steps == task.k) return result;
    evaluate(task, v);
    if (met_ || result.steps == task.k) return result;
    if (iteration_ == LinearIteration::heavy_ball) {
      previous_ = v - momentum_.step * residual_ + momentum_.weight * (v - previous_);
      v.swap(previous_);
    } else {
      v.noalias() -= momentum_.step * residual_;
    }
    ++result.steps;
    if (overflowed(v)) {
      result.status = PathStatus::diverged;
      return result;
    }
  }
}

LinearSolve InexactLinearSolver::solve_by_conjugate_gradients(const LinearTask& task,
                                                              VectorRef v,
                                                              const std::stop_token& stop) {
  LinearSolve result;
  const auto multiply = [&](const Vector& u, Vector& out) {
    problem_.hessian_vector(task.w, u, out);
    out *= problem_.alpha();
    ++products_;
  };
  if (overflowed(task.c)) {
    result.status = PathStatus::diverged;
    return result;
  }
  residual_ = -task.c;
  met_ = tolerance_ && residual_.norm() <= *tolerance_;
  while (!met_ && result.steps < task.k) {
    // Steps on what is left: at first all of c, later where rounding has hidden a residual.
    product_ = -residual_;
    const KrylovSteps done = conjugate_gradient_steps(multiply,
                                                      product_,
                                                      task.k - result.steps,
                                                      work_,
                                                      correction_,
                                                      stop,
                                                      tolerance_.value_or(0.0));
    result.steps += done.steps;
    if (done.stopped) {
      result.status = PathStatus::stopped;
      return result;
    }
    v += correction_;
    if (overflowed(v)) {
      result.status = PathStatus::diverged;
      return result;
    }
    if (!tolerance_ || done.steps == 0) break;
    evaluate(task, v);
  }
  return result;
}

InexactPath::InexactPath(const BilevelProblem& problem, const InexactSettings& settings)
    : SolverPath(
          problem,
          std::make_unique<InexactLowerSolver>(problem, settings.lower, settings.lower_tolerance),
          std::make_unique<InexactLinearSolver>(
              problem, settings.linear, settings.linear_tolerance),
          JacobianSampling{.oracle = nullptr, .samples = 0}),
      tolerances_(settings.lower_tolerance || settings.linear_tolerance) {}

std::optional<StepsTaken> InexactPath::steps_taken() const {
  if (!tolerances_ || divergence()) return std::nullopt;
  const auto& lower = static_cast<const InexactLowerSolver&>(lower_solver());
  const auto& linear = static_cast<const InexactLinearSolver&>(linear_solver());
  return StepsTaken{.t = lower.t(),
                    .k = linear.last_steps(),
                    .lower_met = lower.met(),
                    .linear_met = linear.met()};
}

}  // namespace sid
