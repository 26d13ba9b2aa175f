#pragma once

#include <memory>

#include "sid/figure/formula.hpp"
#include "sid/figure/painter.hpp"

struct _cairo;

namespace sid {

/// The faces figures are set in, found through fontconfig by exact family: Inter for words,
/// JetBrains Mono for numbers in columns, DejaVu Sans for every glyph those lack. Finding them
/// takes some milliseconds: keep one per program. Used by one thread at a time.
class FontSet {
 public:
  FontSet();
  FontSet(FontSet&&) noexcept;
  FontSet& operator=(FontSet&&) noexcept;
  ~FontSet();

  /// Family found for a role ("Inter", or what stands in for it); empty if there is no font.
  std::string family(FontRole role) const;

 private:
  friend class CairoPainter;
  struct State;
  std::unique_ptr<State> state_;
};

/// Draws on a cairo context whose user units are points. Text is laid out without hinting, so that
/// positions do not depend on the resolution.
class CairoPainter final : public Painter {
 public:
  /// All arguments outlive the painter. pixel: points per device pixel for surfaces made of
  /// pixels (rules are then snapped to them), 0 for vector surfaces.
  CairoPainter(_cairo* context, const FontSet& fonts, FormulaLibrary& formulas, double pixel);

  void polyline(std::span<const Point> points, const Stroke& stroke) override;
  void rule(Point from, Point to, Colour colour, double width) override;
  void band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) override;
  void fill_rect(const Rect& rect, Colour colour, double radius) override;
  void cells(std::span<const double> x_edges,
             std::span<const double> y_edges,
             std::span<const Colour> colours) override;
  void stroke_rect(const Rect& rect, Colour colour, double width, double radius) override;
  void fill_convex(std::span<const Point> points, Colour colour) override;
  void marker(Point centre, Marker shape, double size, Colour fill, Colour edge, double edge_width)
      override;
  void text(Point baseline_start, std::string_view utf8, const TextStyle& style) override;
  TextExtent measure(std::string_view utf8, const TextStyle& style) override;
  void formula(Point top_left, std::string_view id, const FormulaStyle& style) override;
  FormulaExtent formula_extent(std::string_view id, double em) override;
  void push_clip(const Rect& rect) override;
  void pop_clip() override;

 private:
  void set_colour(Colour colour);
  void trace_rect(const Rect& rect, double radius);

  _cairo* context_;
  const FontSet& fonts_;
  FormulaLibrary& formulas_;
  double pixel_;
};

}  // namespace sid
