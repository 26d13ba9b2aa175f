#include "sid/app/panels/method_edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

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

}  // namespace

void draw_step_rows(const Ui& ui, std::size_t index) {
  const MethodSpec& method = ui.session.spec().methods[index];
  const bool exact = !traits_of(method.kind).random;
  if (method.step.kind == StepKind::bound_optimal) return;
  if (exact || method.step.kind != StepKind::decreasing) draw_eta(ui, index, method.step);
  if (exact || method.step.kind == StepKind::constant) return;
  draw_beta(ui, index, method.step);
  draw_gamma(ui, index, method.step);
}

void draw_linear_step_rows(const Ui& ui, std::size_t index) {
  const MethodSpec& method = ui.session.spec().methods[index];
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

}  // namespace sid::app
