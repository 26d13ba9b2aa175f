#include "sid/method/batch_block.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/problem/minibatch_block.hpp"

namespace sid {

namespace {

constexpr auto kWidth = static_cast<std::size_t>(kStripWidth);

const DataProblemFamily& family_of(const std::vector<SidColumn>& columns) {
  SID_EXPECTS(!columns.empty() && columns.front().problem != nullptr, "a block has a column");
  return columns.front().problem->family();
}

/// Column c of x <- x - step[c] p.
void descend(const std::array<double, kWidth>& step, Index rows, const double* p, double* x) {
  for (Index i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < kWidth; ++c) x[c] -= step[c] * p[c];
    x += kWidth;
    p += kWidth;
  }
}

/// Column c of v <- v - eta[c] (alpha[c] p - shift).
void descend(const std::array<double, kWidth>& eta,
             const std::array<double, kWidth>& alpha,
             Index rows,
             const double* p,
             const double* shift,
             double* v) {
  for (Index i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < kWidth; ++c) v[c] -= eta[c] * (alpha[c] * p[c] - shift[c]);
    v += kWidth;
    p += kWidth;
    shift += kWidth;
  }
}

/// Calls `lost(c)` for the columns below `count` whose norm is beyond the limit.
template <class Lost>
void find_overflowed(const ColumnBlock& block, std::size_t count, Vector& scratch, Lost lost) {
  // Half of the limit: beyond that, the exact test of SidPath decides.
  constexpr double kSafe = 0.25 * kDivergenceNorm * kDivergenceNorm;
  for (std::size_t first = 0; first < count; first += kWidth) {
    const auto norms = squared_norms(block.strip(static_cast<Index>(first / kWidth)), block.rows());
    for (std::size_t c = first; c < std::min(first + kWidth, count); ++c) {
      if (norms[c - first] <= kSafe) continue;
      block.get(static_cast<Index>(c), scratch);
      if (overflowed(scratch)) lost(c);
    }
  }
}

}  // namespace

/// Linear systems with a column each, those with most steps first.
struct BatchBlock::Systems {
  struct One {
    std::size_t column = 0;
    std::int64_t k = 0;
    SidBlock::Column* result = nullptr;
  };
  std::vector<One> all;
  std::vector<const DataProblem*> problems;
  ColumnBlock w, c, v, product;  // d
  ColumnBlock weights;           // n

  std::size_t size() const { return all.size(); }
};

BatchBlock::BatchBlock(std::vector<SidColumn> columns,
                       SidRows rows,
                       std::vector<Checkpoint> checkpoints)
    : columns_(std::move(columns)),
      rows_(std::move(rows)),
      checkpoints_(std::move(checkpoints)),
      passes_(family_of(columns_), rows_.train),
      w_(passes_.family().dim(), static_cast<Index>(columns_.size())),
      gradient_(w_.rows(), w_.columns()),
      lost_at_(columns_.size(), -1),
      steps_(columns_.size(), 0),
      scratch_(w_.rows()) {
  for (const SidColumn& column : columns_) {
    SID_EXPECTS(column.problem != nullptr && &column.problem->family() == &passes_.family(),
                "problems of a block differ in lambda alone");
    problems_.push_back(column.problem.get());
  }
  results_.resize(most_checkpoints() * columns_.size());
}

void BatchBlock::start() {
  started_ = true;
  known_ = {};
  next_ = points_ = 0;
  t_ = 0;
  w_.set_zero();
  std::fill(lost_at_.begin(), lost_at_.end(), -1);
  std::fill(steps_.begin(), steps_.end(), 0);
}

const SidBlock::Column& BatchBlock::column(Index c, std::size_t index) const {
  SID_EXPECTS(c >= 0 && c < columns(), "a column lies inside the block");
  SID_EXPECTS(index >= known_.first && index - known_.first < known_.count,
              "the state at a checkpoint is known after run_to");
  return results_[(index - known_.first) * columns_.size() + static_cast<std::size_t>(c)];
}

SidBlock::Column& BatchBlock::result(std::size_t checkpoint, std::size_t c) {
  return results_[(checkpoint - next_) * columns_.size() + c];
}

