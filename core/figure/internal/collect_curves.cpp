#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sid/figure/internal/plot_builder.hpp"

namespace sid::internal {

namespace {

double x_of(const Checkpoint& at, XUnit unit) {
  return unit == XUnit::epochs ? at.epochs : static_cast<double>(at.t);
}

SeriesRole role_of(CurveKind kind) {
  switch (kind) {
    case CurveKind::exact:
    case CurveKind::prediction:
      return SeriesRole::exact;
    case CurveKind::floor:
      return SeriesRole::floor;
    case CurveKind::bound:
      break;
  }
  return SeriesRole::bound;
}

bool wanted(CurveKind kind, const FigureOptions& options) {
  switch (kind) {
    case CurveKind::bound:
      return options.bounds;
    case CurveKind::floor:
      return options.floors;
    case CurveKind::exact:
    case CurveKind::prediction:
      break;
  }
  return options.exact;
}

class Collector {
 public:
  Collector(const PanelSource& source,
            Quantity quantity,
            const std::string& plot_id,
            const FigureOptions& options)
      : source_(source), quantity_(quantity), plot_id_(plot_id), options_(options) {}

  PlotCurves run() {
    for (std::size_t m = 0; m < source_.labels.size(); ++m) add_measured(m);
    for (std::size_t m = 0; m < source_.labels.size(); ++m) add_theory(m);
    for (std::size_t m = 0; m < source_.labels.size(); ++m) add_certified(m);
    add_trust();
    count_gaps();
    return std::move(out_);
  }

 private:
  bool hidden(const Series& s) const {
    return options_.hidden.contains(s.key) || options_.hidden.contains(s.id);
  }

  void push(Series series, LegendRow row, std::string curve_label, int method) {
    series.id = plot_id_ + "/" + series.key;
    series.visible = !hidden(series);
    row.series_id = series.key;
    row.role = series.role;
    row.colour = series.colour;
    row.marker = series.marker;
    row.visible = series.visible;
    row.band = !series.band_low.empty();
    out_.series.push_back(std::move(series));
    out_.legend.push_back(std::move(row));
    out_.curve_labels.push_back(std::move(curve_label));
    out_.methods.push_back(method);
    out_.batch.push_back(method >= 0 && source_.batch[static_cast<std::size_t>(method)]);
  }

  /// Edges of the band. A standard deviation may exceed the mean: on log axes its lower edge is the
  /// upper one mirrored about the mean, m^2 / (m + s), which is positive and looks symmetric.
  std::pair<double, double> band_of(const MeanEstimate& e) const {
    if (options_.band == BandKind::ci95) return {e.ci_low, e.ci_high};
    const double high = e.mean + e.std;
    return {options_.log_y && high > 0.0 ? e.mean * (e.mean / high) : e.mean - e.std, high};
  }

  bool has_points(std::size_t m) const {
    return m < source_.measured.size() && source_.measured[m] != nullptr &&
           !source_.measured[m]->points.empty();
  }

  void add_measured(std::size_t m) {
    Series s;
    s.key = std::to_string(m) + "/measured";
    s.label = source_.labels[m];
    s.role = SeriesRole::measured;
    s.colour = source_.styles[m].colour;
    s.marker = source_.styles[m].marker;
    LegendRow row;
    row.label = s.label;
    const MethodCurve* curve = m < source_.measured.size() ? source_.measured[m] : nullptr;
    // What a method does not have is no gap.
    if (quantity_ == Quantity::linear_system && curve != nullptr && !curve->linear_system) {
      row.note = "solves no linear system";
      curve = nullptr;
    }
    if (curve != nullptr) {
      const bool band = options_.band != BandKind::none && curve->replicas > 1;
      std::int64_t lost = 0;
      s.x.reserve(curve->points.size());
      s.y.reserve(curve->points.size());
      if (band) s.band_low.reserve(curve->points.size());
      if (band) s.band_high.reserve(curve->points.size());
      for (const CurvePoint& point : curve->points) {
        const MeanEstimate& e = mean_error(point, quantity_);
        s.x.push_back(x_of(point.at, options_.x_unit));
        s.y.push_back(point.replicas > 0 ? e.mean : std::numeric_limits<double>::quiet_NaN());
        lost = std::max(lost, point.diverged);
        if (!band) continue;
        const auto [low, high] = band_of(e);
        s.band_low.push_back(low);
        s.band_high.push_back(high);
      }
      if (lost > 0) {
        row.note = std::to_string(lost) + " of " + std::to_string(curve->replicas) +
                   " runs overflowed, the first at t = " + std::to_string(curve->first_diverged_t);
      }
    }
    push(std::move(s), std::move(row), "", static_cast<int>(m));
  }

