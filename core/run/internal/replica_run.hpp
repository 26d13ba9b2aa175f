#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "sid/method/sid_path.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/snapshot.hpp"

namespace sid::internal {

/// Where a replica puts what the parts of its error are computed from.
struct ReplicaParts {
  double* within = nullptr;  ///< one value; null: not asked for
  double* mean = nullptr;    ///< m values
};

/// One replica of one method at one panel, from checkpoint to checkpoint. Used by one thread at a
/// time; `panel` and `method` must outlive it.
class ReplicaRun {
 public:
  /// `replica` is the number in the whole experiment: it names the random streams.
  ReplicaRun(const Panel& panel,
             const ResolvedMethod& method,
             std::uint64_t seed,
             std::uint32_t replica,
             const RunSettings& settings);

  /// Goes to checkpoint `index` (ascending from 0) and measures the errors there. False if a stop
  /// came first; the replica is then of no further use.
  bool measure(std::size_t index,
               const std::stop_token& stop,
               ReplicaError& out,
               ReplicaParts parts = {});

  std::int64_t solver_steps() const { return path_.solver_steps(); }
  /// Where it overflowed first; std::nullopt if it did not.
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  PathStatus measure_nested(double square_error,
                            const std::stop_token& stop,
                            ReplicaError& out,
                            ReplicaParts parts);
  PathStatus measure_conditional_mean(const Checkpoint& at,
                                      const std::stop_token& stop,
                                      ReplicaParts parts);
  void note_divergence(const Divergence& divergence);

  const Panel& panel_;
  const ResolvedMethod& method_;
  SidPath path_;
  DecompositionRoute route_ = DecompositionRoute::none;
  std::int64_t inner_replicas_ = 1;
  std::unique_ptr<StochasticOracle> whole_data_;  // conditional means
  Vector error_, mean_, mean_v_;
  std::optional<Divergence> divergence_;
};

}  // namespace sid::internal
