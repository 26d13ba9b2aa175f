#include "sid/method/sid_processes.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

LowerLevelPath::LowerLevelPath(const BilevelProblem& problem,
                               StochasticOracle& oracle,
                               StepSizeSchedule schedule)
    : oracle_(oracle),
      schedule_(std::move(schedule)),
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

}  // namespace sid
