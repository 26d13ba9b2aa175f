#include "sid/app/state/plot_handles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "sid/app/state/plot_view.hpp"
#include "sid/math/numbers.hpp"
#include "sid/math/rounding.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/solver_cost.hpp"
#include "sid/theory/step_floor.hpp"

namespace sid::app {
namespace {

constexpr double kLeastStep = 1e-6, kLargestStep = 100.0;
constexpr double kMostIterations = 1e6;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string method_key(std::size_t method, const char* setting) {
  return "method[" + std::to_string(method + 1) + "]." + setting;
}

bool inside(const Axis& axis, double value) {
  return value >= axis.min && value <= axis.max;
}

/// The largest value in [low, high] at which `rising` does not exceed `level`; `low` if there is
/// none. What is not a number counts as too large. To a relative 1e-9.
double inverse(const std::function<double(double)>& rising, double level, double low, double high) {
  if (rising(high) <= level) return high;
  if (!(rising(low) <= level)) return low;
  double a = std::log(low), b = std::log(high);
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (a + b);
    (rising(std::exp(middle)) <= level ? a : b) = middle;
  }
  return std::exp(a);
}

/// One of the two schedules' constant η; nothing for the others.
std::optional<double> constant_step(const StepSizeSchedule& schedule) {
  if (const auto* const step = std::get_if<ConstantStep>(&schedule.rule())) return step->eta;
  if (const auto* const step = std::get_if<TwoPhaseStep>(&schedule.rule())) return step->eta;
  return std::nullopt;
}

/// t of a method to the abscissa and back, between its checkpoints and beyond them.
class Abscissa {
 public:
  Abscissa(std::vector<Checkpoint> checkpoints, XUnit unit)
      : checkpoints_(std::move(checkpoints)), unit_(unit) {}

  double at(double t) const {
    if (unit_ == XUnit::iterations) return t;
    const auto [a, b] = around([&](const Checkpoint& c) { return static_cast<double>(c.t) < t; });
    const auto from = static_cast<double>(a.t), to = static_cast<double>(b.t);
    return a.epochs + (b.epochs - a.epochs) * (t - from) / (to - from);
  }
  double t_at(double x) const {
    if (unit_ == XUnit::iterations) return x;
    const auto [a, b] = around([&](const Checkpoint& c) { return c.epochs < x; });
    const auto from = static_cast<double>(a.t), to = static_cast<double>(b.t);
    return from + (to - from) * (x - a.epochs) / (b.epochs - a.epochs);
  }

 private:
  /// The neighbours between which a value lies; the last two for those beyond.
  template <class Below>
  std::pair<Checkpoint, Checkpoint> around(Below&& below) const {
    auto next = std::partition_point(checkpoints_.begin(), checkpoints_.end(), below);
    if (next == checkpoints_.end()) --next;
    return {next == checkpoints_.begin() ? Checkpoint{} : *std::prev(next), *next};
  }

  std::vector<Checkpoint> checkpoints_;
  XUnit unit_;
};

/// One plot of one method, with what its handles are made from.
struct Subject {
  const HandleSource& source;
  const PlotPanel& plot;
  std::string stem;  ///< "mse", "lower", "linear"
  const RunSpec& spec;
  const MethodSpec& method;
  const ResolvedMethod& resolved;
  const MethodTheory& theory;
};

/// Right end of the floor as far as the axes show it; nothing where they do not.
std::optional<std::pair<double, double>> floor_end(const Subject& s, const char* id) {
  const std::string key = std::to_string(s.source.method) + "/" + id;
  for (const Series& series : s.plot.series) {
    if (series.key != key || !series.visible || series.faded) continue;
    std::optional<std::pair<double, double>> end;
    double first = kNaN;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (!std::isfinite(series.y[i])) continue;
      if (std::isnan(first)) first = series.x[i];
      end = {series.x[i], series.y[i]};
    }
    if (!end || end->first < s.plot.x.min || first > s.plot.x.max) return std::nullopt;
    if (!inside(s.plot.y, end->second)) return std::nullopt;
    return std::pair{std::min(end->first, s.plot.x.max), end->second};
  }
  return std::nullopt;
}

