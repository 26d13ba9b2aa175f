#include "sid/method/stochastic_itd_path.hpp"

#include <algorithm>
#include <limits>

#include "sid/math/contract.hpp"

namespace sid {

StochasticItdPath::StochasticItdPath(const BilevelProblem& problem, const Settings& settings)
    : ReverseModePath(
          problem,
          settings.max_steps,
          stored_bytes(problem.lower_dim(), settings.oracle.minibatch, settings.max_steps)),
      settings_(settings),
      oracle_(problem.make_component_oracle()),
      sampler_(settings.oracle.sampling, problem.sample_count(), settings.oracle.minibatch),
      examples_(static_cast<std::size_t>(settings.max_steps * settings.oracle.minibatch)),
      part_(Vector::Zero(problem.upper_dim())),
      numbers_(Vector::Zero(settings.oracle.minibatch)) {
  SID_EXPECTS(oracle_ != nullptr, "stochastic ITD needs a lower level that is a finite sum");
  start(0, 0);
}

std::int64_t StochasticItdPath::stored_bytes(Index dim,
                                             std::int64_t minibatch,
                                             std::int64_t max_steps) {
  SID_EXPECTS(minibatch >= 0, "sizes cannot be negative");
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t iterates = ReverseModePath::stored_bytes(dim, max_steps);
  const std::int64_t step = minibatch * static_cast<std::int64_t>(sizeof(std::int32_t));
  if (step == 0 || iterates == kLargest) return iterates;
  return max_steps >= (kLargest - iterates) / step ? kLargest : iterates + step * max_steps;
}

void StochasticItdPath::start(std::uint64_t seed, std::uint32_t replica) {
  ReverseModePath::start(seed, replica);
  sampler_.start({.seed = seed, .role = Role::lower_level, .replica = replica, .checkpoint = 0});
}

std::span<const std::int32_t> StochasticItdPath::minibatch_of(std::int64_t s) const {
  const auto size = static_cast<std::size_t>(sampler_.batch());
  return {examples_.data() + static_cast<std::size_t>(s) * size, size};
}

void StochasticItdPath::prepare_forward() {
  oracle_->pose_lower_level();
}

void StochasticItdPath::step(std::span<const std::int32_t> batch, double length, Vector& x) {
  const double share = length / static_cast<double>(batch.size());
  for (std::size_t j = 0; j < batch.size(); ++j) {
    numbers_[static_cast<Index>(j)] = share * oracle_->scalar(batch[j], x);
  }
  x.array() *= 1.0 - length * oracle_->regulariser().array();
  for (std::size_t j = 0; j < batch.size(); ++j) {
    oracle_->add_example(batch[j], -numbers_[static_cast<Index>(j)], x);
  }
}

void StochasticItdPath::step_forward(std::int64_t s, Vector& w) {
  const std::span<const std::int32_t> batch = sampler_.next();
  std::copy(batch.begin(), batch.end(), examples_.begin() + s * sampler_.batch());
  step(batch, length_of(s), w);
}

void StochasticItdPath::step_back(std::int64_t s,
                                  const ConstVectorRef& w_s,
                                  Vector& adjoint,
                                  Vector& hypergradient) {
  const std::span<const std::int32_t> batch = minibatch_of(s);
  const double length = length_of(s);
  if (oracle_->cross_derivative_is_noisy()) {
    const double share = length / static_cast<double>(batch.size());
    for (const std::int32_t i : batch) {
      oracle_->add_cross_transpose(i, w_s, adjoint, -share, hypergradient);
    }
  } else {
    problem().cross_transpose(w_s, adjoint, part_);
    hypergradient.noalias() -= length * part_;
  }
  oracle_->pose_linear_system(w_s);
  step(batch, length, adjoint);
}

}  // namespace sid
