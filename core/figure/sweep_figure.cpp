#include "sid/figure/sweep_figure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sid/figure/heat_map.hpp"
#include "sid/figure/internal/plot_builder.hpp"
#include "sid/figure/ticks.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

AxisScale scale_of(const SweepAxis& axis) {
  return axis.log ? AxisScale::log : AxisScale::linear;
}

Axis plot_axis(const SweepAxis& from, const std::vector<double>& edges) {
  Axis axis;
  axis.label = from.label;
  axis.scale = scale_of(from);
  const AxisLimits limits = repair_limits({edges.front(), edges.back()}, axis.scale);
  axis.min = limits.min;
  axis.max = limits.max;
  return axis;
}

HeatMap heat_map(const SweepSnapshot& sweep, const SweepFigureOptions& options) {
  HeatMap map;
  map.x = sweep.of->x.values;
  map.y = sweep.of->y.values;
  map.x_edges = cell_edges(map.x, scale_of(sweep.of->x));
  map.y_edges = cell_edges(map.y, scale_of(sweep.of->y));
  map.faded = options.faded;
  map.values.reserve(sweep.cells.size());
  map.states.reserve(sweep.cells.size());
  for (const SweepCell& cell : sweep.cells) {
    const SweepValue& value = cell.value(options.quantity);
    const bool known = cell.state == SweepState::done;
    map.values.push_back(known ? value.mean : kNaN);
    map.states.push_back(known && value.diverged              ? CellState::diverged
                         : known && std::isfinite(value.mean) ? CellState::value
                                                              : CellState::pending);
  }
  const AxisScale scale = options.log_colour ? AxisScale::log : AxisScale::linear;
  map.colour.scale = scale;
  const AxisLimits limits = colour_limits(map, scale).value_or(AxisLimits{0.1, 10.0});
  map.colour.min = limits.min;
  map.colour.max = limits.max;
  internal::label_quantity(map.colour, options.quantity);
  return map;
}

/// Through the middles of the cells, and flat to the rims of the outer ones; broken where a row (or
/// column) in between has no such limit.
Series edge_curve(const SweepEdge& edge, const HeatMap& map, bool step_is_x) {
  Series s;
  s.key = sweep_edge_key(edge);
  s.id = "sweep/" + s.key;
  s.label = edge.label;
  s.role = edge.bound ? SeriesRole::bound : SeriesRole::exact;
  s.colour = -1;
  // Two dashed lines in ink are told apart by their markers.
  if (edge.bound) s.marker = edge.id == "paper" ? Marker::square : Marker::triangle;
  if (edge.x.empty()) return s;
  const std::vector<double>& centres = step_is_x ? map.y : map.x;
  const std::vector<double>& places = step_is_x ? edge.y : edge.x;
  std::size_t from = 0;
  for (const double centre : centres) {
    if (from == places.size()) break;
    const bool there = places[from] == centre;
    if (there || (from > 0 && !std::isnan(s.x.back()))) {
      s.x.push_back(there ? edge.x[from] : kNaN);
      s.y.push_back(there ? edge.y[from] : kNaN);
    }
    from += there ? 1 : 0;
  }
  if (s.x.empty()) return s;
  const std::vector<double>& along = step_is_x ? s.y : s.x;
  const std::vector<double>& rims = step_is_x ? map.y_edges : map.x_edges;
  const auto extend = [&](bool front) {
    const double step =
        step_is_x ? (front ? s.x.front() : s.x.back()) : (front ? s.y.front() : s.y.back());
    const double rim = front ? rims.front() : rims.back();
    s.x.insert(front ? s.x.begin() : s.x.end(), step_is_x ? step : rim);
    s.y.insert(front ? s.y.begin() : s.y.end(), step_is_x ? rim : step);
  };
  const bool from_first = along.front() == centres.front();
  const bool to_last = along.back() == centres.back();
  if (from_first) extend(true);
  if (to_last) extend(false);
  return s;
}

/// Where a spec stands.
Series here(const SweepSnapshot& sweep, const RunSpec& spec) {
  Series s;
  s.key = kSweepHereKey;
  s.id = "sweep/here";
  s.label = "present setting";
  s.colour = -1;
  s.marker = Marker::diamond;
  const SweepRequest& of = *sweep.of;
  const auto x = of.x.get ? of.x.get(spec) : std::nullopt;
  const auto y = of.y.get ? of.y.get(spec) : std::nullopt;
  if (x && y) {
    s.x = {*x};
    s.y = {*y};
    s.hollow = {1};
  }
  return s;
}

LegendRow legend_row(const Series& s) {
  LegendRow row;
  row.series_id = s.key;
  row.label = s.label;
  row.role = s.role;
  row.colour = s.colour;
  row.marker = s.marker;
  return row;
}

std::string error_words(Quantity quantity) {
  switch (quantity) {
    case Quantity::hypergradient:
      return "Mean-square error of the hypergradient";
    case Quantity::lower_level:
      return "Mean-square error of the lower level";
    case Quantity::linear_system:
      break;
  }
  return "Mean-square error of the linear system";
}

template <class Which>
std::int64_t count_cells(const SweepSnapshot& sweep, const Which& which) {
  return std::count_if(sweep.cells.begin(), sweep.cells.end(), which);
}

std::string cells(std::int64_t count) {
  return fmt::format("{} cell{}", count, count == 1 ? "" : "s");
}

