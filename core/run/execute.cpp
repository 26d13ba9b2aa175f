#include "sid/run/internal/execute.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sid/run/internal/experiment_plan.hpp"
#include "sid/run/internal/measurements.hpp"
#include "sid/run/internal/publish_pace.hpp"
#include "sid/run/internal/round_schedule.hpp"
#include "sid/run/internal/run_messages.hpp"
#include "sid/run/internal/shared_curves.hpp"
#include "sid/run/validation.hpp"
#include "sid/run/worker_pool.hpp"

namespace sid::internal {

namespace {

using Clock = std::chrono::steady_clock;

/// Snapshots of a run that goes on carry the errors of single replicas up to this many values.
constexpr std::int64_t kMaxCopiedValues = 1'000'000;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

/// A replica of one group of curves that several tasks work on, each at checkpoints of its own.
struct Split {
  std::atomic<std::size_t> left = 0;  // tasks that have not ended
  std::atomic<bool> diverged = false;
};

/// One replica of curves that share their rows, to be taken from its present checkpoint to
/// `target`.
struct Task {
  std::vector<std::size_t> curves;
  std::size_t row = 0;
  std::size_t from = 0, target = 0;
  std::shared_ptr<Split> split = nullptr;  // null: not divided
};

/// What goes from round to round: its task in the round that it is in or was in last.
struct Lane {
  Task task;
  std::vector<std::unique_ptr<ReplicaRun>> replicas;  // while it is on its way
};

/// One run of one spec. First some replicas side by side, checkpoint by checkpoint, so that curves
/// grow from left to right; then the others one after the other, so that means sharpen. Results go
/// to places of their own and are added up in row order: nothing depends on who does what when.
class Execution {
 public:
  Execution(const RunSpec& spec,
            const ExecuteOptions& options,
            std::stop_token stop,
            PublishHook publish)
      : options_(options),
        stop_(std::move(stop)),
        publish_(std::move(publish)),
        pool_(options.threads),
        pace_(options.publishes_per_second) {
    live_.spec = spec;
    live_.generation = options.generation;
  }

  std::shared_ptr<const RunSnapshot> run(std::shared_ptr<const ProblemBench> bench);

 private:
  bool prepare(std::shared_ptr<const ProblemBench> bench);
  void measure();
  bool side_by_side(std::size_t rows);
  void one_by_one(std::size_t first_row);
  void advance(std::vector<Lane>& lanes, RoundSchedule& schedule);
  void reach(std::size_t round);
  void in_parallel(std::size_t tasks, const std::function<void(std::size_t)>& work);
  bool measure_together(const Task& task,
                        const std::vector<std::unique_ptr<ReplicaRun>>& replicas,
                        Measurements::Account account = {true, true});
  void add_row(std::vector<std::size_t> curves,
               std::size_t row,
               std::size_t parts,
               std::vector<Task>& tasks);
  bool measure_part(const Task& task);

  enum class Urgency { when_due, now };
  void finish(RunStatus status, std::string message);
  void publish_live(Urgency urgency);
  void publish_rounds(const RoundSchedule& schedule);
  void send_live(Urgency urgency);
  void publish_whole_rows();
  void send(std::shared_ptr<RunSnapshot> snapshot);
  void set_progress(RunSnapshot& snapshot) const;
  void copy_curves(RunSnapshot& snapshot) const;

  ExecuteOptions options_;
  std::stop_token stop_;
  PublishHook publish_;
  WorkerPool pool_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point measuring_since_ = Clock::now();

  // Without errors; changed only while no task runs, or in the rounds under publish_mutex_.
  RunSnapshot live_;
  std::unique_ptr<ExperimentPlan> plan_;
  std::unique_ptr<Measurements> measurements_;
  std::unique_ptr<SharedCurves> shared_;

