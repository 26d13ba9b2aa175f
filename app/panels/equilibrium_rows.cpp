#include "sid/app/panels/equilibrium_rows.hpp"

#include "sid/app/panels/edit.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/validation.hpp"

namespace sid::app {
namespace {

void draw_real(const Ui& ui,
               const char* label,
               const char* name,
               const SliderSpec& range,
               const char* tip,
               double EquilibriumSpec::*member) {
  const double value = ui.session.spec().problem.equilibrium.*member;
  const float width = row(ui, label, tip);
  const Edited edited = slider(ui, name, value, range, width, tip);
  send_number(ui, label, name, value, edited, false, [member](RunSpec& spec, double now) {
    spec.problem.equilibrium.*member = now;
  });
}

void draw_whole(const Ui& ui,
                const char* label,
                const char* name,
                const SliderSpec& range,
                const char* tip,
                std::int64_t EquilibriumSpec::*member) {
  const auto value = static_cast<double>(ui.session.spec().problem.equilibrium.*member);
  const float width = row(ui, label, tip);
  const Edited edited = slider(ui, name, value, range, width, tip);
  send_number(ui, label, name, value, edited, true, [member](RunSpec& spec, double now) {
    spec.problem.equilibrium.*member = static_cast<std::int64_t>(now);
    fit_minibatches(spec);
  });
}

}  // namespace

void draw_equilibrium(const Ui& ui) {
  constexpr EquilibriumSpec usual;
  draw_real(ui,
            "q",
            "equilibrium-contraction",
            {.min = 0.1,
             .max = 0.99,
             .hard_min = 1e-6,
             .hard_max = 0.9999,
             .fallback = usual.contraction},
            "Contraction constant of Φ(w) = mean of tanh(A_i w + B_i λ + b_i), from the matrices "
            "A_i. The closer to 1, the slower every method.",
            &EquilibriumSpec::contraction);
  draw_real(ui,
            "spread",
            "equilibrium-spread",
            {.min = 0, .max = 2, .hard_min = 0, .hard_max = 100, .fallback = usual.spread},
            "How much the components of Φ differ, and so the noise of a minibatch. At 0 all are "
            "the same and nothing is random.",
            &EquilibriumSpec::spread);
  draw_whole(ui,
             "components n",
             "equilibrium-samples",
             {.min = 1,
              .max = 1000,
              .hard_min = 1,
              .hard_max = 4e6,
              .scale = SliderScale::log,
              .whole = true,
              .fallback = static_cast<double>(usual.samples)},
             "Components that minibatches draw from; a Batch step takes all of them.",
             &EquilibriumSpec::samples);
  draw_whole(ui,
             "units d",
             "equilibrium-dim",
             {.min = 1,
              .max = 50,
              .hard_min = 1,
              .hard_max = 200,
              .whole = true,
              .fallback = static_cast<double>(usual.dim)},
             "Dimension of w.",
             &EquilibriumSpec::dim);
  draw_real(ui,
            "width δ",
            "equilibrium-delta",
            {.min = 0.01,
             .max = 100,
             .hard_min = kSmallestScale,
             .hard_max = kLargestScale,
             .scale = SliderScale::log,
             .fallback = usual.huber_delta},
            "Width of the pseudo-Huber upper level, the distance of w(λ) to a target. Its slope is "
            "at most δ√d everywhere, as A(iv) asks.",
            &EquilibriumSpec::huber_delta);
}

}  // namespace sid::app
