#include "sid/method/reverse_mode_path.hpp"

#include <limits>

#include "sid/math/contract.hpp"

namespace sid {

ReverseModePath::ReverseModePath(const BilevelProblem& problem,
                                 std::int64_t max_steps,
                                 std::int64_t bytes)
    : problem_(problem),
      w_(Vector::Zero(problem.lower_dim())),
      c_(Vector::Zero(problem.lower_dim())),
      adjoint_(Vector::Zero(problem.lower_dim())),
      hypergradient_(Vector::Zero(problem.upper_dim())) {
  SID_EXPECTS(max_steps >= 0, "the number of steps cannot be negative");
  SID_EXPECTS(bytes <= kMaxStoredBytes,
              "the iterates of reverse-mode differentiation may take 4 GiB at most");
  iterates_.resize(problem.lower_dim(), static_cast<Index>(max_steps + 1));
  iterates_.col(0).setZero();
}

std::int64_t ReverseModePath::stored_bytes(Index dim, std::int64_t max_steps) {
  SID_EXPECTS(dim >= 0 && max_steps >= 0, "sizes cannot be negative");
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t column = static_cast<std::int64_t>(sizeof(double)) * dim;
  if (column == 0) return 0;
  return max_steps >= kLargest / column ? kLargest : column * (max_steps + 1);
}

void ReverseModePath::start(std::uint64_t /*seed*/, std::uint32_t /*replica*/) {
  w_.setZero();
  t_ = 0;
  backward_steps_ = 0;
  divergence_.reset();
}

PathStatus ReverseModePath::run_to(const Checkpoint& checkpoint,
                                   std::uint32_t /*index*/,
                                   const std::stop_token& stop) {
  SID_EXPECTS(checkpoint.t >= t_, "the lower-level path only goes forward");
  SID_EXPECTS(checkpoint.t < iterates_.cols(), "the path was made for fewer steps");
  const PathStatus lower = forward_to(checkpoint.t, stop);
  if (lower != PathStatus::reached) return lower;
  problem_.upper_gradient(w_, c_);
  return sweep_back(stop);
}

PathStatus ReverseModePath::forward_to(std::int64_t t, const std::stop_token& stop) {
  if (divergence_ && divergence_->role == Role::lower_level) return PathStatus::diverged;
  prepare_forward();
  while (t_ < t) {
    if (stop.stop_requested()) return PathStatus::stopped;
    step_forward(t_, w_);
    ++t_;
    ++solver_steps_;
    iterates_.col(static_cast<Index>(t_)) = w_;
    if (overflowed(w_)) {
      divergence_ = Divergence{Role::lower_level, t_};
      return PathStatus::diverged;
    }
  }
  return PathStatus::reached;
}

PathStatus ReverseModePath::sweep_back(const std::stop_token& stop) {
  divergence_.reset();
  backward_steps_ = 0;
  adjoint_ = c_;
  hypergradient_.setZero();
  prepare_backward();
  if (overflowed(adjoint_)) {
    divergence_ = Divergence{Role::linear_system, 0};
    return PathStatus::diverged;
  }
  for (std::int64_t s = t_ - 1; s >= 0; --s) {
    if (stop.stop_requested()) return PathStatus::stopped;
    step_back(s, iterates_.col(static_cast<Index>(s)), adjoint_, hypergradient_);
    ++backward_steps_;
    ++solver_steps_;
    if (overflowed(adjoint_) || overflowed(hypergradient_)) {
      divergence_ = Divergence{Role::linear_system, backward_steps_};
      return PathStatus::diverged;
    }
  }
  return PathStatus::reached;
}

}  // namespace sid
