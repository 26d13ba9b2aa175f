#include "sid/figure/outer_figure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/math/elementary.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostMarkers = 80;
constexpr double kTangentShare = 0.07;  // half its length, of the shown width
constexpr int kCurvePoints = 400;

/// Where the loop has come, and how its methods are drawn.
struct Source {
  const OuterSnapshot& run;
  const OuterFigureOptions& options;
  std::vector<MethodStyle> styles;

  bool ready() const { return run.problem != nullptr; }
  bool one() const { return ready() && run.problem->dim() == 1; }
  bool log() const {
    return ready() && run.problem->settings.coordinate == OuterCoordinate::logarithm;
  }
  double lambda(double theta) const { return log() ? portable_exp(theta) : theta; }
  AxisScale lambda_scale() const { return log() ? AxisScale::log : AxisScale::linear; }
  double epochs(double samples) const {
    return samples /
           static_cast<double>(std::max<std::int64_t>(run.problem->bench->sample_count, 1));
  }
  bool certified() const { return run.optimum && run.optimum->certified; }
};

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
};

Series method_series(const Source& source, const OuterCurve& curve, const char* what) {
  Series s;
  s.key = fmt::format("{}/{}", curve.method, what);
  s.label = curve.label;
  s.colour = source.styles[curve.method].colour;
  s.marker = source.styles[curve.method].marker;
  return s;
}

Series ink_series(const char* key, const char* label, SeriesRole role) {
  Series s;
  s.key = key;
  s.label = label;
  s.role = role;
  s.colour = -1;
  return s;
}

void add_point(Series& s, double x, double y) {
  s.x.push_back(x);
  s.y.push_back(y);
}

/// Where a logarithmic axis of distances may end: a decade below the least one that a method comes
/// to at last. A path that crosses the optimum is next to it for a step or two, which tells little.
double least_end(const PlotPanel& plot) {
  double least = std::numeric_limits<double>::infinity();
  for (const Series& s : plot.series) {
    if (!s.y.empty() && s.y.back() > 0.0) least = std::min(least, s.y.back());
  }
  return std::isfinite(least) ? 0.1 * least : 0.0;
}

/// Axes around what the series show, on logarithmic ones above `log_floor`.
void fit_axes(PlotPanel& plot, const OuterFigureOptions& options, double log_floor = 0.0) {
  Extent x, y;
  for (const Series& s : plot.series) {
    for (std::size_t i = 0; i < s.x.size(); ++i) {
      const bool positive = plot.y.scale == AxisScale::linear || s.y[i] > log_floor;
      if (!std::isfinite(s.y[i]) || !positive ||
          (plot.x.scale == AxisScale::log && s.x[i] <= 0.0)) {
        continue;
      }
      x.add(s.x[i]);
      if (s.role == SeriesRole::ghost) continue;
      y.add(s.y[i]);
      if (i < s.band_high.size()) y.add(s.band_high[i]);
    }
  }
  if (y.empty()) plot.note = "No outer step yet.";
  const auto fitted = [](const Extent& extent, AxisScale scale, double margin) {
    if (extent.empty()) return AxisLimits{.min = scale == AxisScale::log ? 0.1 : 0.0, .max = 1.0};
    return repair_limits(fit_limits({extent.low, extent.high}, scale, margin), scale);
  };
  const AxisLimits across = fitted(x, plot.x.scale, 0.02);
  const AxisLimits up = fitted(y, plot.y.scale, 0.06);
  plot.x.min = across.min;
  plot.x.max = across.max;
  plot.y.min = up.min;
  plot.y.max = up.max;
  set_ticks(plot, options.plot_width, options.plot_height);
}

void name_series(PlotPanel& plot) {
  for (Series& s : plot.series) {
    s.id = plot.id + "/" + s.key;
    if (s.x.size() > kMostMarkers) s.marker = Marker::none;
  }
}

