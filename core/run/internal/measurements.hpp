#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/run/internal/experiment_plan.hpp"
#include "sid/run/internal/replica_run.hpp"

namespace sid::internal {

/// Errors of all replicas of all curves while they are being measured. Each value is written once,
/// by the task it belongs to; what is read before the end are checkpoints of rounds that all curves
/// have behind them, or rows that have been marked whole.
class Measurements {
 public:
  Measurements(const ExperimentPlan& plan, const RunSettings& settings);

  /// What measure() adds to the account of the run beside the errors.
  struct Account {
    bool cost = true;     ///< to cost_done()
    bool outcome = true;  ///< steps to steps_done(), and where the replica overflowed
  };

  /// Takes `replica` from checkpoint `from` to `target` and stores its errors in `row` of `curve`.
  /// False if a stop came first.
  bool measure(ReplicaRun& replica,
               std::size_t curve,
               std::size_t row,
               std::size_t from,
               std::size_t target,
               const std::stop_token& stop,
               Account account = {true, true});

  /// The steps of one replica of `curve` to its end, none of which overflowed.
  void add_steps_of_row(std::size_t curve);
  /// The run is not done, whatever its cost, until as much is given back.
  void hold_back(std::int64_t cost) { cost_done_ -= cost; }

  /// The row has all its checkpoints.
  void mark_whole(std::size_t curve, std::size_t row);

  /// Fills a curve's errors, replica numbers and divergence from the first `rows` rows, and nothing
  /// past `checkpoints`. Only once no task writes to these checkpoints of these rows any more.
  void copy_rows(std::size_t curve,
                 std::size_t rows,
                 std::size_t checkpoints,
                 MethodCurve& out) const;
  /// Rows 0 .. n-1 of the curve that are all whole.
  std::size_t whole_rows(std::size_t curve) const;

  std::int64_t cost_done() const { return cost_done_; }
  std::int64_t steps_done() const { return steps_done_; }

 private:
  struct CurveState {
    std::vector<ReplicaError> errors;  // row-major
    ConditionalErrors conditional;     // as long as errors, or empty
    std::vector<double> certificates;  // likewise
    std::vector<char> whole;           // by row
    std::size_t prefix = 0;            // whole rows at the front
    std::int64_t first_diverged = -1;
    bool linear_diverged = false;
    std::optional<StepsTaken> steps_taken;  // see MethodCurve
  };
  void note_divergence(CurveState& curve, const Divergence& divergence);
  void note_steps(CurveState& curve, const StepsTaken& steps);

  const ExperimentPlan& plan_;
  std::vector<CurveState> curves_;
  mutable std::mutex mutex_;  // guards whole, prefix, divergence and steps_taken
  std::atomic<std::int64_t> cost_done_ = 0;
  std::atomic<std::int64_t> steps_done_ = 0;
};

}  // namespace sid::internal
