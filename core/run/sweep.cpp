#include "sid/run/sweep.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/run/internal/publish_pace.hpp"
#include "sid/run/internal/sweep_cell.hpp"
#include "sid/run/validation.hpp"
#include "sid/run/worker_pool.hpp"

namespace sid {

namespace {

using Clock = std::chrono::steady_clock;

SweepCell refused(std::string why) {
  SweepCell cell;
  cell.state = SweepState::refused;
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  cell.values.fill({kNaN, kNaN, kNaN, false});
  cell.why = std::move(why);
  return cell;
}

/// The axes in the order in which a cell sets them: what depends on a limit last.
struct Order {
  const SweepAxis& first;
  const SweepAxis& second;
};

Order order_of(const SweepRequest& r) {
  if (r.x.unit == SweepAxis::Unit::of_limit) return {r.y, r.x};
  return {r.x, r.y};
}

std::string each_other(const SweepRequest& r) {
  return fmt::format("{} and {} change each other; choose others.", r.x.key, r.y.key);
}

/// `spec` has the first value no more: the second one took its place.
bool undone(const RunSpec& spec, const SweepAxis& first, double value) {
  const Result<RunSpec> again = first.set(spec, value);
  return again && !(*again == spec);
}

/// At a corner of the map.
bool axes_meet(const SweepRequest& r) {
  const auto [first, second] = order_of(r);
  for (const double a : {first.values.front(), first.values.back()}) {
    const Result<RunSpec> before = first.set(r.spec, a);
    if (!before) continue;
    for (const double b : {second.values.front(), second.values.back()}) {
      const Result<RunSpec> both = second.set(*before, b);
      if (both && undone(*both, first, a)) return true;
    }
  }
  return false;
}

/// An axis changes what `part` gives of a spec, at one of its ends.
template <class Part>
bool changes(const SweepRequest& r, const SweepAxis& axis, const Part& part) {
  const std::array<double, 2> ends = {axis.values.front(), axis.values.back()};
  return std::any_of(ends.begin(), ends.end(), [&](double value) {
    const Result<RunSpec> spec = axis.set(r.spec, value);
    return spec && !(part(*spec) == part(r.spec));
  });
}

bool sets_lambda(const SweepRequest& r, const SweepAxis& axis) {
  return changes(
      r, axis, [](const RunSpec& spec) -> const auto& { return spec.problem.lambda; });
}

bool sets_problem(const SweepRequest& r, const SweepAxis& axis) {
  return changes(
             r, axis, [](const RunSpec& spec) -> const auto& { return spec.problem; }) ||
         changes(
             r, axis, [](const RunSpec& spec) -> const auto& { return spec.data; });
}

class Sweep {
 public:
  Sweep(const SweepRequest& request,
        const SweepOptions& options,
        std::stop_token stop,
        const SweepHook& publish)
      : stop_(std::move(stop)),
        publish_(publish),
        pool_(options.threads),
        pace_(options.publishes_per_second) {
    live_.of = std::make_shared<const SweepRequest>(request);
  }

  std::shared_ptr<const SweepSnapshot> run(std::shared_ptr<const ProblemBench> bench) {
    try {
      if (prepare(std::move(bench))) compute();
    } catch (const std::exception& error) {
      finish(RunStatus::failed, fmt::format("The sweep failed: {}", error.what()));
    }
    return last_;
  }

 private:
  /// A cell on its way: its spec, and the bench that it needs.
  struct Task {
    std::size_t cell = 0;
    RunSpec spec;
    std::shared_ptr<const ProblemBench> bench;
  };

  const SweepRequest& request() const { return *live_.of; }
  bool prepare(std::shared_ptr<const ProblemBench> bench);
  void compute();
  std::shared_ptr<const ProblemBench> bench_of(const RunSpec& spec);
  std::size_t panel_of(const ProblemBench& bench) const {
    return std::min(request().panel, bench.panels.size() - 1);
  }
  std::optional<Task> make_task(std::size_t cell);
  void compute_tasks(const std::vector<Task>& tasks);
  void keep(std::size_t cell, SweepCell result);
  bool prepare_panel();
  void finish(RunStatus status, std::string message);
  bool refuse_all(std::string message);
  void publish_now(bool due_only);

  std::stop_token stop_;
  const SweepHook& publish_;
  WorkerPool pool_;
  Clock::time_point begin_ = Clock::now();
  std::shared_ptr<const ProblemBench> base_;
  // The last few of cells with another problem: each may hold large matrices.
  static constexpr std::size_t kMostBenches = 8;
  std::vector<std::shared_ptr<const ProblemBench>> benches_;
  std::size_t benches_made_ = 0;
  std::string bench_trouble_;  // of the last that could not be made

