#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sid/method/checkpoint.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/run/statistics.hpp"

namespace sid {

enum class RunStatus { not_started, preparing, running, finished, stopped, diverged, failed };

/// Errors of one replica at one checkpoint, in the spec's convention. NaN where the replica
/// diverged at or before it.
struct ReplicaError {
  double hypergradient = 0.0;  ///< ||estimate - hypergradient||^2
  double lower = 0.0;          ///< ||w_t - w(lambda)||^2
  double linear = 0.0;         ///< ||v_k - v(w_t)||^2
};

/// Statistics over replicas at one checkpoint.
struct CurvePoint {
  Checkpoint at;
  std::int64_t replicas = 0;  ///< finite ones, the denominator of the means
  std::int64_t diverged = 0;
  MeanEstimate hypergradient, lower, linear;
};

/// One method at one panel. Deterministic methods (batch, fixed split) have one replica.
struct MethodCurve {
  std::size_t panel = 0;
  std::size_t method = 0;
  std::string label;
  std::vector<Checkpoint> checkpoints;  ///< all of them
  std::int64_t checkpoints_done = 0;    ///< a prefix; later ones have no data yet
  std::vector<CurvePoint> points;       ///< checkpoints_done entries
  /// errors[replica * checkpoints.size() + checkpoint]
  std::vector<ReplicaError> errors;
  std::int64_t replicas = 0;
  std::int64_t first_diverged_t = -1;  ///< smallest t at which a replica overflowed; -1: none
};

/// What a run knows at a moment; immutable once published.
struct RunSnapshot {
  RunStatus status = RunStatus::not_started;
  std::string message = "Not started.";  ///< one sentence with the numbers
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;  ///< null until prepared
  std::vector<MethodCurve> curves;            ///< panel-major: panel * methods + method
  double progress = 0.0;                      ///< [0, 1]
  double elapsed_seconds = 0.0;
  double eta_seconds = -1.0;      ///< remaining; negative: unknown
  std::int64_t solver_steps = 0;  ///< stochastic steps taken so far
  std::uint64_t generation = 0;   ///< number of the start() that produced it

  bool done() const {
    return status == RunStatus::finished || status == RunStatus::stopped ||
           status == RunStatus::diverged || status == RunStatus::failed;
  }
};

}  // namespace sid
