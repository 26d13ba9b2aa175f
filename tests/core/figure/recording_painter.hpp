#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sid/figure/painter.hpp"

namespace sid::testing {

/// Remembers what it is asked to draw; text is 0.6 em per byte wide.
class RecordingPainter final : public Painter {
 public:
  struct Line {
    std::vector<Point> points;
    Stroke stroke;
  };
  struct Strip {
    std::vector<Point> upper, lower;
    Colour colour;
  };
  struct Mark {
    Point at;
    Marker shape;
    Colour fill, edge;
  };
  struct Words {
    Point at;
    std::string text;
    TextStyle style;
  };
  struct Rule {
    Point from, to;
    Colour colour;
  };

  std::vector<Line> lines;
  struct Grid {
    std::vector<double> x, y;
    std::vector<Colour> colours;
  };
  std::vector<Grid> grids;
  std::vector<Strip> strips;
  std::vector<Mark> marks;
  std::vector<Words> words;
  std::vector<Rule> rules;
  std::vector<Rect> rects;
  std::vector<std::string> formulas;
  int clip_depth = 0;
  bool has_formulas = true;
  double largest = 0.0;  ///< of all coordinates
  bool finite = true;

  void see(Point p) {
    finite = finite && std::isfinite(p.x) && std::isfinite(p.y);
    largest = std::max({largest, std::abs(p.x), std::abs(p.y)});
  }
  void polyline(std::span<const Point> points, const Stroke& stroke) override {
    for (const Point& p : points) see(p);
    lines.push_back({{points.begin(), points.end()}, stroke});
  }
  void rule(Point from, Point to, Colour colour, double) override {
    see(from);
    see(to);
    rules.push_back({from, to, colour});
  }
  void band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) override {
    for (const Point& p : upper) see(p);
    for (const Point& p : lower) see(p);
    strips.push_back({{upper.begin(), upper.end()}, {lower.begin(), lower.end()}, colour});
  }
  void fill_rect(const Rect& rect, Colour, double) override {
    see({rect.x, rect.y});
    see({rect.right(), rect.bottom()});
    rects.push_back(rect);
  }
  void cells(std::span<const double> x,
             std::span<const double> y,
             std::span<const Colour> colours) override {
    see({x.front(), y.front()});
    see({x.back(), y.back()});
    grids.push_back({{x.begin(), x.end()}, {y.begin(), y.end()}, {colours.begin(), colours.end()}});
  }
  void stroke_rect(const Rect& rect, Colour, double, double) override { see({rect.x, rect.y}); }
  void fill_convex(std::span<const Point> points, Colour) override {
    for (const Point& p : points) see(p);
  }
  void marker(Point centre, Marker shape, double, Colour fill, Colour edge, double) override {
    see(centre);
    marks.push_back({centre, shape, fill, edge});
  }
  void text(Point at, std::string_view utf8, const TextStyle& style) override {
    see(at);
    words.push_back({at, std::string(utf8), style});
  }
  TextExtent measure(std::string_view utf8, const TextStyle& style) override {
    return {
        0.6 * style.size * static_cast<double>(utf8.size()), 0.8 * style.size, 0.2 * style.size};
  }
  void formula(Point at, std::string_view id, const FormulaStyle&) override {
    see(at);
    formulas.emplace_back(id);
  }
  FormulaExtent formula_extent(std::string_view, double em) override {
    return has_formulas ? FormulaExtent{8.0 * em, 1.3 * em} : FormulaExtent{};
  }
  void push_clip(const Rect&) override { ++clip_depth; }
  void pop_clip() override { --clip_depth; }

  bool says(const std::string& text) const {
    return std::ranges::any_of(
        words, [&](const Words& w) { return w.text.find(text) != std::string::npos; });
  }
};

}  // namespace sid::testing
