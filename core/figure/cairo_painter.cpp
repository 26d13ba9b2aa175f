#include "sid/figure/cairo_painter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include <cairo.h>

#include "sid/figure/internal/font_faces.hpp"

namespace sid {

namespace {

void trace(cairo_t* context, std::span<const Point> points) {
  for (const Point& p : points) cairo_line_to(context, p.x, p.y);
}

/// Outline of a marker; false for shapes that are strokes only.
bool trace_marker(cairo_t* context, Point c, Marker shape, double size) {
  const double r = size / 2.0;
  switch (shape) {
    case Marker::none:
      return false;
    case Marker::circle:
      cairo_arc(context, c.x, c.y, r, 0.0, 2.0 * std::numbers::pi);
      break;
    case Marker::square: {
      const double h = 0.89 * r;  // the area of the circle
      cairo_rectangle(context, c.x - h, c.y - h, 2.0 * h, 2.0 * h);
      break;
    }
    case Marker::triangle: {
      const double h = 1.25 * r;
      cairo_move_to(context, c.x, c.y - h);
      cairo_line_to(context, c.x + 0.93 * h, c.y + 0.62 * h);
      cairo_line_to(context, c.x - 0.93 * h, c.y + 0.62 * h);
      break;
    }
    case Marker::diamond: {
      const double h = 1.22 * r;
      cairo_move_to(context, c.x, c.y - h);
      cairo_line_to(context, c.x + h, c.y);
      cairo_line_to(context, c.x, c.y + h);
      cairo_line_to(context, c.x - h, c.y);
      break;
    }
    case Marker::cross: {
      const double h = 0.82 * r;
      cairo_move_to(context, c.x - h, c.y - h);
      cairo_line_to(context, c.x + h, c.y + h);
      cairo_move_to(context, c.x - h, c.y + h);
      cairo_line_to(context, c.x + h, c.y - h);
      return false;
    }
  }
  cairo_close_path(context);
  return true;
}

}  // namespace

CairoPainter::CairoPainter(_cairo* context,
                           const FontSet& fonts,
                           FormulaLibrary& formulas,
                           double pixel)
    : context_(context), fonts_(fonts), formulas_(formulas), pixel_(pixel) {
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(context_, options);
  cairo_font_options_destroy(options);
}

void CairoPainter::set_colour(Colour c) {
  cairo_set_source_rgba(context_,
                        static_cast<double>(c.r) / 255.0,
                        static_cast<double>(c.g) / 255.0,
                        static_cast<double>(c.b) / 255.0,
                        static_cast<double>(c.a) / 255.0);
}

void CairoPainter::polyline(std::span<const Point> points, const Stroke& stroke) {
  if (points.size() < 2) return;
  cairo_new_path(context_);
  trace(context_, points);
  set_colour(stroke.colour);
  cairo_set_line_width(context_, stroke.width);
  cairo_set_line_join(context_, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(context_, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash(context_, stroke.dash.lengths.data(), stroke.dash.count, 0.0);
  cairo_stroke(context_);
  cairo_set_dash(context_, nullptr, 0, 0.0);
}

void CairoPainter::rule(Point from, Point to, Colour colour, double width) {
  const bool upright = from.x == to.x;
  if (pixel_ > 0.0) {
    width = std::max(1.0, std::round(width / pixel_)) * pixel_;
    const auto snapped = [&](double centre) {
      return std::round((centre - width / 2.0) / pixel_) * pixel_ + width / 2.0;
    };
    if (upright) {
      from.x = to.x = snapped(from.x);
    } else {
      from.y = to.y = snapped(from.y);
    }
  }
  cairo_new_path(context_);
  cairo_move_to(context_, from.x, from.y);
  cairo_line_to(context_, to.x, to.y);
  set_colour(colour);
  cairo_set_line_width(context_, width);
  cairo_set_line_cap(context_, CAIRO_LINE_CAP_BUTT);
  cairo_stroke(context_);
}

void CairoPainter::band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) {
  cairo_new_path(context_);
  trace(context_, upper);
  for (std::size_t i = lower.size(); i-- > 0;) cairo_line_to(context_, lower[i].x, lower[i].y);
  cairo_close_path(context_);
  set_colour(colour);
  cairo_fill(context_);
}

void CairoPainter::trace_rect(const Rect& r, double radius) {
  cairo_new_path(context_);
  const double rounded = std::min({radius, r.width / 2.0, r.height / 2.0});
  if (rounded <= 0.0) {
    cairo_rectangle(context_, r.x, r.y, r.width, r.height);
    return;
  }
  const double quarter = std::numbers::pi / 2.0;
  cairo_arc(context_, r.right() - rounded, r.y + rounded, rounded, -quarter, 0.0);
  cairo_arc(context_, r.right() - rounded, r.bottom() - rounded, rounded, 0.0, quarter);
  cairo_arc(context_, r.x + rounded, r.bottom() - rounded, rounded, quarter, 2.0 * quarter);
  cairo_arc(context_, r.x + rounded, r.y + rounded, rounded, 2.0 * quarter, 3.0 * quarter);
  cairo_close_path(context_);
}

void CairoPainter::fill_rect(const Rect& rect, Colour colour, double radius) {
  trace_rect(rect, radius);
  set_colour(colour);
  cairo_fill(context_);
}

void CairoPainter::cells(std::span<const double> x_edges,
                         std::span<const double> y_edges,
                         std::span<const Colour> colours) {
  if (x_edges.size() < 2 || y_edges.size() < 2) return;
  const std::size_t columns = x_edges.size() - 1, rows = y_edges.size() - 1;
  // On pixels, edges lie between two of them. On paper, each cell reaches a little under its right
  // and lower neighbours, which are drawn after it: viewers smooth the edges of each shape alone,
  // so that the ground would shine through between shapes that merely touch.
  constexpr double kUnder = 0.3;
  const double under = pixel_ > 0.0 ? 0.0 : kUnder;
  const auto edge = [&](double at) { return pixel_ > 0.0 ? std::round(at / pixel_) * pixel_ : at; };
  const auto drawn = [&](std::size_t row, std::size_t column) {
    return row < rows && column < columns && colours[row * columns + column].a > 0;
  };
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (!drawn(r, c)) continue;
      const Colour colour = colours[r * columns + c];
      const std::size_t first = c;
      const bool below = drawn(r + 1, c);
      while (drawn(r, c + 1) && colours[r * columns + c + 1] == colour &&
             drawn(r + 1, c + 1) == below) {
        ++c;
      }
      const double left = edge(x_edges[first]), top = edge(y_edges[r]);
      const double right = edge(x_edges[c + 1]) + (drawn(r, c + 1) ? under : 0.0);
      const double bottom = edge(y_edges[r + 1]) + (below ? under : 0.0);
      fill_rect({left, top, right - left, bottom - top}, colour, 0.0);
    }
  }
}

