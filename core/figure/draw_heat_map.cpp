#include "sid/figure/draw_heat_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sid/figure/axis_title.hpp"
#include "sid/figure/colour_map.hpp"
#include "sid/figure/tick_label.hpp"

namespace sid {

namespace {

constexpr double kFaded = 0.35;        ///< opacity of maps of earlier settings
constexpr double kHatchSpacing = 4.5;  ///< points at scale 1
constexpr std::size_t kBarSteps = 128;

/// Edges as points, ascending, cut to the axis.
std::vector<double> mapped(const std::vector<double>& edges, const AxisMap& axis) {
  const double low = std::min(axis.at_min, axis.at_max), high = std::max(axis.at_min, axis.at_max);
  std::vector<double> points;
  points.reserve(edges.size());
  for (const double edge : edges) {
    const double at = axis.to_point(edge);
    points.push_back(std::isfinite(at) ? std::clamp(at, low, high) : axis.at_min);
  }
  if (axis.at_max < axis.at_min) std::reverse(points.begin(), points.end());
  return points;
}

bool usable(const HeatMap& map) {
  return !map.x.empty() && !map.y.empty() && map.x_edges.size() == map.x.size() + 1 &&
         map.y_edges.size() == map.y.size() + 1 &&
         map.values.size() == map.x.size() * map.y.size() && map.states.size() == map.values.size();
}

Colour cell_colour(const HeatMap& map, std::size_t cell, const Theme& theme) {
  if (map.states[cell] == CellState::pending) return {0, 0, 0, 0};
  if (map.states[cell] == CellState::diverged) return diverged_ground(theme);
  const double share = colour_share(map.colour, map.values[cell]);
  return std::isnan(share) ? Colour{0, 0, 0, 0} : heat_colour(share);
}

/// Part of the line x + y = level inside `rect`, as an interval of x; empty where first >= second.
std::array<double, 2> inside(double level, const Rect& rect) {
  return {std::max(rect.x, level - rect.bottom()), std::min(rect.right(), level - rect.y)};
}

}  // namespace

Colour diverged_ground(const Theme& theme) {
  return theme.grid;
}

std::vector<HatchLine> hatch_lines(const HeatMap& map,
                                   const PlotGeometry& geometry,
                                   double spacing) {
  std::vector<HatchLine> lines;
  if (!usable(map)) return lines;
  const std::vector<double> x = mapped(map.x_edges, geometry.x);
  const std::vector<double> y = mapped(map.y_edges, geometry.y);  // from the top
  const Rect& plot = geometry.plot;
  const std::size_t columns = map.x.size(), rows = map.y.size();
  // Runs of diverged cells in the order in which a rising line meets them from the top right.
  std::vector<Rect> areas;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto diverged = [&](std::size_t column) {
      return map.states[(rows - 1 - r) * columns + column] == CellState::diverged;
    };
    for (std::size_t c = columns; c-- > 0;) {
      if (!diverged(c)) continue;
      const std::size_t last = c;
      while (c > 0 && diverged(c - 1)) --c;
      const double left = std::max(x[c], plot.x), right = std::min(x[last + 1], plot.right());
      const double top = std::max(y[r], plot.y), bottom = std::min(y[r + 1], plot.bottom());
      if (right > left && bottom > top) areas.push_back({left, top, right - left, bottom - top});
    }
  }
  // Rising lines have one value of x + y each.
  const double step = spacing * std::numbers::sqrt2;
  const double end = plot.right() + plot.bottom();
  for (double level = plot.x + plot.y + 0.5 * step; level < end && !areas.empty(); level += step) {
    double from = 0.0, to = 0.0;  // the piece that is being joined, in x
    for (const Rect& area : areas) {
      const auto [first, second] = inside(level, area);
      if (!(second > first)) continue;
      if (to > from && std::abs(second - from) < 1e-9 * (1.0 + std::abs(from))) {
        from = first;
        continue;
      }
      if (to > from) lines.push_back({{from, level - from}, {to, level - to}});
      from = first;
      to = second;
    }
    if (to > from) lines.push_back({{from, level - from}, {to, level - to}});
  }
  return lines;
}

