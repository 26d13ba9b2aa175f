#include "sid/figure/polyline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

bool finite(Point p) {
  return std::isfinite(p.x) && std::isfinite(p.y);
}

Point into(Point p, const Rect& r) {
  return {std::clamp(p.x, r.x, r.right()), std::clamp(p.y, r.y, r.bottom())};
}

double mix(double a, double b, double t) {
  return a + t * (b - a);
}

/// Narrows [t0, t1] to where from + t (to - from) lies below (or above) the limit; false if empty.
bool narrow(double from, double to, double limit, bool below, double& t0, double& t1) {
  const double d = to - from;
  const double room = limit - from;
  if (d == 0.0) return below ? from <= limit : from >= limit;
  const double t = room / d;
  const bool leaving = (d > 0.0) == below;
  if (leaving) {
    t1 = std::min(t1, t);
  } else {
    t0 = std::max(t0, t);
  }
  return t0 <= t1;
}

}  // namespace

std::optional<std::pair<Point, Point>> clip_segment(Point from, Point to, const Rect& rect) {
  double t0 = 0.0, t1 = 1.0;
  const bool some = narrow(from.x, to.x, rect.right(), true, t0, t1) &&
                    narrow(from.x, to.x, rect.x, false, t0, t1) &&
                    narrow(from.y, to.y, rect.bottom(), true, t0, t1) &&
                    narrow(from.y, to.y, rect.y, false, t0, t1);
  if (!some) return std::nullopt;
  const auto at = [&](double t) {
    if (t == 0.0) return into(from, rect);
    if (t == 1.0) return into(to, rect);
    return into({mix(from.x, to.x, t), mix(from.y, to.y, t)}, rect);
  };
  return std::pair{at(t0), at(t1)};
}

std::vector<std::vector<Point>> clip_polyline(std::span<const Point> points, const Rect& rect) {
  std::vector<std::vector<Point>> pieces;
  std::vector<Point> piece;
  const auto close = [&] {
    if (!piece.empty()) pieces.push_back(std::move(piece));
    piece.clear();
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!finite(points[i])) {
      close();
      continue;
    }
    if (i == 0 || !finite(points[i - 1])) {
      const bool alone = i + 1 == points.size() || !finite(points[i + 1]);
      if (alone && rect.contains(points[i])) pieces.push_back({points[i]});
      continue;
    }
    const auto inside = clip_segment(points[i - 1], points[i], rect);
    if (!inside) {
      close();
      continue;
    }
    if (piece.empty() || piece.back() != inside->first) {
      close();
      piece.push_back(inside->first);
    }
    if (piece.back() != inside->second) piece.push_back(inside->second);
  }
  close();
  return pieces;
}

Strip clip_strip(std::span<const Point> upper, std::span<const Point> lower, const Rect& rect) {
  SID_EXPECTS(upper.size() == lower.size(), "clip_strip: chains must have equal length");
  Strip strip;
  const auto add = [&](double x, double top, double bottom) {
    const Point u = into({x, top}, rect), l = into({x, bottom}, rect);
    if (!strip.upper.empty() && strip.upper.back() == u && strip.lower.back() == l) return;
    strip.upper.push_back(u);
    strip.lower.push_back(l);
  };
  for (std::size_t i = 0; i + 1 < upper.size(); ++i) {
    const Point &a = upper[i], &b = upper[i + 1], &c = lower[i], &d = lower[i + 1];
    double t0 = 0.0, t1 = 1.0;
    if (!narrow(a.x, b.x, rect.right(), true, t0, t1) || !narrow(a.x, b.x, rect.x, false, t0, t1)) {
      continue;
    }
    // Corners, ascending, where either edge crosses the top or the bottom of the rectangle.
    std::array<double, 6> corners = {t0, t1};
    std::size_t count = 2;
    const auto crossing = [&](double from, double to, double limit) {
      if (to == from) return;
      const double t = (limit - from) / (to - from);
      if (!(t > t0 && t < t1)) return;
      std::size_t at = count++;
      for (; corners[at - 1] > t; --at) corners[at] = corners[at - 1];
      corners[at] = t;
    };
    crossing(a.y, b.y, rect.y);
    crossing(a.y, b.y, rect.bottom());
    crossing(c.y, d.y, rect.y);
    crossing(c.y, d.y, rect.bottom());
    for (std::size_t k = 0; k < count; ++k) {
      const double t = corners[k];
      add(mix(a.x, b.x, t), mix(a.y, b.y, t), mix(c.y, d.y, t));
    }
  }
  return strip;
}

}  // namespace sid