std::size_t BatchBlock::most_checkpoints() const {
  const auto n = static_cast<std::size_t>(rows_.train->rows());
  const std::size_t systems = std::min(kMostSystems, kMostWeights / (n * sizeof(double)));
  return std::clamp<std::size_t>(
      systems / columns_.size(), 1, std::max<std::size_t>(checkpoints_.size(), 1));
}

std::size_t BatchBlock::look_ahead(std::size_t index) const {
  return std::min(
      {std::max<std::size_t>(index, 1), most_checkpoints(), checkpoints_.size() - index});
}

PathStatus BatchBlock::run_to(std::size_t index, const std::stop_token& stop) {
  SID_EXPECTS(started_, "a replica starts before it runs");
  SID_EXPECTS(index < checkpoints_.size() && index >= known_.first,
              "checkpoints are asked for in turn");
  if (index < known_.first + known_.count) return PathStatus::reached;
  if (next_ != index) points_ = 0;
  next_ = index;
  const std::size_t count = look_ahead(index);
  known_ = {.first = index, .count = 0};
  for (; points_ < count; ++points_) {
    if (!advance_lower(checkpoints_[index + points_].t, stop)) return PathStatus::stopped;
    take_points(index + points_);
  }
  if (!solve(index, count, stop)) return PathStatus::stopped;
  known_.count = count;
  return PathStatus::reached;
}

bool BatchBlock::advance_lower(std::int64_t t, const std::stop_token& stop) {
  SID_EXPECTS(t >= t_, "the lower-level path only goes forward");
  for (; t_ < t; ++t_) {
    if (std::all_of(lost_at_.begin(), lost_at_.end(), [](auto at) { return at >= 0; })) continue;
    if (!passes_.lower_gradients(problems_, w_, gradient_, stop)) return false;
    for (std::size_t first = 0; first < columns_.size(); first += kWidth) {
      std::array<double, kWidth> step{};
      for (std::size_t c = first; c < std::min(first + kWidth, columns_.size()); ++c) {
        if (lost(c)) continue;
        step[c - first] = columns_[c].settings.lower_step.at(t_) * problems_[c]->alpha();
        ++steps_[c];
      }
      const auto s = static_cast<Index>(first / kWidth);
      descend(step, w_.rows(), gradient_.strip(s), w_.strip(s));
    }
    find_overflowed(w_, columns_.size(), scratch_, [&](std::size_t c) {
      lost_at_[c] = t_ + 1;
      w_.set_zero(static_cast<Index>(c));
    });
  }
  return true;
}

void BatchBlock::take_points(std::size_t checkpoint) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    SidBlock::Column& at = result(checkpoint, c);
    at.solver_steps = std::exchange(steps_[c], 0);
    at.linear_steps = checkpoints_[checkpoint].k;
    at.status = PathStatus::reached;
    at.divergence.reset();
    at.w.resize(w_.rows());
    w_.get(static_cast<Index>(c), at.w);
    if (!lost(c)) continue;
    at.status = PathStatus::diverged;
    at.divergence = Divergence{Role::lower_level, lost_at_[c]};
  }
}

bool BatchBlock::solve(std::size_t first, std::size_t count, const std::stop_token& stop) {
  Systems systems;
  for (std::size_t i = first; i < first + count; ++i) {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const auto& divergence = result(i, c).divergence;
      if (divergence && divergence->role == Role::lower_level) continue;
      systems.all.push_back({.column = c, .k = checkpoints_[i].k, .result = &result(i, c)});
    }
  }
  if (systems.size() == 0) return true;
  std::stable_sort(
      systems.all.begin(), systems.all.end(), [](auto& a, auto& b) { return a.k > b.k; });
  const auto size = static_cast<Index>(systems.size());
  for (ColumnBlock* block : {&systems.w, &systems.c, &systems.v, &systems.product}) {
    *block = ColumnBlock(w_.rows(), size);
  }
  systems.weights = ColumnBlock(rows_.train->rows(), size);
  for (std::size_t s = 0; s < systems.size(); ++s) {
    systems.problems.push_back(problems_[systems.all[s].column]);
    systems.w.set(static_cast<Index>(s), systems.all[s].result->w);
  }
  if (!upper_gradients(passes_.family(), *rows_.validation, systems.w, systems.c, stop) ||
      !passes_.hessian_weights(systems.problems, systems.w, systems.weights, stop) ||
      !take_steps(systems, stop)) {
    return false;
  }
  for (std::size_t s = 0; s < systems.size(); ++s) {
    if (stop.stop_requested()) return false;
    SidBlock::Column& at = *systems.all[s].result;
    at.upper_gradient.resize(w_.rows());
    systems.c.get(static_cast<Index>(s), at.upper_gradient);
    if (at.status != PathStatus::reached) continue;
    const DataProblem& problem = *systems.problems[s];
    at.hypergradient.resize(problem.upper_dim());
    problem.cross_transpose(at.w, at.v, at.hypergradient);
    at.hypergradient *= -problem.alpha();
  }
  return true;
}