void draw_hatches(Painter& painter,
                  const HeatMap& map,
                  const PlotGeometry& geometry,
                  const Theme& theme,
                  double stroke_scale) {
  const Stroke stroke{
      theme.muted.faded(map.faded ? 0.5 : 0.9), std::max(0.5, 0.9 * stroke_scale), {}};
  for (const HatchLine& line : hatch_lines(map, geometry, kHatchSpacing * stroke_scale)) {
    const std::array<Point, 2> ends = {line.from, line.to};
    painter.polyline(ends, stroke);
  }
}

void draw_heat_map(Painter& painter,
                   const HeatMap& map,
                   const PlotGeometry& geometry,
                   const Theme& theme,
                   double stroke_scale) {
  if (!usable(map)) return;
  const std::size_t columns = map.x.size(), rows = map.y.size();
  std::vector<Colour> colours;
  colours.reserve(map.values.size());
  for (std::size_t r = rows; r-- > 0;) {
    for (std::size_t c = 0; c < columns; ++c) {
      const Colour colour = cell_colour(map, r * columns + c, theme);
      colours.push_back(map.faded ? colour.faded(kFaded) : colour);
    }
  }
  painter.push_clip(geometry.plot);
  painter.cells(mapped(map.x_edges, geometry.x), mapped(map.y_edges, geometry.y), colours);
  draw_hatches(painter, map, geometry, theme, stroke_scale);
  painter.pop_clip();
}

double colour_bar_width(Painter& painter, const HeatMap& map, const DrawOptions& options) {
  const double tick = options.fonts.tick;
  const double title = axis_title_extent(painter, map.colour, options.fonts).height;
  return (kBarGap + kBarWidth + kTickLength + kTickGap) * tick +
         widest_tick_label(painter, map.colour, options.fonts) +
         (title > 0.0 ? kTitleGap * tick + title : 0.0);
}

void draw_colour_bar(Painter& painter,
                     const HeatMap& map,
                     const Rect& plot,
                     const Theme& theme,
                     const DrawOptions& options) {
  const FontSizes& fonts = options.fonts;
  const double tick = fonts.tick;
  const double hair = std::max(0.5, 0.75 * options.stroke_scale);
  const Rect bar{plot.right() + kBarGap * tick, plot.y, kBarWidth * tick, plot.height};
  std::vector<double> y(kBarSteps + 1);
  std::vector<Colour> colours(kBarSteps);
  for (std::size_t i = 0; i <= kBarSteps; ++i) {
    y[i] = bar.y + bar.height * static_cast<double>(i) / static_cast<double>(kBarSteps);
  }
  for (std::size_t i = 0; i < kBarSteps; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(kBarSteps);
    colours[i] = heat_colour(1.0 - share).faded(map.faded ? kFaded : 1.0);
  }
  const std::array<double, 2> x = {bar.x, bar.right()};
  painter.cells(x, y, colours);
  for (const double side : {bar.x, bar.right()}) {
    painter.rule({side, bar.y}, {side, bar.bottom()}, theme.axis, hair);
  }
  for (const double end : {bar.y, bar.bottom()}) {
    painter.rule({bar.x, end}, {bar.right(), end}, theme.axis, hair);
  }
  const AxisMap axis{map.colour.scale, map.colour.min, map.colour.max, bar.bottom(), bar.y};
  const double labels = bar.right() + (kTickLength + kTickGap) * tick;
  for (const Tick& t : map.colour.ticks) {
    const double at = axis.to_point(t.value);
    if (!(at >= bar.y - 0.5 && at <= bar.bottom() + 0.5)) continue;
    const double length = (t.major ? kTickLength : kMinorTickLength) * tick;
    painter.rule(
        {bar.right(), at}, {bar.right() + length, at}, theme.axis, 0.8 * options.stroke_scale);
    if (t.major) {
      draw_tick_label(painter, t, {labels, at + kCapHalf * tick}, theme.muted, fonts);
    }
  }
  const double height = axis_title_extent(painter, map.colour, fonts).height;
  const double right = labels + widest_tick_label(painter, map.colour, fonts);
  draw_axis_title(painter,
                  map.colour,
                  {right + kTitleGap * tick + height / 2.0, plot.y + plot.height / 2.0},
                  true,
                  theme,
                  fonts);
}

}  // namespace sid
