#include <array>

#include "sid/app/panels/panels.hpp"
#include "sid/app/panels/sheet.hpp"

namespace sid::app {
namespace {

struct Key {
  const char* key;
  const char* action;
};
constexpr std::array<Key, 29> kKeys = {{{"Space", "run or stop"},
                                        {"R", "run again, same seed"},
                                        {"Shift+R", "run again, new seed"},
                                        {"Esc", "close, leave, stop"},
                                        {"Ctrl+Z, Ctrl+Y", "undo, redo"},
                                        {"Ctrl+L, Ctrl+V", "copy, paste as one line"},
                                        {"Ctrl+C, Ctrl+Shift+C", "copy table, sentence"},
                                        {"Ctrl+E", "export the figure"},
                                        {"F, Shift+F", "fit data, fit all"},
                                        {"Backspace", "view back (Shift: forward)"},
                                        {"X, Y", "x unit, bound ÷ error"},
                                        {"L, Shift+L", "log x, log y"},
                                        {"B", "bounds"},
                                        {"E, S", "exact curves, slopes"},
                                        {"K", "next constants"},
                                        {"1 – 6", "show or hide a method"},
                                        {"Shift+1 – 6", "show it alone"},
                                        {"↑, ↓", "select a method"},
                                        {"T", "dark or light"},
                                        {"F2, F3, F5", "explore, theory, present"},
                                        {", .  Home, End", "theory: checkpoint"},
                                        {"D, ← →, Tab", "theory: chart, λ, symbols"},
                                        {"F11", "full screen"},
                                        {"wheel", "zoom (Shift: x, Ctrl: y)"},
                                        {"drag", "move the plot"},
                                        {"Shift+drag, right drag", "zoom to a box"},
                                        {"double click", "fit a plot, reset a slider"},
                                        {"Ctrl+wheel", "one step of a slider"},
                                        {"drop a file", "open a spec or data"}}};

}  // namespace

void draw_help_sheet(const Ui& ui) {
  if (!ui.state.view.help_open) return;
  const ImVec2 size{ui.px(720), ui.px(496)};
  ImGui::SetNextWindowFocus();
  const Sheet sheet(ui, "help-sheet", size);
  {
    const WithFont font(ui.fonts.title);
    text(ui.colours.text, "Keys and gestures");
  }
  ImGui::SameLine(size.x - ui.px(92));
  if (button(ui, "help/close", "Close", "Esc", ButtonLook::quiet)) ui.state.view.help_open = false;
  ImGui::Dummy({0, ui.px(4)});
  const float top = ImGui::GetCursorPosY();
  constexpr std::size_t half = (kKeys.size() + 1) / 2;
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    const float x = ui.px(24) + (i < half ? 0.0F : 0.5F * (size.x - ui.px(24)));
    const float y = top + ui.px(28) * static_cast<float>(i < half ? i : i - half);
    ImGui::SetCursorPos({x, y});
    text(ui.colours.text, kKeys[i].key);
    ImGui::SetCursorPos({x + ui.px(i < half ? 130 : 164), y});
    text(ui.colours.text_dim, kKeys[i].action);
  }
  ui.registry.record_rect("help-sheet",
                          ImGui::GetWindowPos(),
                          {ImGui::GetWindowPos().x + size.x, ImGui::GetWindowPos().y + size.y});
}

}  // namespace sid::app
