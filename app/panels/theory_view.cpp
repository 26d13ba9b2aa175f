#include "sid/app/panels/theory_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

// Logical pixels. Narrower views do without the assumptions, then without the charts.
constexpr float kBar = 40.0F, kChecksNeed = 1080.0F, kChartsNeed = 640.0F;

TheoryScene scene_of(const Ui& ui, const TheoryStudyDesk& desk) {
  TheoryScene scene{ui};
  scene.theory = selected_theory(ui);
  const std::size_t panel = selected_panel(ui), method = selected_method(ui);
  const auto styles = method_styles(ui.session.spec());
  if (method < styles.size()) scene.hue = ui.theme.of(styles[method].colour);
  scene.checkpoints = ui.session.checkpoints(panel, method);
  const TheoryLook& look = ui.state.view.theory;
  if (!scene.checkpoints.empty()) {
    const std::size_t last = scene.checkpoints.size() - 1;
    scene.at = std::min(look.under.value_or(look.at.value_or(last)), last);
  }
  scene.pending = desk.pending() || ui.session.theory_pending();
  const TheoryStudyDesk::Finished* const latest = desk.latest();
  if (latest != nullptr && scene.theory != nullptr && latest->of.place.panel == panel &&
      latest->of.place.method == method) {
    scene.study = &latest->study;
  }
  return scene;
}

void draw_panel_choice(const Ui& ui) {
  const auto& bench = ui.session.bench();
  if (!bench || bench->panels.size() < 2) return;
  std::vector<std::string> labels;
  for (const Panel& panel : bench->panels) labels.push_back("λ = " + panel.label);
  const int chosen = combo(ui,
                           "theory/lambda",
                           labels,
                           static_cast<int>(selected_panel(ui)),
                           ui.px(140),
                           "The hyperparameter whose theory is shown.  (← →)");
  if (chosen >= 0) ui.state.view.panel = static_cast<std::size_t>(chosen);
  ImGui::SameLine(0, ui.px(10));
}

std::string place_text(const TheoryScene& scene) {
  if (scene.at >= scene.checkpoints.size()) return "";
  const Checkpoint& at = scene.checkpoints[scene.at];
  return fmt::format("at t = {}, k = {}, {} epochs{}",
                     at.t,
                     at.k,
                     format_for_reading(at.epochs, 3),
                     scene.pending ? "   updating" : "");
}

/// Method, hyperparameter and checkpoint that the view speaks of.
void draw_choices(const TheoryScene& scene, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "theory-choices", size, {14, 6});
  ImGui::AlignTextToFramePadding();
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "Theory");
  }
  ImGui::SameLine(0, ui.px(14));
  draw_panel_choice(ui);
  TheoryLook& look = ui.state.view.theory;
  const bool any = !scene.checkpoints.empty();
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(8), ui.px(4)});
  if (button(ui,
             "theory/back",
             "←",
             "One checkpoint back.  (,)",
             ButtonLook::quiet,
             0.0F,
             any && scene.at > 0)) {
    look.at = scene.at - 1;
  }
  ImGui::SameLine(0, ui.px(2));
  if (button(ui,
             "theory/on",
             "→",
             "One checkpoint on.  (.)",
             ButtonLook::quiet,
             0.0F,
             any && scene.at + 1 < scene.checkpoints.size())) {
    look.at = scene.at + 1;
  }
  ImGui::PopStyleVar();
  ImGui::SameLine(0, ui.px(8));
  ImGui::AlignTextToFramePadding();
  {
    const WithFont font(ui.fonts.small);
    const std::string place = place_text(scene);
    text(ui.colours.text_dim, place);
    ui.registry.record_item("theory/place", place);
  }
  ImGui::SameLine(0, ui.px(16));
  ImGui::SetCursorPosY(ui.px(9));
  draw_method_chips(ui);
}

/// Terms above, then where the decades go, then the constants.
void draw_charts(const TheoryScene& scene, PlotCache& cache, ImVec2 at, ImVec2 size, float gap) {
  const float looseness = std::round(0.325F * size.y), tornado = std::round(0.30F * size.y);
  const float terms = size.y - looseness - tornado - 2 * gap;
  ImGui::SetCursorScreenPos(at);
  draw_term_areas(scene, cache, {size.x, terms});
  ImGui::SetCursorScreenPos({at.x, at.y + terms + gap});
  draw_looseness(scene, {size.x, looseness});
  ImGui::SetCursorScreenPos({at.x, at.y + terms + looseness + 2 * gap});
  draw_sensitivities(scene, {size.x, tornado});
}

}  // namespace

void draw_theory_view(const Ui& ui, const TheoryStudyDesk& desk, PlotCache& cache, ImVec2 size) {
  TheoryLook& look = ui.state.view.theory;
  look.lit = look.symbol;
  look.symbol.clear();
  look.ordinal = 0;
  look.beside = {-1.0F, -1.0F};
  const TheoryScene scene = scene_of(ui, desk);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.px(8), top = ui.px(kBar) + gap;
  draw_choices(scene, {size.x, ui.px(kBar)});
  const float height = size.y - top;
  const bool charts = size.x >= ui.px(kChartsNeed), checks = size.x >= ui.px(kChecksNeed);
  const float cards = !charts  ? size.x
                      : checks ? std::round(0.375F * (size.x - 2 * gap))
                               : std::round(0.5F * (size.x - gap));
  const float right = checks ? std::round(0.255F * (size.x - 2 * gap)) : 0.0F;
  ImGui::SetCursorScreenPos({origin.x, origin.y + top});
  draw_statement_cards(scene, {cards, height});
  if (charts) {
    const float width = size.x - cards - gap - (checks ? right + gap : 0.0F);
    draw_charts(scene, cache, {origin.x + cards + gap, origin.y + top}, {width, height}, gap);
  }
  if (checks) {
    ImGui::SetCursorScreenPos({origin.x + size.x - right, origin.y + top});
    draw_checks(ui, {right, height});
  }
  draw_explanation(scene);
}

}  // namespace sid::app
