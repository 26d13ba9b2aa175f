#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/method/batch_block.hpp"
#include "sid/method/sid_block.hpp"
#include "sid/problem/linear_error_block.hpp"

namespace sid::internal {

/// ||v_k - v(w_t)||^2 of the curves of one group (SharedCurves), whose exact systems share the rows
/// as their steps do: the first curve to ask at a checkpoint has all of them solved that the block
/// knows by then. The bits are those that the problem finds for a curve alone. For one thread.
class SharedErrors {
 public:
  /// `near`: the exact solution of each column, which must outlive this.
  SharedErrors(std::shared_ptr<const SidBlock> block,
               std::vector<const DataProblem*> problems,
               std::vector<const Reference*> near,
               std::shared_ptr<const BlockRows> train);
  SharedErrors(std::shared_ptr<const BatchBlock> block,
               std::vector<const DataProblem*> problems,
               std::vector<const Reference*> near,
               std::shared_ptr<const BlockRows> train);

  /// At checkpoint `index`, which the path of this column has reached. Nothing where the column's
  /// problem is to be asked itself, or after a stop.
  std::optional<double> at(std::size_t column,
                           std::size_t index,
                           double relative_residual,
                           const std::stop_token& stop);

 private:
  const SidBlock::Column& state(std::size_t column, std::size_t index) const;
  void solve(std::size_t first, double relative_residual, const std::stop_token& stop);

  std::shared_ptr<const SidBlock> sid_;  // one of the two
  std::shared_ptr<const BatchBlock> batch_;
  std::vector<const DataProblem*> problems_;
  std::vector<const Reference*> near_;
  FullPasses passes_;
  std::size_t first_ = 0, count_ = 0;          // checkpoints of the errors below
  std::vector<std::optional<double>> errors_;  // [checkpoint][column]
};

}  // namespace sid::internal
