#include "sid/app/platform/style.hpp"

#include <cmath>

namespace sid::app {
namespace {

ImVec4 rgb(unsigned value) {
  return {static_cast<float>((value >> 16U) & 0xFFU) / 255.0F,
          static_cast<float>((value >> 8U) & 0xFFU) / 255.0F,
          static_cast<float>(value & 0xFFU) / 255.0F,
          1.0F};
}

ImVec4 mix(const ImVec4& a, const ImVec4& b, float share) {
  return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, a.z + (b.z - a.z) * share, 1.0F};
}

UiColours derive(const sid::Theme& theme) {
  UiColours c{};
  c.window = to_vec4(theme.window);
  c.panel = to_vec4(theme.panel);
  c.control = to_vec4(theme.raised);
  c.control_hover = to_vec4(theme.hovered);
  c.text = to_vec4(theme.ink);
  c.control_active = mix(c.control_hover, c.text, 0.08F);
  c.popup = theme.dark ? mix(c.panel, c.text, 0.035F) : c.panel;
  c.border = to_vec4(theme.border);
  c.text_dim = to_vec4(theme.muted);
  c.text_faint = mix(c.text_dim, c.panel, 0.22F);
  c.accent = to_vec4(theme.accent);
  c.accent_hover = mix(c.accent, rgb(0xFFFFFF), 0.14F);
  c.accent_active = mix(c.accent, rgb(0x000000), 0.12F);
  c.on_accent = to_vec4(theme.on_accent);
  c.good = to_vec4(theme.good);
  c.warning = to_vec4(theme.warning);
  c.bad = to_vec4(theme.stop);
  c.partly = theme.dark ? rgb(0xE2B340) : rgb(0x8F6400);
  return c;
}

void set_colours(ImGuiStyle& style, const UiColours& c) {
  ImVec4* const target = style.Colors;
  target[ImGuiCol_Text] = c.text;
  target[ImGuiCol_TextDisabled] = c.text_faint;
  target[ImGuiCol_WindowBg] = c.window;
  target[ImGuiCol_ChildBg] = c.panel;
  target[ImGuiCol_PopupBg] = c.popup;
  target[ImGuiCol_Border] = c.border;
  target[ImGuiCol_BorderShadow] = {0, 0, 0, 0};
  target[ImGuiCol_FrameBg] = c.control;
  target[ImGuiCol_FrameBgHovered] = c.control_hover;
  target[ImGuiCol_FrameBgActive] = c.control_active;
  target[ImGuiCol_Button] = c.control;
  target[ImGuiCol_ButtonHovered] = c.control_hover;
  target[ImGuiCol_ButtonActive] = c.control_active;
  target[ImGuiCol_Header] = c.control;
  target[ImGuiCol_HeaderHovered] = c.control_hover;
  target[ImGuiCol_HeaderActive] = c.control_active;
  target[ImGuiCol_CheckMark] = c.accent;
  target[ImGuiCol_SliderGrab] = c.accent;
  target[ImGuiCol_SliderGrabActive] = c.accent_active;
  target[ImGuiCol_Separator] = c.border;
  target[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
  target[ImGuiCol_ScrollbarGrab] = c.control_hover;
  target[ImGuiCol_ScrollbarGrabHovered] = c.control_active;
  target[ImGuiCol_ScrollbarGrabActive] = c.text_faint;
  target[ImGuiCol_TextSelectedBg] = {c.accent.x, c.accent.y, c.accent.z, 0.35F};
  target[ImGuiCol_NavHighlight] = c.accent;
}

}  // namespace

const sid::Theme& figure_theme(Appearance appearance) {
  return appearance == Appearance::dark ? dark_theme() : light_theme();
}

const UiColours& ui_colours(Appearance appearance) {
  static const UiColours dark = derive(dark_theme());
  static const UiColours light = derive(light_theme());
  return appearance == Appearance::dark ? dark : light;
}

ImVec4 to_vec4(const Colour& colour) {
  return {static_cast<float>(colour.r) / 255.0F,
          static_cast<float>(colour.g) / 255.0F,
          static_cast<float>(colour.b) / 255.0F,
          static_cast<float>(colour.a) / 255.0F};
}

Colour to_colour(const ImVec4& colour) {
  const auto byte = [](float value) {
    return static_cast<std::uint8_t>(std::lround(value * 255.0F));
  };
  return {byte(colour.x), byte(colour.y), byte(colour.z), byte(colour.w)};
}

ImU32 to_u32(const ImVec4& colour, float alpha) {
  return ImGui::ColorConvertFloat4ToU32({colour.x, colour.y, colour.z, colour.w * alpha});
}

ImGuiStyle make_style(Appearance appearance, float scale) {
  ImGuiStyle style;
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.WindowRounding = 0;
  style.ChildRounding = 8;
  style.ChildBorderSize = 0;
  style.PopupRounding = 8;
  style.PopupBorderSize = 1;
  style.FrameRounding = 5;
  style.FramePadding = {9, 5};
  style.FrameBorderSize = 0;
  style.ItemSpacing = {8, 8};
  style.ItemInnerSpacing = {6, 4};
  style.ScrollbarSize = 9;
  style.ScrollbarRounding = 5;
  style.GrabRounding = 5;
  style.GrabMinSize = 12;
  style.DisabledAlpha = 0.45F;
  style.ScaleAllSizes(scale);
  set_colours(style, ui_colours(appearance));
  return style;
}

}  // namespace sid::app
