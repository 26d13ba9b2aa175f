#include "sid/method/sid_block.hpp"

#include <algorithm>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

std::vector<const DataProblem*> problems_of(const std::vector<SidColumn>& columns) {
  SID_EXPECTS(!columns.empty(), "a block has a column");
  std::vector<const DataProblem*> out;
  out.reserve(columns.size());
  for (const SidColumn& column : columns) {
    SID_EXPECTS(column.problem != nullptr, "a column has a problem");
    SID_EXPECTS(column.settings.jacobian_samples >= 0, "the number of samples cannot be negative");
    out.push_back(column.problem.get());
  }
  return out;
}

}  // namespace

SidBlock::SidBlock(std::vector<SidColumn> columns, const OracleSettings& draws, SidRows rows)
    : columns_(std::move(columns)),
      rows_(std::move(rows)),
      lower_draws_(draws.sampling, rows_.train->rows(), draws.minibatch),
      linear_draws_(draws.sampling, rows_.train->rows(), draws.minibatch),
      kernels_(problems_of(columns_), rows_.train, draws.minibatch),
      w_(rows_.train->cols(), kernels_.columns()),
      c_(w_.rows(), w_.columns()),
      v_(w_.rows(), w_.columns()),
      steps_(columns_.size()),
      scratch_(w_.rows()),
      results_(columns_.size()) {
  const bool noisy = columns_.front().problem->example_weights().size() > 0;
  jacobian_oracles_.resize(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const SidColumn& column = columns_[c];
    if (noisy && column.settings.jacobian_samples > 0) {
      jacobian_oracles_[c] = column.problem->make_oracle(draws);
    }
    results_[c].w = results_[c].v = results_[c].upper_gradient = Vector::Zero(w_.rows());
    results_[c].hypergradient = Vector::Zero(column.problem->upper_dim());
  }
}

void SidBlock::start(std::uint64_t seed, std::uint32_t replica) {
  seed_ = seed;
  replica_ = replica;
  started_ = true;
  t_ = 0;
  checkpoint_key_ = 0;
  lower_draws_.start(
      {.seed = seed, .role = Role::lower_level, .replica = replica, .checkpoint = 0});
  w_.set_zero();
  for (Column& result : results_) {
    result.status = PathStatus::reached;
    result.divergence.reset();
    result.w.setZero();
  }
}

PathStatus SidBlock::run_to(const Checkpoint& checkpoint,
                            std::uint32_t index,
                            const std::stop_token& stop) {
  SID_EXPECTS(started_, "a replica starts before it runs");
  SID_EXPECTS(index < (1U << 24) - 1U, "a stream key has room for 2^24 checkpoints");
  if (checkpoint_key_ == index + 1) return PathStatus::reached;
  if (advance_lower(checkpoint.t, stop) == PathStatus::stopped) return PathStatus::stopped;
  if (!upper_gradients(columns_.front().problem->family(), *rows_.validation, w_, c_, stop)) {
    return PathStatus::stopped;
  }
  linear_draws_.start(
      {.seed = seed_, .role = Role::linear_system, .replica = replica_, .checkpoint = index + 1});
  if (solve_linear_systems(checkpoint.k, stop) == PathStatus::stopped) return PathStatus::stopped;
  checkpoint_key_ = index + 1;
  for (std::size_t c = 0; c < results_.size(); ++c) {
    if (stop.stop_requested()) {
      checkpoint_key_ = 0;  // the next call solves again
      return PathStatus::stopped;
    }
    estimate(c);
  }
  return PathStatus::reached;
}

PathStatus SidBlock::advance_lower(std::int64_t t, const std::stop_token& stop) {
  SID_EXPECTS(t >= t_, "the lower-level path only goes forward");
  for (; t_ < t; ++t_) {
    if (stop.stop_requested()) return PathStatus::stopped;
    bool any = false;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      steps_[c] = 0.0;
      if (lost(c)) continue;
      steps_[c] = columns_[c].settings.lower_step.at(t_) * columns_[c].problem->alpha();
      ++results_[c].solver_steps;
      any = true;
    }
    if (!any) continue;  // time passes
    kernels_.lower_step(lower_draws_.next(), steps_, w_);
    set_overflowed_aside(w_, {Role::lower_level, t_ + 1});
  }
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    results_[c].status = lost(c) ? PathStatus::diverged : PathStatus::reached;
    if (!lost(c)) w_.get(static_cast<Index>(c), results_[c].w);
  }
  return PathStatus::reached;
}

