#include <array>
#include <optional>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

const std::array<std::string, 4> kRules = {
    "Batch", "Constant step", "Decreasing step", "Two-phase step"};
const std::array<std::string, 3> kSamplings = {
    "Independent (i.i.d.)", "No repeats in a batch", "Reshuffled each epoch"};

int rule_of(const MethodSpec& method) {
  return method.kind == MethodKind::batch ? 0 : 1 + static_cast<int>(method.step.kind);
}

std::string key_of(std::size_t index, const char* what) {
  return "method[" + std::to_string(index + 1) + "]." + what;
}

/// An edit of one number of method `index`.
template <class Change>
void method_number(const Ui& ui,
                   std::size_t index,
                   const char* symbol,
                   const std::string& name,
                   double before,
                   const Edited& edited,
                   bool whole,
                   Change&& change) {
  send_number(ui,
              method_label(ui.session.spec(), index) + ": " + symbol,
              name,
              before,
              edited,
              whole,
              [&](RunSpec& spec, double now) { change(spec.methods[index], now); });
}

std::vector<SliderMark> limit_marks(const Ui& ui, std::size_t index) {
  const Theory& theory = ui.session.theory();
  const std::size_t panel = selected_panel(ui);
  std::vector<SliderMark> marks;
  if (panel >= theory.size() || index >= theory[panel].size()) return marks;
  for (const StepLimit& limit : theory[panel][index].limits) {
    if (!std::isfinite(limit.eta) || limit.eta <= 0.0) continue;
    marks.push_back({limit.eta, "limit " + field_text(limit.eta, false) + ": " + limit.label});
  }
  return marks;
}

void draw_eta(const Ui& ui, std::size_t index, const StepSpec& step) {
  const bool automatic = step.kind == StepKind::two_phase && step.eta == 0.0;
  const char* const tip =
      "Step size: w ← w + η(Φ̂(w) − w). The marks are the largest values for which a theorem holds; "
      "the handle snaps to them. Double-click: 1.";
  const float width = row(ui, "η", tip);
  const std::string name = key_of(index, "step.eta");
  SliderSpec range{.min = 1e-3,
                   .max = 2,
                   .hard_min = automatic ? 0 : 1e-12,
                   .hard_max = 100,
                   .scale = SliderScale::log,
                   .whole = false,
                   .fallback = 1,
                   .marks = limit_marks(ui, index)};
  const Edited edited = slider(ui, name.c_str(), step.eta, range, width, tip);
  method_number(ui, index, "η", name, step.eta, edited, false, [](MethodSpec& method, double now) {
    method.step.eta = now;
  });
}

void draw_beta(const Ui& ui, std::size_t index, const StepSpec& step) {
  const std::string name = key_of(index, "step.beta");
  if (step.beta) {
    const float width = row(ui, "β", "ηₜ = β/(γ+t).");
    const Edited edited = slider(ui,
                                 name.c_str(),
                                 *step.beta,
                                 {.min = 0.1,
                                  .max = 1e4,
                                  .hard_min = 1e-9,
                                  .hard_max = 1e12,
                                  .scale = SliderScale::log,
                                  .fallback = *step.beta},
                                 width,
                                 "ηₜ = β/(γ+t).");
    method_number(
        ui, index, "β", name, *step.beta, edited, false, [](MethodSpec& method, double now) {
          method.step.beta = now;
        });
    return;
  }
  constexpr const char* tip =
      "β as a multiple of 1/(1−q²). Theorem 4.2 asks for more than 1; the paper takes 2.";
  const float width = row(ui, "β (1−q²)", tip);
  const Edited edited = slider(ui,
                               name.c_str(),
                               step.beta_factor,
                               {.min = 0.5,
                                .max = 10,
                                .hard_min = 1e-6,
                                .hard_max = 1e6,
                                .scale = SliderScale::log,
                                .fallback = 2},
                               width,
                               tip);
  method_number(ui,
                index,
                "β(1−q²)",
                name,
                step.beta_factor,
                edited,
                false,
                [](MethodSpec& method, double now) { method.step.beta_factor = now; });
}

