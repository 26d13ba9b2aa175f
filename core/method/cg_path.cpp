#include "sid/method/cg_path.hpp"

#include "sid/math/contract.hpp"

namespace sid {

CgPath::CgPath(const BilevelProblem& problem, const CgSettings& settings)
    : problem_(problem),
      oracle_(problem),
      settings_(settings),
      path_(problem, oracle_, settings.lower_step),
      work_(problem.lower_dim()),
      c_(Vector::Zero(problem.lower_dim())),
      v_(Vector::Zero(problem.lower_dim())),
      hypergradient_(Vector::Zero(problem.upper_dim())) {}

void CgPath::start(std::uint64_t seed, std::uint32_t replica) {
  divergence_.reset();
  linear_steps_ = 0;
  path_.start(seed, replica);
}

PathStatus CgPath::run_to(const Checkpoint& checkpoint,
                          std::uint32_t /*index*/,
                          const std::stop_token& stop) {
  SID_EXPECTS(checkpoint.k >= 0, "the number of steps cannot be negative");
  const std::int64_t before = path_.t();
  const PathStatus lower = path_.advance_to(checkpoint.t, stop);
  solver_steps_ += path_.t() - before;
  if (lower == PathStatus::diverged) divergence_ = Divergence{Role::lower_level, path_.t()};
  if (lower != PathStatus::reached) return lower;

  problem_.upper_gradient(path_.w(), c_);
  linear_steps_ = checkpoint.k;
  if (overflowed(c_)) {
    divergence_ = Divergence{Role::linear_system, 0};
    return PathStatus::diverged;
  }
  const KrylovSteps done = solve(checkpoint.k, stop);
  solver_steps_ += done.steps;
  if (done.stopped) return PathStatus::stopped;
  if (overflowed(v_)) {
    divergence_ = Divergence{Role::linear_system, done.steps};
    return PathStatus::diverged;
  }
  divergence_.reset();
  problem_.cross_transpose(path_.w(), v_, hypergradient_);
  hypergradient_ *= -problem_.alpha();
  return PathStatus::reached;
}

KrylovSteps CgPath::solve(std::int64_t k, const std::stop_token& stop) {
  const auto multiply = [this](const Vector& u, Vector& out) {
    problem_.hessian_vector(path_.w(), u, out);
    out *= problem_.alpha();
  };
  // The system is alpha H^T v = c, so its transpose multiplies by alpha H.
  const auto multiply_transpose = [this](const Vector& u, Vector& out) {
    problem_.jacobian_vector(path_.w(), u, out);
    out *= problem_.alpha();
  };
  switch (settings_.linear_method) {
    case KrylovMethod::conjugate_gradients:
      return conjugate_gradient_steps(multiply, c_, k, work_, v_, stop);
    case KrylovMethod::normal_equations:
      return normal_equation_steps(multiply, multiply_transpose, c_, k, work_, v_, stop);
  }
  return {};
}

}  // namespace sid
