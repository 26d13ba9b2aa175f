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

/// Keeps, for every run of consecutive points within one column of width `column`, the first, the
/// lowest, the highest and the last, in their order: drawn one column wide, the line covers the
/// same ground. Exact for at most four points a column: nothing is dropped then. NaN points are
/// kept (one of several in a row).
std::vector<Point> decimate_columns(std::span<const Point> points, double column);

/// The strip between two chains cut to `rect`, with corners added where an edge enters or leaves
/// it, so that no edge bends. Chains of equal length and equal finite x, ascending.
struct Strip {
  std::vector<Point> upper, lower;
};
Strip clip_strip(std::span<const Point> upper, std::span<const Point> lower, const Rect& rect);

}  // namespace sid
