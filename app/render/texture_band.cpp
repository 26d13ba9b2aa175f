#include "sid/app/render/texture_band.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/app/platform/style.hpp"
#include "sid/app/render/stroker.hpp"
#include "sid/math/contract.hpp"

namespace sid::app {
namespace {

constexpr float kGround = 0.30F;  ///< opacity below a pattern
constexpr float kPitch = 5.0F;    ///< between lines and dots, logical pixels
constexpr float kJoined = 1e-3F;  ///< pixels between parts that are one

/// The part of [from, to] on which value + rise (x - from) >= 0.
void keep_positive(float value, float rise, float start, float& from, float& to) {
  if (rise == 0.0F) {
    if (value < 0.0F) to = from - 1.0F;
    return;
  }
  const float root = start - value / rise;
  if (rise > 0.0F) {
    from = std::max(from, root);
  } else {
    to = std::min(to, root);
  }
}

float slope_of(ImVec2 a, ImVec2 b) {
  return (b.y - a.y) / (b.x - a.x);
}

struct Extent {
  float top = std::numeric_limits<float>::infinity();
  float bottom = -std::numeric_limits<float>::infinity();
};

Extent extent_of(std::span<const ImVec2> upper, std::span<const ImVec2> lower) {
  Extent extent;
  for (const ImVec2& p : upper) extent.top = std::min(extent.top, p.y);
  for (const ImVec2& p : lower) extent.bottom = std::max(extent.bottom, p.y);
  return extent;
}

/// Calls mark(offset) at every multiple of `step` in [from, to].
template <class Mark>
void at_multiples(float from, float to, float step, const Mark& mark) {
  for (auto i = static_cast<int>(std::ceil(from / step)); static_cast<float>(i) * step <= to; ++i) {
    mark(static_cast<float>(i) * step);
  }
}

void diagonal(ImDrawList& list,
              std::span<const ImVec2> upper,
              std::span<const ImVec2> lower,
              ImU32 ink,
              float scale) {
  const Extent extent = extent_of(upper, lower);
  at_multiples(extent.top + upper.front().x,
               extent.bottom + upper.back().x,
               kPitch * scale,
               [&](float offset) {
                 lines_inside(upper, lower, -1.0F, offset, [&](ImVec2 a, ImVec2 b) {
                   list.AddLine(a, b, ink, 1.8F * scale);
                 });
               });
}

void stripes(ImDrawList& list,
             std::span<const ImVec2> upper,
             std::span<const ImVec2> lower,
             ImU32 ink,
             float scale) {
  const Extent extent = extent_of(upper, lower);
  const float step = std::max(1.0F, std::round(2.0F * scale));
  at_multiples(extent.top, extent.bottom, 2.0F * step, [&](float y) {
    lines_inside(upper, lower, 0.0F, y, [&](ImVec2 a, ImVec2 b) { list.AddLine(a, b, ink, step); });
  });
}

void dots(ImDrawList& list,
          std::span<const ImVec2> upper,
          std::span<const ImVec2> lower,
          ImU32 ink,
          float scale) {
  const float step = kPitch * scale, radius = 1.5F * scale;
  std::size_t i = 1;
  at_multiples(upper.front().x, upper.back().x, step, [&](float x) {
    while (i + 1 < upper.size() && upper[i].x < x) ++i;
    const float along = x - upper[i - 1].x;
    const float top = upper[i - 1].y + along * slope_of(upper[i - 1], upper[i]);
    const float bottom = lower[i - 1].y + along * slope_of(lower[i - 1], lower[i]);
    at_multiples(top + radius, bottom - radius, step, [&](float y) {
      list.AddCircleFilled({x, y}, radius, ink, 8);
    });
  });
}

}  // namespace

void lines_inside(std::span<const ImVec2> upper,
                  std::span<const ImVec2> lower,
                  float slope,
                  float offset,
                  const std::function<void(ImVec2, ImVec2)>& emit) {
  SID_EXPECTS(upper.size() == lower.size(), "chains of equal length");
  float begin = 0.0F, end = -1.0F;  // of the part that is still open
  const auto close = [&] {
    if (end > begin) emit({begin, slope * begin + offset}, {end, slope * end + offset});
    begin = 0.0F;
    end = -1.0F;
  };
  for (std::size_t i = 1; i < upper.size(); ++i) {
    const ImVec2 a = upper[i - 1], b = upper[i], c = lower[i - 1], d = lower[i];
    if (!(b.x > a.x)) continue;
    float from = a.x, to = b.x;
    const float y = slope * a.x + offset;
    keep_positive(y - a.y, slope - slope_of(a, b), a.x, from, to);
    keep_positive(c.y - y, slope_of(c, d) - slope, a.x, from, to);
    if (!(to > from)) continue;
    if (end > begin && from - end <= kJoined) {
      end = to;
      continue;
    }
    close();
    begin = from;
    end = to;
  }
  close();
}

void fill_texture_band(ImDrawList& list,
                       std::span<const ImVec2> upper,
                       std::span<const ImVec2> lower,
                       Texture texture,
                       const ImVec4& colour,
                       float scale) {
  SID_EXPECTS(upper.size() == lower.size(), "chains of equal length");
  if (upper.size() < 2) return;
  const ImU32 ink = to_u32(colour);
  fill_band(list, upper, lower, texture == Texture::plain ? ink : to_u32(colour, kGround));
  switch (texture) {
    case Texture::diagonal:
      diagonal(list, upper, lower, ink, scale);
      break;
    case Texture::dots:
      dots(list, upper, lower, ink, scale);
      break;
    case Texture::stripes:
      stripes(list, upper, lower, ink, scale);
      break;
    case Texture::plain:
      break;
  }
}

}  // namespace sid::app