  std::mutex publish_mutex_;  // guards what follows
  std::shared_ptr<const RunSnapshot> last_;
  std::size_t rounds_sent_ = 0;
  PublishPace pace_;
};

void Execution::set_progress(RunSnapshot& snapshot) const {
  snapshot.elapsed_seconds = seconds_since(begin_);
  if (!plan_ || !measurements_) return;
  snapshot.solver_steps = measurements_->steps_done();
  const auto total = static_cast<double>(std::max<std::int64_t>(plan_->total_cost(), 1));
  snapshot.progress = std::min(1.0, static_cast<double>(measurements_->cost_done()) / total);
  const double elapsed = seconds_since(measuring_since_);
  snapshot.eta_seconds = elapsed > 0.2 && snapshot.progress > 0.0
                             ? elapsed * (1.0 - snapshot.progress) / snapshot.progress
                             : -1.0;
}

/// Errors of the rows and checkpoints that `snapshot` counts as done.
void Execution::copy_curves(RunSnapshot& snapshot) const {
  if (!measurements_) return;
  const bool copy_errors = snapshot.done() || plan_->measured_values() <= kMaxCopiedValues;
  for (std::size_t c = 0; c < snapshot.curves.size(); ++c) {
    MethodCurve& curve = snapshot.curves[c];
    measurements_->copy_rows(c,
                             static_cast<std::size_t>(curve.replicas),
                             static_cast<std::size_t>(curve.checkpoints_done),
                             curve);
    for (std::size_t i = curve.points.size(); i < static_cast<std::size_t>(curve.checkpoints_done);
         ++i) {
      curve.points.push_back(curve_point(curve, i));
    }
    if (copy_errors) continue;
    std::vector<ReplicaError>().swap(curve.errors);
    curve.conditional = {};
    std::vector<double>().swap(curve.certificates);
  }
}

/// Under publish_mutex_.
void Execution::send(std::shared_ptr<RunSnapshot> snapshot) {
  last_ = std::move(snapshot);
  if (publish_) publish_(last_);
}

/// From the worker, while no task runs.
void Execution::publish_live(Urgency urgency) {
  const std::lock_guard lock(publish_mutex_);
  send_live(urgency);
}

/// Under publish_mutex_.
void Execution::send_live(Urgency urgency) {
  const Clock::time_point begun = Clock::now();
  if (urgency == Urgency::when_due && !pace_.curves_due(begun)) return;
  auto copy = std::make_shared<RunSnapshot>(live_);
  set_progress(*copy);
  copy_curves(*copy);
  for (std::size_t c = 0; c < live_.curves.size(); ++c)
    live_.curves[c].points = copy->curves[c].points;
  send(std::move(copy));
  pace_.sent_curves(begun, Clock::now());
}

/// From inside the rounds: what all lanes have behind them, or the last snapshot with new progress.
void Execution::publish_rounds(const RoundSchedule& schedule) {
  const std::unique_lock lock(publish_mutex_, std::try_to_lock);
  if (!lock) return;  // a later turn will do
  const Clock::time_point begun = Clock::now();
  const std::size_t rounds = schedule.rounds_done();
  if (rounds > rounds_sent_ && (rounds_sent_ == 0 || pace_.curves_due(begun))) {
    reach(rounds - 1);
    live_.message = running_message(live_);
    send_live(Urgency::now);
    rounds_sent_ = rounds;
  } else if (last_ && pace_.progress_due(begun)) {
    auto copy = std::make_shared<RunSnapshot>(*last_);
    set_progress(*copy);
    send(std::move(copy));
    pace_.sent_progress(begun, Clock::now());
  }
}

/// From inside tasks that take one replica from start to end: what is whole by now.
void Execution::publish_whole_rows() {
  const std::unique_lock lock(publish_mutex_, std::try_to_lock);
  const Clock::time_point begun = Clock::now();
  if (!lock || !pace_.curves_due(begun)) return;
  auto copy = std::make_shared<RunSnapshot>(live_);
  for (std::size_t c = 0; c < copy->curves.size(); ++c) {
    copy->curves[c].replicas = static_cast<std::int64_t>(measurements_->whole_rows(c));
    copy->curves[c].points.clear();
  }
  set_progress(*copy);
  copy_curves(*copy);
  copy->message = running_message(*copy);
  send(std::move(copy));
  pace_.sent_curves(begun, Clock::now());
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
    publish_live(Urgency::now);
    const ProgressHook progress = [this](double fraction, const std::string& what) {
      live_.progress = fraction;
      live_.message = what;
      publish_live(Urgency::when_due);
    };
    Result<std::shared_ptr<const ProblemBench>> prepared =
        prepare_bench(live_.spec, stop_, progress, options_.shard, bench.get(), &pool_);
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
  if (live_.spec.run.certificate) plan_->prepare_certificates(stop_);
  measurements_ = std::make_unique<Measurements>(*plan_, live_.spec.run);
  shared_ =
      std::make_unique<SharedCurves>(*plan_, live_.spec.run, live_.bench->varied_replicas > 0);
  live_.curves = plan_->curves();
  live_.status = RunStatus::running;
  live_.progress = 0.0;
  live_.message = running_message(live_);
  measuring_since_ = Clock::now();
  // In whole turns of the threads, so that no row has to be divided among them.
  const std::size_t turns =
      (plan_->rows_side_by_side(pool_.threads()) + pool_.threads() - 1) / pool_.threads();
  const std::size_t together = turns * pool_.threads();
  if (side_by_side(together)) one_by_one(together);
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    MethodCurve& curve = live_.curves[c];
    const std::size_t whole = measurements_->whole_rows(c);
    if (whole > static_cast<std::size_t>(curve.replicas)) {
      curve.replicas = static_cast<std::int64_t>(whole);
      curve.points.clear();
    }
    measurements_->copy_rows(c,
                             static_cast<std::size_t>(curve.replicas),
                             static_cast<std::size_t>(curve.checkpoints_done),
                             curve);
    recompute_points(curve);
  }
  set_progress(live_);
  if (measurements_->cost_done() < plan_->total_cost()) {
    finish(RunStatus::stopped, stopped_message(live_));
    return;
  }
  const bool diverged = std::any_of(live_.curves.begin(), live_.curves.end(), [](const auto& c) {
    return c.first_diverged_t >= 0;
  });
  finish(diverged ? RunStatus::diverged : RunStatus::finished,
         diverged ? diverged_message(live_) : finished_message(live_));
}

/// Checkpoint by checkpoint, since the curves of a task advance together. False if a stop came
/// first.
bool Execution::measure_together(const Task& task,
                                 const std::vector<std::unique_ptr<ReplicaRun>>& replicas,
                                 Measurements::Account account) {
  if (replicas.empty()) return false;
  for (std::size_t i = task.from; i < task.target; ++i) {
    for (std::size_t k = 0; k < task.curves.size(); ++k) {
      if (!measurements_->measure(
              *replicas[k], task.curves[k], task.row, i, i + 1, stop_, account)) {
        return false;
      }
    }
  }
  return true;
}

/// False if a stop came first.
bool Execution::side_by_side(std::size_t rows) {
  std::size_t most = 0;
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    const std::size_t together = std::min(rows, plan_->replicas(c).size());
    live_.curves[c].replicas = static_cast<std::int64_t>(together);
    most = std::max(most, together);
  }
  std::vector<Lane> lanes;
  std::vector<std::vector<std::int64_t>> costs;
  for (std::size_t row = 0; row < most; ++row) {
    const std::size_t parts = SharedCurves::parts_of_row(row, most, pool_.threads());
    for (std::vector<std::size_t>& curves : shared_->groups(parts)) {
      if (row >= plan_->replicas(curves.front()).size()) continue;
      lanes.push_back({.task = {.curves = std::move(curves), .row = row}, .replicas = {}});
      costs.push_back(plan_->costs_of_rounds(lanes.back().task.curves));
    }
  }
  RoundSchedule schedule(std::move(costs));
  pool_.for_each(pool_.threads(), [&](std::size_t) {
    try {
      advance(lanes, schedule);
    } catch (...) {
      schedule.give_up();
      throw;
    }
  });
  const bool whole = !stop_.stop_requested();
  const std::size_t rounds = whole ? plan_->rounds() : schedule.rounds_done();
  if (rounds > 0) reach(rounds - 1);  // not every round is published, nor has each run replicas
  return whole;
}

