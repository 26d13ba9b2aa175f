#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sid/figure/internal/plot_builder.hpp"
#include "sid/math/numbers.hpp"

namespace sid::internal {

namespace {

/// A batch curve that ends further than this below the lowest stochastic one is followed only as
/// far as kBelowKept.
constexpr double kFarBelow = 1e4;
constexpr double kBelowKept = 1e2;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool empty() const { return !(low <= high); }
  void add(double value, AxisScale scale) {
    if (!can_show(value, scale)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

bool is_data(SeriesRole role) {
  return role == SeriesRole::measured || role == SeriesRole::exact;
}

/// The error a bound is compared with: measured where there are points, else exact.
const Series* error_of(const PlotCurves& curves, int method) {
  const Series* best = nullptr;
  for (std::size_t i = 0; i < curves.series.size(); ++i) {
    const Series& s = curves.series[i];
    if (curves.methods[i] != method || !is_data(s.role) || s.y.empty()) continue;
    if (best == nullptr || s.role == SeriesRole::measured) best = &s;
  }
  return best;
}

/// The value of `s` at the largest x <= `x` that has one; NaN if none.
double value_at(const Series& s, double x) {
  double value = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < s.y.size() && s.x[i] <= x * (1.0 + 1e-12); ++i) {
    if (s.y[i] > 0.0 && std::isfinite(s.y[i])) value = s.y[i];
  }
  return value;
}

/// min over points of bound / error; infinite if they have no point in common.
double closest_ratio(const Series& bound, const Series* error) {
  double ratio = std::numeric_limits<double>::infinity();
  if (error == nullptr) return ratio;
  for (std::size_t i = 0; i < bound.y.size(); ++i) {
    const double e = value_at(*error, bound.x[i]);
    if (bound.y[i] > 0.0 && e > 0.0) ratio = std::min(ratio, bound.y[i] / e);
  }
  return ratio;
}

void add_values(const Series& s, const AxisLimits& allowed, AxisScale scale, Range& range) {
  for (const double y : s.y) {
    if (y >= allowed.min && y <= allowed.max) range.add(y, scale);
  }
}

/// The curve and its band.
void add_curve(const Series& s, const AxisLimits& allowed, AxisScale scale, Range& range) {
  add_values(s, allowed, scale, range);
  for (std::size_t i = 0; i < s.band_low.size(); ++i) {
    if (!can_show(s.y[i], scale) || s.y[i] < allowed.min) continue;
    range.add(s.band_high[i], scale);
    range.add(std::max(s.band_low[i], allowed.min), scale);
  }
}

/// Smallest value >= `least` of the visible measured batch curves.
double lowest_of_batch(const PlotCurves& curves, double least) {
  Range range;
  for (std::size_t k = 0; k < curves.series.size(); ++k) {
    const Series& s = curves.series[k];
    if (!s.visible || !is_data(s.role) || !curves.batch[k]) continue;
    for (const double y : s.y) {
      if (y >= least) range.add(y, AxisScale::log);
    }
  }
  return range.low;
}

Range data_range(const PlotCurves& curves, const FigureOptions& options) {
  const AxisScale scale = y_scale(options);
  const AxisLimits all{-std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
  // What lies below the accuracy of the reference means nothing and must not stretch the axis.
  AxisLimits allowed = all;
  if (options.log_y && curves.trust > 0.0) allowed.min = curves.trust / 10.0;
  Range range;
  // Exact gradients converge linearly, far below what noise lets the others reach: they may leave
  // through the bottom a little below the lowest stochastic curve.
  for (const bool batch : {false, true}) {
    if (batch && options.log_y && !range.empty() &&
        lowest_of_batch(curves, allowed.min) < range.low / kFarBelow) {
      allowed.min = std::max(allowed.min, range.low / kBelowKept);
    }
    for (std::size_t k = 0; k < curves.series.size(); ++k) {
      const Series& s = curves.series[k];
      if (s.visible && is_data(s.role) && curves.batch[k] == batch) {
        add_curve(s, allowed, scale, range);
      }
    }
  }
  if (range.empty() && allowed.min != all.min) {
    for (const Series& s : curves.series) {
      if (s.visible && is_data(s.role)) add_values(s, all, scale, range);
    }
  }
  return range;
}

Range full_range(const PlotCurves& curves, const FigureOptions& options) {
  const AxisScale scale = y_scale(options);
  Range range;
  for (const Series& s : curves.series) {
    if (!s.visible) continue;
    for (const double y : s.y) range.add(y, scale);
    for (const double y : s.band_low) range.add(y, scale);
    for (const double y : s.band_high) range.add(y, scale);
  }
  return range;
}

Range wanted_range(const PlotCurves& curves, const FigureOptions& options) {
  if (options.fit == FitKind::all) return full_range(curves, options);
  const AxisScale scale = y_scale(options);
  const Range data = data_range(curves, options);
  if (data.empty()) return full_range(curves, options);
  Range range = data;
  for (std::size_t i = 0; i < curves.series.size(); ++i) {
    const Series& s = curves.series[i];
    if (!s.visible) continue;
    if (s.role == SeriesRole::bound &&
        closest_ratio(s, error_of(curves, curves.methods[i])) <= kFarAbove) {
      add_values(s, {data.low, data.high * kFarAbove}, scale, range);
    }
    if (s.role == SeriesRole::floor || s.role == SeriesRole::trust) {
      add_values(s, {data.low / 30.0, data.high * 10.0}, scale, range);
    }
  }
  return range;
}

bool has_curves_to_the_end(const PlotCurves& curves) {
  return std::any_of(curves.series.begin(), curves.series.end(), [](const Series& s) {
    return s.visible && !s.y.empty() && s.role == SeriesRole::exact;
  });
}

}  // namespace

PlotLimits fit_plot(const PlotCurves& curves,
                    const AxisLimits& x_data,
                    const FigureOptions& options,
                    bool growing) {
  PlotLimits limits;
  limits.x = options.log_x ? fit_limits(x_data, AxisScale::log, 0.025)
                           : repair_limits({0.0, x_data.max * 1.02}, AxisScale::linear);
  const Range range = wanted_range(curves, options);
  const AxisScale scale = y_scale(options);
  if (range.empty()) {
    limits.empty = true;
    limits.y = options.log_y ? AxisLimits{1e-3, 1.0} : AxisLimits{0.0, 1.0};
    return limits;
  }
  limits.y = fit_limits({range.low, range.high}, scale);
  if (!options.log_y && range.low >= 0.0) limits.y.min = 0.0;
  if (options.log_y && growing && !has_curves_to_the_end(curves)) {
    limits.y = repair_limits({std::pow(10.0, std::floor(std::log10(limits.y.min))),
                              std::pow(10.0, std::ceil(std::log10(limits.y.max)))},
                             scale);
  }
  return limits;
}

namespace {

/// Length of a range on its axis: decades on log axes.
double length_of(const AxisLimits& limits, AxisScale scale) {
  return scale == AxisScale::log ? std::log10(limits.max) - std::log10(limits.min)
                                 : limits.max - limits.min;
}

/// The values of a curve between the x limits.
struct Extent {
  Range y;
  double last = std::numeric_limits<double>::quiet_NaN(), last_x = 0.0;
};

Extent extent_in(const Series& s, const AxisLimits& x) {
  Extent e;
  for (std::size_t k = 0; k < s.y.size(); ++k) {
    if (!std::isfinite(s.y[k]) || s.x[k] < x.min || s.x[k] > x.max) continue;
    e.y.add(s.y[k], AxisScale::linear);
    e.last = s.y[k];
    e.last_x = s.x[k];
  }
  return e;
}

EdgeNote start_note(const Series& s, const Extent& e, bool top) {
  EdgeNote note;
  note.series_id = s.id;
  note.role = s.role;
  note.colour = s.colour;
  note.marker = s.marker;
  note.top = top;
  note.brief = format_for_reading(e.last, 2);
  return note;
}

}  // namespace

std::optional<AxisLimits> shared_limits(const std::vector<AxisLimits>& limits, AxisScale scale) {
  constexpr double kLeastShare = 0.5;
  if (limits.size() < 2) return std::nullopt;
  AxisLimits all = limits.front();
  for (const AxisLimits& l : limits) all = {std::min(all.min, l.min), std::max(all.max, l.max)};
  const double least = kLeastShare * length_of(all, scale);
  const bool fits = std::all_of(limits.begin(), limits.end(), [&](const AxisLimits& l) {
    return length_of(l, scale) >= least;
  });
  return fits ? std::optional(all) : std::nullopt;
}

std::vector<EdgeNote> make_edge_notes(const PlotCurves& curves,
                                      const PlotLimits& limits,
                                      const std::vector<std::string>& method_labels) {
  std::vector<EdgeNote> notes;
  for (std::size_t i = 0; i < curves.series.size(); ++i) {
    const Series& s = curves.series[i];
    if (!s.visible || s.role == SeriesRole::floor || s.role == SeriesRole::trust) continue;
    const Extent e = extent_in(s, limits.x);
    if (e.y.empty()) continue;
    if (s.role == SeriesRole::measured) {
      // A measured curve that ends outside says where.
      if (e.last < limits.y.min && e.last > 0.0) {
        notes.push_back(start_note(s, e, false));
        notes.back().text = s.label + ": falls to " + notes.back().brief;
      } else if (e.y.low > limits.y.max) {
        notes.push_back(start_note(s, e, true));
        notes.back().text = s.label + ": " + notes.back().brief;
      }
      continue;
    }
    const bool above = e.y.low > limits.y.max, below = e.y.high < limits.y.min;
    if (!above && !below) continue;
    EdgeNote note = start_note(s, e, above);
    const int method = curves.methods[i];
    note.text = curves.curve_labels[i];
    const std::string name =
        method >= 0 ? method_labels[static_cast<std::size_t>(method)] : std::string();
    if (!name.empty()) note.text += ", " + name;
    note.text += ": " + note.brief;
    const Series* error = error_of(curves, method);
    const double value =
        error == nullptr || s.role != SeriesRole::bound ? 0.0 : value_at(*error, e.last_x);
    if (above && value > 0.0 && e.last > value) {
      note.text += fmt::format(", {:.1f} decades up", std::log10(e.last / value));
    }
    notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace sid::internal
