#include "sid/figure/draw_curve.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "sid/figure/polyline.hpp"

namespace sid {

namespace {

Rect grown(const Rect& r, double by) {
  return {r.x - by, r.y - by, r.width + 2.0 * by, r.height + 2.0 * by};
}

std::size_t length(const Series& s) {
  return std::min(s.x.size(), s.y.size());
}

std::vector<Point> mapped(const Series& s, const PlotGeometry& g) {
  const std::size_t n = length(s);
  std::vector<double> x(n), y(n);
  g.x.to_points({s.x.data(), n}, x);
  g.y.to_points({s.y.data(), n}, y);
  std::vector<Point> points(n);
  for (std::size_t i = 0; i < n; ++i) points[i] = {x[i], y[i]};
  return points;
}

bool usable(Point p) {
  return std::isfinite(p.x) && std::isfinite(p.y);
}

}  // namespace

double marker_size(double stroke_scale) {
  return 5.4 * stroke_scale;
}

Stroke series_stroke(SeriesRole role, int colour, const Theme& theme, const CurveLook& look) {
  const RoleStroke shape = role_stroke(role);
  Stroke stroke;
  const Colour base = role == SeriesRole::trust ? theme.muted : theme.of(colour);
  stroke.colour = base.faded(shape.alpha * look.alpha);
  stroke.width = shape.width * look.stroke_scale * (look.emphasised ? 1.35 : 1.0);
  stroke.dash = shape.dash;
  for (double& l : stroke.dash.lengths) l *= look.stroke_scale;
  return stroke;
}

void draw_band(Painter& painter,
               const Series& series,
               const PlotGeometry& geometry,
               const Theme& theme,
               const CurveLook& look) {
  const std::size_t n = length(series);
  if (series.band_low.size() != n || series.band_high.size() != n || n == 0) return;
  const double alpha = theme.band_alpha * look.alpha * (look.emphasised ? 1.5 : 1.0);
  const Colour colour = theme.of(series.colour).faded(alpha);
  const std::vector<Point> means = mapped(series, geometry);
  std::vector<double> highs(n), lows(n);
  geometry.y.to_points(series.band_high, highs);
  geometry.y.to_points(series.band_low, lows);
  std::vector<Point> upper, lower;
  const auto flush = [&] {
    if (upper.size() == 1 && geometry.plot.contains({upper[0].x, geometry.plot.y})) {
      const double top = std::max(upper[0].y, geometry.plot.y);
      const double bottom = std::min(lower[0].y, geometry.plot.bottom());
      const double half = marker_size(look.stroke_scale) / 2.0;
      if (bottom > top)
        painter.fill_rect({upper[0].x - half, top, 2.0 * half, bottom - top}, colour);
    } else if (upper.size() > 1) {
      const Strip strip = clip_strip(upper, lower, geometry.plot);
      if (strip.upper.size() > 1) painter.band(strip.upper, strip.lower, colour);
    }
    upper.clear();
    lower.clear();
  };
  for (std::size_t i = 0; i < n; ++i) {
    const double high = highs[i];
    double low = lows[i];
    if (std::isnan(low) && series.band_low[i] <= 0.0) low = geometry.plot.bottom() + 1e6;
    if (!usable(means[i]) || !std::isfinite(high) || !std::isfinite(low)) {
      flush();
      continue;
    }
    upper.push_back({means[i].x, std::min(high, low)});
    lower.push_back({means[i].x, std::max(high, low)});
  }
  flush();
}

void draw_line(Painter& painter,
               const Series& series,
               const PlotGeometry& geometry,
               const Theme& theme,
               const CurveLook& look) {
  const std::vector<Point> points = mapped(series, geometry);
  const Stroke stroke = series_stroke(series.role, series.colour, theme, look);
  const auto pieces = clip_polyline(points, grown(geometry.plot, 2.0 * stroke.width + 2.0));
  if (look.casing > 0.0) {
    // Over a heat map any colour meets its like; a solid rim below dashes keeps them legible.
    const Stroke rim{theme.panel.faded(0.82 * look.alpha), stroke.width + 2.0 * look.casing, {}};
    for (const auto& piece : pieces) {
      if (piece.size() > 1) painter.polyline(piece, rim);
    }
  }
  for (const auto& piece : pieces) {
    if (piece.size() > 1) {
      painter.polyline(piece, stroke);
    } else if (series.marker == Marker::none && geometry.plot.contains(piece[0])) {
      // A lone value without marker would be invisible.
      painter.marker(
          piece[0], Marker::circle, 1.6 * stroke.width, stroke.colour, stroke.colour, 0.0);
    }
  }
}

void draw_marker(Painter& painter,
                 Point centre,
                 Marker shape,
                 Colour colour,
                 bool hollow,
                 const Theme& theme,
                 double stroke_scale) {
  const double edge = hollow || shape == Marker::cross ? 1.3 * stroke_scale : 0.8 * stroke_scale;
  // A thin rim in the background colour keeps markers of crossing curves apart.
  const Colour rim = hollow || shape == Marker::cross ? colour : theme.panel;
  const double size = marker_size(stroke_scale) * (hollow ? 0.95 : 1.1);
  painter.marker(centre, shape, size, hollow ? theme.panel : colour, rim, edge);
}

void draw_markers(Painter& painter,
                  const Series& series,
                  const PlotGeometry& geometry,
                  const Theme& theme,
                  const CurveLook& look) {
  if (series.marker == Marker::none) return;
  const std::vector<Point> points = mapped(series, geometry);
  const Rect inside = grown(geometry.plot, 0.01);  // values at the very limits are inside
  const double apart = 2.0 * marker_size(look.stroke_scale);
  const Colour colour = theme.of(series.colour).faded(look.alpha);
  std::size_t last = points.size();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (usable(points[i]) && inside.contains(points[i])) last = i;
  }
  // Where this many points share the room of one marker, markers only say whose curve it is.
  constexpr std::size_t kCrowd = 8;
  const double rare = 3.0 * apart;
  const auto crowd = [&](std::size_t i) {
    const auto joined = [&](std::size_t a, std::size_t b) {
      return b < points.size() && std::abs(points[b].x - points[a].x) < apart;
    };
    return joined(i, i + kCrowd) || (i >= kCrowd && joined(i - kCrowd, i));
  };
  // Those drawn that lie within reach of the next one: noise that jumps up and down between two
  // levels has its markers at both, not on top of each other.
  std::deque<Point> near;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!usable(points[i]) || !inside.contains(points[i])) continue;
    while (!near.empty() && std::abs(points[i].x - near.front().x) >= rare) near.pop_front();
    const bool crowded = crowd(i);
    const auto too_near = [&](Point drawn) {
      const double x = points[i].x - drawn.x, y = points[i].y - drawn.y;
      return crowded || x * x + y * y < apart * apart;
    };
    const bool before_last = std::abs(points[i].x - points[last].x) < (crowded ? rare : apart);
    if (i != last && ((before_last && too_near(points[last])) ||
                      std::any_of(near.begin(), near.end(), too_near))) {
      continue;
    }
    const bool hollow = i < series.hollow.size() && series.hollow[i] != 0;
    draw_marker(painter, points[i], series.marker, colour, hollow, theme, look.stroke_scale);
    near.push_back(points[i]);
  }
}

}  // namespace sid