/// Steps above it may leave the set on which the constants of this plot hold.
double ball_limit(const MethodTheory& theory) {
  for (const StepLimit& limit : theory.limits) {
    if (limit.id == "ball" && limit.eta > 0.0) return limit.eta;
  }
  return kLargestStep;
}

/// The displayed floor as a function of η, and up to which η it is known.
struct FloorOfStep {
  std::function<double(double)> level;
  double limit = 0.0;
};

FloorOfStep floor_of_step(const Subject& s, double linear_eta) {
  const ProblemConstants& constants = s.theory.constants;
  const Ladder ladder = s.spec.ladder;
  if (s.stem != "mse") {
    const bool linear = s.stem == "linear";
    const ConstantStepFloor floor(
        constants, linear ? Quantity::linear_system : Quantity::lower_level, ladder);
    const double limit = linear ? std::min(floor.limit(), ball_limit(s.theory)) : floor.limit();
    return {[floor](double eta) { return floor.at(eta); }, limit};
  }
  const HypergradientStepFloor floor(constants, s.resolved.jacobian_samples, ladder);
  const double scale = s.source.theory.bench->panels[s.source.panel].hypergradient_scale;
  const bool own = s.method.linear_step.has_value();
  const double limit =
      own ? floor.lower().limit() : std::min(floor.lower().limit(), floor.linear().limit());
  return {[=](double eta) { return scale * scale * floor.at(eta, own ? linear_eta : eta); },
          std::min(limit, ball_limit(s.theory))};
}

void add_step_size(const Subject& s, std::vector<PlotHandle>& handles) {
  const bool linear = s.stem == "linear";
  const char* const id = s.stem == "mse" ? "floor_constant"
                         : linear        ? "floor_linear"
                                         : "floor_lower";
  const auto end = floor_end(s, id);
  const auto eta = constant_step(linear ? s.resolved.linear_step : s.resolved.lower_step);
  if (!end || !eta) return;
  const double linear_eta = constant_step(s.resolved.linear_step).value_or(kNaN);
  FloorOfStep floor = floor_of_step(s, linear_eta);
  PlotHandle handle;
  const bool own = linear && s.method.linear_step.has_value();
  handle.kind = own ? HandleKind::linear_step_size : HandleKind::step_size;
  handle.method = s.source.method;
  handle.key = method_key(handle.method, own ? "linear_step.eta" : "step.eta");
  handle.value = *eta;
  handle.low = kLeastStep;
  handle.high = std::min(rounded_down(floor.limit, 3), kLargestStep);
  // At the limit itself the level may be infinite.
  if (!std::isfinite(floor.level(handle.high))) {
    handle.high = rounded_down(0.999 * handle.high, 3);
  }
  if (!(handle.high > handle.low)) return;
  handle.x = end->first;
  handle.y = end->second;
  handle.position_of = floor.level;
  handle.value_at = [level = floor.level, low = handle.low, high = handle.high](double y) {
    return std::isnan(y) ? kNaN : inverse(level, y, low, high);
  };
  handles.push_back(std::move(handle));
}

void add_switch(const Subject& s, std::vector<PlotHandle>& handles) {
  const auto* const step = std::get_if<TwoPhaseStep>(&s.resolved.lower_step.rule());
  if (step == nullptr || s.stem == "linear" || s.resolved.checkpoints.empty()) return;
  const Abscissa abscissa(s.resolved.checkpoints, s.source.x_unit);
  PlotHandle handle;
  handle.kind = HandleKind::switch_point;
  handle.method = s.source.method;
  handle.key = method_key(handle.method, "step.switch_at");
  handle.value = static_cast<double>(step->switch_at);
  handle.low = 1.0;
  handle.high = static_cast<double>(s.resolved.checkpoints.back().t);
  const double low = handle.low, high = handle.high;
  handle.position_of = [=](double t) { return abscissa.at(std::clamp(t, low, high)); };
  handle.value_at = [=](double x) { return std::clamp(abscissa.t_at(x), low, high); };
  handle.x = handle.position_of(handle.value);
  if (inside(s.plot.x, handle.x)) handles.push_back(std::move(handle));
}