/// One thread's part of the rounds.
void Execution::advance(std::vector<Lane>& lanes, RoundSchedule& schedule) {
  while (const std::optional<RoundSchedule::Turn> turn = schedule.take()) {
    if (stop_.stop_requested()) return schedule.give_up();
    Lane& lane = lanes[turn->lane];
    Task& task = lane.task;
    const std::size_t first = task.curves.front();
    task.from = task.target;
    task.target = plan_->targets(turn->round)[first];
    if (lane.replicas.empty()) lane.replicas = shared_->make(task.curves, task.row, stop_);
    if (!measure_together(task, lane.replicas)) return schedule.give_up();
    if (task.target == live_.curves[first].checkpoints.size()) {
      lane.replicas.clear();
      for (const std::size_t c : task.curves) measurements_->mark_whole(c, task.row);
    }
    schedule.done(*turn);
    publish_rounds(schedule);
  }
}

/// All curves have the checkpoints of `round`. Under publish_mutex_, or while no task runs.
void Execution::reach(std::size_t round) {
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    live_.curves[c].checkpoints_done = static_cast<std::int64_t>(plan_->targets(round)[c]);
  }
}

/// The remaining replicas, each from start to end.
void Execution::one_by_one(std::size_t first_row) {
  std::vector<Task> tasks;
  std::size_t most = first_row;
  for (std::size_t c = 0; c < live_.curves.size(); ++c) {
    most = std::max(most, plan_->replicas(c).size());
  }
  for (std::size_t row = first_row; row < most; ++row) {
    const std::size_t parts =
        SharedCurves::parts_of_row(row - first_row, most - first_row, pool_.threads());
    std::vector<std::vector<std::size_t>> groups = shared_->groups(parts);
    std::erase_if(
        groups, [&](const auto& curves) { return row >= plan_->replicas(curves.front()).size(); });
    const std::size_t each = groups.empty() ? 1 : (parts + groups.size() - 1) / groups.size();
    for (std::vector<std::size_t>& curves : groups) add_row(std::move(curves), row, each, tasks);
  }
  in_parallel(tasks.size(), [&](std::size_t i) {
    const Task& task = tasks[i];
    const bool done = task.split
                          ? measure_part(task)
                          : measure_together(task, shared_->make(task.curves, task.row, stop_));
    if (!done) return;
    for (const std::size_t c : task.curves) measurements_->mark_whole(c, task.row);
    publish_whole_rows();
  });
}

