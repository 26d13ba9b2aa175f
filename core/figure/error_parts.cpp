#include "sid/figure/error_parts.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "sid/figure/internal/plot_builder.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kSpan = 1e12;  // of the y axis

double part_of(const ErrorParts& parts, ErrorPart part) {
  switch (part) {
    case ErrorPart::bias_squared:
      return parts.bias_squared;
    case ErrorPart::mean_of_variance:
      return parts.mean_of_variance;
    case ErrorPart::variance_of_mean:
      break;
  }
  return parts.variance_of_mean;
}

double x_of(const Checkpoint& at, const FigureOptions& options) {
  return options.x_unit == XUnit::epochs ? at.epochs : static_cast<double>(at.t);
}

void add_measured(const ErrorPartsSource& source,
                  const ErrorPartNames& names,
                  const FigureOptions& options,
                  PlotPanel& plot) {
  if (source.measured == nullptr) return;
  Series s;
  s.key = "measured";
  s.label = "measured";
  s.colour = source.style.colour;
  s.marker = source.style.marker;
  for (const CurvePoint& point : source.measured->points) {
    std::optional<PartEstimate> estimate = part_estimate(point, names.part);
    if (source.deterministic && point.replicas > 0) {
      const double value = names.part == ErrorPart::bias_squared ? point.hypergradient.mean : 0.0;
      estimate = PartEstimate{value, value, value};
    }
    if (!estimate) continue;
    s.x.push_back(x_of(point.at, options));
    s.y.push_back(estimate->value);
    s.band_low.push_back(estimate->low);
    s.band_high.push_back(estimate->high);
  }
  plot.series.push_back(std::move(s));
}

