#include "sid/method/sid_path.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

LowerLevelPath::LowerLevelPath(const BilevelProblem& problem,
                               StochasticOracle& oracle,
                               const StepSizeSchedule& schedule)
    : oracle_(oracle),
      schedule_(schedule),
      alpha_(problem.alpha()),
      w_(Vector::Zero(problem.lower_dim())) {}

void LowerLevelPath::start(std::uint64_t seed, std::uint32_t replica) {
  oracle_.start({.seed = seed, .role = Role::lower_level, .replica = replica, .checkpoint = 0});
  w_.setZero();
  t_ = 0;
  diverged_ = false;
}

void LowerLevelPath::start_at(std::uint64_t seed,
                              std::uint32_t replica,
                              const ConstVectorRef& initial) {
  start(seed, replica);
  w_ = initial;
}

PathStatus LowerLevelPath::advance_to(std::int64_t t, const std::stop_token& stop) {
  SID_EXPECTS(t >= t_, "the lower-level path only goes forward");
  while (!diverged_ && t_ < t) {
    if (stop.stop_requested()) return PathStatus::stopped;
    oracle_.lower_level_step(w_, schedule_.at(t_) * alpha_);
    ++t_;
    diverged_ = overflowed(w_);
  }
  return diverged_ ? PathStatus::diverged : PathStatus::reached;
}

LinearSolve solve_linear_system(StochasticOracle& oracle,
                                const StreamKey& key,
                                const StepSizeSchedule& schedule,
                                double alpha,
                                const ConstVectorRef& w,
                                const ConstVectorRef& c,
                                std::int64_t k,
                                VectorRef v,
                                const std::stop_token& stop) {
  SID_EXPECTS(w.size() == v.size() && c.size() == v.size(), "w, c and v have the same length");
  SID_EXPECTS(k >= 0, "the number of steps cannot be negative");
  oracle.start(key);
  oracle.freeze(w);
  v.setZero();
  LinearSolve solve;
  while (solve.steps < k) {
    if (stop.stop_requested()) {
      solve.status = PathStatus::stopped;
      return solve;
    }
    oracle.linear_system_step(v, c, alpha, schedule.at(solve.steps));
    ++solve.steps;
    if (overflowed(v)) {
      solve.status = PathStatus::diverged;
      return solve;
    }
  }
  return solve;
}

SidPath::SidPath(const BilevelProblem& problem,
                 std::unique_ptr<StochasticOracle> lower_oracle,
                 std::unique_ptr<StochasticOracle> linear_oracle,
                 const SidSettings& settings)
    : problem_(problem),
      lower_oracle_(std::move(lower_oracle)),
      linear_oracle_(std::move(linear_oracle)),
      settings_(settings),
      path_(problem, *lower_oracle_, settings.lower_step),
      c_(Vector::Zero(problem.lower_dim())),
      v_(Vector::Zero(problem.lower_dim())),
      hypergradient_(Vector::Zero(problem.upper_dim())) {
  SID_EXPECTS(settings.jacobian_samples >= 0, "the number of samples cannot be negative");
}

void SidPath::start(std::uint64_t seed, std::uint32_t replica) {
  seed_ = seed;
  replica_ = replica;
  divergence_.reset();
  checkpoint_key_ = 0;
  started_ = true;
  path_.start(seed, replica);
}

PathStatus SidPath::run_to(const Checkpoint& checkpoint,
                           std::uint32_t index,
                           const std::stop_token& stop) {
  SID_EXPECTS(started_, "a replica starts before it runs");
  SID_EXPECTS(index < (1U << 24) - 1U, "a stream key has room for 2^24 checkpoints");
  checkpoint_key_ = 0;  // w is about to leave the point that could be repeated
  const std::int64_t before = path_.t();
  const PathStatus lower = path_.advance_to(checkpoint.t, stop);
  solver_steps_ += path_.t() - before;
  if (lower == PathStatus::diverged) divergence_ = Divergence{Role::lower_level, path_.t()};
  if (lower != PathStatus::reached) return lower;

  problem_.upper_gradient(path_.w(), c_);
  linear_steps_ = checkpoint.k;
  checkpoint_key_ = index + 1;
  return solve_and_estimate(0, stop);
}

PathStatus SidPath::repeat(std::uint32_t repetition, const std::stop_token& stop) {
  SID_EXPECTS(checkpoint_key_ > 0, "there is a checkpoint to repeat");
  return solve_and_estimate(repetition, stop);
}

PathStatus SidPath::solve_and_estimate(std::uint32_t repetition, const std::stop_token& stop) {
  const StreamKey key{.seed = seed_,
                      .role = Role::linear_system,
                      .replica = replica_,
                      .checkpoint = checkpoint_key_,
                      .repetition = repetition};
  const LinearSolve solve = solve_linear_system(*linear_oracle_,
                                                key,
                                                settings_.linear_step,
                                                problem_.alpha(),
                                                path_.w(),
                                                c_,
                                                linear_steps_,
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

void SidPath::estimate(std::uint32_t repetition) {
  if (settings_.jacobian_samples == 0) {
    problem_.cross_transpose(path_.w(), v_, hypergradient_);
  } else {
    linear_oracle_->start({.seed = seed_,
                           .role = Role::jacobian_product,
                           .replica = replica_,
                           .checkpoint = checkpoint_key_,
                           .repetition = repetition});
    linear_oracle_->cross_transpose(path_.w(), v_, settings_.jacobian_samples, hypergradient_);
  }
  hypergradient_ *= -problem_.alpha();
}

}  // namespace sid
