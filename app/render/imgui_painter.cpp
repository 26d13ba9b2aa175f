#include "sid/app/render/imgui_painter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sid/app/render/stroker.hpp"

namespace sid::app {
namespace {

// Thousandths of an em added to TeX's strokes, which are thin at text sizes.
constexpr double kFormulaWeight = 12.0;

ImU32 u32(Colour c) {
  return IM_COL32(c.r, c.g, c.b, c.a);
}

/// Outline of a marker of unit size (radius 1) as a convex polygon; crosses are drawn apart.
std::span<const ImVec2> outline(Marker shape) {
  static const std::array<ImVec2, 4> square = {
      ImVec2{-0.84F, -0.84F}, {0.84F, -0.84F}, {0.84F, 0.84F}, {-0.84F, 0.84F}};
  static const std::array<ImVec2, 3> triangle = {
      ImVec2{0.0F, -1.12F}, {1.06F, 0.76F}, {-1.06F, 0.76F}};
  static const std::array<ImVec2, 4> diamond = {
      ImVec2{0.0F, -1.22F}, {1.05F, 0.0F}, {0.0F, 1.22F}, {-1.05F, 0.0F}};
  switch (shape) {
    case Marker::square:
      return square;
    case Marker::triangle:
      return triangle;
    case Marker::diamond:
      return diamond;
    default:
      return {};
  }
}

}  // namespace

ImGuiPainter::ImGuiPainter(ImDrawList& list, const Fonts& fonts, FormulaTextures& formulas)
    : list_(list), fonts_(fonts), formulas_(formulas), scale_(fonts.scale) {}

ImVec2 ImGuiPainter::pixel(Point p) const {
  return {static_cast<float>(p.x) * scale_, static_cast<float>(p.y) * scale_};
}

std::span<const ImVec2> ImGuiPainter::pixels(std::span<const Point> points,
                                             std::vector<ImVec2>& buffer) const {
  buffer.clear();
  for (const Point& p : points) buffer.push_back(pixel(p));
  return buffer;
}

void ImGuiPainter::polyline(std::span<const Point> points, const Stroke& stroke) {
  dash_.clear();
  for (int i = 0; i < stroke.dash.count; ++i) {
    dash_.push_back(static_cast<float>(stroke.dash.lengths[static_cast<std::size_t>(i)]) * scale_);
  }
  stroke_dashed(list_,
                pixels(points, first_),
                u32(stroke.colour),
                static_cast<float>(stroke.width) * scale_,
                dash_);
}

void ImGuiPainter::rule(Point from, Point to, Colour colour, double width) {
  // Whole pixels: a grid line that straddles two is a grey smear.
  const float w = std::max(1.0F, std::round(static_cast<float>(width) * scale_));
  ImVec2 a = pixel(from), b = pixel(to);
  const bool horizontal = std::abs(b.x - a.x) >= std::abs(b.y - a.y);
  if (horizontal) {
    const float y = std::floor(a.y - 0.5F * w + 0.5F);
    list_.AddRectFilled(
        {std::round(std::min(a.x, b.x)), y}, {std::round(std::max(a.x, b.x)), y + w}, u32(colour));
  } else {
    const float x = std::floor(a.x - 0.5F * w + 0.5F);
    list_.AddRectFilled(
        {x, std::round(std::min(a.y, b.y))}, {x + w, std::round(std::max(a.y, b.y))}, u32(colour));
  }
}

void ImGuiPainter::band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) {
  fill_band(list_, pixels(upper, first_), pixels(lower, second_), u32(colour));
}

void ImGuiPainter::fill_rect(const Rect& rect, Colour colour, double radius) {
  const ImRect r = to_pixels(rect, scale_);
  list_.AddRectFilled(r.Min, r.Max, u32(colour), static_cast<float>(radius) * scale_);
}

void ImGuiPainter::cells(std::span<const double> x_edges,
                         std::span<const double> y_edges,
                         std::span<const Colour> colours) {
  if (x_edges.size() < 2 || y_edges.size() < 2) return;
  const auto scaled = [&](std::span<const double> edges) {
    std::vector<int> out;
    out.reserve(edges.size());
    for (const double edge : edges) {
      out.push_back(static_cast<int>(std::lround(edge * static_cast<double>(scale_))));
    }
    return out;
  };
  const CellPicture picture = formulas_.cells().get({scaled(x_edges), scaled(y_edges), colours});
  if (picture.texture == nullptr) return;
  list_.AddImage(picture.texture, picture.area.Min, picture.area.Max);
}

void ImGuiPainter::stroke_rect(const Rect& rect, Colour colour, double width, double radius) {
  ImRect r = to_pixels(rect, scale_);
  const float w = std::max(1.0F, std::round(static_cast<float>(width) * scale_));
  if (radius > 0.0) {
    list_.AddRect(r.Min, r.Max, u32(colour), static_cast<float>(radius) * scale_, 0, w);
    return;
  }
  r.Min = {std::round(r.Min.x), std::round(r.Min.y)};
  r.Max = {std::round(r.Max.x), std::round(r.Max.y)};
  list_.AddRectFilled(r.Min, {r.Max.x, r.Min.y + w}, u32(colour));
  list_.AddRectFilled({r.Min.x, r.Max.y - w}, r.Max, u32(colour));
  list_.AddRectFilled({r.Min.x, r.Min.y + w}, {r.Min.x + w, r.Max.y - w}, u32(colour));
  list_.AddRectFilled({r.Max.x - w, r.Min.y + w}, {r.Max.x, r.Max.y - w}, u32(colour));
}

