#include "sid/method/stochastic_itd_path.hpp"

#include <algorithm>
#include <limits>

#include "sid/math/contract.hpp"
#include "sid/method/itd_path.hpp"

namespace sid {

StochasticItdPath::StochasticItdPath(const BilevelProblem& problem, const Settings& settings)
    : problem_(problem),
      settings_(settings),
      oracle_(problem.make_component_oracle()),
      sampler_(settings.oracle.sampling, problem.sample_count(), settings.oracle.minibatch),
      w_(Vector::Zero(problem.lower_dim())),
      c_(Vector::Zero(problem.lower_dim())),
      adjoint_(Vector::Zero(problem.lower_dim())),
      part_(Vector::Zero(problem.upper_dim())),
      hypergradient_(Vector::Zero(problem.upper_dim())),
      numbers_(Vector::Zero(settings.oracle.minibatch)) {
  SID_EXPECTS(oracle_ != nullptr, "stochastic ITD needs a lower level that is a finite sum");
  SID_EXPECTS(settings.max_steps >= 0, "the number of steps cannot be negative");
  const std::int64_t b = settings.oracle.minibatch;
  SID_EXPECTS(stored_bytes(problem.lower_dim(), b, settings.max_steps) <= ItdPath::kMaxStoredBytes,
              "the iterates of reverse-mode differentiation may take 4 GiB at most");
  iterates_.resize(problem.lower_dim(), static_cast<Index>(settings.max_steps + 1));
  examples_.resize(static_cast<std::size_t>(settings.max_steps * b));
  start(0, 0);
}

std::int64_t StochasticItdPath::stored_bytes(Index dim,
                                             std::int64_t minibatch,
                                             std::int64_t max_steps) {
  SID_EXPECTS(minibatch >= 0, "sizes cannot be negative");
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t iterates = ItdPath::stored_bytes(dim, max_steps);
  const std::int64_t step = minibatch * static_cast<std::int64_t>(sizeof(std::int32_t));
  if (step == 0 || iterates == kLargest) return iterates;
  return max_steps >= (kLargest - iterates) / step ? kLargest : iterates + step * max_steps;
}

void StochasticItdPath::start(std::uint64_t seed, std::uint32_t replica) {
  sampler_.start({.seed = seed, .role = Role::lower_level, .replica = replica, .checkpoint = 0});
  w_.setZero();
  iterates_.col(0).setZero();
  t_ = 0;
  backward_steps_ = 0;
  divergence_.reset();
}

PathStatus StochasticItdPath::run_to(const Checkpoint& checkpoint,
                                     std::uint32_t /*index*/,
                                     const std::stop_token& stop) {
  SID_EXPECTS(checkpoint.t >= t_, "the lower-level path only goes forward");
  SID_EXPECTS(checkpoint.t < iterates_.cols(), "the path was made for fewer steps");
  const PathStatus lower = forward_to(checkpoint.t, stop);
  if (lower != PathStatus::reached) return lower;
  problem_.upper_gradient(w_, c_);
  return sweep_back(stop);
}

PathStatus StochasticItdPath::forward_to(std::int64_t t, const std::stop_token& stop) {
  if (divergence_ && divergence_->role == Role::lower_level) return PathStatus::diverged;
  oracle_->pose_lower_level();
  while (t_ < t) {
    if (stop.stop_requested()) return PathStatus::stopped;
    const std::span<const std::int32_t> batch = sampler_.next();
    std::copy(batch.begin(), batch.end(), examples_.begin() + t_ * sampler_.batch());
    step_forward(batch, settings_.step.at(t_) * problem_.alpha());
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

// w <- w - length [ (1/b) sum_B s_i(w) x_i + D w ]; all s_i are those of the old w.
void StochasticItdPath::step_forward(std::span<const std::int32_t> batch, double length) {
  const double share = length / static_cast<double>(batch.size());
  for (std::size_t j = 0; j < batch.size(); ++j) {
    numbers_[static_cast<Index>(j)] = share * oracle_->scalar(batch[j], w_);
  }
  w_.array() *= 1.0 - length * oracle_->regulariser().array();
  for (std::size_t j = 0; j < batch.size(); ++j) {
    oracle_->add_example(batch[j], -numbers_[static_cast<Index>(j)], w_);
  }
}

std::span<const std::int32_t> StochasticItdPath::minibatch_of(std::int64_t s) const {
  const auto size = static_cast<std::size_t>(sampler_.batch());
  return {examples_.data() + static_cast<std::size_t>(s) * size, size};
}

// One pair of steps of the backward sweep, at w_s; the derivative in lambda uses the old adjoint.
void StochasticItdPath::step_back(std::int64_t s, double length) {
  const std::span<const std::int32_t> batch = minibatch_of(s);
  const double share = length / static_cast<double>(batch.size());
  const ConstVectorRef w_s = iterates_.col(static_cast<Index>(s));
  if (oracle_->cross_derivative_is_noisy()) {
    for (const std::int32_t i : batch) {
      oracle_->add_cross_transpose(i, w_s, adjoint_, -share, hypergradient_);
    }
  } else {
    problem_.cross_transpose(w_s, adjoint_, part_);
    hypergradient_.noalias() -= length * part_;
  }
  oracle_->pose_linear_system(w_s);
  for (std::size_t j = 0; j < batch.size(); ++j) {
    numbers_[static_cast<Index>(j)] = share * oracle_->scalar(batch[j], adjoint_);
  }
  adjoint_.array() *= 1.0 - length * oracle_->regulariser().array();
  for (std::size_t j = 0; j < batch.size(); ++j) {
    oracle_->add_example(batch[j], -numbers_[static_cast<Index>(j)], adjoint_);
  }
}

PathStatus StochasticItdPath::sweep_back(const std::stop_token& stop) {
  divergence_.reset();
  backward_steps_ = 0;
  adjoint_ = c_;
  hypergradient_.setZero();
  if (overflowed(adjoint_)) {
    divergence_ = Divergence{Role::linear_system, 0};
    return PathStatus::diverged;
  }
  for (std::int64_t s = t_ - 1; s >= 0; --s) {
    if (stop.stop_requested()) return PathStatus::stopped;
    step_back(s, settings_.step.at(s) * problem_.alpha());
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
