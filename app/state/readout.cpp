#include "sid/app/state/readout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "sid/app/state/figure_book.hpp"

namespace sid::app {
namespace {

double distance(const Axis& axis, double a, double b) {
  if (axis.scale == AxisScale::log) {
    if (a <= 0.0 || b <= 0.0) return std::numeric_limits<double>::infinity();
    return std::abs(std::log(a / b));
  }
  return std::abs(a - b);
}

/// The nearest of the ascending abscissae; of two equally near ones the first.
std::optional<std::size_t> nearest(const Axis& axis, const Series& series, double x) {
  const auto after = std::lower_bound(series.x.begin(), series.x.end(), x);
  const auto next = static_cast<std::size_t>(after - series.x.begin());
  std::optional<std::size_t> best;
  double best_distance = std::numeric_limits<double>::infinity();
  for (std::size_t i = next > 0 ? next - 1 : 0; i < std::min(next + 1, series.x.size()); ++i) {
    const double d = distance(axis, series.x[i], x);
    if (d < best_distance) {
      best_distance = d;
      best = i;
    }
  }
  return best;
}

ReadoutCell cell_at(const Axis& axis, const Series& series, double x) {
  ReadoutCell cell;
  const std::optional<std::size_t> i = nearest(axis, series, x);
  if (!i || !std::isfinite(series.y[*i])) return cell;
  cell.present = true;
  cell.visible = series.visible;
  cell.faded = series.faded;
  cell.value = series.y[*i];
  cell.x = series.x[*i];
  if (series.band_low.size() == series.x.size()) {
    cell.low = series.band_low[*i];
    cell.high = series.band_high[*i];
    cell.has_band = std::isfinite(cell.low) && std::isfinite(cell.high) && cell.low < cell.high;
  }
  return cell;
}

/// Of the present run, and with points of its own: a floor is one level.
bool live(const Series& series) {
  return series.role != SeriesRole::ghost && series.role != SeriesRole::floor &&
         !series.x.empty() && method_of_key(series.key) >= 0;
}

double last_abscissa(const PlotPanel& plot) {
  double measured = -1.0, any = 1.0;
  for (const Series& series : plot.series) {
    if (!live(series)) continue;
    any = std::max(any, series.x.back());
    if (series.role == SeriesRole::measured) measured = std::max(measured, series.x.back());
  }
  return measured > 0.0 ? measured : any;
}

double snapped(const PlotPanel& plot, double x) {
  double best = x, best_distance = std::numeric_limits<double>::infinity();
  for (const Series& series : plot.series) {
    if (!live(series) || !series.visible) continue;
    const std::optional<std::size_t> i = nearest(plot.x, series, x);
    if (i && distance(plot.x, series.x[*i], x) < best_distance) {
      best_distance = distance(plot.x, series.x[*i], x);
      best = series.x[*i];
    }
  }
  return best;
}

}  // namespace

Readout make_readout(const PlotPanel& plot, std::size_t methods, double x) {
  Readout readout;
  readout.x = std::isfinite(x) ? snapped(plot, x) : last_abscissa(plot);
  readout.rows.resize(methods);
  for (std::size_t m = 0; m < methods; ++m) readout.rows[m].method = static_cast<int>(m);
  for (const Series& series : plot.series) {
    if (!live(series)) continue;
    const auto method = static_cast<std::size_t>(method_of_key(series.key));
    if (method >= methods) continue;
    ReadoutRow& row = readout.rows[method];
    const ReadoutCell cell = cell_at(plot.x, series, readout.x);
    if (series.role == SeriesRole::measured) {
      row.measured = cell;
      row.measured_key = series.key;
    } else if (series.role == SeriesRole::bound &&
               (!row.bound.present || (cell.present && cell.value < row.bound.value))) {
      row.bound = cell;
      row.bound_key = series.key;
      row.bound_label = series.label;
    } else if (series.role == SeriesRole::exact) {
      row.exact = cell;
      row.exact_key = series.key;
      row.exact_label = series.label;
    }
  }
  for (ReadoutRow& row : readout.rows) {
    if (row.bound.present && !row.bound.faded && row.measured.present && row.measured.value > 0.0) {
      row.bound_ratio = row.bound.value / row.measured.value;
    }
  }
  return readout;
}

}  // namespace sid::app
