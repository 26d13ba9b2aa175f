#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/method/hypergradient_path.hpp"
#include "sid/method/solver_path.hpp"
#include "sid/problem/error_certificate.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/internal/shared_errors.hpp"
#include "sid/run/snapshot.hpp"

namespace sid::internal {

/// Where a replica puts what is asked for beside its errors.
struct ReplicaParts {
  double* within = nullptr;       ///< one value; null: not asked for
  double* mean = nullptr;         ///< m values
  double* certificate = nullptr;  ///< one value; null: not asked for
};

/// One replica of one method at one panel, from checkpoint to checkpoint. Used by one thread at a
/// time; `panel` and `method` must outlive it.
class ReplicaRun {
 public:
  /// `replica` is the number in the whole experiment: it names the random streams. `lipschitz`:
  /// what certificates need of the panel's problem; may be null where none is asked for, else must
  /// outlive the replica. `path` null: one of its own. `errors` null: linear errors are found for
  /// this replica alone; else `path` is number `column` of that group.
  ReplicaRun(const Panel& panel,
             const ResolvedMethod& method,
             std::uint64_t seed,
             std::uint32_t replica,
             const RunSettings& settings,
             const DerivativeLipschitz* lipschitz = nullptr,
             std::unique_ptr<HypergradientPath> path = nullptr,
             std::shared_ptr<SharedErrors> errors = nullptr,
             std::size_t column = 0);

  /// Goes to checkpoint `index` (ascending from 0) and measures the errors there. False if a stop
  /// came first; the replica is then of no further use.
  bool measure(std::size_t index,
               const std::stop_token& stop,
               ReplicaError& out,
               ReplicaParts parts = {});

  std::int64_t solver_steps() const { return path_->solver_steps(); }
  std::optional<StepsTaken> steps_taken() const { return path_->steps_taken(); }
  /// Where it overflowed first; std::nullopt if it did not.
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  Result<double> linear_error(std::size_t index, const std::stop_token& stop) const;
  PathStatus measure_nested(double square_error,
                            const std::stop_token& stop,
                            ReplicaError& out,
                            ReplicaParts parts);
  PathStatus measure_conditional_mean(const Checkpoint& at,
                                      const std::stop_token& stop,
                                      ReplicaParts parts);
  PathStatus certify(const std::stop_token& stop, double& out) const;
  void note_divergence(const Divergence& divergence);

  const Panel& panel_;
  const ResolvedMethod& method_;
  std::unique_ptr<HypergradientPath> path_;
  std::shared_ptr<SharedErrors> errors_;
  std::size_t column_;
  DecompositionRoute route_ = DecompositionRoute::none;
  std::int64_t inner_replicas_ = 1;
  std::unique_ptr<LinearSolver> mean_solver_;  // conditional means
  const DerivativeLipschitz* lipschitz_ = nullptr;
  Vector error_, mean_, mean_v_;
  std::optional<Divergence> divergence_;
};

}  // namespace sid::internal
