#include "sid/run/outer_run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/math/elementary.hpp"
#include "sid/math/numbers.hpp"
#include "sid/method/checkpoint_grid.hpp"
#include "sid/run/internal/outer_path.hpp"
#include "sid/run/internal/publish_pace.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What points of paths are measured by. Immutable while replicas run.
struct Measure {
  std::shared_ptr<const OuterProblem> problem;
  std::shared_ptr<const ValueCurve> curve;  // where it is accurate
  std::optional<Vector> optimum;            // theta*, where it is certified
  std::vector<char> value_at;               // [s]: f is asked for

  double distance(const Vector& theta) const { return optimum ? (theta - *optimum).norm() : kNaN; }
  Result<double> value(const Vector& theta, std::size_t step, const std::stop_token& stop) const {
    if (curve) return curve->at(theta(0)).value;
    if (!value_at[step]) return kNaN;
    const auto exact = problem->exact(theta, stop);
    if (!exact) return tl::unexpected<Error>(exact.error());
    return exact->value;
  }
};

/// One replica of one method, or of exact gradients, outer step after outer step.
class Walker {
 public:
  Walker(const Measure& measure, BilevelLoop loop, OuterReplica& out)
      : measure_(measure), loop_(std::move(loop)), out_(out) {}

  /// Writes the present point and takes a step from it, unless it is the last. An error ends the
  /// replica; so does an estimate that is not finite, which is no error.
  Result<void> advance(bool last, const std::stop_token& stop) {
    if (out_.diverged_at >= 0) return {};
    const Vector theta = loop_.theta();
    const auto step = static_cast<std::size_t>(loop_.steps());
    const auto value = measure_.value(theta, step, stop);
    if (!value) return tl::unexpected<Error>(value.error());
    double gradient = kNaN;
    double samples = 0.0;
    if (!last) {
      const auto point = loop_.step(stop);
      if (!point && point.error().code != ErrorCode::breakdown) {
        return tl::unexpected<Error>(point.error());
      }
      if (!point) {
        out_.diverged_at = static_cast<std::int64_t>(step);
      } else {
        gradient = theta.size() == 1 ? point->gradient(0) : point->gradient.norm();
        samples = static_cast<double>(point->samples);
      }
    }
    if (theta.size() == 1) out_.theta.push_back(theta(0));
    out_.gradient.push_back(gradient);
    out_.value.push_back(*value);
    out_.distance.push_back(measure_.distance(theta));
    out_.samples.push_back(spent_);
    out_.end = theta;
    spent_ += samples;
    return {};
  }

 private:
  const Measure& measure_;
  BilevelLoop loop_;
  OuterReplica& out_;
  double spent_ = 0.0;
};

class OuterExecution {
 public:
  OuterExecution(const RunSpec& spec,
                 const OuterRunOptions& options,
                 std::stop_token stop,
                 OuterPublish publish)
      : options_(options),
        stop_(std::move(stop)),
        publish_(std::move(publish)),
        pool_(options.threads),
        pace_(options.publishes_per_second) {
    live_.spec = spec;
    live_.generation = options.generation;
  }

  std::shared_ptr<const OuterSnapshot> run() {
    try {
      if (prepare() && measure_truth()) walk();
    } catch (const std::exception& error) {
      finish(RunStatus::failed, fmt::format("The loop failed: {}", error.what()));
    }
    return last_;
  }

 private:
  bool prepare();
  bool measure_truth();
  void set_up_walkers();
  void walk();
  std::optional<Error> round(std::int64_t step);
  void take_back(std::int64_t step);
  BilevelLoop make_loop(BilevelLoop::Estimator estimator) const;

  void send();
  void send_when_due();
  void finish(RunStatus status, std::string message);
  bool fail_with(const Error& error);
  std::string finished_message() const;

  OuterRunOptions options_;
  std::stop_token stop_;
  OuterPublish publish_;
  WorkerPool pool_;
  internal::PublishPace pace_;
  Clock::time_point begin_ = Clock::now();

  OuterSnapshot live_;
  std::shared_ptr<const OuterSnapshot> last_;
  Measure measure_;
  std::vector<std::unique_ptr<Walker>> walkers_;
  std::int64_t steps_ = 0;
};

void OuterExecution::send() {
  live_.elapsed_seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  last_ = std::make_shared<const OuterSnapshot>(live_);
  if (publish_) publish_(last_);
}

void OuterExecution::send_when_due() {
  const Clock::time_point begun = Clock::now();
  if (!pace_.curves_due(begun)) return;
  send();
  pace_.sent_curves(begun, Clock::now());
}

void OuterExecution::finish(RunStatus status, std::string message) {
  live_.status = status;
  live_.message = std::move(message);
  send();
}

