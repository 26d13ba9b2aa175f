#include "sid/run/internal/execute.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <limits>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include "sid/run/internal/experiment_plan.hpp"
#include "sid/run/internal/replica_run.hpp"
#include "sid/run/internal/run_messages.hpp"
#include "sid/run/validation.hpp"

namespace sid::internal {

namespace {

using Clock = std::chrono::steady_clock;

/// Replicas that advance side by side. More than this run block by block: each holds iterates and
/// buffers, which for a million replicas would not fit.
constexpr std::size_t kBlock = 64;
/// Snapshots of a run that goes on carry the errors of single replicas up to this many values.
constexpr std::int64_t kMaxCopiedValues = 1'000'000;
constexpr double kProgressPerSecond = 10.0;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

/// One replica of one curve, to be taken from its present checkpoint to `target`.
struct Task {
  std::size_t curve = 0;
  std::size_t row = 0;  ///< of the curve's errors
  std::size_t from = 0, target = 0;
  std::int64_t cost = 0;
};

class Execution {
 public:
  Execution(const RunSpec& spec,
            const ExecuteOptions& options,
            const std::stop_token& stop,
            const PublishHook& publish)
      : options_(options), stop_(stop), publish_(publish), arena_(arena_size(options)) {
    live_.spec = spec;
    live_.generation = options.generation;
  }

  std::shared_ptr<const RunSnapshot> run(std::shared_ptr<const ProblemBench> bench);

 private:
  static int arena_size(const ExecuteOptions& options) {
    return options.threads > 0 ? options.threads : tbb::task_arena::automatic;
  }

  bool prepare(std::shared_ptr<const ProblemBench> bench);
  void measure();
  bool run_first_block();
  void run_later_blocks(std::size_t first_row);
  void run_tasks(std::vector<Task>& tasks);
  void run_task(const Task& task, ReplicaRun& replica);
  void note_divergence(std::size_t curve, const Divergence& divergence);
  void grow_errors(std::size_t rows);
  void drop_unfinished();
  void finish(RunStatus status, std::string message);

  void update_clock();
  void publish_live(bool always);
  void publish_progress();

  ExecuteOptions options_;
  std::stop_token stop_;
  PublishHook publish_;
  tbb::task_arena arena_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point measuring_since_ = Clock::now();

  RunSnapshot live_;  // changed only while no task runs
  std::unique_ptr<ExperimentPlan> plan_;
  std::vector<std::vector<std::unique_ptr<ReplicaRun>>> block_;  // [curve][row], first block

  std::mutex divergence_mutex_;
  std::atomic<std::int64_t> cost_done_ = 0;
  std::atomic<std::int64_t> steps_done_ = 0;

