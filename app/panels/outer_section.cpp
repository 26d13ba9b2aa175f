#include <array>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/outer_view.hpp"

namespace sid::app {
namespace {

OuterSpec shown(const Ui& ui) {
  return ui.session.spec().outer.value_or(OuterSpec{});
}

/// Changes the section, which a spec without one then has.
template <class Change>
void send_outer(const Ui& ui, EditName name, const std::string& key, Change&& change) {
  send_edit(ui, std::move(name), key, true, [&](RunSpec& spec) {
    if (!spec.outer) spec.outer.emplace();
    change(*spec.outer);
  });
}

template <class Change>
void draw_slider(const Ui& ui,
                 const char* label,
                 const char* name,
                 double value,
                 const SliderSpec& range,
                 const char* tip,
                 Change&& change) {
  const float width = row(ui, label, tip);
  const Edited edited = slider(ui, name, value, range, width, tip);
  send_number(ui,
              std::string("Outer loop: ") + label,
              name,
              value,
              edited,
              range.whole,
              [&](RunSpec& spec, double now) {
                if (!spec.outer) spec.outer.emplace();
                change(*spec.outer, now);
              });
}

void draw_step(const Ui& ui, const OuterSpec& outer) {
  constexpr const char* tip =
      "h of θ ← θ − h df/dθ, θ = log λ. Auto: the first exact step is half a unit long.";
  const float width = row(ui, "step h", tip);
  static constexpr std::array<const char*, 2> words = {"auto", "own"};
  const int chosen = segmented(
      ui, "outer-step-kind", words, outer.step ? 1 : 0, outer.step ? 0.4F * width : width, tip);
  if (chosen >= 0) {
    send_outer(ui,
               chosen == 0 ? "Outer step: auto" : "Outer step: own",
               "outer-step-kind",
               [&](OuterSpec& spec) {
                 spec.step.reset();
                 if (chosen == 1) spec.step = 0.1;
               });
  }
  if (!outer.step) return;
  ImGui::SameLine(0, ui.px(8));
  const Edited edited =
      number_field(ui, "outer-step", *outer.step, 1e-12, 1e12, false, 0.6F * width - ui.px(8), tip);
  send_number(
      ui, "Outer step: h", "outer-step", *outer.step, edited, false, [](RunSpec& spec, double now) {
        if (!spec.outer) spec.outer.emplace();
        spec.outer->step = now;
      });
}

}  // namespace

void draw_outer_section(const Ui& ui, float /*width*/) {
  section(ui, "Outer loop");
  const OuterSpec outer = shown(ui);
  draw_step(ui, outer);
  draw_slider(ui,
              "decay",
              "outer-decay",
              outer.decay,
              {.min = 0, .max = 200, .hard_min = 0, .hard_max = 1e6, .fallback = 0},
              "h_s = h/(1 + s/decay): noisy gradients converge only where h shrinks. 0: constant.",
              [](OuterSpec& spec, double now) { spec.decay = now; });
  draw_slider(ui,
              "outer steps",
              "outer-steps",
              static_cast<double>(outer.steps),
              {.min = 5,
               .max = 1000,
               .hard_min = 1,
               .hard_max = 1e5,
               .scale = SliderScale::log,
               .whole = true,
               .fallback = 50},
              "How often λ is moved.",
              [](OuterSpec& spec, double now) { spec.steps = static_cast<std::int64_t>(now); });
  draw_slider(ui,
              "inner steps",
              "outer-t",
              static_cast<double>(outer.t.value_or(ui.session.spec().run.iterations)),
              {.min = 1,
               .max = 2000,
               .hard_min = 1,
               .hard_max = 1e6,
               .scale = SliderScale::log,
               .whole = true,
               .fallback = 100},
              "Steps of each solver in one outer step, t = k. Batch gets the same epochs, at least "
              "one step.",
              [](OuterSpec& spec, double now) { spec.t = static_cast<std::int64_t>(now); });
  row(ui, "", "");
  if (checkbox(
          ui,
          "outer-warm",
          "warm start",
          outer.warm_start,
          "The lower level of an outer step begins where that of the step before ended, not at "
          "0.")) {
    send_outer(
        ui, outer.warm_start ? "Cold start" : "Warm start", "outer-warm", [&](OuterSpec& spec) {
          spec.warm_start = !outer.warm_start;
        });
  }
}

}  // namespace sid::app
