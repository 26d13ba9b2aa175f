#include "sid/app/panels/outer_view.hpp"
#include "sid/app/panels/panels.hpp"

namespace sid::app {

void draw_setup_panel(const Ui& ui, ImVec2 size) {
  const Card card(ui, "setup", size, {14, 12}, true);
  // The scrollbar has its place at all times, so that nothing moves when it appears.
  const float width = size.x - ui.px(28) - ImGui::GetStyle().ScrollbarSize;
  draw_problem_section(ui, width);
  if (ui.state.view.layout == Layout::outer) draw_outer_section(ui, width);
  draw_methods_section(ui, width);
  draw_budget_section(ui, width);
  draw_constants_section(ui, width);
}

std::size_t selected_method(const Ui& ui) {
  const std::size_t count = ui.session.spec().methods.size();
  return count == 0 ? 0 : std::min(ui.state.view.method, count - 1);
}

std::size_t selected_panel(const Ui& ui) {
  const std::size_t count = ui.session.bench() ? ui.session.bench()->panels.size() : 1;
  return count == 0 ? 0 : std::min(ui.state.view.panel, count - 1);
}

const MethodTheory* selected_theory(const Ui& ui) {
  const Theory& theory = ui.session.theory();
  const std::size_t panel = selected_panel(ui), method = selected_method(ui);
  if (panel >= theory.size() || method >= theory[panel].size()) return nullptr;
  return &theory[panel][method];
}

}  // namespace sid::app