  std::mutex mutex_;  // guards what follows, while cells are at work
  SweepSnapshot live_;
  std::shared_ptr<const SweepSnapshot> last_;
  internal::PublishPace pace_;
};

bool Sweep::prepare(std::shared_ptr<const ProblemBench> bench) {
  const SweepRequest& r = request();
  const std::vector<SpecIssue> issues = validate(r.spec);
  if (!issues.empty()) return refuse_all(to_string(issues));
  SID_EXPECTS(r.method < r.spec.methods.size(), "no such method");
  SID_EXPECTS(r.columns() > 0 && r.rows() > 0 && r.x.set && r.y.set, "both axes have values");
  if (axes_meet(r)) return refuse_all(each_other(r));
  live_.cells.resize(r.columns() * r.rows());
  live_.status = RunStatus::preparing;
  live_.message = "Preparing the problem.";
  publish_now(false);
  if (!bench || !fits(*bench, r.spec)) {
    auto prepared = prepare_bench(r.spec, stop_, {}, {}, bench.get(), &pool_);
    if (!prepared) {
      if (!stop_.stop_requested()) return refuse_all(to_string(prepared.error()));
      finish(RunStatus::stopped, "Stopped while the problem was being prepared.");
      return false;
    }
    bench = std::move(*prepared);
  }
  base_ = std::move(bench);
  live_.data_description = base_->data_description;
  live_.data_fingerprint = base_->data_fingerprint;
  return prepare_panel();
}

bool Sweep::prepare_panel() {
  const SweepRequest& r = request();
  const std::size_t panels = base_->panels.size();
  if (r.panel >= panels) {
    return refuse_all(
        panels == 1
            ? std::string("There is 1 hyperparameter; --panel is 1.")
            : fmt::format("There are {} hyperparameters; --panel is 1 to {}.", panels, panels));
  }
  live_.panels = panels;
  if (sets_lambda(r, r.x) || sets_lambda(r, r.y)) return true;
  const Panel& panel = base_->panels[r.panel];
  live_.panel_label = (panel.lambda.size() > 1 ? "λ vector " : "λ = ") + panel.label;
  return true;
}

/// Null where it cannot be made; bench_trouble_ then says why.
std::shared_ptr<const ProblemBench> Sweep::bench_of(const RunSpec& spec) {
  if (fits(*base_, spec)) return base_;
  for (const auto& known : benches_) {
    if (fits(*known, spec)) return known;
  }
  auto prepared = prepare_bench(spec, stop_, {}, {}, base_.get(), &pool_);
  if (!prepared) {
    bench_trouble_ = to_string(prepared.error());
    return nullptr;
  }
  if (benches_.size() == kMostBenches) benches_.erase(benches_.begin());
  benches_.push_back(*prepared);
  ++benches_made_;
  return benches_.back();
}

/// The spec of a cell and its bench; nothing where it is refused, which is kept, or stopped.
std::optional<Sweep::Task> Sweep::make_task(std::size_t cell) {
  const SweepRequest& r = request();
  const double x = r.x.values[cell % r.columns()], y = r.y.values[cell / r.columns()];
  const auto [first, second] = order_of(r);
  const bool x_last = &second == &r.x;
  const double first_value = x_last ? y : x;
  const bool of_limit = second.unit == SweepAxis::Unit::of_limit;
  double value = x_last ? x : y;
  const auto refuse = [&](const std::string& why) {
    if (!stop_.stop_requested()) keep(cell, refused(why));
    return std::nullopt;
  };
  Result<RunSpec> spec = first.set(r.spec, first_value);
  if (!spec) return refuse(to_string(spec.error()));
  std::shared_ptr<const ProblemBench> bench;
  const auto check = [&]() -> std::string {
    if (const auto issues = validate(*spec); !issues.empty()) return to_string(issues);
    bench = bench_of(*spec);
    if (!bench) return bench_trouble_;
    const Panel& panel = bench->panels[panel_of(*bench)];
    return to_string(validate_against_data(*spec, bench->sample_count, panel.problem->lower_dim()));
  };
  if (of_limit) {
    if (const std::string why = check(); !why.empty()) return refuse(why);
    const double limit = internal::limit_of_spec(r, *spec, bench->panels[panel_of(*bench)]);
    if (!(limit > 0.0)) return refuse("No bound allows a step here, so that it has no limit.");
    value *= limit;
  }
  spec = second.set(*spec, value);
  if (!spec) return refuse(to_string(spec.error()));
  if (undone(*spec, first, first_value)) return refuse(each_other(r));
  if (const std::string why = check(); !why.empty()) return refuse(why);
  return Task{cell, std::move(*spec), std::move(bench)};
}

void Sweep::keep(std::size_t cell, SweepCell result) {
  const std::lock_guard lock(mutex_);
  live_.cells[cell] = std::move(result);
  ++live_.cells_done;
}

void Sweep::compute_tasks(const std::vector<Task>& tasks) {
  const SweepRequest& r = request();
  pool_.for_each(tasks.size(), [&](std::size_t i) {
    if (stop_.stop_requested()) return;
    const Task& task = tasks[i];
    std::optional<SweepCell> cell = internal::sweep_cell(
        task.spec, r.method, *task.bench, panel_of(*task.bench), r.quantity, stop_);
    if (!cell) return;
    keep(task.cell, std::move(*cell));
    publish_now(true);
  });
}

void Sweep::compute() {
  const SweepRequest& r = request();
  live_.status = RunStatus::running;
  live_.message = "Running.";
  SweepOrder order = sweep_order(r.columns(), r.rows());
  const bool by_columns = sets_problem(r, r.x);
  std::size_t begin = 0;
  for (std::size_t level = 0; level < order.levels.size() && !stop_.stop_requested(); ++level) {
    const std::size_t end = begin + order.levels[level];
    // Cells that share a bench come one after another.
    if (by_columns) {
      const auto at = [&](std::size_t i) {
        return order.cells.begin() + static_cast<std::ptrdiff_t>(i);
      };
      std::stable_sort(at(begin), at(end), [&](std::size_t a, std::size_t b) {
        return a % r.columns() < b % r.columns();
      });
    }
    std::vector<Task> tasks;
    for (std::size_t made = benches_made_; begin < end && !stop_.stop_requested(); ++begin) {
      if (auto task = make_task(order.cells[begin])) tasks.push_back(std::move(*task));
      if (benches_made_ - made < kMostBenches) continue;
      compute_tasks(tasks);
      tasks.clear();
      made = benches_made_;
    }
    compute_tasks(tasks);
    if (level > 0) continue;
    // Limits of data problems take a while: after the first cells, which wait for nothing.
    auto edges = internal::sweep_edges(
        r, [&](const RunSpec& spec) { return bench_of(spec); }, stop_);
    const std::lock_guard lock(mutex_);
    live_.edges = std::move(edges);
  }
  const std::size_t all = live_.cells.size();
  if (live_.cells_done < all) {
    finish(RunStatus::stopped, fmt::format("Stopped with {} of {} cells.", live_.cells_done, all));
    return;
  }
  const auto count = [&](const auto& which) {
    return std::count_if(live_.cells.begin(), live_.cells.end(), which);
  };
  const auto refused_cells =
      count([](const SweepCell& cell) { return cell.state == SweepState::refused; });
  if (static_cast<std::size_t>(refused_cells) == all) {
    refuse_all(live_.cells.front().why);
    return;
  }
  std::string message = fmt::format("{} cells", all);
  const auto diverged =
      count([&](const SweepCell& cell) { return cell.value(r.quantity).diverged; });
  if (diverged > 0) message += fmt::format(", {} diverged", diverged);
  if (refused_cells > 0) message += fmt::format(", {} cannot be had", refused_cells);
  finish(RunStatus::finished, message + ".");
}

void Sweep::finish(RunStatus status, std::string message) {
  {
    const std::lock_guard lock(mutex_);
    live_.status = status;
    live_.message = std::move(message);
  }
  publish_now(false);
}

/// False.
bool Sweep::refuse_all(std::string message) {
  live_.refused = true;
  finish(RunStatus::failed, std::move(message));
  return false;
}

void Sweep::publish_now(bool due_only) {
  std::unique_lock lock(mutex_, std::defer_lock);
  if (due_only) {
    if (!publish_ || !lock.try_lock()) return;
  } else {
    lock.lock();
  }
  const Clock::time_point begun = Clock::now();
  if (due_only && !pace_.curves_due(begun)) return;
  auto copy = std::make_shared<SweepSnapshot>(live_);
  copy->elapsed_seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  last_ = std::move(copy);
  if (publish_) publish_(last_);
  pace_.sent_curves(begun, Clock::now());
}

}  // namespace

SweepOrder sweep_order(std::size_t columns, std::size_t rows) {
  constexpr std::size_t kCoarsest = 8;
  SweepOrder order;
  order.cells.reserve(columns * rows);
  for (std::size_t stride = kCoarsest; stride > 0; stride /= 2) {
    const std::size_t before = order.cells.size();
    const std::size_t coarser = 2 * stride;
    for (std::size_t r = 0; r < rows; r += stride) {
      for (std::size_t c = 0; c < columns; c += stride) {
        const bool earlier = stride < kCoarsest && r % coarser == 0 && c % coarser == 0;
        if (!earlier) order.cells.push_back(r * columns + c);
      }
    }
    order.levels.push_back(order.cells.size() - before);
  }
  return order;
}

std::shared_ptr<const SweepSnapshot> sweep(const SweepRequest& request,
                                           std::shared_ptr<const ProblemBench> bench,
                                           const SweepOptions& options,
                                           const std::stop_token& stop,
                                           const SweepHook& publish) {
  Sweep run(request, options, stop, publish);
  return run.run(std::move(bench));
}

}  // namespace sid
