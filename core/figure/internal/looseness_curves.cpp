#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sid/figure/internal/plot_builder.hpp"

namespace sid::internal {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The bound that the errors of this method are held against: the first that is drawn.
std::optional<std::size_t> find_bound(const PlotCurves& errors, int method) {
  for (std::size_t i = 0; i < errors.series.size(); ++i) {
    const Series& s = errors.series[i];
    if (s.role == SeriesRole::bound && errors.methods[i] == method && !s.y.empty()) return i;
  }
  return std::nullopt;
}

/// The value of the bound at this abscissa; NaN between its checkpoints.
double bound_at(const Series& bound, double x) {
  for (std::size_t i = 0; i < bound.y.size(); ++i) {
    if (std::abs(bound.x[i] - x) <= 1e-12 * std::abs(x)) return bound.y[i];
  }
  return kNaN;
}

double ratio(double bound, double error) {
  return error > 0.0 ? bound / error : kNaN;
}

/// An interval [low, high] of the error becomes [bound/high, bound/low].
Series divided(const Series& error, const Series& bound) {
  Series out = error;
  out.hollow.clear();
  out.faded = error.faded || bound.faded;
  for (std::size_t i = 0; i < error.y.size(); ++i) {
    // Below the accuracy of the reference the error is not known well enough to be divided by.
    const bool known = i >= error.hollow.size() || error.hollow[i] == 0;
    const double top = known ? bound_at(bound, error.x[i]) : kNaN;
    out.y[i] = ratio(top, error.y[i]);
    if (i >= error.band_low.size()) continue;
    out.band_low[i] = ratio(top, error.band_high[i]);
    out.band_high[i] = ratio(top, error.band_low[i]);
  }
  return out;
}

class Divider {
 public:
  Divider(const PlotCurves& errors, const std::string& plot_id, const FigureOptions& options)
      : errors_(errors), plot_id_(plot_id), options_(options) {
    out_.looseness = true;
  }

  PlotCurves run() {
    for (std::size_t i = 0; i < errors_.series.size(); ++i) {
      switch (errors_.series[i].role) {
        case SeriesRole::measured:
        case SeriesRole::exact:
          add_ratio(i);
          break;
        case SeriesRole::bound:
          // Why there is no ratio.
          if (!errors_.legend[i].drawn) push(i, errors_.series[i], errors_.legend[i]);
          break;
        case SeriesRole::floor:
        case SeriesRole::trust:
        case SeriesRole::ghost:
        case SeriesRole::pinned:
          break;
      }
    }
    add_one();
    return std::move(out_);
  }

 private:
  void push(std::size_t i, Series series, LegendRow row) {
    out_.series.push_back(std::move(series));
    out_.legend.push_back(std::move(row));
    out_.curve_labels.push_back(errors_.curve_labels[i]);
    out_.methods.push_back(errors_.methods[i]);
    out_.batch.push_back(errors_.batch[i]);
  }

  void add_ratio(std::size_t i) {
    const Series& error = errors_.series[i];
    LegendRow row = errors_.legend[i];
    const std::optional<std::size_t> bound = find_bound(errors_, errors_.methods[i]);
    if (!bound) {
      if (error.role != SeriesRole::measured) return;
      Series none = error;
      for (auto* list : {&none.x, &none.y, &none.band_low, &none.band_high}) list->clear();
      none.hollow.clear();
      push(i, std::move(none), std::move(row));
      return;
    }
    Series series = divided(error, errors_.series[*bound]);
    if (error.role == SeriesRole::exact) series.label = row.label = "bound ÷ " + error.label;
    const std::string& name = errors_.curve_labels[*bound];
    if (std::find(out_.divided.begin(), out_.divided.end(), name) == out_.divided.end()) {
      out_.divided.push_back(name);
    }
    count_gaps(series);
    push(i, std::move(series), std::move(row));
  }

  /// NaN says that there is no bound or no error there, not that a value is missing.
  void count_gaps(const Series& series) {
    if (!series.visible) return;
    for (std::size_t i = 0; i < series.y.size(); ++i) {
      const bool shown =
          can_show(series.x[i], x_scale(options_)) && can_show(series.y[i], y_scale(options_));
      if (!shown && !std::isnan(series.y[i])) ++out_.gaps;
    }
  }

  /// The line at 1, across the whole plot.
  void add_one() {
    double low = std::numeric_limits<double>::infinity(), high = 0.0;
    for (const Series& s : out_.series) {
      for (const double x : s.x) {
        if (!can_show(x, x_scale(options_))) continue;
        low = std::min(low, x);
        high = std::max(high, x);
      }
    }
    if (!(low <= high)) return;
    Series one;
    one.key = "one";
    one.id = plot_id_ + "/one";
    one.label = "bound = error";
    one.role = SeriesRole::trust;
    one.colour = -1;
    one.visible = !options_.hidden.contains(one.key) && !options_.hidden.contains(one.id);
    one.x = options_.log_x ? std::vector<double>{low / 10.0, high * 10.0}
                           : std::vector<double>{-high, 2.0 * high};
    one.y = {1.0, 1.0};
    LegendRow row;
    row.series_id = one.key;
    row.label = one.label;
    row.role = one.role;
    row.colour = one.colour;
    row.visible = one.visible;
    out_.curve_labels.push_back(one.label);
    out_.series.push_back(std::move(one));
    out_.legend.push_back(std::move(row));
    out_.methods.push_back(-1);
    out_.batch.push_back(false);
  }

  const PlotCurves& errors_;
  const std::string& plot_id_;
  const FigureOptions& options_;
  PlotCurves out_;
};

}  // namespace

FigureOptions options_for_looseness(FigureOptions options) {
  options.y_value = YValue::error;
  options.bounds = true;
  options.trust = true;
  options.floors = false;
  options.all_bounds = false;
  options.extra_curves.clear();
  return options;
}

PlotCurves looseness_curves(const PlotCurves& errors,
                            const std::string& plot_id,
                            const FigureOptions& options) {
  return Divider(errors, plot_id, options).run();
}

}  // namespace sid::internal
