#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sid/figure/painter.hpp"

namespace sid {

/// The part of the segment inside `rect` (Liang and Barsky 1984), ends in order; std::nullopt if
/// there is none. Coordinates up to 1e12 or so keep their precision; the result lies in `rect`
/// exactly.
std::optional<std::pair<Point, Point>> clip_segment(Point from, Point to, const Rect& rect);

/// Pieces of a polyline inside `rect`. A point with a NaN coordinate breaks the line. A finite
/// point without finite neighbours gives a piece of one point if it lies inside.
std::vector<std::vector<Point>> clip_polyline(std::span<const Point> points, const Rect& rect);

/// The strip between two chains cut to `rect`, with corners added where an edge enters or leaves
/// it, so that no edge bends. Chains of equal length and equal finite x, ascending.
struct Strip {
  std::vector<Point> upper, lower;
};
Strip clip_strip(std::span<const Point> upper, std::span<const Point> lower, const Rect& rect);

}  // namespace sid
