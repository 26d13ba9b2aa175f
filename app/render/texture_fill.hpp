#pragma once

#include <imgui.h>
#include <imgui_internal.h>

namespace sid::app {

/// Textures that tell parts of one whole apart in one hue.
enum class Texture { plain, diagonal, dots, stripes };

/// Fills `area` (pixels) with the texture in `colour`; the ground is the same hue, faint. Patterns
/// are anchored to the screen, so that neighbouring areas continue each other.
void fill_texture(
    ImDrawList& list, const ImRect& area, Texture texture, const ImVec4& colour, float scale);

}  // namespace sid::app