void draw_gamma(const Ui& ui, std::size_t index, const StepSpec& step) {
  constexpr const char* tip = "γ as a multiple of β: the first step size is β/γ.";
  const std::string name = key_of(index, "step.gamma");
  if (step.gamma) {
    const float width = row(ui, "γ", "ηₜ = β/(γ+t).");
    const Edited edited = slider(ui,
                                 name.c_str(),
                                 *step.gamma,
                                 {.min = 0.1,
                                  .max = 1e5,
                                  .hard_min = 1e-9,
                                  .hard_max = 1e12,
                                  .scale = SliderScale::log,
                                  .fallback = *step.gamma},
                                 width,
                                 "ηₜ = β/(γ+t).");
    method_number(
        ui, index, "γ", name, *step.gamma, edited, false, [](MethodSpec& method, double now) {
          method.step.gamma = now;
        });
  } else if (!step.gamma_theorem) {
    const float width = row(ui, "γ / β", tip);
    const Edited edited = slider(ui,
                                 name.c_str(),
                                 step.gamma_factor,
                                 {.min = 0.1,
                                  .max = 100,
                                  .hard_min = 1e-6,
                                  .hard_max = 1e9,
                                  .scale = SliderScale::log,
                                  .fallback = 1},
                                 width,
                                 tip);
    method_number(ui,
                  index,
                  "γ/β",
                  name,
                  step.gamma_factor,
                  edited,
                  false,
                  [](MethodSpec& method, double now) { method.step.gamma_factor = now; });
  }
  row(ui, "", "");
  const std::string check = key_of(index, "step.gamma_theorem");
  if (checkbox(ui,
               check.c_str(),
               "γ = β(1+σ₂)",
               step.gamma_theorem,
               "The value Theorem 4.2 asks for, with the chosen constants.")) {
    const bool now = !step.gamma_theorem;
    send_edit(ui, now ? "γ by Theorem 4.2" : "γ by hand", check, true, [&](RunSpec& spec) {
      spec.methods[index].step.gamma_theorem = now;
      spec.methods[index].step.gamma.reset();
    });
  }
}

void draw_sampling(const Ui& ui, std::size_t index, const MethodSpec& method) {
  const auto n = static_cast<double>(population(ui.session.spec()));
  const char* tip = "Samples a step of either solver draws.";
  float width = row(ui, "minibatch", tip);
  const std::string name = key_of(index, "minibatch");
  const auto before = static_cast<double>(method.minibatch);
  const Edited edited = slider(ui,
                               name.c_str(),
                               before,
                               {.min = 1,
                                .max = n,
                                .hard_min = 1,
                                .hard_max = n,
                                .scale = SliderScale::log,
                                .whole = true,
                                .fallback = 50},
                               width,
                               tip);
  method_number(
      ui, index, "minibatch", name, before, edited, true, [](MethodSpec& changed, double now) {
        changed.minibatch = static_cast<std::int64_t>(now);
      });
  tip = "How minibatches are drawn. The theorems speak of independent draws only.";
  width = row(ui, "sampling", tip);
  const std::string sampling = key_of(index, "sampling");
  const int chosen =
      combo(ui, sampling.c_str(), kSamplings, static_cast<int>(method.sampling), width, tip);
  if (chosen >= 0) {
    send_edit(ui, kSamplings[static_cast<std::size_t>(chosen)], sampling, true, [&](RunSpec& spec) {
      spec.methods[index].sampling = static_cast<Sampling>(chosen);
    });
  }
  tip = "Samples of the final ∂₂Φ̂; 0 takes its exact value. More samples lower the floor as 1/J.";
  width = row(ui, "∂₂Φ̂ samples", tip);
  const std::string samples = key_of(index, "jacobian_samples");
  const auto count = static_cast<double>(method.jacobian_samples);
  const Edited typed =
      slider(ui,
             samples.c_str(),
             count,
             {.min = 0, .max = 100, .hard_min = 0, .hard_max = 1e6, .whole = true, .fallback = 1},
             width,
             tip);
  method_number(ui, index, "J", samples, count, typed, true, [](MethodSpec& changed, double now) {
    changed.jacobian_samples = static_cast<std::int64_t>(now);
  });
}

/// A whole number that may be left to the program: 0 stands for that.
template <class Change>
void draw_optional(const Ui& ui,
                   std::size_t index,
                   const char* label,
                   const std::string& name,
                   std::optional<std::int64_t> value,
                   const char* tip,
                   Change&& change) {
  row(ui, label, tip);
  const auto before = static_cast<double>(value.value_or(0));
  const Edited edited = number_field(ui, name.c_str(), before, 0, 1e6, true, ui.px(80), tip);
  if (!value) {
    ImGui::SameLine(0, ui.px(8));
    ImGui::AlignTextToFramePadding();
    text(ui.colours.text_faint, "automatic");
  }
  method_number(ui, index, label, name, before, edited, true, [&](MethodSpec& method, double now) {
    std::optional<std::int64_t> kept;
    if (now > 0) kept = static_cast<std::int64_t>(now);
    change(method, kept);
  });
}

