#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "sid/method/hypergradient_path.hpp"
#include "sid/method/sid_block.hpp"
#include "sid/problem/full_passes.hpp"

namespace sid {

/// SidPath with two BatchOracle objects for several configurations at once, whose checkpoints are
/// the same. All of them take a step of w in one pass over the data; and since a linear system
/// needs nothing but its w_t, the systems of several configurations and of several checkpoints,
/// each with a column of its own, take one pass a step together, the longest of them to the end.
/// Every column has the results of SidPath alone, bit for bit. One that diverges is set aside and
/// leaves the others as they are.
///
/// run_to looks ahead, to at most as many checkpoints again as have been passed, so that the first
/// points come as soon as they would alone, and to at most kMostSystems systems or kMostWeights
/// bytes of curvature weights, at least one checkpoint.
///
/// Memory for S systems at once: (n + 8 d) S doubles. Steps allocate nothing.
class BatchBlock {
 public:
  static constexpr std::size_t kMostSystems = 64;
  static constexpr std::size_t kMostWeights = std::size_t{1} << 24;

  /// At least one column; all problems of one family, whose examples `rows` are. The number of
  /// samples of the final derivative is of no effect: it is exact.
  BatchBlock(std::vector<SidColumn> columns, SidRows rows, std::vector<Checkpoint> checkpoints);

  Index columns() const { return static_cast<Index>(columns_.size()); }

  const std::vector<Checkpoint>& checkpoints() const { return checkpoints_; }

  /// Back to w_0 = 0.
  void start();

  /// Takes all columns to checkpoint `index` and maybe beyond; nothing where it is known already.
  /// Indices ascend. `stopped`: calling again goes on. Otherwise `reached`, and the status of each
  /// column tells how it fared. Polls `stop` every few hundred rows and before each final
  /// derivative.
  PathStatus run_to(std::size_t index, const std::stop_token& stop);

  /// The checkpoints whose states are known since the last run_to: first .. first + count - 1.
  struct Known {
    std::size_t first = 0, count = 0;
  };
  const Known& known() const { return known_; }
  /// The state of one column at checkpoint `index`, a known one, as SidPath has it there;
  /// solver_steps are those that this checkpoint took.
  const SidBlock::Column& column(Index c, std::size_t index) const;

 private:
  struct Systems;

  std::size_t most_checkpoints() const;
  std::size_t look_ahead(std::size_t index) const;
  SidBlock::Column& result(std::size_t checkpoint, std::size_t c);
  bool advance_lower(std::int64_t t, const std::stop_token& stop);
  void take_points(std::size_t checkpoint);
  bool solve(std::size_t first, std::size_t count, const std::stop_token& stop);
  bool take_steps(Systems& systems, const std::stop_token& stop);
  bool lost(std::size_t c) const { return lost_at_[c] >= 0; }

  std::vector<SidColumn> columns_;
  std::vector<const DataProblem*> problems_;
  SidRows rows_;
  std::vector<Checkpoint> checkpoints_;
  FullPasses passes_;
  ColumnBlock w_, gradient_;           // d x K
  std::vector<std::int64_t> lost_at_;  // where w overflowed, or -1
  std::vector<std::int64_t> steps_;    // of w since the last checkpoint
  Vector scratch_;
  std::vector<SidBlock::Column> results_;  // [checkpoint from next_ on][column]
  Known known_;
  std::size_t next_ = 0, points_ = 0;  // points of the checkpoints from next_ on that w has passed
  std::int64_t t_ = 0;
  bool started_ = false;
};

/// One column of a BatchBlock as a path of its own. The paths of a block are used by one thread and
/// are at most one checkpoint apart; the first of them to ask for a checkpoint takes the others
/// along.
class BatchBlockPath final : public BlockColumnPath {
 public:
  BatchBlockPath(std::shared_ptr<BatchBlock> block, Index column);

  /// Starts the whole block; nothing is random.
  void start(std::uint64_t seed, std::uint32_t replica) override;
  /// `checkpoint` is the block's number `index`.
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;

 private:
  std::shared_ptr<BatchBlock> block_;
  SidBlock::Column before_;  // the state until the first checkpoint
};

}  // namespace sid
