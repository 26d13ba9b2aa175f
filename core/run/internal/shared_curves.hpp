#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "sid/data/block_rows.hpp"
#include "sid/method/hypergradient_path.hpp"
#include "sid/run/internal/experiment_plan.hpp"
#include "sid/run/internal/replica_run.hpp"

namespace sid::internal {

/// Which curves of a run advance together. SID curves on data with equal minibatches and
/// checkpoints see the same rows in a replica, whatever their lambda and their steps, and share
/// them as columns of a SidBlock. Results do not depend on the grouping, bit for bit, so it may
/// follow the number of threads.
///
/// Batch curves on data are columns of a BatchBlock, also one alone, since the linear systems of
/// its checkpoints share the data; but fewer than four curves only where those take most of the
/// work. Any curve of another kind stands alone.
///
/// A group has at most 32 curves, and fewer where a step of all of them would take much longer than
/// ten milliseconds, so that a stop is noticed soon. It has whole strips of eight curves, the last
/// of which may lack up to four: a strip costs as much with one curve as with eight, some two to
/// three times a curve alone. What is left over of SID stands alone.
///
/// Memory of a group of K SID curves (rounded up to eights): 8 K (n + 3 d) bytes a replica in
/// progress, of batch curves as BatchBlock says; for either, while the errors of its linear systems
/// are measured, what linear_system_squared_errors says of up to K systems at once (of a batch
/// block: of those that it solved together); and once for the data set, or for each split in
/// progress, three bytes for every byte of it that is not zero.
class SharedCurves {
 public:
  /// Refers to `plan`.
  SharedCurves(const ExperimentPlan& plan, const RunSettings& settings, bool varied_data);

  /// Every curve is in one group; each set of curves that could be one makes at least `parts`
  /// groups, as far as it has strips. Ascending in a group.
  std::vector<std::vector<std::size_t>> groups(std::size_t parts) const;

  /// Of `rows` replicas that `threads` threads are to work on in turn: in how many parts the
  /// replica `row` is best taken. Whole turns are not divided, what is left over is.
  static std::size_t parts_of_row(std::size_t row, std::size_t rows, std::size_t threads);

  /// Whether a replica of this group can begin at any checkpoint, after the steps of w that lead
  /// there, with the same results from then on as long as nothing overflows.
  bool can_skip(const std::vector<std::size_t>& curves) const;

  /// Replica number `row` of the curves of one group. Empty if a stop came first.
  std::vector<std::unique_ptr<ReplicaRun>> make(const std::vector<std::size_t>& curves,
                                                std::size_t row,
                                                const std::stop_token& stop) const;

 private:
  struct Set {
    std::vector<std::size_t> curves;
    std::size_t most = 1;    // in a group
    std::size_t fewest = 1;  // in its last strip
  };
  /// The curves of one group on the same rows, in the order of the group.
  struct Paths {
    std::vector<std::unique_ptr<HypergradientPath>> all;
    std::shared_ptr<SharedErrors> errors;
  };
  bool shares_rows(const std::vector<std::size_t>& curves) const;
  Paths make_paths(const std::vector<std::size_t>& curves,
                   std::int64_t replica,
                   const std::stop_token& stop) const;
  std::shared_ptr<const BlockRows> rows(const FeatureMatrix& features,
                                        const std::stop_token& stop) const;

  const ExperimentPlan& plan_;
  RunSettings settings_;
  bool varied_data_;
  std::vector<Set> sets_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::map<const FeatureMatrix*, std::weak_ptr<const BlockRows>> rows_;
  mutable std::vector<std::shared_ptr<const BlockRows>>
      kept_;  // where all replicas have one data set
};

}  // namespace sid::internal