/// A schedule of its own for the linear system, off by default.
void draw_own_linear_step(const Ui& ui, std::size_t index, const MethodSpec& method) {
  row(ui, "", "");
  const std::string own = key_of(index, "linear_step");
  if (checkbox(ui,
               own.c_str(),
               "own step for v",
               method.linear_step.has_value(),
               "A schedule of its own for the linear system.")) {
    const bool now = !method.linear_step;
    send_edit(ui, now ? "Own step for v" : "One step for w and v", own, true, [&](RunSpec& spec) {
      MethodSpec& changed = spec.methods[index];
      changed.linear_step.reset();
      if (now) {
        changed.linear_step = changed.step;
        changed.linear_step->kind = StepKind::constant;
        if (changed.linear_step->eta <= 0.0) changed.linear_step->eta = 0.5;
      }
    });
  }
  if (!method.linear_step || method.linear_step->kind != StepKind::constant) return;
  const float width = row(ui, "η of v", "Constant step of the linear system.");
  const std::string eta = key_of(index, "linear_step.eta");
  const Edited edited = slider(ui,
                               eta.c_str(),
                               method.linear_step->eta,
                               {.min = 1e-3,
                                .max = 2,
                                .hard_min = 1e-12,
                                .hard_max = 100,
                                .scale = SliderScale::log,
                                .fallback = 1},
                               width,
                               "Constant step of the linear system.");
  method_number(ui,
                index,
                "η of v",
                eta,
                method.linear_step->eta,
                edited,
                false,
                [](MethodSpec& changed, double now) { changed.linear_step->eta = now; });
}

/// Settings that few need: the linear system's own step, numbers of steps, the switch.
void draw_rare(const Ui& ui, std::size_t index, const MethodSpec& method) {
  const std::string name = key_of(index, "more");
  ImGui::PushID(name.c_str());
  const bool open = ImGui::TreeNodeEx(
      "More", ImGuiTreeNodeFlags_NoTreePushOnOpen | ImGuiTreeNodeFlags_SpanAvailWidth);
  ImGui::PopID();
  ui.registry.record_item(name, open ? "open" : "closed");
  if (!open) return;
  draw_optional(ui,
                index,
                "t",
                key_of(index, "t"),
                method.t,
                "Steps of the lower level at the last point; 0: as in the budget.",
                [](MethodSpec& changed, auto now) { changed.t = now; });
  draw_optional(ui,
                index,
                "k",
                key_of(index, "k"),
                method.k,
                "Steps of the linear system at the last point; 0: as many as t.",
                [](MethodSpec& changed, auto now) { changed.k = now; });
  if (method.kind == MethodKind::batch) return;
  if (method.step.kind == StepKind::two_phase) {
    draw_optional(ui,
                  index,
                  "switch at",
                  key_of(index, "switch_at"),
                  method.step.switch_at,
                  "Step at which the constant phase ends; 0: when the bound is near its floor.",
                  [](MethodSpec& changed, auto now) { changed.step.switch_at = now; });
  }
  draw_own_linear_step(ui, index, method);
}

void draw_name_row(const Ui& ui, std::size_t index) {
  const float width = row(ui, "name", "Shown in tables, legend and files.");
  std::string name = ui.session.spec().methods[index].name;
  const std::string label = method_label(ui.session.spec(), index);
  const std::string id = key_of(index, "name");
  if (text_field(ui, id.c_str(), name, label.c_str(), width, "Empty: made from the settings.")) {
    send_edit(
        ui, "Rename " + label, id, true, [&](RunSpec& spec) { spec.methods[index].name = name; });
  }
}