void ImGuiPainter::fill_convex(std::span<const Point> points, Colour colour) {
  const std::span<const ImVec2> p = pixels(points, first_);
  list_.AddConvexPolyFilled(p.data(), static_cast<int>(p.size()), u32(colour));
}

void ImGuiPainter::marker(
    Point centre, Marker shape, double size, Colour fill, Colour edge, double edge_width) {
  if (shape == Marker::none) return;
  const ImVec2 c = pixel(centre);
  const float radius = 0.5F * static_cast<float>(size) * scale_;
  const float width = static_cast<float>(edge_width) * scale_;
  if (shape == Marker::circle) {
    // Within a tenth of a pixel of the circle.
    const int corners = std::clamp(static_cast<int>(std::ceil(7.0F * std::sqrt(radius))), 10, 64);
    list_.AddCircleFilled(c, radius, u32(fill), corners);
    if (width > 0.0F && edge.a > 0) list_.AddCircle(c, radius, u32(edge), corners, width);
    return;
  }
  if (shape == Marker::cross) {
    const float r = 0.8F * radius;
    const float w = std::max(width, 1.3F * scale_);
    const ImVec2 falling[2] = {{c.x - r, c.y - r}, {c.x + r, c.y + r}};
    const ImVec2 rising[2] = {{c.x - r, c.y + r}, {c.x + r, c.y - r}};
    stroke_polyline(list_, falling, u32(edge), w);
    stroke_polyline(list_, rising, u32(edge), w);
    return;
  }
  std::array<ImVec2, 4> corners;
  std::size_t count = 0;
  for (const ImVec2& o : outline(shape)) {
    corners[count++] = {c.x + o.x * radius, c.y + o.y * radius};
  }
  list_.AddConvexPolyFilled(corners.data(), static_cast<int>(count), u32(fill));
  if (width > 0.0F && edge.a > 0) {
    list_.AddPolyline(
        corners.data(), static_cast<int>(count), u32(edge), ImDrawFlags_Closed, width);
  }
}

ImFont* ImGuiPainter::font(const TextStyle& style) const {
  const double size = style.size;
  switch (style.role) {
    case FontRole::semibold:
      return size > 16.5 ? fonts_.title : fonts_.heading;
    case FontRole::mono:
      return fonts_.number;
    case FontRole::regular:
    case FontRole::small:
      break;
  }
  if (size < 11.0) return fonts_.tiny;
  return size < 14.0 ? fonts_.small : fonts_.body;
}

void ImGuiPainter::text(Point baseline_start, std::string_view utf8, const TextStyle& style) {
  ImFont* const face = font(style);
  const ImVec2 at = pixel(baseline_start);
  const ImVec2 start = {std::round(at.x), std::round(at.y)};
  const char* const begin = utf8.data();
  const char* const end = begin + utf8.size();
  const ImVec2 top{start.x, start.y - std::round(face->Ascent)};
  if (!style.vertical) {
    list_.AddText(face, face->FontSize, top, u32(style.colour), begin, end);
    return;
  }
  // A quarter turn maps whole pixels to whole pixels, so the glyphs stay as sharp as upright.
  const ImVec4 everything(-8192.0F, -8192.0F, 32767.0F, 32767.0F);
  const int before = list_.VtxBuffer.Size;
  face->RenderText(
      &list_, face->FontSize, top, u32(style.colour), everything, begin, end, 0.0F, false);
  for (int i = before; i < list_.VtxBuffer.Size; ++i) {
    ImVec2& p = list_.VtxBuffer[i].pos;
    const ImVec2 d = {p.x - start.x, p.y - start.y};
    p = {start.x + d.y, start.y - d.x};
  }
}

TextExtent ImGuiPainter::measure(std::string_view utf8, const TextStyle& style) {
  const ImFont* const face = font(style);
  const ImVec2 size =
      face->CalcTextSizeA(face->FontSize, FLT_MAX, 0.0F, utf8.data(), utf8.data() + utf8.size());
  return {static_cast<double>(size.x / scale_),
          static_cast<double>(face->Ascent / scale_),
          static_cast<double>(-face->Descent / scale_)};
}

void ImGuiPainter::formula(Point top_left, std::string_view id, const FormulaStyle& style) {
  FormulaRequest request;
  request.id = std::string(id);
  request.em = style.em * static_cast<double>(scale_);
  request.colours.ink = style.ink;
  request.colours.weight = kFormulaWeight;
  request.vertical = style.vertical;
  const FormulaPicture* const picture = formulas_.get(request);
  if (picture == nullptr) return;
  const ImVec2 p = pixel(top_left);
  const ImVec2 at{std::round(p.x), std::round(p.y)};
  list_.AddImage(
      picture->texture,
      at,
      {at.x + static_cast<float>(picture->width), at.y + static_cast<float>(picture->height)});
}

FormulaExtent ImGuiPainter::formula_extent(std::string_view id, double em) {
  return formulas_.extent(id, em);
}

void ImGuiPainter::push_clip(const Rect& rect) {
  const ImRect r = to_pixels(rect, scale_);
  list_.PushClipRect(r.Min, r.Max, true);
}

void ImGuiPainter::pop_clip() {
  list_.PopClipRect();
}

FontSizes baked_sizes() {
  return {.title = 15.0, .label = 13.0, .tick = 13.0, .exponent = 10.0, .caption = 13.0};
}

}  // namespace sid::app