/// From v_0 = 0 to v_k of every system.
bool BatchBlock::take_steps(Systems& systems, const std::stop_token& stop) {
  for (const Systems::One& one : systems.all) {
    SidBlock::Column& at = *one.result;
    // A stop may have come after a system overflowed.
    at.status = PathStatus::reached;
    at.divergence.reset();
    at.v = Vector::Zero(w_.rows());
  }
  std::vector<std::int64_t> taken(systems.size(), 0);
  std::size_t active = systems.size();
  for (std::int64_t step = 0;; ++step) {
    while (active > 0 && systems.all[active - 1].k <= step) --active;
    const auto goes_on = [&](std::size_t s) {
      return systems.all[s].result->status == PathStatus::reached;
    };
    bool any = false;
    for (std::size_t s = 0; s < active && !any; ++s) any = goes_on(s);
    if (!any) break;
    if (!passes_.hessian_products(
            {systems.problems.data(), active}, systems.weights, systems.v, systems.product, stop)) {
      return false;
    }
    for (std::size_t first = 0; first < active; first += kWidth) {
      std::array<double, kWidth> eta{}, alpha{};
      for (std::size_t s = first; s < std::min(first + kWidth, active); ++s) {
        if (!goes_on(s)) continue;
        eta[s - first] = columns_[systems.all[s].column].settings.linear_step.at(step);
        alpha[s - first] = systems.problems[s]->alpha();
        ++taken[s];
      }
      const auto strip = static_cast<Index>(first / kWidth);
      descend(eta,
              alpha,
              w_.rows(),
              systems.product.strip(strip),
              systems.c.strip(strip),
              systems.v.strip(strip));
    }
    find_overflowed(systems.v, active, scratch_, [&](std::size_t s) {
      systems.v.set_zero(static_cast<Index>(s));
      // An infinite upper gradient times a step of size zero is not zero: once is enough.
      if (!goes_on(s)) return;
      systems.all[s].result->status = PathStatus::diverged;
      systems.all[s].result->divergence = Divergence{Role::linear_system, step + 1};
    });
    for (std::size_t s = active; s-- > 0 && systems.all[s].k == step + 1;) {
      if (goes_on(s)) systems.v.get(static_cast<Index>(s), systems.all[s].result->v);
    }
  }
  for (std::size_t s = 0; s < systems.size(); ++s) {
    systems.all[s].result->solver_steps += taken[s];
  }
  return true;
}

BatchBlockPath::BatchBlockPath(std::shared_ptr<BatchBlock> block, Index column)
    : BlockColumnPath(column), block_(std::move(block)) {
  SID_EXPECTS(block_ != nullptr && column >= 0 && column < block_->columns(),
              "a path is a column of its block");
  state_ = &before_;
}

void BatchBlockPath::start(std::uint64_t /*seed*/, std::uint32_t /*replica*/) {
  block_->start();
  state_ = &before_;
}

PathStatus BatchBlockPath::run_to(const Checkpoint& checkpoint,
                                  std::uint32_t index,
                                  const std::stop_token& stop) {
  SID_EXPECTS(index < block_->checkpoints().size() && block_->checkpoints()[index] == checkpoint,
              "the checkpoints of a block are known from the beginning");
  if (block_->run_to(index, stop) == PathStatus::stopped) return PathStatus::stopped;
  state_ = &block_->column(column_, index);
  solver_steps_ += state_->solver_steps;
  return state_->status;
}

}  // namespace sid