/// "t = k = 500", or "t from 10 to 900" where cells differ.
std::string budget_words(const SweepSnapshot& sweep) {
  std::int64_t t_low = std::numeric_limits<std::int64_t>::max(), t_high = 0, k_low = t_low,
               k_high = 0;
  for (const SweepCell& cell : sweep.cells) {
    if (cell.state != SweepState::done) continue;
    t_low = std::min(t_low, cell.t);
    t_high = std::max(t_high, cell.t);
    k_low = std::min(k_low, cell.k);
    k_high = std::max(k_high, cell.k);
  }
  if (t_high == 0) return "";
  const auto range = [](const char* name, std::int64_t low, std::int64_t high) {
    return low == high ? fmt::format("{} = {}", name, low)
                       : fmt::format("{} from {} to {}", name, low, high);
  };
  if (t_low == t_high && k_low == k_high && t_low == k_low) {
    return fmt::format(" after t = k = {} steps", t_low);
  }
  return " after " + range("t", t_low, t_high) + " and " + range("k", k_low, k_high) + " steps";
}

std::string caption(const SweepSnapshot& sweep, const HeatMap& map, Quantity quantity) {
  const SweepRequest& of = *sweep.of;
  const bool several = sweep.panels > 1;
  std::string out = fmt::format(
      "{}{} of {}{}, {} × {} cells",
      error_words(quantity),
      budget_words(sweep),
      method_label(of.spec, of.method),
      several && !sweep.panel_label.empty() ? " at " + sweep.panel_label : std::string(),
      map.x.size(),
      map.y.size());
  const auto done = [](const SweepCell& cell) { return cell.state == SweepState::done; };
  const std::int64_t exact =
      count_cells(sweep, [&](const SweepCell& cell) { return done(cell) && cell.exact; });
  const std::int64_t measured =
      count_cells(sweep, [&](const SweepCell& cell) { return done(cell) && !cell.exact; });
  if (exact > 0 && measured == 0) out += ", exact expectations";
  if (measured > 0) {
    out += fmt::format(", means over {} runs that share their draws", of.spec.run.replicas);
    if (exact > 0) out += fmt::format(" ({} exact)", exact);
  }
  out += ".";
  const std::int64_t diverged =
      std::count(map.states.begin(), map.states.end(), CellState::diverged);
  if (diverged > 0) {
    const bool expected = exact > 0 && measured == 0;
    out += fmt::format(" Hatched: {} where the error {}.",
                       cells(diverged),
                       expected ? "grows without limit" : "overflowed");
  }
  std::int64_t above = 0, below = 0;
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    if (map.states[i] != CellState::value) continue;
    above += map.values[i] > map.colour.max ? 1 : 0;
    below += map.values[i] > 0.0 && map.values[i] < map.colour.min ? 1 : 0;
  }
  if (below > 0) {
    out += fmt::format(" The first colour stands for {} below {}, too.",
                       cells(below),
                       format_for_reading(map.colour.min));
  }
  if (above > 0) {
    out += fmt::format(" The last colour stands for {} above {}, too.",
                       cells(above),
                       format_for_reading(map.colour.max));
  }
  const auto refused = [](const SweepCell& cell) { return cell.state == SweepState::refused; };
  if (const std::int64_t count = count_cells(sweep, refused); count > 0) {
    const auto first = std::find_if(sweep.cells.begin(), sweep.cells.end(), refused);
    out += fmt::format(" Empty: {} that cannot be had: {}", cells(count), first->why);
  }
  const auto pending = static_cast<std::int64_t>(sweep.cells.size() - sweep.cells_done);
  if (pending > 0) out += fmt::format(" Not computed: {}.", cells(pending));
  return out;
}

}  // namespace

std::string sweep_edge_key(const SweepEdge& edge) {
  return "edge/" + edge.id;
}

std::string sweep_value_text(const SweepAxis& axis, double value) {
  if (axis.whole && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  std::string text = format_for_reading(value);
  const bool plain = text.find("·") == std::string::npos;
  if (plain && text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

Figure build_sweep_figure(const SweepSnapshot& sweep,
                          const SweepFigureOptions& options,
                          const RunSpec* present) {
  Figure figure;
  if (!sweep.of || sweep.cells.empty()) return figure;
  const SweepRequest& of = *sweep.of;
  figure.title = of.spec.title;
  PlotPanel plot;
  plot.id = "sweep";
  plot.heat = heat_map(sweep, options);
  plot.x = plot_axis(of.x, plot.heat->x_edges);
  plot.y = plot_axis(of.y, plot.heat->y_edges);
  for (const SweepEdge& edge : sweep.edges) {
    Series s = edge_curve(edge, *plot.heat, of.x.unit != SweepAxis::Unit::plain);
    s.faded = options.faded;
    plot.series.push_back(std::move(s));
  }
  for (const Series& s : plot.series) figure.legend.push_back(legend_row(s));
  figure.key = figure.legend;
  figure.caption = caption(sweep, *plot.heat, options.quantity);
  if (Series marker = here(sweep, present != nullptr ? *present : of.spec); !marker.x.empty()) {
    figure.caption += fmt::format(" Diamond: {} = {}, {} = {}.",
                                  of.x.symbol,
                                  sweep_value_text(of.x, marker.x.front()),
                                  of.y.symbol,
                                  sweep_value_text(of.y, marker.y.front()));
    marker.faded = options.faded;
    plot.series.push_back(std::move(marker));
  }
  set_ticks(plot, 420.0, 260.0);
  figure.panels.push_back(std::move(plot));
  return figure;
}

}  // namespace sid