  /// The mean over runs of what each certified of its own error: a bound of the measured curve.
  void add_certified(std::size_t m) {
    if (quantity_ != Quantity::hypergradient || !options_.bounds || !has_points(m)) return;
    Series s;
    s.key = std::to_string(m) + "/certified";
    s.role = SeriesRole::bound;
    s.colour = source_.styles[m].colour;
    s.label = "certified error, " + source_.labels[m];
    bool some = false;
    for (const CurvePoint& point : source_.measured[m]->points) {
      const bool known = point.certificate && point.diverged == 0;
      s.x.push_back(x_of(point.at, options_.x_unit));
      s.y.push_back(known ? point.certificate->mean : std::numeric_limits<double>::quiet_NaN());
      some = some || can_show(s.y.back(), y_scale(options_));
    }
    if (!some) return;
    LegendRow row;
    row.label = s.label;
    push(std::move(s), std::move(row), "certified error", static_cast<int>(m));
  }

  bool shown(const TheoryCurve& c) const {
    if (c.quantity != quantity_ || !wanted(c.kind, options_)) return false;
    if (c.primary || options_.extra_curves.contains(c.id)) return true;
    return options_.all_bounds && c.kind == CurveKind::bound;
  }

  void add_theory(std::size_t m) {
    if (source_.theory == nullptr || m >= source_.theory->size()) return;
    for (const TheoryCurve& c : (*source_.theory)[m].curves) {
      if (shown(c)) add_theory_curve(m, c);
    }
  }

  void add_theory_curve(std::size_t m, const TheoryCurve& c) {
    const std::vector<Checkpoint>& at = source_.checkpoints[m];
    Series s;
    s.key = std::to_string(m) + "/" + c.id;
    s.role = role_of(c.kind);
    s.predicted = c.kind == CurveKind::prediction;
    // Exact curves lie on the measured ones: in the same hue they could not be seen there.
    s.colour = s.role == SeriesRole::exact && has_points(m) ? -1 : source_.styles[m].colour;
    s.label = c.label + ", " + source_.labels[m];
    s.faded = source_.faded;
    LegendRow row;
    row.label = s.label;
    if (c.kind == CurveKind::bound) row.note = c.reason;
    const std::size_t n = std::min(at.size(), c.values.size());
    bool some = false;
    for (std::size_t i = 0; i < n; ++i) {
      s.x.push_back(x_of(at[i], options_.x_unit));
      s.y.push_back(c.values[i]);
      some = some || can_show(c.values[i], y_scale(options_));
    }
    row.drawn = some;
    if (c.drawn() && !some) {
      const bool zero =
          std::all_of(c.values.begin(), c.values.end(), [](double value) { return value == 0.0; });
      row.note = zero ? "is zero" : "has no value that can be shown";
      s.x.clear();
      s.y.clear();
    }
    // Only for bounds does absence say something: a hypothesis fails.
    if (!some && c.kind != CurveKind::bound) return;
    push(std::move(s), std::move(row), c.label, static_cast<int>(m));
  }

  double smallest_shown() const {
    double smallest = std::numeric_limits<double>::infinity();
    for (const Series& s : out_.series) {
      if (!s.visible || (s.role != SeriesRole::measured && s.role != SeriesRole::exact)) continue;
      for (const double y : s.y) {
        if (y > 0.0) smallest = std::min(smallest, y);
      }
    }
    return smallest;
  }

