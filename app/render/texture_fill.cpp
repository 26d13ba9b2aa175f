#include "sid/app/render/texture_fill.hpp"

#include <cmath>

#include "sid/app/platform/style.hpp"

namespace sid::app {
namespace {

constexpr float kGround = 0.30F;  ///< opacity below a pattern

/// The first multiple of `step` at or after `from`.
float first_after(float from, float step) {
  return std::ceil(from / step) * step;
}

void diagonal(ImDrawList& list, const ImRect& area, ImU32 ink, float scale) {
  const float step = 5.0F * scale, height = area.GetHeight();
  for (float x = first_after(area.Min.x - height, step); x < area.Max.x; x += step) {
    list.AddLine({x, area.Max.y}, {x + height, area.Min.y}, ink, 1.8F * scale);
  }
}

void dots(ImDrawList& list, const ImRect& area, ImU32 ink, float scale) {
  const float step = 5.0F * scale, middle = area.GetCenter().y;
  for (float x = first_after(area.Min.x, step); x < area.Max.x; x += step) {
    list.AddCircleFilled({x, middle}, 1.5F * scale, ink, 12);
  }
}

void stripes(ImDrawList& list, const ImRect& area, ImU32 ink, float scale) {
  const float step = std::max(1.0F, std::round(2.0F * scale));
  for (float y = area.Min.y; y < area.Max.y; y += 2.0F * step) {
    list.AddRectFilled({area.Min.x, y}, {area.Max.x, y + step}, ink);
  }
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