/// Statistics against epochs.
PlotPanel error_plot(const Source& source) {
  const bool excess = source.options.excess || (source.run.optimum && !source.certified());
  PlotPanel plot;
  plot.id = "outer/error";
  const char* variable = source.log() ? "log λ" : "λ";
  plot.title = excess ? "Loss above the optimum" : "Distance to the optimum";
  plot.x.label = "epochs";
  plot.y.label = excess ? "E[f(λₛ) − f(λ*)]" : fmt::format("E‖{0}ₛ − {0}*‖²", variable);
  for (const OuterCurve& curve : source.run.curves) {
    Series s = method_series(source, curve, "error");
    for (const OuterStatistics& point : curve.points) {
      if (point.diverged > 0) break;
      const MeanEstimate& value = excess ? point.excess : point.distance_squared;
      add_point(s, source.epochs(point.samples), value.mean);
      s.band_low.push_back(value.ci_low);
      s.band_high.push_back(value.ci_high);
    }
    plot.series.push_back(std::move(s));
  }
  name_series(plot);
  fit_axes(plot, source.options, std::max(least_end(plot), excess ? 0.0 : 1e-20));
  return plot;
}

/// The outer step at which tangents are drawn; nothing before the first estimate.
std::optional<std::size_t> tangent_step(const Source& source) {
  std::size_t estimates = 0;
  for (const OuterCurve& curve : source.run.curves) {
    if (curve.points.empty()) return std::nullopt;
    // The last point of a finished loop has no estimate.
    const bool whole = std::ranges::any_of(curve.replicas, [&](const OuterReplica& r) {
      return r.gradient.size() >= curve.points.size() &&
             std::isfinite(r.gradient[curve.points.size() - 1]);
    });
    const std::size_t here = curve.points.size() - (whole ? 0 : 1);
    estimates = estimates == 0 ? here : std::min(estimates, here);
  }
  if (estimates == 0) return std::nullopt;
  const auto last = static_cast<std::int64_t>(estimates) - 1;
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(source.options.tangents_at.value_or(last), 0, last));
}

/// A piece of the line through (theta, value) with this slope, and a gap after it.
void add_tangent(
    const Source& source, double half, double theta, double value, double slope, Series& s) {
  if (!std::isfinite(slope) || !std::isfinite(value)) return;
  for (const double side : {-1.0, 1.0}) {
    add_point(s, source.lambda(theta + side * half), value + side * half * slope);
  }
  add_point(s, source.lambda(theta + half), kNaN);
}

/// What of theta the plots show: all that paths and the optimum take, with room beside it.
Extent shown_thetas(const Source& source) {
  Extent shown;
  for (const OuterCurve& curve : source.run.curves) {
    for (const OuterReplica& replica : curve.replicas) {
      for (const double theta : replica.theta) shown.add(theta);
    }
  }
  shown.add(source.run.problem->start(0));
  if (source.run.optimum) shown.add(source.run.optimum->theta(0));
  const double room = 0.25 * (shown.high - shown.low) + 0.2;
  shown.low = std::max(shown.low - room, source.run.curve->low());
  shown.high = std::min(shown.high + room, source.run.curve->high());
  return shown;
}

/// Where the first replica of a method is.
Series present_point(const Source& source, const OuterCurve& curve) {
  Series s = method_series(source, curve, "error");  // one legend row with the error
  const OuterReplica& replica = curve.replicas.front();
  if (!replica.theta.empty()) {
    add_point(s, source.lambda(replica.theta.back()), replica.value.back());
  }
  return s;
}

