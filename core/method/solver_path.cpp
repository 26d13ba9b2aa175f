#include "sid/method/solver_path.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

StochasticLowerSolver::StochasticLowerSolver(const BilevelProblem& problem,
                                             std::unique_ptr<StochasticOracle> oracle,
                                             std::int64_t minibatch,
                                             const StepSizeSchedule& schedule)
    : oracle_(std::move(oracle)), minibatch_(minibatch), path_(problem, *oracle_, schedule) {}

void StochasticLowerSolver::start(std::uint64_t seed,
                                  std::uint32_t replica,
                                  const Vector& initial) {
  if (initial.size() == 0) {
    path_.start(seed, replica);
  } else {
    path_.start_at(seed, replica, initial);
  }
}

PathStatus StochasticLowerSolver::advance_to(std::int64_t t, const std::stop_token& stop) {
  const std::int64_t before = path_.t();
  const PathStatus status = path_.advance_to(t, stop);
  samples_ += (path_.t() - before) * minibatch_;
  return status;
}

StochasticLinearSolver::StochasticLinearSolver(const BilevelProblem& problem,
                                               std::shared_ptr<StochasticOracle> oracle,
                                               std::int64_t minibatch,
                                               const StepSizeSchedule& schedule)
    : oracle_(std::move(oracle)),
      minibatch_(minibatch),
      schedule_(schedule),
      alpha_(problem.alpha()) {}

LinearSolve StochasticLinearSolver::solve(const LinearTask& task,
                                          VectorRef v,
                                          const std::stop_token& stop) {
  const LinearSolve solve =
      solve_linear_system(*oracle_, task.key, schedule_, alpha_, task.w, task.c, task.k, v, stop);
  samples_ += solve.steps * minibatch_;
  return solve;
}

SolverPath::SolverPath(const BilevelProblem& problem,
                       std::unique_ptr<LowerSolver> lower,
                       std::unique_ptr<LinearSolver> linear,
                       JacobianSampling jacobian)
    : problem_(problem),
      lower_(std::move(lower)),
      linear_(std::move(linear)),
      jacobian_(std::move(jacobian)),
      c_(Vector::Zero(problem.lower_dim())),
      v_(Vector::Zero(problem.lower_dim())),
      hypergradient_(Vector::Zero(problem.upper_dim())) {
  SID_EXPECTS(lower_ != nullptr && linear_ != nullptr, "a path needs both solvers");
  SID_EXPECTS(jacobian_.samples >= 0, "the number of samples cannot be negative");
  SID_EXPECTS(jacobian_.samples == 0 || jacobian_.oracle != nullptr,
              "samples of the derivative come from an oracle");
}

void SolverPath::start(std::uint64_t seed, std::uint32_t replica) {
  start_at(seed, replica, Vector());
}

void SolverPath::start_at(std::uint64_t seed, std::uint32_t replica, const Vector& initial) {
  SID_EXPECTS(initial.size() == 0 || initial.size() == problem_.lower_dim(),
              "the initial point has one entry a coordinate of w");
  seed_ = seed;
  replica_ = replica;
  divergence_.reset();
  checkpoint_key_ = 0;
  started_ = true;
  lower_->start(seed, replica, initial);
}

PathStatus SolverPath::run_to(const Checkpoint& checkpoint,
                              std::uint32_t index,
                              const std::stop_token& stop) {
  SID_EXPECTS(started_, "a replica starts before it runs");
  SID_EXPECTS(index < (1U << 24) - 1U, "a stream key has room for 2^24 checkpoints");
  checkpoint_key_ = 0;  // w is about to leave the point that could be repeated
  const std::int64_t before = lower_->t();
  const PathStatus lower = lower_->advance_to(checkpoint.t, stop);
  solver_steps_ += lower_->t() - before;
  if (lower == PathStatus::diverged) divergence_ = Divergence{Role::lower_level, lower_->t()};
  if (lower != PathStatus::reached) return lower;

  problem_.upper_gradient(lower_->w(), c_);
  linear_steps_ = checkpoint.k;
  checkpoint_key_ = index + 1;
  return solve_and_estimate(0, stop);
}

PathStatus SolverPath::repeat(std::uint32_t repetition, const std::stop_token& stop) {
  SID_EXPECTS(checkpoint_key_ > 0, "there is a checkpoint to repeat");
  return solve_and_estimate(repetition, stop);
}

StreamKey SolverPath::key(Role role, std::uint32_t repetition) const {
  return {.seed = seed_,
          .role = role,
          .replica = replica_,
          .checkpoint = checkpoint_key_,
          .repetition = repetition};
}

PathStatus SolverPath::solve_and_estimate(std::uint32_t repetition, const std::stop_token& stop) {
  const LinearSolve solve = linear_->solve(
      {.key = key(Role::linear_system, repetition), .w = lower_->w(), .c = c_, .k = linear_steps_},
      v_,
      stop);
  solver_steps_ += solve.steps;
  if (solve.status == PathStatus::diverged) {
    divergence_ = Divergence{Role::linear_system, solve.steps};
  }
  if (solve.status != PathStatus::reached) return solve.status;
  divergence_.reset();
  estimate(repetition);
  return PathStatus::reached;
}

void SolverPath::estimate(std::uint32_t repetition) {
  if (jacobian_.samples == 0) {
    problem_.cross_transpose(lower_->w(), v_, hypergradient_);
  } else {
    jacobian_.oracle->start(key(Role::jacobian_product, repetition));
    jacobian_.oracle->cross_transpose(lower_->w(), v_, jacobian_.samples, hypergradient_);
  }
  hypergradient_ *= -problem_.alpha();
}

}  // namespace sid
