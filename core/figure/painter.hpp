#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "sid/figure/figure.hpp"

namespace sid {

/// Device-independent points: 1/72 inch in files, logical pixels on screen. The origin is top
/// left, y grows downwards.
struct Point {
  double x = 0.0, y = 0.0;
  bool operator==(const Point&) const = default;
};

struct Rect {
  double x = 0.0, y = 0.0, width = 0.0, height = 0.0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  bool contains(Point p) const { return p.x >= x && p.x <= right() && p.y >= y && p.y <= bottom(); }
  bool operator==(const Rect&) const = default;
};

/// Straight (not premultiplied) sRGB.
struct Colour {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  /// The same hue with opacity `alpha` in [0, 1] times the present one.
  Colour faded(double alpha) const {
    return {r, g, b, static_cast<std::uint8_t>(std::lround(static_cast<double>(a) * alpha))};
  }
  bool operator==(const Colour&) const = default;
};

/// On and off lengths in points, repeated along the arc length of the polyline; the phase runs on
/// across its vertices. count = 0: solid.
struct DashPattern {
  std::array<double, 4> lengths{};
  int count = 0;
  bool operator==(const DashPattern&) const = default;
};

/// Round joins; butt ends.
struct Stroke {
  Colour colour;
  double width = 1.0;
  DashPattern dash;
};

enum class FontRole {
  regular,   ///< words
  semibold,  ///< headings
  mono,      ///< numbers in columns
  small,     ///< tick labels, notes
};

struct TextStyle {
  FontRole role = FontRole::regular;
  double size = 10.0;  ///< em in points; painters with baked fonts take the nearest they have
  Colour colour;
  bool vertical = false;  ///< turned a quarter, reads upwards
};

/// Extents of a line of text; ascent and descent are the face's, both positive.
struct TextExtent {
  double width = 0.0, ascent = 0.0, descent = 0.0;
};

/// A typeset formula by id (the stem of a file in assets/formulas).
struct FormulaStyle {
  double em = 10.0;
  Colour ink;
  bool vertical = false;  ///< turned a quarter, reads upwards
};

struct FormulaExtent {
  double width = 0.0, height = 0.0;  ///< before turning; both 0 if the formula is not at hand
};

/// Where figures are drawn: the window and the file formats implement this and nothing else, so
/// that screen and file agree. All coordinates are finite and lie near the figure (curves are cut
/// to the plot before they get here).
class Painter {
 public:
  virtual ~Painter() = default;

  /// Width in points of the narrowest column worth telling apart. Of more points than that can
  /// show, curves keep the ends and the extremes of every column.
  virtual double column() const { return 0.5; }

  /// One connected line through at least two points.
  virtual void polyline(std::span<const Point> points, const Stroke& stroke) = 0;
  /// A straight horizontal or vertical line; painters with pixels snap it to them.
  virtual void rule(Point from, Point to, Colour colour, double width) = 0;
  /// The strip between two chains of equal length with equal, ascending x; no seams, no outline.
  virtual void band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) = 0;
  virtual void fill_rect(const Rect& rect, Colour colour, double radius = 0.0) = 0;
  /// A grid of rectangles without seams, crisp at their edges: colours[row * columns + column] from
  /// the top left, with one column fewer than `x_edges` and one row fewer than `y_edges`, which
  /// ascend. Cells of opacity 0 are left out.
  virtual void cells(std::span<const double> x_edges,
                     std::span<const double> y_edges,
                     std::span<const Colour> colours) = 0;
  virtual void stroke_rect(const Rect& rect, Colour colour, double width, double radius = 0.0) = 0;
  /// A convex polygon (arrow heads, textures of legend samples).
  virtual void fill_convex(std::span<const Point> points, Colour colour) = 0;
  /// Marker of about `size` points across, filled with `fill` and outlined with `edge`. A cross
  /// has an outline only.
  virtual void marker(
      Point centre, Marker shape, double size, Colour fill, Colour edge, double edge_width) = 0;

  /// Text whose baseline begins at `baseline_start` (vertical text: rises from there).
  virtual void text(Point baseline_start, std::string_view utf8, const TextStyle& style) = 0;
  virtual TextExtent measure(std::string_view utf8, const TextStyle& style) = 0;

  /// Draws a formula with its top left corner (after turning) at `top_left`.
  virtual void formula(Point top_left, std::string_view id, const FormulaStyle& style) = 0;
  virtual FormulaExtent formula_extent(std::string_view id, double em) = 0;

  /// Clips everything until the matching pop_clip to the intersection with earlier clips.
  virtual void push_clip(const Rect& rect) = 0;
  virtual void pop_clip() = 0;
};

}  // namespace sid
