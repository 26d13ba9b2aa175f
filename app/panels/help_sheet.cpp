#include <array>

#include "sid/app/panels/panels.hpp"
#include "sid/app/panels/sheet.hpp"

namespace sid::app {
namespace {

struct Key {
  const char* key;
  const char* action;
};
constexpr auto kKeys = std::to_array<Key>({{"Space", "run or stop"},
                                           {"R", "run again, same seed"},
                                           {"Shift+R", "run again, new seed"},
                                           {"Esc", "close, leave, stop"},
                                           {"Ctrl+Z, Ctrl+Y", "undo, redo"},
                                           {"Ctrl+L, Ctrl+V", "copy, paste as one line"},
                                           {"Ctrl+C, Ctrl+Shift+C", "copy table, sentence"},
                                           {"Ctrl+E", "export the figure"},
                                           {"F, Shift+F", "fit data, fit all"},
                                           {"Backspace", "view back (Shift: forward)"},
                                           {"Home", "first view"},
                                           {"+, −", "zoom about the pointer"},
                                           {"Alt+arrows", "move the plot"},
                                           {"X, Y", "x unit, bound ÷ error"},
                                           {"L, Shift+L", "log x, log y"},
                                           {"B", "bounds"},
                                           {"E, S", "exact curves, slopes"},
                                           {"H", "heat map: click a cell to use it"},
                                           {"K", "next constants"},
                                           {"P", "pin the run, to compare"},
                                           {"1 – 6", "show or hide a method"},
                                           {"Shift+1 – 6", "show it alone"},
                                           {"↑, ↓", "select a method"},
                                           {"T", "dark or light"},
                                           {"F2 – F6", "layouts, left to right"},
                                           {", .  Home, End", "theory: checkpoint"},
                                           {"D, ← →, Tab", "theory: chart, λ, symbols"},
                                           {"F11", "full screen"},
                                           {"wheel", "zoom (Shift: x, Ctrl: y)"},
                                           {"horizontal wheel", "move along x"},
                                           {"drag", "move the plot"},
                                           {"Shift+drag, right drag", "zoom to a box"},
                                           {"drag a handle", "η, switch, iterations"},
                                           {"  with Ctrl", "in finer steps"},
                                           {"  arrows over it", "move it by keys"},
                                           {"double click", "fit a plot, reset a slider"},
                                           {"  in the table", "one curve alone"},
                                           {"Ctrl+wheel", "one step of a slider"},
                                           {"drop a file", "open a spec or data"}});

}  // namespace

void draw_help_sheet(const Ui& ui) {
  if (!ui.state.view.help_open) return;
  constexpr std::size_t half = (kKeys.size() + 1) / 2;
  const ImVec2 size{ui.px(720), ui.px(76) + ui.px(28) * static_cast<float>(half)};
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
