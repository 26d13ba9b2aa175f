#pragma once

#include <vector>

#include <imgui.h>
#include <imgui_internal.h>

#include "sid/app/platform/fonts.hpp"
#include "sid/app/render/formula_textures.hpp"
#include "sid/figure/draw_figure.hpp"
#include "sid/figure/painter.hpp"

namespace sid::app {

/// The figure's painter on a Dear ImGui draw list. Points are logical pixels: one point is
/// `fonts.scale` pixels. Text is drawn only at the sizes that were baked, at whole pixels.
class ImGuiPainter final : public Painter {
 public:
  ImGuiPainter(ImDrawList& list, const Fonts& fonts, FormulaTextures& formulas);

  double column() const override { return 1.0 / static_cast<double>(scale_); }  // a pixel
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
  ImVec2 pixel(Point p) const;
  std::span<const ImVec2> pixels(std::span<const Point> points, std::vector<ImVec2>& buffer) const;
  ImFont* font(const TextStyle& style) const;

  ImDrawList& list_;
  const Fonts& fonts_;
  FormulaTextures& formulas_;
  float scale_;
  std::vector<ImVec2> first_, second_;
  std::vector<float> dash_;
};

/// Sizes that are baked, for DrawOptions.
FontSizes baked_sizes();

inline Rect to_points(const ImRect& rect, float scale) {
  return {static_cast<double>(rect.Min.x / scale),
          static_cast<double>(rect.Min.y / scale),
          static_cast<double>(rect.GetWidth() / scale),
          static_cast<double>(rect.GetHeight() / scale)};
}

inline ImRect to_pixels(const Rect& rect, float scale) {
  return {static_cast<float>(rect.x) * scale,
          static_cast<float>(rect.y) * scale,
          static_cast<float>(rect.right()) * scale,
          static_cast<float>(rect.bottom()) * scale};
}

}  // namespace sid::app
