#include <array>
#include <optional>
#include <string>

#include "sid/app/panels/method_edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::app {
namespace {

/// One slider for a number of the method.
template <class Change>
void draw_number_row(const Ui& ui,
                     std::size_t index,
                     const char* label,
                     const char* key,
                     double value,
                     const SliderSpec& range,
                     const char* tip,
                     Change&& change) {
  const float width = row(ui, label, tip);
  const std::string name = key_of(index, key);
  const Edited edited = slider(ui, name.c_str(), value, range, width, tip);
  method_number(ui, index, label, name, value, edited, range.whole, change);
}

void draw_variance_reduction(const Ui& ui, std::size_t index, const MethodSpec& method) {
  draw_number_row(ui,
                  index,
                  "γ / limit",
                  "step_factor",
                  method.step_factor,
                  {.min = 0.01,
                   .max = 10,
                   .hard_min = 1e-9,
                   .hard_max = 1000,
                   .scale = SliderScale::log,
                   .fallback = 1,
                   .marks = {{1.0, "1/(2L_max + 4L_max0), up to which the rate is proved"}}},
                  "Step over 1/(2L_max + 4L_max0), the largest for which a linear rate is proved.",
                  [](MethodSpec& changed, double now) { changed.step_factor = now; });
  if (method.kind != MethodKind::svrg) return;
  draw_number_row(ui,
                  index,
                  "p",
                  "refresh_probability",
                  method.refresh_probability,
                  {.min = 0, .max = 1, .hard_min = 0, .hard_max = 1, .fallback = 0},
                  "Probability that the anchor moves after a step, a pass over the data; 0: 1/n.",
                  [](MethodSpec& changed, double now) { changed.refresh_probability = now; });
}

const std::array<std::string, 3> kLowerSolvers = {"Gradient", "Heavy ball", "Accelerated"};
const std::array<std::string, 3> kLinearSolvers = {"Gradient", "Heavy ball", "Conjugate gradients"};

void draw_lower_solver(const Ui& ui, std::size_t index, const MethodSpec& method) {
  constexpr const char* tip =
      "Steps of the lower level. Heavy ball: Polyak's momentum, with a proved rate for quadratic "
      "lower levels only. Accelerated: Nesterov's momentum, rate 1 − 1/√κ.";
  const float width = row(ui, "solver of w", tip);
  const std::string name = key_of(index, "lower_solver");
  const int chosen =
      combo(ui, name.c_str(), kLowerSolvers, static_cast<int>(method.lower_solver), width, tip);
  if (chosen < 0) return;
  send_edit(ui, kLowerSolvers[static_cast<std::size_t>(chosen)], name, true, [&](RunSpec& spec) {
    spec.methods[index].lower_solver = static_cast<LowerIteration>(chosen);
  });
}

void draw_linear_solver(const Ui& ui, std::size_t index, const MethodSpec& method) {
  constexpr const char* tip =
      "Steps of the linear system, one Hessian-vector product each. Rates: κ for gradient steps, "
      "√κ for the other two.";
  const float width = row(ui, "solver of v", tip);
  const std::string name = key_of(index, "linear_solver");
  const int chosen =
      combo(ui, name.c_str(), kLinearSolvers, static_cast<int>(method.linear_solver), width, tip);
  if (chosen < 0) return;
  send_edit(ui, kLinearSolvers[static_cast<std::size_t>(chosen)], name, true, [&](RunSpec& spec) {
    spec.methods[index].linear_solver = static_cast<LinearIteration>(chosen);
  });
}

/// A tolerance, or none: 0 stands for that.
template <class Change>
void draw_tolerance(const Ui& ui,
                    std::size_t index,
                    const char* label,
                    const char* key,
                    std::optional<double> value,
                    const char* tip,
                    Change&& change) {
  row(ui, label, tip);
  const std::string name = key_of(index, key);
  const double before = value.value_or(0.0);
  const Edited edited = number_field(ui, name.c_str(), before, 0, 1e12, false, ui.px(80), tip);
  if (!value) {
    ImGui::SameLine(0, ui.px(8));
    ImGui::AlignTextToFramePadding();
    text(ui.colours.text_faint, "by steps");
  }
  method_number(ui, index, label, name, before, edited, false, [&](MethodSpec& method, double now) {
    change(method, now > 0.0 ? std::optional<double>(now) : std::nullopt);
  });
}

}  // namespace

void draw_own_rows(const Ui& ui, std::size_t index) {
  const MethodSpec& method = ui.session.spec().methods[index];
  if (is_variance_reduced(method.kind)) draw_variance_reduction(ui, index, method);
  const MethodTraits traits = traits_of(method.kind);
  // Momentum needs a gradient step; there is nothing to choose from without.
  if (traits.lower_solver && is_gradient_map(ui.session.spec().problem.kind)) {
    draw_lower_solver(ui, index, method);
  }
  if (traits.linear_solver) {
    draw_linear_solver(ui, index, method);
    draw_tolerance(ui,
                   index,
                   "‖w − w(λ)‖ ≤",
                   "lower_tolerance",
                   method.lower_tolerance,
                   "The steps of w end where this is certain: ‖∇₁ℓ(w)‖/τ ≤ it. 0: after t steps.",
                   [](MethodSpec& changed, auto now) { changed.lower_tolerance = now; });
    draw_tolerance(ui,
                   index,
                   "residual ≤",
                   "linear_tolerance",
                   method.linear_tolerance,
                   "The steps of v end where ‖αH(w)v − ∇₁E(w)‖ ≤ this. 0: after k steps.",
                   [](MethodSpec& changed, auto now) { changed.linear_tolerance = now; });
  }
  if (method.kind == MethodKind::neumann) {
    draw_number_row(
        ui,
        index,
        "copies",
        "copies",
        static_cast<double>(method.copies),
        {.min = 1,
         .max = 100,
         .hard_min = 1,
         .hard_max = 1e6,
         .scale = SliderScale::log,
         .whole = true,
         .fallback = 1},
        "Independent series that are averaged; the variance falls as 1/S.",
        [](MethodSpec& changed, double now) { changed.copies = static_cast<std::int64_t>(now); });
  }
  if (method.kind == MethodKind::fp_km) {
    draw_number_row(ui,
                    index,
                    "mixing a",
                    "mixing",
                    method.mixing,
                    {.min = 0.01,
                     .max = 1,
                     .hard_min = 1e-9,
                     .hard_max = 1,
                     .scale = SliderScale::log,
                     .fallback = 0.1},
                    "Small: long averages of v, less noise, a longer start. 1: a mean of SID's v.",
                    [](MethodSpec& changed, double now) { changed.mixing = now; });
  }
}

}  // namespace sid::app
