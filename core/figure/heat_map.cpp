#include "sid/figure/heat_map.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

/// Number of the interval that holds `value`; nothing outside all of them.
std::optional<std::size_t> interval_of(std::span<const double> edges, double value) {
  if (edges.size() < 2 || !(value >= edges.front()) || !(value <= edges.back())) return {};
  const auto above = std::upper_bound(edges.begin(), edges.end(), value);
  const auto index = static_cast<std::size_t>(above - edges.begin());
  return std::min(index, edges.size() - 1) - 1;
}

/// The ends of the window of kMostColourDecades that holds the most of `sorted`; the upper one of
/// two that hold as many.
AxisLimits fullest_window(std::span<const double> sorted) {
  const double width = std::pow(10.0, kMostColourDecades);
  AxisLimits best{sorted.back(), sorted.back()};
  std::size_t most = 0;
  for (std::size_t first = 0, end = 0; first < sorted.size(); ++first) {
    while (end < sorted.size() && sorted[end] <= width * sorted[first]) ++end;
    if (end - first < most) continue;
    most = end - first;
    best = {sorted[first], sorted[end - 1]};
  }
  return best;
}

}  // namespace

std::vector<double> cell_edges(std::span<const double> centres, AxisScale scale) {
  SID_EXPECTS(!centres.empty(), "a heat map has cells");
  const bool log = scale == AxisScale::log;
  const auto place = [&](double value) { return log ? std::log(value) : value; };
  const auto value = [&](double at) { return log ? std::exp(at) : at; };
  std::vector<double> edges;
  edges.reserve(centres.size() + 1);
  if (centres.size() == 1) {
    const double half = log ? 0.5 * std::log(10.0) : std::max(0.1 * std::abs(centres[0]), 1e-9);
    return {value(place(centres[0]) - half), value(place(centres[0]) + half)};
  }
  edges.push_back(value(1.5 * place(centres[0]) - 0.5 * place(centres[1])));
  for (std::size_t i = 1; i < centres.size(); ++i) {
    edges.push_back(value(0.5 * place(centres[i - 1]) + 0.5 * place(centres[i])));
  }
  const std::size_t last = centres.size() - 1;
  edges.push_back(value(1.5 * place(centres[last]) - 0.5 * place(centres[last - 1])));
  return edges;
}

std::optional<AxisLimits> colour_limits(const HeatMap& map, AxisScale scale) {
  std::vector<double> shown;
  shown.reserve(map.values.size());
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    const double value = map.values[i];
    if (map.states[i] != CellState::value || !std::isfinite(value)) continue;
    if (scale == AxisScale::log && !(value > 0.0)) continue;
    shown.push_back(value);
  }
  if (shown.empty()) return std::nullopt;
  std::sort(shown.begin(), shown.end());
  const AxisLimits limits =
      scale == AxisScale::log ? fullest_window(shown) : AxisLimits{shown.front(), shown.back()};
  return repair_limits(limits, scale);
}

std::optional<std::size_t> cell_at(const HeatMap& map, double x, double y) {
  const auto column = interval_of(map.x_edges, x);
  const auto row = interval_of(map.y_edges, y);
  if (!column || !row) return std::nullopt;
  return *row * map.x.size() + *column;
}

}  // namespace sid