  std::mutex publish_mutex_;  // guards what follows
  std::shared_ptr<const RunSnapshot> last_;
  Clock::time_point last_time_{};
};

void Execution::update_clock() {
  live_.elapsed_seconds = seconds_since(begin_);
  live_.solver_steps = steps_done_;
  if (!plan_) return;
  const double total = static_cast<double>(std::max<std::int64_t>(plan_->total_cost(), 1));
  live_.progress = std::min(1.0, static_cast<double>(cost_done_) / total);
  const double elapsed = seconds_since(measuring_since_);
  live_.eta_seconds = elapsed > 0.2 && live_.progress > 0.0
                          ? elapsed * (1.0 - live_.progress) / live_.progress
                          : -1.0;
}

void Execution::publish_live(bool always) {
  const std::lock_guard lock(publish_mutex_);
  if (!always && seconds_since(last_time_) < 1.0 / options_.publishes_per_second) return;
  update_clock();
  auto copy = std::make_shared<RunSnapshot>();
  if (plan_ && plan_->measured_values() > kMaxCopiedValues && !live_.done()) {
    std::vector<std::vector<ReplicaError>> errors;
    for (MethodCurve& curve : live_.curves) errors.push_back(std::exchange(curve.errors, {}));
    *copy = live_;
    for (std::size_t c = 0; c < errors.size(); ++c) live_.curves[c].errors.swap(errors[c]);
  } else {
    *copy = live_;
  }
  last_ = std::move(copy);
  last_time_ = Clock::now();
  if (publish_) publish_(last_);
}

/// From inside tasks: the last snapshot again with new progress, some times a second.
void Execution::publish_progress() {
  const std::unique_lock lock(publish_mutex_, std::try_to_lock);
  if (!lock || !last_ || !publish_ || seconds_since(last_time_) < 1.0 / kProgressPerSecond) return;
  auto copy = std::make_shared<RunSnapshot>(*last_);
  const double total = static_cast<double>(std::max<std::int64_t>(plan_->total_cost(), 1));
  const double elapsed = seconds_since(measuring_since_);
  copy->progress = std::min(1.0, static_cast<double>(cost_done_) / total);
  copy->elapsed_seconds = seconds_since(begin_);
  copy->solver_steps = steps_done_;
  copy->eta_seconds =
      copy->progress > 0.0 ? elapsed * (1.0 - copy->progress) / copy->progress : -1.0;
  last_ = std::move(copy);
  last_time_ = Clock::now();
  publish_(last_);
}

bool Execution::prepare(std::shared_ptr<const ProblemBench> bench) {
  const std::vector<SpecIssue> issues = validate(live_.spec);
  if (!issues.empty()) {
    finish(RunStatus::failed, to_string(issues));
    return false;
  }
  if (!bench || !fits(*bench, live_.spec)) {
    live_.status = RunStatus::preparing;
    live_.message = "Preparing the problem.";
    publish_live(false);
    const ProgressHook progress = [this](double fraction, const std::string& what) {
      live_.progress = fraction;
      live_.message = what;
      publish_live(false);
    };
    Result<std::shared_ptr<const ProblemBench>> prepared =
        arena_.execute([&] { return prepare_bench(live_.spec, stop_, progress, options_.shard); });
    if (!prepared) {
      const bool stopped = prepared.error().code == ErrorCode::stopped || stop_.stop_requested();
      finish(
          stopped ? RunStatus::stopped : RunStatus::failed,
          stopped ? "Stopped while the problem was being prepared." : to_string(prepared.error()));
      return false;
    }
    bench = std::move(*prepared);
  }
  const std::vector<SpecIssue> late = validate_against_data(
      live_.spec, bench->sample_count, bench->panels.front().problem->lower_dim());
  if (!late.empty()) {
    finish(RunStatus::failed, to_string(late));
    return false;
  }
  live_.bench = std::move(bench);
  return true;
}

void Execution::measure() {
  plan_ = std::make_unique<ExperimentPlan>(live_.spec, *live_.bench, options_.shard);
  if (plan_->measured_values() > kMaxMeasuredValues) {
    finish(RunStatus::failed,
           fmt::format("run.replicas = {}: replicas × checkpoints of all curves = {} must be ≤ {}. "
                       "Use fewer replicas or checkpoints.",
                       live_.spec.run.replicas,
                       plan_->measured_values(),
                       kMaxMeasuredValues));
    return;
  }
  live_.curves = plan_->curves();
  live_.status = RunStatus::running;
  live_.message = running_message(live_);
  measuring_since_ = Clock::now();
  if (run_first_block()) run_later_blocks(kBlock);
  block_.clear();
  if (stop_.stop_requested() && cost_done_ < plan_->total_cost()) {
    drop_unfinished();
    finish(RunStatus::stopped, stopped_message(live_));
    return;
  }
  const bool diverged = std::any_of(live_.curves.begin(), live_.curves.end(), [](const auto& c) {
    return c.first_diverged_t >= 0;
  });
  update_clock();
  live_.eta_seconds = 0.0;
  finish(diverged ? RunStatus::diverged : RunStatus::finished,
         diverged ? diverged_message(live_) : finished_message(live_));
}

void Execution::grow_errors(std::size_t rows) {
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    MethodCurve& curve = live_.curves[c];
    const std::vector<std::int64_t>& all = plan_->replicas(c);
    const std::size_t here = std::min(rows, all.size());
    curve.replica_numbers.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(here));
    curve.replicas = static_cast<std::int64_t>(here);
    curve.errors.resize(here * curve.checkpoints.size(), {kNaN, kNaN, kNaN});
  }
}