void CairoPainter::stroke_rect(const Rect& rect, Colour colour, double width, double radius) {
  trace_rect(rect, radius);
  set_colour(colour);
  cairo_set_line_width(context_, width);
  cairo_stroke(context_);
}

void CairoPainter::fill_convex(std::span<const Point> points, Colour colour) {
  cairo_new_path(context_);
  trace(context_, points);
  cairo_close_path(context_);
  set_colour(colour);
  cairo_fill(context_);
}

void CairoPainter::marker(
    Point centre, Marker shape, double size, Colour fill, Colour edge, double edge_width) {
  if (shape == Marker::none) return;
  cairo_new_path(context_);
  if (trace_marker(context_, centre, shape, size)) {
    set_colour(fill);
    cairo_fill_preserve(context_);
  }
  if (edge_width > 0.0) {
    set_colour(edge);
    cairo_set_line_width(context_, edge_width);
    cairo_set_line_join(context_, CAIRO_LINE_JOIN_MITER);
    cairo_set_line_cap(context_, CAIRO_LINE_CAP_BUTT);
    cairo_stroke(context_);
  }
  cairo_new_path(context_);
}

void CairoPainter::text(Point start, std::string_view utf8, const TextStyle& style) {
  cairo_save(context_);
  cairo_translate(context_, start.x, start.y);
  if (style.vertical) cairo_rotate(context_, -std::numbers::pi / 2.0);
  set_colour(style.colour);
  cairo_set_font_size(context_, style.size);
  cairo_move_to(context_, 0.0, 0.0);
  for (const auto& run : internal::font_runs(utf8, fonts_.state_->of(style.role))) {
    cairo_set_font_face(context_, run.face->face);
    cairo_show_text(context_, run.text.c_str());
  }
  cairo_new_path(context_);
  cairo_restore(context_);
}

TextExtent CairoPainter::measure(std::string_view utf8, const TextStyle& style) {
  TextExtent extent;
  cairo_save(context_);
  cairo_set_font_size(context_, style.size);
  for (const auto& run : internal::font_runs(utf8, fonts_.state_->of(style.role))) {
    cairo_set_font_face(context_, run.face->face);
    cairo_text_extents_t size{};
    cairo_text_extents(context_, run.text.c_str(), &size);
    cairo_font_extents_t face{};
    cairo_font_extents(context_, &face);
    extent.width += size.x_advance;
    extent.ascent = std::max(extent.ascent, face.ascent);
    extent.descent = std::max(extent.descent, face.descent);
  }
  cairo_restore(context_);
  return extent;
}

void CairoPainter::formula(Point top_left, std::string_view id, const FormulaStyle& style) {
  const Formula* formula = formulas_.find(id);
  if (formula == nullptr) return;
  formula->draw(context_, top_left, style.em, {style.ink, {}, 0.0}, style.vertical);
}

FormulaExtent CairoPainter::formula_extent(std::string_view id, double em) {
  const Formula* formula = formulas_.find(id);
  return formula == nullptr ? FormulaExtent{} : formula->extent(em);
}

void CairoPainter::push_clip(const Rect& r) {
  cairo_save(context_);
  cairo_rectangle(context_, r.x, r.y, r.width, r.height);
  cairo_clip(context_);
}

void CairoPainter::pop_clip() {
  cairo_restore(context_);
}

}  // namespace sid
