#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

void pair(const Ui& ui,
          const char* symbol,
          double value,
          const char* name,
          const char* tip,
          int digits = 3) {
  ImGui::AlignTextToFramePadding();
  text(ui.colours.text_faint, symbol);
  tooltip(ui, tip);
  ImGui::SameLine(0, ui.px(5));
  const std::string number = format_for_reading(value, digits);
  number_item(ui, ui.colours.text, number);
  ui.registry.record_item(std::string("geometry/") + name, number);
  tooltip(ui, tip);
  ImGui::SameLine(0, ui.px(14));
}

void draw_limit(const Ui& ui, const MethodTheory& theory, const char* id, const char* symbol) {
  const std::size_t index = selected_method(ui);
  const MethodSpec& method = ui.session.spec().methods[index];
  for (const StepLimit& limit : theory.limits) {
    if (limit.id != id) continue;
    pair(ui, symbol, limit.eta, limit.id.c_str(), limit.label.c_str(), 3);
    if (method.step.kind == StepKind::decreasing || method.kind == MethodKind::batch) return;
    const bool above = method.step.eta > limit.eta;
    ImGui::SameLine(0, above ? ui.px(6) : 0.0F);
    const std::string name = "set-limit/" + limit.id;
    if (button(ui,
               name.c_str(),
               "set",
               "Set η to this limit. " + limit.label + (above ? " η is above it now." : ""),
               above ? ButtonLook::normal : ButtonLook::quiet)) {
      // Round down: a limit is an upper limit.
      const double unit = std::pow(10.0, 3 - std::ceil(std::log10(limit.eta)));
      const double eta = std::floor(limit.eta * unit) / unit;
      send_edit(ui,
                method_label(ui.session.spec(), index) + ": η " +
                    field_text(method.step.eta, false) + " → " + field_text(eta, false),
                "set-limit",
                true,
                [&](RunSpec& spec) { spec.methods[index].step.eta = eta; });
    }
    ImGui::SameLine(0, ui.px(14));
    return;
  }
}

}  // namespace

void draw_geometry_strip(const Ui& ui, ImVec2 size) {
  const Card card(ui, "geometry", size, {14, 0});
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorPosY(std::round(0.5F * (size.y - ImGui::GetFrameHeight())));
  const MethodTheory* const theory = selected_theory(ui);
  if (theory == nullptr) {
    ImGui::AlignTextToFramePadding();
    text(ui.colours.text_faint, "Constants appear when the problem is prepared.");
    return;
  }
  const ProblemConstants& c = theory->constants;
  pair(ui, "L", c.L, "L", "Smoothness of the lower level: its largest curvature.");
  pair(ui, "τ", c.tau, "tau", "Strong convexity of the lower level: its smallest curvature.");
  pair(ui, "κ", c.L / c.tau, "kappa", "Condition number L/τ.");
  pair(ui, "α", c.alpha, "alpha", "Inner step of the map Φ(w) = w − α∇ℓ(w).");
  pair(ui, "q", c.q, "q", "Contraction constant of Φ.");
  pair(ui, "1/(1−q)", 1.0 / (1.0 - c.q), "one-over", "Enters every constant of Theorem 3.4.");
  const std::int64_t n = ui.session.bench() ? ui.session.bench()->sample_count : 0;
  const MethodSpec& method = ui.session.spec().methods[selected_method(ui)];
  if (method.kind == MethodKind::sid && n > 0) {
    pair(ui,
         "n/b",
         static_cast<double>(n) / static_cast<double>(method.minibatch),
         "n-over-b",
         "Steps of one solver in an epoch.");
  }
  if (method.kind == MethodKind::batch) return;
  const bool paper = ui.session.spec().ladder == Ladder::paper;
  draw_limit(ui, *theory, paper ? "paper_lower" : "sharp_lower", "η ≤ for w");
  draw_limit(ui, *theory, paper ? "paper_linear" : "sharp_linear", "η ≤ for v");
  draw_limit(ui, *theory, "ball", "η ≤ for L_E");
}

}  // namespace sid::app
