#include <algorithm>
#include <array>
#include <cmath>

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/plot_view.hpp"
#include "sid/io/share_string.hpp"
#include "sid/io/spec_file.hpp"

namespace sid::app {
namespace {

void draw_name(const Ui& ui, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  // The mark: a falling error curve below its dashed bound.
  const float s = ui.px(22), y = at.y + 0.5F * (height - s), x = at.x;
  list.AddRectFilled({x, y}, {x + s, y + s}, to_u32(ui.colours.accent), ui.px(5));
  const ImU32 ink = to_u32(ui.colours.on_accent);
  list.AddBezierCubic({x + 0.2F * s, y + 0.3F * s},
                      {x + 0.36F * s, y + 0.78F * s},
                      {x + 0.55F * s, y + 0.76F * s},
                      {x + 0.82F * s, y + 0.78F * s},
                      ink,
                      1.8F * ui.fonts.scale);
  for (int i = 0; i < 3; ++i) {
    const float left = x + (0.36F + 0.18F * static_cast<float>(i)) * s;
    const float level = y + (0.3F + 0.09F * static_cast<float>(i)) * s;
    list.AddLine({left, level}, {left + 0.1F * s, level + 0.05F * s}, ink, 1.4F * ui.fonts.scale);
  }
  ImGui::SetCursorScreenPos({x + s + ui.px(10), at.y});
  const WithFont font(ui.fonts.title);
  const ImVec2 size = ImGui::CalcTextSize("SID Lab");
  ImGui::SetCursorScreenPos({x + s + ui.px(10), std::round(at.y + 0.5F * (height - size.y))});
  text(ui.colours.text, "SID Lab");
}

std::string history_tip(const char* verb, const std::string& name, const char* key) {
  if (name.empty()) return std::string("Nothing to ") + verb + ".";
  return std::string(1, static_cast<char>(verb[0] - 32)) + (verb + 1) + ": " + name + "  (" + key +
         ")";
}

void draw_presets(const Ui& ui, std::span<const Preset> presets) {
  std::vector<std::string> titles;
  int selected = -1;
  for (const Preset& preset : presets) {
    if (preset.name == ui.state.preset) selected = static_cast<int>(titles.size());
    titles.push_back(preset.title);
  }
  const int chosen = combo(ui,
                           "preset",
                           titles,
                           selected,
                           ui.px(260),
                           "Ready experiments. Loading one can be undone.",
                           Rechoose::counts);
  if (chosen >= 0) ui.send(LoadPreset{presets[static_cast<std::size_t>(chosen)].name});
}

/// Width of the choice of layouts, in logical pixels.
constexpr float kLayouts = 320.0F;

void draw_layouts(const Ui& ui) {
  constexpr std::array<const char*, 5> kNames = {
      "Explore", "Theory", "Compare", "Present", "Outer"};
  const WithFont font(ui.fonts.small);
  Layout& layout = ui.state.view.layout;
  const int chosen =
      segmented(ui,
                "layout",
                kNames,
                static_cast<int>(layout),
                ui.px(kLayouts),
                "What fills the window: plots to explore (F2), the theory taken "
                "apart (F3), pinned runs compared (F4), plots alone (F5), λ being optimised "
                "(F6).");
  if (chosen >= 0) layout = static_cast<Layout>(chosen);
}

void draw_right_side(const Ui& ui) {
  const bool dark = ui.state.view.appearance == Appearance::dark;
  if (button(ui,
             "copy-share",
             "Share",
             "Copy this experiment as one line of text. Paste it into \"sidlab\" on any machine to "
             "get the same curves.  (Ctrl+L)",
             ButtonLook::quiet)) {
    ShareString share;
    share.spec = ui.session.spec();
    ui.send(CopyText{write_share_string(share), "Share string"});
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(ui,
             "copy-spec",
             "Copy spec",
             "Copy this experiment as a spec file (TOML) for \"sidlab run\".",
             ButtonLook::quiet)) {
    ui.send(CopyText{write_spec(ui.session.spec()), "Spec"});
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(
          ui,
          "open-map",
          "Map",
          "The error over step size and minibatch as a heat map, with the limits of the theorems "
          "and the edge of stability.  (H)",
          ButtonLook::quiet)) {
    toggle_map(ui.state.view);
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(ui,
             "export",
             "Export",
             "Write the figure to a file: SVG, PDF, PNG or LaTeX.  (Ctrl+E)",
             ButtonLook::quiet)) {
    ui.state.view.export_open = true;
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(ui,
             "theme",
             dark ? "Light" : "Dark",
             "Switch between dark and light.",
             ButtonLook::quiet,
             ui.px(62))) {
    ui.state.view.appearance = dark ? Appearance::light : Appearance::dark;
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(ui, "help", "Keys  ?", "Every key and gesture.  (?)", ButtonLook::quiet)) {
    ui.state.view.help_open = true;
  }
}

}  // namespace

void draw_top_bar(const Ui& ui, std::span<const Preset> presets, ImVec2 size) {
  const Card card(ui, "top-bar", size, {14, 0});
  const float row_y = std::round(0.5F * (size.y - ImGui::GetFrameHeight()));
  draw_name(ui, size.y);
  ImGui::SetCursorPos({ui.px(136), row_y});
  draw_presets(ui, presets);
  ImGui::SameLine(0, ui.px(12));
  const EditHistory& history = ui.state.history;
  if (button(ui,
             "undo",
             "Undo",
             history_tip("undo", history.undo_name(), "Ctrl+Z"),
             ButtonLook::quiet,
             0,
             history.can_undo())) {
    ui.send(Undo{});
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(ui,
             "redo",
             "Redo",
             history_tip("redo", history.redo_name(), "Ctrl+Y"),
             ButtonLook::quiet,
             0,
             history.can_redo())) {
    ui.send(Redo{});
  }
  const char* const labels[] = {"Share", "Copy spec", "Map", "Export", "Keys  ?"};
  float right = ui.px(62);
  for (const char* label : labels) {
    right += ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x + ui.px(4);
  }
  const float end = size.x - right - ui.px(10);
  ImGui::SameLine(0, ui.px(16));
  if (const float left = ImGui::GetCursorPosX(); left + ui.px(kLayouts) + ui.px(16) <= end) {
    const float inset = 0.5F * (ui.fonts.body->FontSize - ui.fonts.small->FontSize);
    ImGui::SetCursorPos(
        {std::round(0.5F * (left + end - ui.px(kLayouts))), row_y + std::round(inset)});
    draw_layouts(ui);
  }
  ImGui::SameLine();
  ImGui::SetCursorPos({std::max(ImGui::GetCursorPosX(), end), row_y});
  draw_right_side(ui);
}

}  // namespace sid::app
