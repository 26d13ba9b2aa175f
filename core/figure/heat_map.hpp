#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "sid/figure/figure.hpp"
#include "sid/figure/ticks.hpp"

namespace sid {

/// Colours span at most this many powers of ten, those that hold the most values: a few huge or
/// tiny errors would leave one colour for all others.
inline constexpr double kMostColourDecades = 6.0;

/// Edges half-way between neighbouring centres, measured along the axis; the outer cells reach as
/// far outwards as inwards. A lone cell reaches a tenth (log: half a decade) either way.
///   centres: ascending, at least one; positive on log axes. Returns one more.
std::vector<double> cell_edges(std::span<const double> centres, AxisScale scale);

/// Limits of the colour axis: what the cells with a value hold and `scale` can show; of more than
/// kMostColourDecades on log axes the values in the window of that width that holds the most cells,
/// the upper one of equals. Nothing where there is none.
std::optional<AxisLimits> colour_limits(const HeatMap& map, AxisScale scale);

/// The cell at a place in data units: row * columns + column; nothing outside.
std::optional<std::size_t> cell_at(const HeatMap& map, double x, double y);

}  // namespace sid