PlotPanel value_plot(const Source& source) {
  const OuterSnapshot& run = source.run;
  PlotPanel plot;
  plot.id = "outer/value";
  plot.title = "Upper-level loss";
  plot.x.label = "λ";
  plot.x.scale = source.lambda_scale();
  plot.y.label = "f(λ)";
  plot.y.scale = AxisScale::linear;
  if (!run.curve) {
    fit_axes(plot, source.options);
    plot.note = run.optimum ? "The box of λ is one point." : "Solving for f(λ).";
    return plot;
  }
  const Extent shown = shown_thetas(source);
  Series f = ink_series("exact", "exact", SeriesRole::exact);
  for (int i = 0; i <= kCurvePoints; ++i) {
    const double theta = shown.low + (shown.high - shown.low) * i / kCurvePoints;
    add_point(f, source.lambda(theta), run.curve->at(theta).value);
  }
  plot.series.push_back(std::move(f));
  const double half = kTangentShare * (shown.high - shown.low);
  const std::optional<std::size_t> step = tangent_step(source);
  for (const OuterCurve& curve : run.curves) {
    Series cloud = method_series(source, curve, "tangents");
    cloud.role = SeriesRole::ghost;
    cloud.marker = Marker::none;
    for (const OuterReplica& replica : curve.replicas) {
      if (!step || *step >= replica.gradient.size()) continue;
      add_tangent(
          source, half, replica.theta[*step], replica.value[*step], replica.gradient[*step], cloud);
    }
    plot.series.push_back(std::move(cloud));
  }
  if (step && run.exact && *step < run.exact->theta.size()) {
    Series tangent = ink_series("tangent", "exact tangent", SeriesRole::floor);
    const double theta = run.exact->theta[*step];
    const ValueCurve::Sample at = run.curve->at(theta);
    add_tangent(source, 1.5 * half, theta, at.value, at.slope, tangent);
    plot.series.push_back(std::move(tangent));
  }
  for (const OuterCurve& curve : run.curves) plot.series.push_back(present_point(source, curve));
  name_series(plot);
  fit_axes(plot, source.options);
  return plot;
}

/// Several lambdas: f against epochs, at the points where it was solved for.
PlotPanel loss_plot(const Source& source) {
  PlotPanel plot;
  plot.id = "outer/value";
  plot.title = "Upper-level loss";
  plot.x.label = "epochs";
  plot.x.scale = AxisScale::linear;
  plot.y.label = "f(λₛ)";
  plot.y.scale = AxisScale::linear;
  double last = 0.0;
  for (const OuterCurve& curve : source.run.curves) {
    Series s = method_series(source, curve, "error");
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      double sum = 0.0;
      std::size_t count = 0;
      for (const OuterReplica& replica : curve.replicas) {
        if (i >= replica.value.size() || !std::isfinite(replica.value[i])) continue;
        sum += replica.value[i];
        ++count;
      }
      if (count == 0) continue;
      add_point(s, source.epochs(curve.points[i].samples), sum / static_cast<double>(count));
      last = std::max(last, s.x.back());
    }
    plot.series.push_back(std::move(s));
  }
  if (source.run.optimum && last > 0.0) {
    Series best = ink_series("optimum", "optimum by exact gradients", SeriesRole::exact);
    add_point(best, 0.0, source.run.optimum->value);
    add_point(best, last, source.run.optimum->value);
    plot.series.push_back(std::move(best));
  }
  name_series(plot);
  fit_axes(plot, source.options);
  return plot;
}

/// Mean of theta_s over replicas and its spread, as lambda.
void add_mean_path(const Source& source, const OuterCurve& curve, PlotPanel& plot) {
  Series s = method_series(source, curve, "error");
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    if (curve.points[i].diverged > 0) break;
    double mean = 0.0, squares = 0.0;
    for (const OuterReplica& replica : curve.replicas) mean += replica.theta[i];
    const auto count = static_cast<double>(curve.replicas.size());
    mean /= count;
    for (const OuterReplica& replica : curve.replicas) {
      squares += (replica.theta[i] - mean) * (replica.theta[i] - mean);
    }
    const double spread = count > 1.0 ? std::sqrt(squares / (count - 1.0)) : 0.0;
    add_point(s, static_cast<double>(i), source.lambda(mean));
    s.band_low.push_back(source.lambda(mean - spread));
    s.band_high.push_back(source.lambda(mean + spread));
  }
  plot.series.push_back(std::move(s));
}