/// Ends the run; false for the caller to return.
bool OuterExecution::fail_with(const Error& error) {
  const bool stopped = error.code == ErrorCode::stopped || stop_.stop_requested();
  finish(stopped ? RunStatus::stopped : RunStatus::failed,
         stopped ? "Stopped before the first outer step." : to_string(error));
  return false;
}

bool OuterExecution::prepare() {
  live_.status = RunStatus::preparing;
  live_.message = "Preparing the problem.";
  send();
  const auto problem = prepare_outer(
      live_.spec,
      stop_,
      [this](double, const std::string& what) {
        live_.message = what;
        send_when_due();
      },
      options_.previous.get(),
      &pool_);
  if (!problem) return fail_with(problem.error());
  live_.problem = *problem;
  steps_ = live_.spec.outer.value_or(OuterSpec{}).steps;
  return true;
}

/// f over the box and theta*, before any step.
bool OuterExecution::measure_truth() {
  const OuterProblem& problem = *live_.problem;
  const OuterSettings& box = problem.settings;
  measure_.problem = live_.problem;
  live_.message = "Solving for the optimum by exact gradients.";
  send();
  if (problem.dim() == 1 && box.low < box.high) {
    auto curve = ValueCurve::measure(
        box.low,
        box.high,
        [&](double theta, const std::stop_token& stop) -> Result<ValueCurve::Sample> {
          const auto exact = problem.exact(Vector::Constant(1, theta), stop);
          if (!exact) return tl::unexpected<Error>(exact.error());
          return ValueCurve::Sample{.value = exact->value, .slope = exact->gradient(0)};
        },
        pool_,
        stop_);
    if (!curve) return fail_with(curve.error());
    live_.curve = std::make_shared<const ValueCurve>(std::move(*curve));
    if (live_.curve->accurate()) measure_.curve = live_.curve;
    send();
  }
  auto optimum = live_.curve
                     ? find_optimum(problem, *live_.curve, stop_)
                     : find_optimum(problem, kMostOuterSolves, stop_, [this](std::int64_t solves) {
                         live_.message =
                             fmt::format("Solving for the optimum: {} exact gradients.", solves);
                         send_when_due();
                       });
  if (!optimum) return fail_with(optimum.error());
  if (optimum->certified) measure_.optimum = optimum->theta;
  live_.optimum = std::move(*optimum);
  return true;
}

BilevelLoop OuterExecution::make_loop(BilevelLoop::Estimator estimator) const {
  const OuterProblem& problem = *live_.problem;
  const double scale = problem.first_panel().hypergradient_scale;
  return {[&problem](const Vector& lambda, const std::stop_token& stop) {
            return problem.at(lambda, stop);
          },
          [scale, estimate = std::move(estimator)](
              const BilevelProblem& at, std::int64_t step, const std::stop_token& stop) mutable {
            auto out = estimate(at, step, stop);
            if (out) out->hypergradient *= scale;
            return out;
          },
          problem.settings,
          problem.start};
}

void OuterExecution::set_up_walkers() {
  const OuterProblem& problem = *live_.problem;
  const auto points = static_cast<std::size_t>(steps_) + 1;
  measure_.value_at.assign(points, live_.curve != nullptr ? 1 : 0);
  measure_.value_at.front() = 1;
  for (const std::int64_t s : spaced_grid(GridSpacing::log, kValuePoints, steps_)) {
    measure_.value_at[static_cast<std::size_t>(s)] = 1;
  }
  const std::vector<std::string> labels = method_labels(live_.spec);
  const std::int64_t replicas = outer_replicas(live_.spec);
  for (std::size_t m = 0; m < live_.spec.methods.size(); ++m) {
    const internal::OuterBudget budget = internal::outer_budget(problem, m);
    OuterCurve& curve = live_.curves.emplace_back();
    curve.method = m;
    curve.label = labels[m];
    curve.t = budget.t;
    curve.k = budget.k;
    curve.replicas.resize(budget.deterministic ? 1 : static_cast<std::size_t>(replicas));
  }
  live_.exact.emplace();
  // Exact gradients of one lambda come from the curve: a solve for each would tell nothing more.
  BilevelLoop::Estimator exact = exact_hypergradient;
  if (measure_.curve) {
    exact = [this](const BilevelProblem& at, std::int64_t, const std::stop_token&) {
      const OuterProblem& loop = *live_.problem;
      const double scale = loop.first_panel().hypergradient_scale;
      const Vector lambda = at.lambda() / scale;
      const bool log = loop.settings.coordinate == OuterCoordinate::logarithm;
      const double theta = log ? portable_log(lambda(0)) : lambda(0);
      const double slope = measure_.curve->at(theta).slope / (log ? lambda(0) : 1.0);
      return Result<HypergradientEstimate>({.hypergradient = Vector::Constant(1, slope / scale)});
    };
  }
  walkers_.push_back(std::make_unique<Walker>(measure_, make_loop(exact), *live_.exact));
  for (OuterCurve& curve : live_.curves) {
    const std::size_t method = curve.method;
    const internal::OuterBudget budget = internal::outer_budget(problem, method);
    for (std::size_t r = 0; r < curve.replicas.size(); ++r) {
      PathEstimator estimator(
          [&problem, method](const BilevelProblem& at) {
            return internal::outer_path(problem, method, at);
          },
          {.t = budget.t,
           .k = budget.k,
           .warm_start = live_.spec.outer.value_or(OuterSpec{}).warm_start,
           .samples = budget.samples,
           .seed = static_cast<std::uint64_t>(live_.spec.run.seed),
           .replica = static_cast<std::uint32_t>(r)});
      walkers_.push_back(
          std::make_unique<Walker>(measure_, make_loop(std::move(estimator)), curve.replicas[r]));
    }
  }
}