PathStatus SidBlock::solve_linear_systems(std::int64_t k, const std::stop_token& stop) {
  SID_EXPECTS(k >= 0, "the number of steps cannot be negative");
  kernels_.freeze(w_);
  v_.set_zero();
  for (Column& result : results_) {
    result.linear_steps = k;
    if (result.status == PathStatus::reached) result.divergence.reset();
  }
  for (std::int64_t step = 0; step < k; ++step) {
    if (stop.stop_requested()) return PathStatus::stopped;
    bool any = false;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      steps_[c] = 0.0;
      if (results_[c].status != PathStatus::reached) continue;
      steps_[c] = columns_[c].settings.linear_step.at(step);
      ++results_[c].solver_steps;
      any = true;
    }
    if (!any) break;
    kernels_.linear_step(linear_draws_.next(), steps_, c_, v_);
    set_overflowed_aside(v_, {Role::linear_system, step + 1});
  }
  return PathStatus::reached;
}

void SidBlock::set_overflowed_aside(ColumnBlock& block, const Divergence& divergence) {
  // Half of the limit: beyond that, the exact test of SidPath decides.
  constexpr double kSafe = 0.25 * kDivergenceNorm * kDivergenceNorm;
  for (Index s = 0; s < block.strips(); ++s) {
    const auto norms = squared_norms(block.strip(s), block.rows());
    const Index first = s * kStripWidth;
    for (Index c = first; c < std::min(first + kStripWidth, columns()); ++c) {
      if (norms[static_cast<std::size_t>(c - first)] <= kSafe) continue;
      // A step of size zero times an infinite upper gradient is not zero: once is enough.
      const auto number = static_cast<std::size_t>(c);
      Column& result = results_[number];
      const bool aside = divergence.role == Role::lower_level
                             ? lost(number)
                             : result.status != PathStatus::reached;
      if (aside) continue;
      block.get(c, scratch_);
      if (!overflowed(scratch_)) continue;
      result.status = PathStatus::diverged;
      result.divergence = divergence;
      block.set_zero(c);
    }
  }
}

bool SidBlock::lost(std::size_t c) const {
  return results_[c].divergence && results_[c].divergence->role == Role::lower_level;
}

void SidBlock::estimate(std::size_t c) {
  Column& result = results_[c];
  if (!lost(c)) c_.get(static_cast<Index>(c), result.upper_gradient);
  if (result.status != PathStatus::reached) return;
  v_.get(static_cast<Index>(c), result.v);
  const DataProblem& problem = *columns_[c].problem;
  if (jacobian_oracles_[c] == nullptr) {
    problem.cross_transpose(result.w, result.v, result.hypergradient);
  } else {
    jacobian_oracles_[c]->start({.seed = seed_,
                                 .role = Role::jacobian_product,
                                 .replica = replica_,
                                 .checkpoint = checkpoint_key_});
    jacobian_oracles_[c]->cross_transpose(
        result.w, result.v, columns_[c].settings.jacobian_samples, result.hypergradient);
  }
  result.hypergradient *= -problem.alpha();
}

SidBlockPath::SidBlockPath(std::shared_ptr<SidBlock> block, Index column)
    : BlockColumnPath(column), block_(std::move(block)) {
  SID_EXPECTS(block_ != nullptr && column >= 0 && column < block_->columns(),
              "a path is a column of its block");
  state_ = &block_->column(column);
}

void SidBlockPath::start(std::uint64_t seed, std::uint32_t replica) {
  block_->start(seed, replica);
}

PathStatus SidBlockPath::run_to(const Checkpoint& checkpoint,
                                std::uint32_t index,
                                const std::stop_token& stop) {
  const PathStatus status = block_->run_to(checkpoint, index, stop);
  solver_steps_ = state_->solver_steps;
  return status == PathStatus::stopped ? status : state_->status;
}

}  // namespace sid