/// Whose samples count the epochs of the common budget: the selected method's, else those of the
/// first that follows it; nothing where none does.
std::optional<std::size_t> budget_method(const RunSpec& spec, std::size_t selected) {
  const auto follows = [&](std::size_t i) {
    return traits_of(spec.methods[i].kind).minibatches && !spec.methods[i].t;
  };
  if (follows(selected)) return selected;
  bool minibatches = false;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    if (follows(i)) return i;
    minibatches = minibatches || traits_of(spec.methods[i].kind).minibatches;
  }
  return minibatches ? std::nullopt : std::optional(selected);
}

void add_budget(const Subject& s, std::vector<PlotHandle>& handles) {
  if (s.stem != "mse") return;
  PlotHandle handle;
  const bool own = s.method.t.has_value();
  const auto method = own ? std::optional(s.source.method) : budget_method(s.spec, s.source.method);
  if (!method) return;
  const EvaluatedTheory& theory = s.source.theory;
  const ResolvedMethod& resolved = theory.methods[s.source.panel][*method];
  handle.kind = own ? HandleKind::own_budget : HandleKind::budget;
  handle.method = *method;
  handle.key = own ? method_key(*method, "t") : "run.iterations";
  handle.value = static_cast<double>(s.method.t.value_or(s.spec.run.iterations));
  handle.low = 1.0;
  handle.high = std::max(kMostIterations, handle.value);
  // Checkpoints that the spec lists have to be reached.
  for (const std::int64_t listed : s.spec.run.checkpoints.list) {
    if (s.spec.run.checkpoints.spacing != CheckpointSpec::Spacing::list) break;
    handle.low = std::max(handle.low, static_cast<double>(listed));
  }
  double offset = 0.0, per_step = 1.0;
  if (s.source.x_unit == XUnit::epochs) {
    // Epochs grow evenly with t: two points tell them all.
    const std::optional<std::int64_t> k = s.spec.methods[*method].k;
    const auto epochs = [&](std::int64_t t) {
      return expected_epochs(resolved, theory.bench->sample_count, t, k.value_or(t));
    };
    constexpr std::int64_t kFar = 1'000'001;
    per_step = (epochs(kFar) - epochs(1)) / static_cast<double>(kFar - 1);
    offset = epochs(1) - per_step;
  }
  handle.position_of = [=](double t) { return offset + per_step * t; };
  handle.value_at = [=, low = handle.low, high = handle.high](double x) {
    return std::isnan(x) ? kNaN : std::clamp((x - offset) / per_step, low, high);
  };
  handle.x = handle.position_of(handle.value);
  // Rounding may put the end of the budget just beyond an axis that ends there.
  const double margin = 1e-9 * std::abs(s.plot.x.max);
  if (handle.x >= s.plot.x.min && handle.x <= s.plot.x.max + margin) {
    handles.push_back(std::move(handle));
  }
}

}  // namespace

std::vector<PlotHandle> plot_handles(const HandleSource& source, const PlotPanel& plot) {
  const EvaluatedTheory& theory = source.theory;
  if (source.panel >= theory.curves.size() || source.panel >= theory.methods.size()) return {};
  const std::size_t m = source.method;
  if (m >= theory.curves[source.panel].size() || m >= theory.methods[source.panel].size())
    return {};
  if (m >= theory.spec.methods.size() || !theory.bench) return {};
  const Subject subject{source,
                        plot,
                        quantity_stem(plot.id),
                        theory.spec,
                        theory.spec.methods[m],
                        theory.methods[source.panel][m],
                        theory.curves[source.panel][m]};
  std::vector<PlotHandle> handles;
  add_step_size(subject, handles);
  add_budget(subject, handles);
  add_switch(subject, handles);
  for (PlotHandle& handle : handles) handle.plot = plot.id;
  return handles;
}

double settled_value(const PlotHandle& handle, double raw, bool fine) {
  if (std::isnan(raw)) return handle.value;
  const double cut = std::clamp(raw, handle.low, handle.high);
  if (handle.vertical()) return std::clamp(rounded(cut, fine ? 5 : 3), handle.low, handle.high);
  const double whole = std::round(rounded(cut, fine ? 4 : 2));
  return std::clamp(whole, handle.low, handle.high);
}

