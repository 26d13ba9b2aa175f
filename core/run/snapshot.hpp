#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sid/method/checkpoint.hpp"
#include "sid/run/decomposition.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/run/statistics.hpp"

namespace sid {

enum class RunStatus { not_started, preparing, running, finished, stopped, diverged, failed };

/// Errors of one replica at one checkpoint, in the spec's convention. All NaN once w_t has
/// overflowed; hypergradient and linear NaN from the first checkpoint on whose v_k overflowed.
struct ReplicaError {
  double hypergradient = 0.0;  ///< ||estimate - hypergradient||^2
  double lower = 0.0;          ///< ||w_t - w(lambda)||^2
  /// ||v_k - v(w_t)||^2, to about 1e-3 relative or better (batch: 1e-9; teaching problem:
  /// rounding): v(w_t) is the solution of a linear system at every w_t. NaN beside a finite
  /// hypergradient error: that system could not be solved in double precision.
  double linear = 0.0;
};
double error_of(const ReplicaError& error, Quantity quantity);

/// What the parts of the mean-square error are computed from, beside `errors` of the same curve; in
/// the spec's convention. Empty unless spec.run.decomposition asks for it, and for deterministic
/// methods. Every replica then counts with the mean of its inner replicas (nested).
struct ConditionalErrors {
  std::int64_t dim = 0;  ///< m
  double inner = 0.0;    ///< see OuterReplicas::inner
  /// within[row * checkpoints + checkpoint]: estimate of V[estimate | w_t].
  std::vector<double> within;
  /// means[(row * checkpoints + checkpoint) * dim + i]: conditional mean of the estimate minus the
  /// hypergradient. NaN where errors are.
  std::vector<double> means;

  bool empty() const { return within.empty(); }
};

/// Statistics over replicas at one checkpoint. Means are over the replicas that have not diverged,
/// hence too low where diverged > 0: draw them up to the last checkpoint without one.
struct CurvePoint {
  Checkpoint at;
  std::int64_t replicas = 0;  ///< finite hypergradient errors, the denominator of its mean
  std::int64_t diverged = 0;  ///< the others
  MeanEstimate hypergradient, lower, linear;
  /// Parts of the hypergradient's error over the finite replicas, if measured and at least two. A
  /// replica whose conditional mean overflowed is left out of the parts alone.
  std::optional<Decomposition> parts;
  /// Mean over replicas of the squared certificate, where one is asked for: of the errors of these
  /// very runs it is a bound, of their expectation an estimate of one.
  std::optional<MeanEstimate> certificate;
};
const MeanEstimate& mean_error(const CurvePoint& point, Quantity quantity);

/// One method at one panel. Deterministic methods (batch, fixed split) have one replica.
struct MethodCurve {
  std::size_t panel = 0;
  std::size_t method = 0;
  std::string label;
  std::vector<Checkpoint> checkpoints;  ///< all of them
  std::int64_t checkpoints_done = 0;    ///< a prefix; later ones have no data yet
  std::vector<CurvePoint> points;       ///< checkpoints_done entries
  /// errors[row * checkpoints.size() + checkpoint]. Left empty while a run with more than a million
  /// values goes on; always there at its end.
  std::vector<ReplicaError> errors;
  ConditionalErrors conditional;  ///< as long as errors, or empty
  /// Squared bound of the hypergradient's error of each run (error_certificate.hpp), in the spec's
  /// convention; as long as errors, or empty. NaN where errors are, infinite where a constant is
  /// not known.
  std::vector<double> certificates;
  bool linear_system = true;  ///< the method makes a v_k; without, all linear errors are NaN
  std::int64_t replicas = 0;  ///< rows of `errors`: replicas measured so far
  /// Number in the whole experiment of the replica in each row, ascending. 0, 1, 2, ... unless this
  /// is a shard.
  std::vector<std::int64_t> replica_numbers;
  std::int64_t first_diverged_t = -1;  ///< smallest iteration at which a replica overflowed
  bool linear_diverged = false;        ///< that iteration is k of a linear system, not t
  /// Of a method with tolerances: the most steps of any run at its last checkpoint, and whether all
  /// runs met them there.
  std::optional<StepsTaken> steps_taken;
};

/// Statistics at one checkpoint from curve.errors, adding in row order. Requires one error per row
/// and checkpoint, and checkpoint < checkpoints.size().
CurvePoint curve_point(const MethodCurve& curve, std::size_t checkpoint);

/// Values of curve.errors whose linear system could not be solved for v(w_t), over the checkpoints
/// done; 0 for a method that has no such system.
std::int64_t unsolved_linear_errors(const MethodCurve& curve);

/// Fills curve.points for checkpoints_done checkpoints from curve.errors, adding in row order: the
/// same errors in the same order give the same bits, whether from one run or from merged shards.
void recompute_points(MethodCurve& curve);

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