/// The first replicas side by side, checkpoint by checkpoint. False if a stop came first.
bool Execution::run_first_block() {
  grow_errors(kBlock);
  block_.resize(live_.curves.size());
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    block_[c].resize(static_cast<std::size_t>(live_.curves[c].replicas));
  }
  for (std::size_t round = 0; round < plan_->rounds(); ++round) {
    const std::vector<std::size_t>& targets = plan_->targets(round);
    std::vector<Task> tasks;
    for (std::size_t c = 0; c < live_.curves.size(); ++c) {
      const auto from = static_cast<std::size_t>(live_.curves[c].checkpoints_done);
      if (targets[c] == from) continue;
      std::int64_t cost = 0;
      for (std::size_t i = from; i < targets[c]; ++i) cost += plan_->cost(c, i);
      for (std::size_t row = 0; row < block_[c].size(); ++row) {
        tasks.push_back({.curve = c, .row = row, .from = from, .target = targets[c], .cost = cost});
      }
    }
    run_tasks(tasks);
    if (stop_.stop_requested()) return false;
    for (std::size_t c = 0; c < live_.curves.size(); ++c) {
      MethodCurve& curve = live_.curves[c];
      for (auto i = static_cast<std::size_t>(curve.checkpoints_done); i < targets[c]; ++i) {
        curve.points.push_back(curve_point(curve, i));
      }
      curve.checkpoints_done = static_cast<std::int64_t>(targets[c]);
    }
    live_.message = running_message(live_);
    publish_live(round == 0);
  }
  return true;
}

/// The remaining replicas, a block at a time from start to end.
void Execution::run_later_blocks(std::size_t first_row) {
  block_.clear();
  std::size_t most = 0;
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    most = std::max(most, plan_->replicas(c).size());
  }
  for (std::size_t row = first_row; row < most; row += kBlock) {
    grow_errors(row + kBlock);
    std::vector<Task> tasks;
    for (std::size_t c = 0; c < live_.curves.size(); ++c) {
      const MethodCurve& curve = live_.curves[c];
      std::int64_t cost = 0;
      for (std::size_t i = 0; i < curve.checkpoints.size(); ++i) cost += plan_->cost(c, i);
      for (std::size_t r = row; r < static_cast<std::size_t>(curve.replicas); ++r) {
        tasks.push_back(
            {.curve = c, .row = r, .from = 0, .target = curve.checkpoints.size(), .cost = cost});
      }
    }
    run_tasks(tasks);
    if (stop_.stop_requested()) {  // the block is not whole
      for (MethodCurve& curve : live_.curves) {
        const std::size_t rows = std::min(row, static_cast<std::size_t>(curve.replicas));
        curve.replicas = static_cast<std::int64_t>(rows);
        curve.replica_numbers.resize(rows);
        curve.errors.resize(rows * curve.checkpoints.size());
      }
      return;
    }
    for (MethodCurve& curve : live_.curves) recompute_points(curve);
    live_.message = running_message(live_);
    publish_live(false);
  }
}

/// Most expensive tasks first, so that the end of a round is even. Results go to places of their
/// own and are added up later in row order, so nothing depends on who does what when.
void Execution::run_tasks(std::vector<Task>& tasks) {
  std::stable_sort(
      tasks.begin(), tasks.end(), [](const Task& a, const Task& b) { return a.cost > b.cost; });
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size() && !stop_.stop_requested(); i = next++) {
      const Task& task = tasks[i];
      const std::int64_t number = live_.curves[task.curve].replica_numbers[task.row];
      const auto make = [&] {
        return std::make_unique<ReplicaRun>(plan_->panel(task.curve, number),
                                            plan_->method(task.curve, number),
                                            static_cast<std::uint64_t>(live_.spec.run.seed),
                                            static_cast<std::uint32_t>(number));
      };
      if (block_.empty()) {
        const std::unique_ptr<ReplicaRun> replica = make();
        run_task(task, *replica);
      } else {
        std::unique_ptr<ReplicaRun>& replica = block_[task.curve][task.row];
        if (!replica) replica = make();
        run_task(task, *replica);
        if (task.target == live_.curves[task.curve].checkpoints.size()) replica.reset();
      }
    }
  };
  arena_.execute([&] {
    tbb::task_group group;
    const int helpers = std::min<int>(tbb::this_task_arena::max_concurrency(),
                                      static_cast<int>(std::min<std::size_t>(tasks.size(), 1024))) -
                        1;
    for (int i = 0; i < helpers; ++i) group.run(work);
    group.run_and_wait(work);
  });
}

