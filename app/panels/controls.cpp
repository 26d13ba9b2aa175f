#include <algorithm>
#include <array>

#include <imgui_internal.h>

#include "sid/app/panels/ui.hpp"

namespace sid::app {
namespace {

void push_button_colours(const UiColours& c, ButtonLook look) {
  switch (look) {
    case ButtonLook::primary:
      ImGui::PushStyleColor(ImGuiCol_Button, c.accent);
      ImGui::PushStyleColor(ImGuiCol_ButtonHovered, c.accent_hover);
      ImGui::PushStyleColor(ImGuiCol_ButtonActive, c.accent_active);
      ImGui::PushStyleColor(ImGuiCol_Text, c.on_accent);
      return;
    case ButtonLook::quiet:
    case ButtonLook::link:
      ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0, 0, 0, 0));
      ImGui::PushStyleColor(ImGuiCol_ButtonHovered, c.control_hover);
      ImGui::PushStyleColor(ImGuiCol_ButtonActive, c.control_active);
      ImGui::PushStyleColor(ImGuiCol_Text, look == ButtonLook::link ? c.accent : c.text_dim);
      return;
    case ButtonLook::normal:
      ImGui::PushStyleColor(ImGuiCol_Button, c.control);
      ImGui::PushStyleColor(ImGuiCol_ButtonHovered, c.control_hover);
      ImGui::PushStyleColor(ImGuiCol_ButtonActive, c.control_active);
      ImGui::PushStyleColor(ImGuiCol_Text, c.text);
      return;
  }
}

}  // namespace

bool button(const Ui& ui,
            const char* name,
            const char* label,
            std::string_view tip,
            ButtonLook look,
            float width,
            bool enabled) {
  push_button_colours(ui.colours, look);
  ImGui::BeginDisabled(!enabled);
  ImGui::PushID(name);
  const bool pressed = ImGui::Button((std::string(label) + "###button").c_str(), {width, 0.0F});
  ImGui::PopID();
  ImGui::EndDisabled();
  ImGui::PopStyleColor(4);
  ui.registry.record_item(name, label, enabled);
  tooltip(ui, tip);
  return pressed && enabled;
}

bool checkbox(const Ui& ui, const char* name, const char* label, bool value, std::string_view tip) {
  bool now = value;
  ImGui::PushID(name);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(2), ui.px(2)});
  const bool changed = ImGui::Checkbox((std::string(label) + "###check").c_str(), &now);
  ImGui::PopStyleVar();
  ImGui::PopID();
  ui.registry.record_item(name, now ? "on" : "off");
  tooltip(ui, tip);
  return changed;
}

int segmented(const Ui& ui,
              const char* name,
              std::span<const char* const> labels,
              int selected,
              float width,
              std::string_view tip) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight();
  const float rounding = ImGui::GetStyle().FrameRounding;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(
      start, {start.x + width, start.y + height}, to_u32(ui.colours.control), rounding);
  int pressed = -1;
  const float each = width / static_cast<float>(labels.size());
  for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
    const char* const label = labels[static_cast<std::size_t>(i)];
    const float left = std::round(start.x + each * static_cast<float>(i));
    const float right = std::round(start.x + each * static_cast<float>(i + 1));
    const std::string id = std::string(name) + "/" + label;
    ImGui::SetCursorScreenPos({left, start.y});
    if (ImGui::InvisibleButton(id.c_str(), {right - left, height})) pressed = i;
    const bool hovered = ImGui::IsItemHovered();
    ui.registry.record_item(id, i == selected ? "on" : "off");
    tooltip(ui, tip);
    const float inset = ui.px(2);
    if (i == selected || hovered) {
      const ImVec4& fill = i == selected ? ui.colours.accent : ui.colours.control_hover;
      list.AddRectFilled({left + inset, start.y + inset},
                         {right - inset, start.y + height - inset},
                         to_u32(fill),
                         std::max(1.0F, rounding - inset));
    }
    const std::string shown = ellipsised(label, right - left - ui.px(6));
    const ImVec2 size = ImGui::CalcTextSize(shown.c_str());
    const ImVec4& ink = i == selected ? ui.colours.on_accent : ui.colours.text_dim;
    list.AddText({std::round(0.5F * (left + right - size.x)),
                  std::round(start.y + 0.5F * (height - size.y))},
                 to_u32(ink),
                 shown.c_str());
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, height});
  return pressed == selected ? -1 : pressed;
}

bool combo_face(const Ui& ui,
                const std::string& name,
                const std::string& current,
                float width,
                std::string_view tip) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushStyleColor(ImGuiCol_Button, ui.colours.control);
  const bool pressed = ImGui::Button("###combo", {width, 0.0F});
  ImGui::PopStyleColor();
  ui.registry.record_item(name, current);
  tooltip(ui, tip);
  const float height = ImGui::GetFrameHeight(), pad = ImGui::GetStyle().FramePadding.x;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::string shown = ellipsised(current, width - 2 * pad - ui.px(14));
  list.AddText({at.x + pad, at.y + ImGui::GetStyle().FramePadding.y},
               to_u32(ui.colours.text),
               shown.c_str());
  const ImVec2 tip_at{at.x + width - pad - ui.px(4), at.y + 0.5F * height + ui.px(2)};
  const float arm = ui.px(4);
  const std::array<ImVec2, 3> chevron = {
      ImVec2{tip_at.x - arm, tip_at.y - arm}, tip_at, ImVec2{tip_at.x + arm, tip_at.y - arm}};
  list.AddPolyline(chevron.data(), 3, to_u32(ui.colours.text_dim), 0, 1.4F * ui.fonts.scale);
  return pressed;
}

int combo(const Ui& ui,
          const char* name,
          std::span<const std::string> entries,
          int selected,
          float width,
          std::string_view tip,
          Rechoose rechoose) {
  const bool known = selected >= 0 && selected < static_cast<int>(entries.size());
  const std::string current =
      known ? entries[static_cast<std::size_t>(selected)] : "Your experiment";
  ImGui::PushID(name);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight();
  const bool open =
      combo_face(ui, name, current, width, ImGui::IsPopupOpen("list") ? std::string_view() : tip);
  if (open) ImGui::OpenPopup("list");
  int chosen = -1;
  ImGui::SetNextWindowPos({at.x, at.y + height + ui.px(2)});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {FLT_MAX, ui.px(420)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(6), ui.px(6)});
  if (ImGui::BeginPopup("list")) {
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
      const std::string& entry = entries[static_cast<std::size_t>(i)];
      ImGui::PushID(i);
      if (ImGui::Selectable(entry.c_str(), i == selected)) chosen = i;
      ImGui::PopID();
      ui.registry.record_item(std::string(name) + "/" + entry, i == selected ? "on" : "off");
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
  ImGui::PopID();
  return chosen == selected && rechoose == Rechoose::ignored ? -1 : chosen;
}

}  // namespace sid::app
