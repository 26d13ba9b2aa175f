#include "sid/app/render/texture_fill.hpp"

#include <cmath>

#include "sid/app/platform/style.hpp"

namespace sid::app {
namespace {

constexpr float kGround = 0.30F;  ///< opacity below a pattern

/// Calls mark(x) at every multiple of `step` in [from, to).
template <class Mark>
void at_multiples(float from, float to, float step, const Mark& mark) {
  const auto first = static_cast<int>(std::ceil(from / step));
  const auto end = static_cast<int>(std::ceil(to / step));
  for (int i = first; i < end; ++i) mark(static_cast<float>(i) * step);
}

void diagonal(ImDrawList& list, const ImRect& area, ImU32 ink, float scale) {
  const float step = 5.0F * scale, height = area.GetHeight();
  at_multiples(area.Min.x - height, area.Max.x, step, [&](float x) {
    list.AddLine({x, area.Max.y}, {x + height, area.Min.y}, ink, 1.8F * scale);
  });
}

void dots(ImDrawList& list, const ImRect& area, ImU32 ink, float scale) {
  const float step = 5.0F * scale, middle = area.GetCenter().y;
  at_multiples(area.Min.x, area.Max.x, step, [&](float x) {
    list.AddCircleFilled({x, middle}, 1.5F * scale, ink, 12);
  });
}

void stripes(ImDrawList& list, const ImRect& area, ImU32 ink, float scale) {
  const float step = std::max(1.0F, std::round(2.0F * scale));
  at_multiples(0.0F, area.GetHeight(), 2.0F * step, [&](float y) {
    list.AddRectFilled({area.Min.x, area.Min.y + y}, {area.Max.x, area.Min.y + y + step}, ink);
  });
}

}  // namespace

void fill_texture(
    ImDrawList& list, const ImRect& area, Texture texture, const ImVec4& colour, float scale) {
  const ImU32 ink = to_u32(colour);
  if (texture == Texture::plain) {
    list.AddRectFilled(area.Min, area.Max, ink);
    return;
  }
  list.AddRectFilled(area.Min, area.Max, to_u32(colour, kGround));
  list.PushClipRect(area.Min, area.Max, true);
  switch (texture) {
    case Texture::diagonal:
      diagonal(list, area, ink, scale);
      break;
    case Texture::dots:
      dots(list, area, ink, scale);
      break;
    case Texture::stripes:
      stripes(list, area, ink, scale);
      break;
    case Texture::plain:
      break;
  }
  list.PopClipRect();
}

}  // namespace sid::app
