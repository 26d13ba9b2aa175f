#include "sid/app/panels/plot_keys.hpp"

#include <cmath>

#include <GLFW/glfw3.h>
#include <imgui.h>

#include "sid/app/state/plot_view.hpp"

namespace sid::app {
namespace {

/// How often + was typed, less how often −: as characters, wherever a keyboard has them.
int typed_zoom() {
  int steps = 0;
  for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
    if (c == '+' || c == '=') ++steps;
    if (c == '-' || c == 0x2212) --steps;
  }
  return steps;
}

}  // namespace

void read_plot_keys(ViewState& view, const FigureBook& book) {
  const PlotPanel* const plot = book.read_plot(view.cursor, view.panel);
  if (plot == nullptr) return;
  const std::vector<PlotPanel>& plots = book.figure().panels;
  const ImGuiIO& io = ImGui::GetIO();
  if (io.KeyAlt) {
    const auto pressed = [](int key) { return ImGui::IsKeyPressed(key, true) ? 1.0 : 0.0; };
    const double right = 0.1 * (pressed(GLFW_KEY_RIGHT) - pressed(GLFW_KEY_LEFT));
    const double up = 0.1 * (pressed(GLFW_KEY_UP) - pressed(GLFW_KEY_DOWN));
    if (right == 0.0 && up == 0.0) return;
    remember_view(view, "arrows/" + plot->id, ImGui::GetTime());
    pan_plot(view, plots, *plot, right, up);
    return;
  }
  if (const int steps = typed_zoom(); steps != 0) {
    const bool there = view.cursor.active && view.cursor.plot == plot->id;
    remember_view(view, "keys/" + plot->id, ImGui::GetTime());
    zoom_plot(view,
              plots,
              *plot,
              there ? view.cursor.x : middle_of(plot->x),
              there ? view.cursor.y : middle_of(plot->y),
              std::pow(0.75, steps));
  }
  if (ImGui::IsKeyPressed(GLFW_KEY_HOME, false)) view_home(view);
}

}  // namespace sid::app