  void add_trust() {
    const Reference& r = source_.panel->reference;
    const double scale = source_.panel->hypergradient_scale;
    double trust = 0.0;
    std::string label = "Accuracy of the reference (certified)";
    if (quantity_ == Quantity::hypergradient) {
      trust = r.certificate * scale * r.certificate * scale;
      const double estimate = r.first_order_estimate * scale * r.first_order_estimate * scale;
      // The certificate is rigorous but can be pessimistic by many decades.
      if (estimate > 0.0 && estimate < trust && smallest_shown() < trust) {
        trust = estimate;
        label = "Accuracy of the reference (first-order estimate)";
      }
    } else if (quantity_ == Quantity::lower_level && source_.panel->problem != nullptr) {
      const double tau = source_.panel->problem->curvature().tau;
      const double distance = tau > 0.0 ? r.gradient_norm / tau : 0.0;  // ||w - w(lambda)|| is less
      trust = distance * distance;
    }
    if (!std::isfinite(trust) || trust <= 0.0) return;
    out_.trust = trust;
    if (!options_.trust) return;
    for (Series& s : out_.series) {
      if (s.role != SeriesRole::measured) continue;
      s.hollow.assign(s.y.size(), 0);
      for (std::size_t i = 0; i < s.y.size(); ++i) {
        s.hollow[i] = s.y[i] < trust ? 1 : 0;
        out_.hollow = out_.hollow || s.hollow[i] != 0;
      }
    }
    Series s;
    s.key = "trust";
    s.role = SeriesRole::trust;
    s.colour = -1;
    s.label = label;
    double low = std::numeric_limits<double>::infinity(), high = 0.0;
    for (const auto& checkpoints : source_.checkpoints) {
      for (const Checkpoint& at : checkpoints) {
        const double x = x_of(at, options_.x_unit);
        if (!can_show(x, x_scale(options_))) continue;
        low = std::min(low, x);
        high = std::max(high, x);
      }
    }
    if (!(low <= high)) return;
    // Beyond the data on both sides: the line crosses the whole plot.
    s.x = options_.log_x ? std::vector<double>{low / 10.0, high * 10.0}
                         : std::vector<double>{-high, 2.0 * high};
    s.y = {trust, trust};
    LegendRow row;
    row.label = label;
    push(std::move(s), std::move(row), label, -1);
  }

  void count_gaps() {
    for (const Series& s : out_.series) {
      if (!s.visible) continue;
      for (std::size_t i = 0; i < s.y.size(); ++i) {
        // NaN in a bound or exact curve says that there is no value, not that one is missing.
        const bool no_value = s.role != SeriesRole::measured && std::isnan(s.y[i]);
        const bool shown =
            can_show(s.x[i], x_scale(options_)) && can_show(s.y[i], y_scale(options_));
        if (!shown && !no_value && s.role != SeriesRole::trust) ++out_.gaps;
      }
    }
  }

  const PanelSource& source_;
  Quantity quantity_;
  const std::string& plot_id_;
  const FigureOptions& options_;
  PlotCurves out_;
};

}  // namespace

bool can_show(double value, AxisScale scale) {
  return std::isfinite(value) && (scale == AxisScale::linear || value > 0.0);
}

AxisScale x_scale(const FigureOptions& options) {
  return options.log_x ? AxisScale::log : AxisScale::linear;
}

AxisScale y_scale(const FigureOptions& options) {
  return options.log_y ? AxisScale::log : AxisScale::linear;
}

PlotCurves collect_curves(const PanelSource& source,
                          Quantity quantity,
                          const std::string& plot_id,
                          const FigureOptions& options) {
  if (options.y_value == YValue::looseness) {
    const FigureOptions errors = options_for_looseness(options);
    return looseness_curves(Collector(source, quantity, plot_id, errors).run(), plot_id, options);
  }
  return Collector(source, quantity, plot_id, options).run();
}

}  // namespace sid::internal
