#include <cmath>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

constexpr float kNear = 5.0F, kApart = 14.0F;  // logical pixels inside and between groups

/// A faint symbol and its value.
void pair(const Ui& ui,
          const char* symbol,
          double value,
          const std::string& name,
          const std::string& tip,
          const ImVec4& colour) {
  ImGui::AlignTextToFramePadding();
  text(ui.colours.text_faint, symbol);
  tooltip(ui, tip);
  ImGui::SameLine(0, ui.px(kNear));
  const std::string number = format_for_reading(value, 3);
  number_item(ui, ui.session.theory_stale() ? ui.colours.text_faint : colour, number);
  ui.registry.record_item("geometry/" + name, number);
  tooltip(ui, tip);
}

void constant(const Ui& ui, const char* symbol, double value, const char* name, const char* tip) {
  pair(ui, symbol, value, name, tip, ui.colours.text);
  ImGui::SameLine(0, ui.px(kApart));
}

/// A hairline between the constants and the limits.
void divider(const Ui& ui) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight();
  ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + ui.px(3)},
                                            {at.x + ui.px(1), at.y + height - ui.px(3)},
                                            to_u32(ui.colours.border));
  ImGui::Dummy({ui.px(1), height});
  ImGui::SameLine(0, ui.px(kApart));
}

/// Sets η of the selected method to the limit.
void draw_set_button(const Ui& ui, const StepLimit& limit) {
  const std::size_t index = selected_method(ui);
  const MethodSpec& method = ui.session.spec().methods[index];
  const double eta = rounded_down(limit.eta, 3);
  const std::string label = method_label(ui.session.spec(), index);
  const bool there = method.step.eta == eta;
  const std::string tip = there ? "η of " + label + " is at this limit."
                                : "Set η of " + label + " from " +
                                      field_text(method.step.eta, false) + " to " +
                                      field_text(eta, false) + ".";
  ImGui::SameLine(0, ui.px(2));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), ImGui::GetStyle().FramePadding.y});
  const bool current = !ui.session.theory_stale();
  if (button(ui,
             ("set-limit/" + limit.id).c_str(),
             "Set",
             tip,
             ButtonLook::link,
             0,
             !there && current)) {
    send_edit(ui,
              EditName(label + ": η", field_text(method.step.eta, false), field_text(eta, false)),
              "set-limit",
              true,
              [&](RunSpec& spec) { spec.methods[index].step.eta = eta; });
  }
  ImGui::PopStyleVar();
}

/// "η ≤ 1.99 for w  Set".
void draw_limit(const Ui& ui, const MethodTheory& theory, const char* id, const char* subject) {
  const MethodSpec& method = ui.session.spec().methods[selected_method(ui)];
  const StepKind kind = method.step.kind;
  const bool has_eta = kind == StepKind::constant || kind == StepKind::two_phase;
  for (const StepLimit& limit : theory.limits) {
    if (limit.id != id) continue;
    const bool above = has_eta && method.step.eta > limit.eta;
    const std::string tip =
        "Largest step size: " + limit.label + "." +
        (above ? " η = " + field_text(method.step.eta, false) +
                     " is above it, so the bound that needs it is not drawn."
               : "") +
        (kind == StepKind::decreasing      ? " A decreasing step has its own condition on γ."
         : kind == StepKind::bound_optimal ? " Bound-optimal steps begin at 1/(1+σ₂) at most."
                                           : "");
    pair(ui,
         "η ≤",
         rounded_down(limit.eta, 3),
         limit.id,
         tip,
         above ? ui.colours.warning : ui.colours.text);
    ImGui::SameLine(0, ui.px(kNear));
    text(ui.colours.text_faint, subject);
    tooltip(ui, tip);
    if (has_eta) draw_set_button(ui, limit);
    ImGui::SameLine(0, ui.px(kApart));
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
    text(ui.colours.text_faint,
         ui.session.theory_stale() ? "Constants are being computed."
                                   : "Constants appear when the problem is prepared.");
    return;
  }
  const ProblemConstants& c = theory->constants;
  const bool gradient = c.gradient_map;
  constant(ui,
           "L",
           c.L,
           "L",
           gradient ? "Smoothness of the lower level: its largest curvature."
                    : "1 + q, the Lipschitz constant of w − Φ(w).");
  constant(ui,
           "τ",
           c.tau,
           "tau",
           gradient ? "Strong convexity of the lower level: its smallest curvature."
                    : "1 − q, the strong monotonicity of w − Φ(w).");
  constant(ui, "κ", c.L / c.tau, "kappa", "Condition number L/τ.");
  constant(ui,
           "α",
           c.alpha,
           "alpha",
           gradient ? "Inner step of the map Φ(w) = w − α∇ℓ(w)."
                    : "1: the map is Φ itself, no gradient step.");
  constant(ui, "q", c.q, "q", "Contraction constant of Φ.");
  constant(ui, "1/(1−q)", 1.0 / (1.0 - c.q), "one-over", "Enters every constant of Theorem 3.4.");
  const std::int64_t n = ui.session.bench() ? ui.session.bench()->sample_count : 0;
  const MethodSpec& method = ui.session.spec().methods[selected_method(ui)];
  if (traits_of(method.kind).minibatches && n > 0) {
    constant(ui,
             "n/b",
             static_cast<double>(n) / static_cast<double>(method.minibatch),
             "n-over-b",
             "Steps of one solver in an epoch.");
  }
  if (!traits_of(method.kind).random) return;
  const bool paper = ui.session.spec().ladder == Ladder::paper;
  divider(ui);
  draw_limit(ui, *theory, paper ? "paper_lower" : "sharp_lower", "for w");
  draw_limit(ui, *theory, paper ? "paper_linear" : "sharp_linear", "for v");
  draw_limit(ui, *theory, "ball", "for A(iv)");
}

}  // namespace sid::app
