#include <array>
#include <optional>

#include "sid/app/panels/kind_menu.hpp"
#include "sid/app/panels/method_edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

const std::array<std::string, 4> kRules = {
    "Constant step", "Decreasing step", "Two-phase step", "Bound-optimal step"};
const std::array<std::string, 3> kSamplings = {
    "Independent (i.i.d.)", "No repeats in a batch", "Reshuffled each epoch"};

/// What estimates the hypergradient.
void draw_kind(const Ui& ui, std::size_t index, const MethodSpec& method) {
  const std::string tip(kind_sentence(method.kind));
  const float width = row(ui, "kind", tip);
  const std::string name = key_of(index, "kind");
  const std::string label(kind_name(method.kind));
  ImGui::PushID(name.c_str());
  const bool open = combo_face(ui, name, label, width, tip);
  const std::optional<MethodKind> kind = kind_menu(ui, name.c_str(), open, method.kind, width);
  ImGui::PopID();
  if (kind) {
    send_edit(ui, std::string(kind_name(*kind)), name, true, [&](RunSpec& spec) {
      spec = with_kind(spec, index, *kind);
    });
  }
}

/// How the step size is chosen.
void draw_rule(const Ui& ui, std::size_t index, const MethodSpec& method) {
  const float width = row(ui, "rule", "How the step size is chosen.");
  const std::string rule = key_of(index, "rule");
  const int chosen =
      combo(ui,
            rule.c_str(),
            kRules,
            static_cast<int>(method.step.kind),
            width,
            "How the step size falls. Bound-optimal: each step the best one for the one-step "
            "bound of Theorem 4.1, no setting left.");
  if (chosen >= 0) {
    send_edit(ui, kRules[static_cast<std::size_t>(chosen)], rule, true, [&](RunSpec& spec) {
      MethodSpec& changed = spec.methods[index];
      changed.step.kind = static_cast<StepKind>(chosen);
      changed.name.clear();
    });
  }
}

void draw_minibatch(const Ui& ui, std::size_t index, const MethodSpec& method) {
  const auto n = static_cast<double>(population(ui.session.spec()));
  constexpr const char* tip = "Samples a step of either solver draws.";
  const float width = row(ui, "minibatch", tip);
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
}

void draw_sampling(const Ui& ui, std::size_t index, const MethodSpec& method) {
  constexpr const char* tip =
      "How minibatches are drawn. The theorems speak of independent draws only.";
  const float width = row(ui, "sampling", tip);
  const std::string sampling = key_of(index, "sampling");
  const int chosen =
      combo(ui, sampling.c_str(), kSamplings, static_cast<int>(method.sampling), width, tip);
  if (chosen >= 0) {
    send_edit(ui, kSamplings[static_cast<std::size_t>(chosen)], sampling, true, [&](RunSpec& spec) {
      spec.methods[index].sampling = static_cast<Sampling>(chosen);
    });
  }
}

void draw_jacobian_samples(const Ui& ui, std::size_t index, const MethodSpec& method) {
  constexpr const char* tip =
      "Samples of the final ∂₂Φ̂; 0 takes its exact value. More samples lower the floor as 1/J.";
  const float width = row(ui, "∂₂Φ̂ samples", tip);
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
  const MethodTraits traits = traits_of(method.kind);
  if (traits.linear_system) {
    draw_optional(ui,
                  index,
                  "k",
                  key_of(index, "k"),
                  method.k,
                  "Steps of the linear system at the last point; 0: as many as t.",
                  [](MethodSpec& changed, auto now) { changed.k = now; });
  }
  if (!traits.random || !traits.lower_step) return;
  if (method.step.kind == StepKind::two_phase) {
    draw_optional(ui,
                  index,
                  "switch at",
                  key_of(index, "switch_at"),
                  method.step.switch_at,
                  "Step at which the constant phase ends; 0: when the bound is near its floor.",
                  [](MethodSpec& changed, auto now) { changed.step.switch_at = now; });
  }
  if (traits.linear_step) draw_linear_step_rows(ui, index);
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

void draw_buttons(const Ui& ui, std::size_t index) {
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

}  // namespace

void draw_method_rows(const Ui& ui, std::size_t index) {
  const MethodSpec& method = ui.session.spec().methods[index];
  const MethodTraits traits = traits_of(method.kind);
  draw_kind(ui, index, method);
  if (traits.lower_step && traits.random) draw_rule(ui, index, method);
  if (traits.lower_step) draw_step_rows(ui, index);
  if (traits.minibatches) {
    draw_minibatch(ui, index, method);
    draw_sampling(ui, index, method);
  }
  draw_own_rows(ui, index);
  if (traits.jacobian_samples) draw_jacobian_samples(ui, index, method);
  draw_name_row(ui, index);
  draw_rare(ui, index, method);
  draw_buttons(ui, index);
}

}  // namespace sid::app
