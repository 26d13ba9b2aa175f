#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"
#include "sid/method/checkpoint.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/theory/report.hpp"

namespace sid {

class DataProblemFamily;

/// One hyperparameter value: its problem and exact solution. Expensive, shared, immutable.
struct Panel {
  Vector lambda;                                  ///< as written in the spec (its convention)
  std::string label;                              ///< "0.1"; for vector lambda its index, from 0
  std::shared_ptr<const BilevelProblem> problem;  ///< mean convention
  Reference reference;  ///< mean convention; multiply by hypergradient_scale for display
  /// Display factor of hypergradients: 1 for lower_loss = mean, 1/n for sum.
  double hypergradient_scale = 1.0;
};

/// The expensive part of a spec (problem and data): panels by lambda and, if splits vary, by
/// replica. Depends only on spec.problem, spec.data, and where splits vary on run.replicas; the
/// window keeps it while steps, minibatches and budgets change.
struct ProblemBench {
  ProblemSpec problem;
  DataSpec data;
  std::vector<Panel> panels;                      ///< one per lambda, first split
  std::vector<std::vector<Panel>> varied_panels;  ///< [replica][lambda]; empty unless vary_split
  std::string data_description;
  std::string data_fingerprint;
  std::int64_t sample_count = 0;  ///< n
  /// Replicas in varied_panels; 0 where all replicas share `panels`. A shard's bench has panels
  /// only for the replicas of that shard.
  std::int64_t varied_replicas = 0;
  /// What the panels have in common; null for the teaching problem. Kept so that a bench for other
  /// hyperparameters on the same data is prepared from it.
  std::shared_ptr<const DataProblemFamily> family;
};

/// The bench was prepared from the same problem, data and split settings as `spec`.
bool fits(const ProblemBench& bench, const RunSpec& spec);

/// Replicas index, index + count, ... of the whole experiment: one shard of a command line run.
struct Shard {
  std::int64_t index = 0;
  std::int64_t count = 1;  ///< 0 <= index < count
};

class WorkerPool;
using ProgressHook = std::function<void(double fraction, const std::string& what)>;

/// Loads or generates data, builds problems, solves references. Polls `stop` often and then fails
/// with ErrorCode::stopped. `spec` must have passed validate(); what only the data can tell (size,
/// labels, length of lambda) is reported here. `progress` may be called from several threads, one
/// at a time. `pool` null: one of its own. Under a second for the built-in digits, under a
/// millisecond for the teaching problem.
Result<std::shared_ptr<const ProblemBench>> prepare_bench(const RunSpec& spec,
                                                          std::stop_token stop = {},
                                                          const ProgressHook& progress = {},
                                                          Shard shard = {},
                                                          const ProblemBench* previous = nullptr,
                                                          WorkerPool* pool = nullptr);

/// A method at one panel, resolved: schedules with numbers, checkpoints.
struct ResolvedMethod {
  std::string label;
  MethodKind kind = MethodKind::sid;
  OracleSettings oracle;  ///< of steps and final derivative; whole data where nothing is random
  StepSizeSchedule lower_step, linear_step;
  std::int64_t jacobian_samples = 1;
  double gamma = 0.0;                ///< saga, svrg: step of the lower level
  double refresh_probability = 1.0;  ///< saga: 1/n; svrg: p
  std::int64_t copies = 1;           ///< neumann
  double mixing = 1.0;               ///< fp_km
  LowerIteration lower_solver = LowerIteration::gradient;     ///< inexact, itd
  LinearIteration linear_solver = LinearIteration::gradient;  ///< inexact
  std::optional<double> lower_tolerance, linear_tolerance;    ///< inexact
  std::vector<Checkpoint> checkpoints;
};

/// Schedules and checkpoints of every method at one panel. Cheap (formulas only).
/// A method of minibatches has checkpoints as run.checkpoints asks up to its t (run.iterations
/// unless it has its own), those of an explicit list that do not exceed it; the last one is t
/// itself unless a list says otherwise. The others get the epochs of the longest of these
/// (expected_epochs), at least t = 1, or run.iterations where there is none. A deterministic method
/// has a checkpoint at every iteration (log-spaced above 2000); SAGA and SVRG have as many as
/// run.checkpoints asks, spaced in epochs as it says (a list: logarithmically), because their first
/// pass over the data comes before their first step.
std::vector<ResolvedMethod> resolve_methods(const RunSpec& spec,
                                            const ProblemBench& bench,
                                            const Panel& panel);

/// t of the last checkpoint of `method`, one of `spec`, on `samples` examples.
std::int64_t longest_iterations(const RunSpec& spec,
                                const MethodSpec& method,
                                std::int64_t samples);

enum class TheoryScope {
  all,
  bounds,  ///< without exact expectations and predictions: formulas alone, some ms for any problem
};

/// All theory of `spec` on `bench`: [panel][method]. Formula-only changes never touch the bench.
/// Bounds take a millisecond or so a method once the constants are known. Exact expectations of the
/// teaching problem add some ten nanoseconds for each iteration whose step size is new;
/// expectations and predictions of data problems add up to a few seconds a method at d = 784 the
/// first time (factorisations are kept with the reference), tenths of a second later. Nothing at
/// all is returned when stopped, within some ten milliseconds. Uses no measured value. Values of
/// hypergradient curves and their terms are in the spec's convention (mean convention times
/// hypergradient_scale^2); the constants and the other curves are in the mean convention. Where
/// splits vary, bounds are not covered: the theorems speak of one problem. A bound has gaps (NaN)
/// where it is below rounding level, (16 eps L/tau)^2 times the squared size of what it bounds:
/// theorems speak of exact arithmetic.
std::vector<std::vector<MethodTheory>> evaluate_theory(const RunSpec& spec,
                                                       const ProblemBench& bench,
                                                       const std::stop_token& stop = {},
                                                       TheoryScope scope = TheoryScope::all);

}  // namespace sid