double nudged_value(const PlotHandle& handle, bool up, bool fine) {
  const double now = std::clamp(handle.value, handle.low, handle.high);
  const double share = (handle.vertical() ? 0.05 : 0.1) * (fine ? 0.1 : 1.0);
  const double next = up ? now * (1.0 + share) : now / (1.0 + share);
  const double settled = settled_value(handle, next, fine);
  if (handle.vertical() || settled != now) return settled;
  return std::clamp(now + (up ? 1.0 : -1.0), handle.low, handle.high);
}

RunSpec with_handle_value(RunSpec spec, const PlotHandle& handle, double value) {
  const auto count = static_cast<std::int64_t>(std::llround(std::clamp(value, 0.0, 1e18)));
  if (handle.kind == HandleKind::budget) {
    spec.run.iterations = count;
    return spec;
  }
  if (handle.method >= spec.methods.size()) return spec;
  MethodSpec& method = spec.methods[handle.method];
  switch (handle.kind) {
    case HandleKind::step_size:
      method.step.eta = value;
      break;
    case HandleKind::linear_step_size:
      if (method.linear_step) method.linear_step->eta = value;
      break;
    case HandleKind::switch_point:
      method.step.switch_at = count;
      break;
    case HandleKind::own_budget:
      method.t = count;
      break;
    case HandleKind::budget:
      break;
  }
  return spec;
}

double value_of_handle(const RunSpec& spec, const PlotHandle& handle) {
  if (handle.kind == HandleKind::budget) return static_cast<double>(spec.run.iterations);
  if (handle.method >= spec.methods.size()) return handle.value;
  const MethodSpec& method = spec.methods[handle.method];
  switch (handle.kind) {
    case HandleKind::step_size:
      return method.step.eta > 0.0 ? method.step.eta : handle.value;
    case HandleKind::linear_step_size:
      return method.linear_step ? method.linear_step->eta : handle.value;
    case HandleKind::switch_point:
      return method.step.switch_at ? static_cast<double>(*method.step.switch_at) : handle.value;
    case HandleKind::own_budget:
      return method.t ? static_cast<double>(*method.t) : handle.value;
    case HandleKind::budget:
      break;
  }
  return handle.value;
}

std::string handle_symbol(HandleKind kind) {
  switch (kind) {
    case HandleKind::step_size:
      return "η";
    case HandleKind::linear_step_size:
      return "η of v";
    case HandleKind::switch_point:
      return "switch at";
    case HandleKind::budget:
      return "iterations";
    case HandleKind::own_budget:
      return "t";
  }
  return "";
}

std::string handle_chip(const PlotHandle& handle, double value) {
  if (handle.vertical()) {
    return handle_symbol(handle.kind) + " = " + format_shortest(rounded(value, 5)) + ", limit " +
           format_shortest(rounded(handle.high, 5));
  }
  if (handle.kind == HandleKind::switch_point && value > handle.high) {
    return "no switch before the end";
  }
  const std::string count = std::to_string(std::llround(value));
  if (handle.kind == HandleKind::switch_point) return "switch at t = " + count;
  return handle.kind == HandleKind::own_budget ? "t = " + count : count + " iterations";
}

std::string handle_tip(const PlotHandle& handle, const std::string& method) {
  switch (handle.kind) {
    case HandleKind::step_size:
      return "Drag up or down: η of " + method + ". Its bound levels off at this line.";
    case HandleKind::linear_step_size:
      return "Drag up or down: η of the linear system of " + method +
             ". Its bound levels off at this line.";
    case HandleKind::switch_point:
      return "Drag left or right: the step at which " + method +
             " turns from its constant step to decreasing ones.";
    case HandleKind::budget:
      return "Drag left or right: iterations of every method that has no t of its own.";
    case HandleKind::own_budget:
      return "Drag left or right: the iterations t of " + method + ".";
  }
  return "";
}

}  // namespace sid::app
