#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/method/hypergradient_path.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/problem/minibatch_block.hpp"
#include "sid/random/minibatch_sampler.hpp"

namespace sid {

/// One configuration of a SidBlock: a lambda and the settings of SidPath.
struct SidColumn {
  std::shared_ptr<const DataProblem> problem;
  SidSettings settings;
};

/// The rows that all columns of a SidBlock share.
struct SidRows {
  std::shared_ptr<const BlockRows> train, validation;
};

/// SidPath for several configurations at once that have the seed, the replica, the minibatches and
/// the checkpoints in common: since streams depend on neither lambda nor step sizes, all of them
/// draw the same rows, which are then read once for eight columns. Every column has the results of
/// SidPath alone, bit for bit; its lambda, schedules and J are its own. A column that diverges, in
/// w or in one linear system, is set aside and leaves the others as they are.
///
/// At a checkpoint the upper gradients are taken together as well; the final derivatives in lambda
/// one after the other. Streams of linear systems are keyed by the checkpoint, so systems of
/// different checkpoints share no draws.
///
/// Memory for K columns (rounded up to eights): 3 d K + n K doubles and what MinibatchBlock says;
/// where lambda weights examples, K minibatch oracles more. Steps allocate nothing.
class SidBlock {
 public:
  /// At least one column; all problems of one family, whose examples `rows` are. `draws` is the
  /// minibatch of all columns.
  SidBlock(std::vector<SidColumn> columns, const OracleSettings& draws, SidRows rows);

  Index columns() const { return static_cast<Index>(columns_.size()); }

  /// Back to w_0 = 0 with the streams of (seed, replica).
  void start(std::uint64_t seed, std::uint32_t replica);

  /// Takes all columns to `checkpoint`, number `index` of the curves, as SidPath::run_to does;
  /// nothing where they are there already. `stopped`: calling again goes on. Otherwise `reached`,
  /// and status() tells how each column fared. Polls `stop` at every step of the block and
  /// before each final derivative.
  PathStatus run_to(const Checkpoint& checkpoint, std::uint32_t index, const std::stop_token& stop);

  /// The state of one column at the last checkpoint, as SidPath has it.
  struct Column {
    PathStatus status = PathStatus::reached;
    Vector w, v, upper_gradient;  // d
    Vector hypergradient;         // m
    std::optional<Divergence> divergence;
    std::int64_t solver_steps = 0;
    std::int64_t linear_steps = 0;
  };
  const Column& column(Index c) const { return results_[static_cast<std::size_t>(c)]; }

 private:
  PathStatus advance_lower(std::int64_t t, const std::stop_token& stop);
  PathStatus solve_linear_systems(std::int64_t k, const std::stop_token& stop);
  /// Columns that overflowed are noted and set to zero.
  void set_overflowed_aside(ColumnBlock& block, const Divergence& divergence);
  bool lost(std::size_t c) const;  ///< w diverged
  void estimate(std::size_t c);

  std::vector<SidColumn> columns_;
  SidRows rows_;
  MinibatchSampler lower_draws_, linear_draws_;
  MinibatchBlock kernels_;
  std::vector<std::unique_ptr<StochasticOracle>>
      jacobian_oracles_;  // where the derivative is noisy
  ColumnBlock w_, c_, v_;
  std::vector<double> steps_;
  Vector scratch_;
  std::vector<Column> results_;
  std::uint64_t seed_ = 0;
  std::uint32_t replica_ = 0;
  std::int64_t t_ = 0;
  std::uint32_t checkpoint_key_ = 0;  // of the last checkpoint, 0: none
  bool started_ = false;
};

/// What a path that is a column of a block has in common: the state it shows, which the block has.
class BlockColumnPath : public HypergradientPath {
 public:
  std::int64_t linear_steps() const final { return state_->linear_steps; }
  const Vector& w() const final { return state_->w; }
  const Vector& v() const final { return state_->v; }
  const Vector& upper_gradient() const final { return state_->upper_gradient; }
  const Vector& hypergradient() const final { return state_->hypergradient; }
  const std::optional<Divergence>& divergence() const final { return state_->divergence; }
  std::int64_t solver_steps() const final { return solver_steps_; }

 protected:
  explicit BlockColumnPath(Index column) : column_(column) {}

  Index column_;
  const SidBlock::Column* state_ = nullptr;  ///< set by the constructors of the paths
  std::int64_t solver_steps_ = 0;
};

/// One column of a SidBlock as a path of its own. The paths of a block are used by one thread, each
/// goes to every checkpoint in turn, and all are at most one checkpoint apart: the first of them to
/// ask for a checkpoint takes the others along. Steps of the others are counted when they ask.
class SidBlockPath final : public BlockColumnPath {
 public:
  SidBlockPath(std::shared_ptr<SidBlock> block, Index column);

  /// Starts the whole block.
  void start(std::uint64_t seed, std::uint32_t replica) override;
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;

 private:
  std::shared_ptr<SidBlock> block_;
};

}  // namespace sid
