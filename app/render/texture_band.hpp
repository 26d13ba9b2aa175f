#pragma once

#include <functional>
#include <span>

#include "sid/app/render/texture_fill.hpp"

namespace sid::app {

/// Fills the strip between two chains of equal length with the same ascending x with the texture of
/// fill_texture(): `upper` is the chain with the smaller y (pixels). Patterns are anchored to the
/// screen and end at the chains.
void fill_texture_band(ImDrawList& list,
                       std::span<const ImVec2> upper,
                       std::span<const ImVec2> lower,
                       Texture texture,
                       const ImVec4& colour,
                       float scale);

/// Calls emit(a, b) for every part of the line y = slope x + offset inside the strip; parts that
/// meet at a vertex of the chains are one.
void lines_inside(std::span<const ImVec2> upper,
                  std::span<const ImVec2> lower,
                  float slope,
                  float offset,
                  const std::function<void(ImVec2, ImVec2)>& emit);

}  // namespace sid::app