PlotPanel path_plot(const Source& source) {
  const OuterSnapshot& run = source.run;
  PlotPanel plot;
  plot.id = "outer/path";
  plot.title = "Path of λ";
  plot.x.label = "outer step s";
  plot.x.scale = AxisScale::linear;
  plot.y.label = "λₛ";
  plot.y.scale = source.lambda_scale();
  for (const OuterCurve& curve : run.curves) add_mean_path(source, curve, plot);
  if (run.exact && !run.exact->theta.empty()) {
    Series exact = ink_series("exact", "exact", SeriesRole::exact);
    for (std::size_t i = 0; i < run.exact->theta.size(); ++i) {
      add_point(exact, static_cast<double>(i), source.lambda(run.exact->theta[i]));
    }
    const double last = exact.x.back();
    plot.series.push_back(std::move(exact));
    if (run.optimum && last > 0.0) {
      Series best = ink_series("optimum", "λ*", SeriesRole::trust);
      add_point(best, 0.0, run.optimum->lambda(0));
      add_point(best, last, run.optimum->lambda(0));
      plot.series.push_back(std::move(best));
    }
  }
  name_series(plot);
  fit_axes(plot, source.options);
  return plot;
}

/// One row a curve, whichever plots it is in.
std::vector<LegendRow> legend_of(const std::vector<PlotPanel>& plots) {
  std::vector<LegendRow> rows;
  for (const PlotPanel& plot : plots) {
    for (const Series& s : plot.series) {
      if (s.role == SeriesRole::ghost ||
          std::ranges::any_of(rows, [&](const LegendRow& row) { return row.series_id == s.key; })) {
        continue;
      }
      LegendRow row;
      row.series_id = s.key;
      row.label = s.label;
      row.role = s.role;
      row.colour = s.colour;
      row.marker = s.marker;
      row.band = !s.band_low.empty();
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string caption_of(const Source& source) {
  const OuterSnapshot& run = source.run;
  if (!source.ready()) return run.message;
  const OuterSettings& settings = run.problem->settings;
  const OuterSpec outer = run.spec.outer.value_or(OuterSpec{});
  std::string out = fmt::format("{}; projected steps on {}, h = {}",
                                run.problem->bench->data_description,
                                source.log() ? "log λ" : "λ",
                                format_for_reading(settings.step));
  if (settings.decay > 0.0) out += fmt::format("/(1 + s/{})", format_shortest(settings.decay));
  out += outer.warm_start ? ", warm start. " : ", no warm start. ";
  for (const OuterCurve& curve : run.curves) {
    out += fmt::format("{}: t = {}, k = {} an outer step, {}. ",
                       curve.label,
                       curve.t,
                       curve.k,
                       curve.replicas.size() == 1 ? std::string("1 run")
                                                  : fmt::format("{} runs", curve.replicas.size()));
  }
  out += "Bands: 95 % of the mean (distance), one standard deviation (path).";
  if (run.optimum && source.one()) {
    out += fmt::format(" Exact optimisation: λ* = {}, f(λ*) = {}.",
                       format_for_reading(run.optimum->lambda(0), 6),
                       format_for_reading(run.optimum->value, 6));
  }
  if (const auto step = tangent_step(source); step && run.curve) {
    out += fmt::format(" Tangents: estimates of outer step {}.", *step + 1);
  }
  return out;
}

}  // namespace

Figure build_outer_figure(const OuterSnapshot& run, const OuterFigureOptions& options) {
  const Source source{.run = run, .options = options, .styles = method_styles(run.spec)};
  Figure figure;
  figure.title = run.spec.title;
  if (source.ready()) {
    figure.panels.push_back(error_plot(source));
    figure.panels.push_back(source.one() ? value_plot(source) : loss_plot(source));
    if (source.one()) figure.panels.push_back(path_plot(source));
  } else {
    PlotPanel empty;
    empty.id = "outer/error";
    empty.title = "Distance to the optimum";
    empty.x.label = "epochs";
    empty.y.label = "E‖θₛ − θ*‖²";
    fit_axes(empty, options);
    empty.note = run.message;
    figure.panels.push_back(std::move(empty));
  }
  figure.columns = static_cast<int>(figure.panels.size());
  figure.legend = legend_of(figure.panels);
  figure.key = figure.legend;
  figure.caption = caption_of(source);
  return figure;
}

}  // namespace sid