void draw_controls(const Ui& ui, std::size_t index) {
  const MethodSpec& method = ui.session.spec().methods[index];
  const float width = row(ui, "rule", "How the step size is chosen.");
  const std::string rule = key_of(index, "rule");
  const int chosen = combo(ui,
                           rule.c_str(),
                           kRules,
                           rule_of(method),
                           width,
                           "Batch: exact gradients, the deterministic method. The others draw "
                           "minibatches.");
  if (chosen >= 0) {
    send_edit(ui, kRules[static_cast<std::size_t>(chosen)], rule, true, [&](RunSpec& spec) {
      MethodSpec& changed = spec.methods[index];
      changed.kind = chosen == 0 ? MethodKind::batch : MethodKind::sid;
      if (chosen > 0) changed.step.kind = static_cast<StepKind>(chosen - 1);
      changed.name.clear();
    });
  }
  const bool decreasing = method.kind == MethodKind::sid && method.step.kind != StepKind::constant;
  const bool constant =
      method.kind == MethodKind::batch || method.step.kind != StepKind::decreasing;
  if (constant) draw_eta(ui, index, method.step);
  if (decreasing) {
    draw_beta(ui, index, method.step);
    draw_gamma(ui, index, method.step);
  }
  if (method.kind == MethodKind::sid) draw_sampling(ui, index, method);
  draw_name_row(ui, index);
  draw_rare(ui, index, method);
  row(ui, "", "");
  const float each = 0.5F * (ImGui::GetContentRegionAvail().x - ui.px(8));
  if (button(ui,
             key_of(index, "duplicate").c_str(),
             "Duplicate",
             "A copy to change.",
             ButtonLook::normal,
             each)) {
    send_edit(ui,
              "Duplicate " + method_label(ui.session.spec(), index),
              "duplicate",
              true,
              [&](RunSpec& spec) { spec = with_duplicate(spec, index); });
    ui.state.view.method = index + 1;
  }
  ImGui::SameLine(0, ui.px(8));
  if (button(ui,
             key_of(index, "remove").c_str(),
             "Remove",
             "Can be undone.",
             ButtonLook::normal,
             each,
             ui.session.spec().methods.size() > 1)) {
    send_edit(
        ui, "Remove " + method_label(ui.session.spec(), index), "remove", true, [&](RunSpec& spec) {
          spec = without_method(spec, index);
        });
  }
}

bool draw_header(const Ui& ui, std::size_t index, const MethodStyle& style, float width) {
  const bool selected = index == selected_method(ui);
  const std::string name = "method/" + std::to_string(index + 1);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.px(30);
  const bool pressed = ImGui::InvisibleButton(name.c_str(), {width, height});
  const bool hovered = ImGui::IsItemHovered();
  ui.registry.record_item(name, selected ? "selected" : "");
  tooltip(ui, "Select this method: its controls, its theorem, its limits.");
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (selected || hovered) {
    list.AddRectFilled(
        at,
        {at.x + width, at.y + height},
        to_u32(selected ? ui.colours.control : ui.colours.control, selected ? 1 : 0.5F),
        ImGui::GetStyle().FrameRounding);
  }
  LegendRow sample;
  sample.role = SeriesRole::measured;
  sample.colour = style.colour;
  sample.marker = style.marker;
  sample.band = ui.session.spec().methods[index].kind == MethodKind::sid;
  ImGuiPainter painter(list, ui.fonts, ui.formulas);
  const ImRect area({at.x + ui.px(8), at.y}, {at.x + ui.px(40), at.y + height});
  draw_sample(painter, sample, to_points(area, ui.fonts.scale), ui.theme);
  const WithFont font(selected ? ui.fonts.heading : ui.fonts.body);
  const std::string label = ellipsised(method_label(ui.session.spec(), index), width - ui.px(56));
  list.AddText({at.x + ui.px(50), std::round(at.y + 0.5F * (height - ImGui::GetFontSize()))},
               to_u32(selected ? ui.colours.text : ui.colours.text_dim),
               label.c_str());
  return pressed;
}

}  // namespace

void draw_methods_section(const Ui& ui, float width) {
  section(ui, "Methods");
  const std::vector<MethodStyle> styles = method_styles(ui.session.spec());
  for (std::size_t i = 0; i < styles.size(); ++i) {
    if (draw_header(ui, i, styles[i], width)) ui.state.view.method = i;
    if (i == selected_method(ui)) draw_controls(ui, i);
  }
  if (button(ui,
             "add-method",
             "Add a method",
             "Compare another step size or minibatch.",
             ButtonLook::normal,
             width,
             styles.size() < 12)) {
    send_edit(ui, "Add a method", "add-method", true, [](RunSpec& spec) {
      spec = with_new_method(spec);
    });
    ui.state.view.method = styles.size();
  }
}

}  // namespace sid::app
