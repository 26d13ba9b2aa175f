#pragma once

#include <imgui.h>

#include "sid/figure/theme.hpp"

namespace sid::app {

/// Dark is the default; presentations in bright rooms want light.
enum class Appearance { dark, light };

/// The figure's theme in Dear ImGui's terms, with the few colours that only chrome needs. One
/// source for window and figure, so that panels and plots share their background.
struct UiColours {
  ImVec4 window, panel, control, control_hover, control_active, popup, border;
  ImVec4 text, text_dim, text_faint;
  ImVec4 accent, accent_hover, accent_active, on_accent;
  ImVec4 good, partly, warning, bad;
};

const sid::Theme& figure_theme(Appearance appearance);
const UiColours& ui_colours(Appearance appearance);

ImVec4 to_vec4(const Colour& colour);
Colour to_colour(const ImVec4& colour);
ImU32 to_u32(const ImVec4& colour, float alpha = 1.0F);

/// Fresh Dear ImGui style, lengths multiplied by `scale`.
ImGuiStyle make_style(Appearance appearance, float scale);

}  // namespace sid::app