void Execution::run_task(const Task& task, ReplicaRun& replica) {
  MethodCurve& curve = live_.curves[task.curve];
  const std::int64_t steps_before = replica.solver_steps();
  for (std::size_t i = task.from; i < task.target; ++i) {
    ReplicaError error;
    if (!replica.measure(i, stop_, error)) break;
    curve.errors[task.row * curve.checkpoints.size() + i] = error;
    cost_done_ += plan_->cost(task.curve, i);
    publish_progress();
  }
  steps_done_ += replica.solver_steps() - steps_before;
  if (replica.divergence()) note_divergence(task.curve, *replica.divergence());
}

void Execution::note_divergence(std::size_t curve, const Divergence& divergence) {
  const std::lock_guard lock(divergence_mutex_);
  MethodCurve& at = live_.curves[curve];
  const bool linear = divergence.role == Role::linear_system;
  // One number for a curve: the lower level's, if that overflowed in any replica.
  const bool graver = at.first_diverged_t >= 0 && at.linear_diverged && !linear;
  const bool lighter = at.first_diverged_t >= 0 && !at.linear_diverged && linear;
  if (lighter) return;
  if (at.first_diverged_t < 0 || graver || divergence.iteration < at.first_diverged_t) {
    at.first_diverged_t = divergence.iteration;
    at.linear_diverged = linear;
  }
}

/// A run that ends early keeps whole checkpoints only.
void Execution::drop_unfinished() {
  for (MethodCurve& curve : live_.curves) {
    const std::size_t columns = curve.checkpoints.size();
    curve.replicas =
        static_cast<std::int64_t>(curve.errors.size() / std::max<std::size_t>(columns, 1));
    const auto done = static_cast<std::size_t>(curve.checkpoints_done);
    for (std::size_t row = 0; row < static_cast<std::size_t>(curve.replicas); ++row) {
      for (std::size_t i = done; i < columns; ++i) {
        curve.errors[row * columns + i] = {kNaN, kNaN, kNaN};
      }
    }
    const bool kept = std::any_of(
        curve.points.begin(), curve.points.end(), [](const auto& p) { return p.diverged > 0; });
    if (!kept) curve.first_diverged_t = -1;
  }
}

void Execution::finish(RunStatus status, std::string message) {
  live_.status = status;
  live_.message = std::move(message);
  publish_live(true);
}

std::shared_ptr<const RunSnapshot> Execution::run(std::shared_ptr<const ProblemBench> bench) {
  try {
    if (prepare(std::move(bench))) measure();
  } catch (const std::exception& error) {
    block_.clear();
    drop_unfinished();
    finish(RunStatus::failed, fmt::format("The run failed: {}", error.what()));
  }
  return last_;
}

}  // namespace

std::shared_ptr<const RunSnapshot> execute(const RunSpec& spec,
                                           std::shared_ptr<const ProblemBench> bench,
                                           const ExecuteOptions& options,
                                           const std::stop_token& stop,
                                           const PublishHook& publish) {
  // The library caps threads at the number of processors unless told otherwise; more are asked for
  // only to show that results do not depend on their number.
  const auto ceiling =
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  const tbb::global_control control(
      tbb::global_control::max_allowed_parallelism,
      std::max(ceiling, static_cast<std::size_t>(std::max(options.threads, 1))));
  Execution execution(spec, options, stop, publish);
  return execution.run(std::move(bench));
}

}  // namespace sid::internal