/// One replica as one task, or as `parts` of about the same cost where it can begin at any
/// checkpoint. Every part takes the steps of w before it once more, few beside those of its linear
/// systems.
void Execution::add_row(std::vector<std::size_t> curves,
                        std::size_t row,
                        std::size_t parts,
                        std::vector<Task>& tasks) {
  const std::size_t first = curves.front(), all = live_.curves[first].checkpoints.size();
  if (parts < 2 || all < 2 || !shared_->can_skip(curves)) {
    tasks.push_back({.curves = std::move(curves), .row = row, .target = all});
    return;
  }
  std::int64_t total = 0, done = 0;
  for (std::size_t i = 0; i < all; ++i) total += plan_->cost(first, i);
  const auto split = std::make_shared<Split>();
  std::size_t from = 0;
  for (std::size_t i = 0; i < all; ++i) {
    done += plan_->cost(first, i);
    // Exact below 2^53; of products beyond, which 64 bits might not hold, the size is enough.
    const double reached = static_cast<double>(done) * static_cast<double>(parts);
    const double share = static_cast<double>(split->left + 1) * static_cast<double>(total);
    if (i + 1 < all && reached < share) continue;
    tasks.push_back({.curves = curves, .row = row, .from = from, .target = i + 1, .split = split});
    ++split->left;
    from = i + 1;
  }
  measurements_->hold_back(1);
}

/// True for the last part that ends, with the whole replica measured. Whatever follows an overflow
/// depends on it: then the replica is taken once more, in one piece.
bool Execution::measure_part(const Task& task) {
  {
    const auto replicas = shared_->make(task.curves, task.row, stop_);
    if (!measure_together(task, replicas, {.cost = true, .outcome = false})) return false;
    for (const auto& replica : replicas) {
      if (replica->divergence()) task.split->diverged = true;
    }
  }
  if (--task.split->left > 0) return false;
  if (task.split->diverged) {
    const Task whole{.curves = task.curves,
                     .row = task.row,
                     .target = live_.curves[task.curves.front()].checkpoints.size()};
    if (!measure_together(
            whole, shared_->make(task.curves, task.row, stop_), {.cost = false, .outcome = true})) {
      return false;
    }
  } else {
    for (const std::size_t c : task.curves) measurements_->add_steps_of_row(c);
  }
  measurements_->hold_back(-1);
  return true;
}

/// work(0), work(1), ... begin in this order, on all threads, until a stop comes.
void Execution::in_parallel(std::size_t tasks, const std::function<void(std::size_t)>& work) {
  pool_.for_each(tasks, [&](std::size_t i) {
    if (!stop_.stop_requested()) work(i);
  });
}

void Execution::finish(RunStatus status, std::string message) {
  live_.status = status;
  live_.message = std::move(message);
  const std::lock_guard lock(publish_mutex_);
  auto last = std::make_shared<RunSnapshot>(std::move(live_));
  set_progress(*last);
  last->eta_seconds = 0.0;
  send(std::move(last));
}

std::shared_ptr<const RunSnapshot> Execution::run(std::shared_ptr<const ProblemBench> bench) {
  try {
    if (prepare(std::move(bench))) measure();
  } catch (const std::exception& error) {
    live_.curves.clear();  // half-written
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
  Execution execution(spec, options, stop, publish);
  return execution.run(std::move(bench));
}

}  // namespace sid::internal
