#include <algorithm>

#include <fmt/format.h>

#include "sid/app/panels/panels.hpp"

namespace sid::app {
namespace {

/// One pinned run: shown or not, letter and name, and what can be done with it.
void draw_pin(const Ui& ui, const Pin& pin, float width) {
  const float left = ImGui::GetCursorPosX();
  const bool shown = checkbox(ui,
                              ("pins/shown/" + pin.letter).c_str(),
                              pin.letter.c_str(),
                              pin.shown,
                              "Draw its curves, thin, with the letter at their end.");
  if (shown) ui.send(ShowPin{pin.letter, !pin.shown});
  ImGui::SameLine(left + ui.px(56), 0.0F);
  ImGui::AlignTextToFramePadding();
  text_cut(ui, ui.colours.text_dim, pin.name, width - ui.px(56 + 132));
  ui.registry.record_item("pins/name/" + pin.letter, pin.name);
  ImGui::SameLine(left + width - ui.px(126), 0.0F);
  if (button(ui,
             ("pins/load/" + pin.letter).c_str(),
             "Load",
             "Make the settings of this run the present ones. This can be undone.",
             ButtonLook::quiet)) {
    ui.send(LoadPin{pin.letter});
  }
  ImGui::SameLine(0, ui.px(4));
  if (button(ui,
             ("pins/remove/" + pin.letter).c_str(),
             "Remove",
             "Remove this run. It can be put back.",
             ButtonLook::quiet)) {
    ui.send(Unpin{pin.letter});
  }
}

void draw_popup(const Ui& ui) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(14), ui.px(12)});
  if (ImGui::BeginPopup("pins")) {
    const float width = ui.px(430);
    for (const Pin& pin : ui.state.pins.runs()) draw_pin(ui, pin, width);
    if (const Pin* const removed = ui.state.pins.removed()) {
      const std::string label = "Put " + removed->letter + " back";
      if (button(ui,
                 "pins/restore",
                 label.c_str(),
                 "Pin the run that was removed last again.",
                 ButtonLook::link)) {
        ui.send(RestorePin{});
      }
      ImGui::SameLine(0, ui.px(8));
    }
    if (button(ui, "pins/compare", "Compare", "Runs side by side.  (F4)", ButtonLook::link)) {
      ui.state.view.layout = Layout::compare;
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

}  // namespace

void draw_pin_buttons(const Ui& ui) {
  if (button(ui,
             "pin",
             "Pin",
             "Keep this run under a letter, A to H, to compare later ones with it.  (P)",
             ButtonLook::normal,
             ui.px(46))) {
    ui.send(PinRun{});
  }
  const auto& pins = ui.state.pins.runs();
  if (pins.empty() && ui.state.pins.removed() == nullptr) return;
  const auto hidden =
      std::count_if(pins.begin(), pins.end(), [](const Pin& p) { return !p.shown; });
  std::string label = fmt::format("{} pinned", pins.size());
  if (hidden > 0) label += fmt::format(", {} hidden", hidden);
  ImGui::SameLine(0, ui.px(4));
  if (button(ui,
             "pins",
             label.c_str(),
             "The pinned runs: show, hide, load their settings, remove.",
             ButtonLook::quiet)) {
    ImGui::OpenPopup("pins");
  }
  draw_popup(ui);
}

}  // namespace sid::app