/// All walkers at their point `step`, and one step on unless it is the last.
std::optional<Error> OuterExecution::round(std::int64_t step) {
  std::vector<std::optional<Error>> errors(walkers_.size());
  pool_.for_each(walkers_.size(), [&](std::size_t i) {
    if (stop_.stop_requested()) {
      errors[i] = Error{.code = ErrorCode::stopped, .message = "The run was stopped.", .place = ""};
      return;
    }
    const auto advanced = walkers_[i]->advance(step == steps_, stop_);
    if (!advanced) errors[i] = advanced.error();
  });
  for (std::optional<Error>& error : errors) {
    if (error) return std::move(error);
  }
  return std::nullopt;
}

/// Points of a round that some replicas did not reach.
void OuterExecution::take_back(std::int64_t step) {
  const auto cut = [&](OuterReplica& replica) {
    const auto whole = static_cast<std::size_t>(step);
    for (auto* list :
         {&replica.theta, &replica.gradient, &replica.value, &replica.distance, &replica.samples}) {
      if (list->size() > whole) list->resize(whole);
    }
    if (replica.diverged_at >= step) replica.diverged_at = -1;
  };
  cut(*live_.exact);
  for (OuterCurve& curve : live_.curves) std::ranges::for_each(curve.replicas, cut);
}

void OuterExecution::walk() {
  set_up_walkers();
  live_.status = RunStatus::running;
  const double best = live_.optimum->value;
  for (std::int64_t step = 0; step <= steps_; ++step) {
    if (const std::optional<Error> error = round(step)) {
      take_back(step);
      walkers_.clear();
      const bool stopped = error->code == ErrorCode::stopped || stop_.stop_requested();
      finish(stopped ? RunStatus::stopped : RunStatus::failed,
             stopped ? fmt::format("Stopped after {} of {} outer steps.",
                                   std::max<std::int64_t>(step - 1, 0),
                                   steps_)
                     : to_string(*error));
      return;
    }
    for (OuterCurve& curve : live_.curves) {
      curve.points.push_back(
          outer_statistics(curve.replicas, static_cast<std::size_t>(step), best));
    }
    live_.steps_done = step;
    live_.progress = static_cast<double>(step) / static_cast<double>(steps_);
    live_.message = fmt::format("Running: outer step {} of {}.", step, steps_);
    send_when_due();
  }
  walkers_.clear();
  const bool diverged = std::ranges::any_of(live_.curves, [](const OuterCurve& curve) {
    return std::ranges::any_of(curve.replicas,
                               [](const OuterReplica& r) { return r.diverged_at >= 0; });
  });
  live_.elapsed_seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  finish(diverged ? RunStatus::diverged : RunStatus::finished, finished_message());
}

std::string OuterExecution::finished_message() const {
  for (const OuterCurve& curve : live_.curves) {
    std::int64_t count = 0, first = std::numeric_limits<std::int64_t>::max();
    for (const OuterReplica& replica : curve.replicas) {
      if (replica.diverged_at < 0) continue;
      ++count;
      first = std::min(first, replica.diverged_at);
    }
    if (count == 0) continue;
    return fmt::format(
        "{}: {} of {} runs overflowed, the first in outer step {}. Use smaller steps in the lower "
        "level, or a larger outer.low.",
        curve.label,
        count,
        curve.replicas.size(),
        first + 1);
  }
  return fmt::format("Finished: {} outer steps of {} methods in {} s.",
                     steps_,
                     live_.curves.size(),
                     format_for_reading(live_.elapsed_seconds, 2));
}

}  // namespace

std::shared_ptr<const OuterSnapshot> run_outer(const RunSpec& spec,
                                               const OuterRunOptions& options,
                                               const std::stop_token& stop,
                                               const OuterPublish& publish) {
  return OuterExecution(spec, options, stop, publish).run();
}

}  // namespace sid