void add_curve(const ErrorPartsSource& source,
               const char* id,
               SeriesRole role,
               const FigureOptions& options,
               PlotPanel& plot) {
  const TheoryCurve* const curve = source.theory != nullptr ? source.theory->find(id) : nullptr;
  if (curve == nullptr) return;
  Series s;
  s.key = id;
  s.label = curve->label;
  s.role = role;
  s.predicted = curve->kind == CurveKind::prediction;
  // An exact curve lies on the measured one: in the same hue it could not be seen there.
  s.colour = role == SeriesRole::exact ? -1 : source.style.colour;
  s.faded = source.faded;
  const std::size_t count = std::min(source.checkpoints.size(), curve->values.size());
  for (std::size_t i = 0; i < count; ++i) {
    s.x.push_back(x_of(source.checkpoints[i], options));
    s.y.push_back(curve->values[i]);
  }
  plot.series.push_back(std::move(s));
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = 0.0;
  bool empty() const { return !(low <= high); }
  void add(double value) {
    if (!(value > 0.0) || !std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

struct Extent {
  Range x, y;
};

/// Bounds count up to `highest` only.
void add_bounds(const std::array<PlotPanel, 3>& plots, double highest, Range& y) {
  for (const PlotPanel& plot : plots) {
    for (const Series& s : plot.series) {
      if (s.role != SeriesRole::bound) continue;
      for (const double value : s.y) {
        if (value <= highest) y.add(value);
      }
    }
  }
}

Extent extent_of(const std::array<PlotPanel, 3>& plots) {
  Extent extent;
  for (const PlotPanel& plot : plots) {
    for (const Series& s : plot.series) {
      for (std::size_t i = 0; i < s.y.size(); ++i) {
        if (!(s.y[i] > 0.0)) continue;
        extent.x.add(s.x[i]);
        if (s.role == SeriesRole::bound) continue;
        extent.y.add(s.y[i]);
        // What the interval reaches down to may be next to nothing.
        if (i < s.band_high.size()) extent.y.add(s.band_high[i]);
      }
    }
  }
  const double highest =
      extent.y.empty() ? std::numeric_limits<double>::max() : extent.y.high * internal::kFarAbove;
  add_bounds(plots, highest, extent.y);
  return extent;
}

void set_axes(PlotPanel& plot, const Extent& extent, const FigureOptions& options) {
  plot.x.label = options.x_unit == XUnit::epochs ? "epochs" : "iterations t";
  plot.x.scale = options.log_x ? AxisScale::log : AxisScale::linear;
  plot.y.scale = AxisScale::log;
  AxisLimits x{1.0, 100.0}, y{1e-3, 1.0};
  if (!extent.x.empty()) x = {options.log_x ? extent.x.low : 0.0, extent.x.high};
  if (!extent.y.empty()) {
    y = fit_limits(
        {std::max(extent.y.low, extent.y.high / kSpan), extent.y.high}, AxisScale::log, 0.06);
  }
  x = repair_limits(x, plot.x.scale);
  y = repair_limits(y, plot.y.scale);
  plot.x.min = x.min;
  plot.x.max = x.max;
  plot.y.min = y.min;
  plot.y.max = y.max;
  set_ticks(plot, options.plot_width, options.plot_height);
}

/// Some of the curve, or of a line between two of its points, lies inside the axes.
bool is_shown(const Series& s, const Axis& y) {
  bool above = false, below = false;
  for (const double value : s.y) {
    if (!(value > 0.0) || !std::isfinite(value)) continue;
    above = above || value >= y.min;
    below = below || value <= y.max;
  }
  return above && below;
}

/// The finite values of measured and exact curves; where there are none, of bounds.
std::vector<double> values_of(const PlotPanel& plot) {
  std::vector<double> values;
  for (const bool bounds : {false, true}) {
    for (const Series& s : plot.series) {
      if ((s.role == SeriesRole::bound) != bounds) continue;
      std::copy_if(s.y.begin(), s.y.end(), std::back_inserter(values), [](double y) {
        return std::isfinite(y);
      });
    }
    if (!values.empty()) break;
  }
  return values;
}

/// Why the plot shows no curve; empty where it shows one.
const char* empty_note(const PlotPanel& plot) {
  if (std::any_of(plot.series.begin(), plot.series.end(), [&](const Series& s) {
        return is_shown(s, plot.y);
      })) {
    return "";
  }
  const std::vector<double> values = values_of(plot);
  if (values.empty()) return "Not known.";
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (*least == 0.0 && *most == 0.0) return "Zero.";
  // Unbiased estimates of something small come out on both sides of zero.
  if (!(*most > 0.0)) return "Below its noise.";
  return *most > plot.y.max ? "Above the axis." : "Below the axis.";
}

/// Of the curves that a logarithmic axis can show at all.
std::vector<EdgeNote> edge_notes_of(const PlotPanel& plot) {
  internal::PlotCurves curves;
  for (const Series& s : plot.series) {
    if (std::none_of(s.y.begin(), s.y.end(), [](double y) { return y > 0.0; })) continue;
    curves.series.push_back(s);
    curves.curve_labels.push_back(s.label);
    curves.methods.push_back(0);
  }
  return internal::make_edge_notes(
      curves, {.x = {plot.x.min, plot.x.max}, .y = {plot.y.min, plot.y.max}}, {""});
}

}  // namespace

std::optional<PartEstimate> part_estimate(const CurvePoint& point, ErrorPart part) {
  if (!point.parts) return std::nullopt;
  const double value = part_of(point.parts->value, part);
  if (std::isnan(value)) return std::nullopt;
  const double error = part_of(point.parts->standard_error, part);
  if (std::isnan(error) || point.replicas < 2) return PartEstimate{value, kNaN, kNaN};
  const double half = student_t_975(point.replicas - 1) * error;
  return PartEstimate{value, value - half, value + half};
}

std::array<PlotPanel, 3> error_parts_plots(const ErrorPartsSource& source,
                                           const FigureOptions& options) {
  std::array<PlotPanel, 3> plots;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    PlotPanel& plot = plots[i];
    plot.id = std::string("parts/") + kErrorParts[i].id;
    plot.title = kErrorParts[i].title;
    add_curve(source, kErrorParts[i].bound, SeriesRole::bound, options, plot);
    add_measured(source, kErrorParts[i], options, plot);
    add_curve(source, kErrorParts[i].exact, SeriesRole::exact, options, plot);
    for (Series& s : plot.series) s.id = plot.id + "/" + s.key;
  }
  const Extent extent = extent_of(plots);
  for (PlotPanel& plot : plots) {
    set_axes(plot, extent, options);
    plot.edge_notes = edge_notes_of(plot);
    plot.note = empty_note(plot);
  }
  return plots;
}

}  // namespace sid
