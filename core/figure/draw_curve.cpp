#include "sid/figure/draw_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "sid/figure/polyline.hpp"

namespace sid {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Rect grown(const Rect& r, double by) {
  return {r.x - by, r.y - by, r.width + 2.0 * by, r.height + 2.0 * by};
}

std::size_t length(const Series& s) {
  return std::min(s.x.size(), s.y.size());
}

std::vector<Point> mapped(const Series& s, const PlotGeometry& g) {
  std::vector<Point> points(length(s));
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = {g.x.to_point(s.x[i]), g.y.to_point(s.y[i])};
  }
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
    const double x = geometry.x.to_point(series.x[i]);
    const double high = geometry.y.to_point(series.band_high[i]);
    double low = geometry.y.to_point(series.band_low[i]);
    if (std::isnan(low) && series.band_low[i] <= 0.0) low = geometry.plot.bottom() + 1e6;
    const bool mean_shown = std::isfinite(geometry.y.to_point(series.y[i]));
    if (!std::isfinite(x) || !std::isfinite(high) || !std::isfinite(low) || !mean_shown) {
      flush();
      continue;
    }
    upper.push_back({x, std::min(high, low)});
    lower.push_back({x, std::max(high, low)});
  }
  flush();
}

void draw_line(Painter& painter,
               const Series& series,
               const PlotGeometry& geometry,
               const Theme& theme,
               const CurveLook& look) {
  std::vector<Point> points = mapped(series, geometry);
  // Half a point is about a pixel at twofold scale: finer columns would keep what no one sees.
  constexpr double kColumn = 0.5;
  const auto dense = static_cast<std::size_t>(std::max(1.0, geometry.plot.width / kColumn)) * 4;
  if (points.size() > dense) points = decimate_columns(points, kColumn);
  const Stroke stroke = series_stroke(series.role, series.colour, theme, look);
  for (const auto& piece : clip_polyline(points, grown(geometry.plot, 2.0 * stroke.width + 2.0))) {
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
  Point drawn{kNan, kNan};
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!usable(points[i]) || !inside.contains(points[i])) continue;
    const bool crowded =
        usable(drawn) && std::hypot(points[i].x - drawn.x, points[i].y - drawn.y) < apart;
    const bool before_last =
        i != last && std::hypot(points[i].x - points[last].x, points[i].y - points[last].y) < apart;
    if (i != last && (crowded || before_last)) continue;
    const bool hollow = i < series.hollow.size() && series.hollow[i] != 0;
    draw_marker(painter, points[i], series.marker, colour, hollow, theme, look.stroke_scale);
    drawn = points[i];
  }
}

}  // namespace sid
