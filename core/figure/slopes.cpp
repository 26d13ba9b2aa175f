#include "sid/figure/slopes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace sid {

namespace {

constexpr std::size_t kLeastPoints = 3;
// Natural logarithms.
constexpr double kLeastSpan = 0.69;         // about a factor of two
constexpr double kDecade = 2.304;           // a little more than log 10
constexpr double kLargestDeviation = 0.12;  // twelve per cent
constexpr double kLevel = 0.05;             // slopes that are none

struct Line {
  double slope = 0.0, at = 0.0, level = 0.0;  // log y = level + slope (log x - at)
};

std::optional<Line> fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  double at = 0.0, level = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    at += x[i] / static_cast<double>(x.size());
    level += y[i] / static_cast<double>(x.size());
  }
  double square = 0.0, product = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    square += (x[i] - at) * (x[i] - at);
    product += (x[i] - at) * (y[i] - level);
  }
  if (!(square > 0.0)) return std::nullopt;
  return Line{product / square, at, level};
}

bool inside(double value, const Axis& axis) {
  return value > 0.0 && value >= axis.min && value <= axis.max;
}

/// Logarithms of a curve's points inside the axes, and of its band.
struct Points {
  std::vector<double> x, y, low, high;
};

Points points_of(const Series& series, const PlotPanel& plot) {
  Points out;
  const bool band = series.band_low.size() == series.x.size();
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!inside(series.x[i], plot.x) || !inside(series.y[i], plot.y)) continue;
    out.x.push_back(std::log(series.x[i]));
    out.y.push_back(std::log(series.y[i]));
    const double low = band ? series.band_low[i] : 0.0, high = band ? series.band_high[i] : 0.0;
    out.low.push_back(low > 0.0 ? std::log(low) : out.y.back());
    out.high.push_back(high > 0.0 ? std::log(high) : out.y.back());
  }
  return out;
}

/// The line goes by every point at little distance, or through its band.
bool straight(const Line& line, const Points& points) {
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const double level = line.level + line.slope * (points.x[i] - line.at);
    const bool within = level >= points.low[i] && level <= points.high[i];
    if (!within && !(std::abs(level - points.y[i]) <= kLargestDeviation)) return false;
  }
  return true;
}

void drop_first(Points& points) {
  for (auto* list : {&points.x, &points.y, &points.low, &points.high}) list->erase(list->begin());
}

std::optional<SlopeMark> mark_of(const Series& series, const PlotPanel& plot) {
  Points points = points_of(series, plot);
  if (points.x.empty() || !std::is_sorted(points.x.begin(), points.x.end())) return std::nullopt;
  const double last = points.x.back();
  // Checkpoints are rounded to whole steps: a hair more than a decade still is one.
  while (points.x.front() < last - kDecade) drop_first(points);
  for (; points.x.size() >= kLeastPoints && last - points.x.front() >= kLeastSpan;
       drop_first(points)) {
    const std::optional<Line> line = fit_line(points.x, points.y);
    if (!line || !straight(*line, points)) continue;
    if (std::abs(line->slope) < kLevel) return std::nullopt;
    const auto level = [&](double at) {
      return std::exp(line->level + line->slope * (at - line->at));
    };
    const double y0 = level(points.x.front()), y1 = level(last);
    if (!(y0 > 0.0 && y1 > 0.0 && std::isfinite(y0) && std::isfinite(y1))) return std::nullopt;
    return SlopeMark{
        .series_id = series.id,
        .colour = series.colour,
        .x0 = std::exp(points.x.front()),
        .x1 = std::exp(last),
        .y0 = y0,
        .y1 = y1,
        .text = (line->slope < 0.0 ? "−" : "") + fmt::format("{:.2f}", std::abs(line->slope))};
  }
  return std::nullopt;
}

}  // namespace

std::vector<SlopeMark> slope_marks(const PlotPanel& plot) {
  std::vector<SlopeMark> out;
  if (plot.x.scale != AxisScale::log || plot.y.scale != AxisScale::log) return out;
  for (const Series& series : plot.series) {
    if (series.role != SeriesRole::measured || !series.visible || series.faded) continue;
    if (auto mark = mark_of(series, plot)) out.push_back(std::move(*mark));
  }
  return out;
}

void draw_slope(Painter& painter,
                const SlopeMark& mark,
                const PlotGeometry& geometry,
                const Theme& theme,
                const DrawOptions& options) {
  const double distance = kSlopeDistance * options.fonts.tick;
  const Point begin{geometry.x.to_point(mark.x0), geometry.y.to_point(mark.y0) + distance};
  const Point end{geometry.x.to_point(mark.x1), geometry.y.to_point(mark.y1) + distance};
  // Under a falling curve the right angle is at its beginning, under a rising one at its end.
  const bool falls = end.y >= begin.y;
  const Point corner = falls ? Point{begin.x, end.y} : Point{end.x, begin.y};
  const Colour colour = theme.of(mark.colour);
  painter.push_clip(geometry.plot);
  const std::array<Point, 4> triangle = {begin, corner, end, begin};
  painter.polyline(triangle, {colour, 1.0 * options.stroke_scale, {}});
  const TextStyle style{FontRole::small, options.fonts.tick, colour, false};
  const TextExtent extent = painter.measure(mark.text, style);
  const double gap = 0.4 * options.fonts.tick;
  const double middle = 0.5 * (corner.y + (falls ? begin.y : end.y));
  painter.text(
      {falls ? corner.x - gap - extent.width : corner.x + gap, middle + 0.365 * options.fonts.tick},
      mark.text,
      style);
  painter.pop_clip();
}

}  // namespace sid
