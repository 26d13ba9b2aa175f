#include "sid/app/panels/level_rows.hpp"

#include <array>

#include "sid/app/panels/edit.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid::app {
namespace {

void draw_huber_width(const Ui& ui) {
  constexpr const char* tip =
      "Residual at which the loss turns from a square into a straight line: δ²(√(1 + (r/δ)²) − 1). "
      "Its slope is at most δ. Double-click resets.";
  const double delta = ui.session.spec().problem.huber_delta;
  const SliderSpec range{.min = 0.01,
                         .max = 100,
                         .hard_min = kSmallestScale,
                         .hard_max = kLargestScale,
                         .scale = SliderScale::log,
                         .fallback = ProblemSpec{}.huber_delta};
  const Edited edited = slider(ui, "huber-delta", delta, range, row(ui, "Width δ", tip), tip);
  send_number(ui, "width δ", "huber-delta", delta, edited, false, [](RunSpec& spec, double now) {
    spec.problem.huber_delta = now;
  });
}

}  // namespace

void draw_upper_level(const Ui& ui) {
  static constexpr std::array<const char*, 3> losses = {"logistic", "squares", "Huber"};
  constexpr const char* tip =
      "Loss E of the upper level, over the validation examples. Logistic: for labels −1 and +1. "
      "Squares: half the squared residual; its slope is unbounded, so the theorems hold on a ball. "
      "Pseudo-Huber: a square near 0, straight beyond δ.";
  const ProblemSpec& problem = ui.session.spec().problem;
  const float width = row(ui, "Upper level", tip);
  const int chosen =
      segmented(ui, "upper-level", losses, static_cast<int>(upper_level(problem)), width, tip);
  if (chosen >= 0) {
    send_edit(
        ui,
        std::string("Upper level: ") + losses[static_cast<std::size_t>(chosen)],
        "upper-level",
        true,
        [&](RunSpec& spec) { spec = with_upper_level(spec, static_cast<UpperLevel>(chosen)); });
  }
  if (upper_level(problem) == UpperLevel::pseudo_huber) draw_huber_width(ui);
}

void draw_weight_decay(const Ui& ui) {
  const RunSpec& spec = ui.session.spec();
  if (spec.problem.kind != ProblemKind::data_weights) return;
  constexpr const char* tip =
      "c of ½c‖w‖² in the lower level. It alone makes the lower level strongly convex: the smaller "
      "it is, the closer q is to 1. Double-click resets.";
  const double unit = convention_unit(spec);
  const double decay = spec.problem.weight_decay;
  const SliderSpec range{.min = 1e-4 * unit,
                         .max = 10 * unit,
                         .hard_min = kSmallestScale,
                         .hard_max = kLargestScale,
                         .scale = SliderScale::log,
                         .fallback = ProblemSpec{}.weight_decay * unit};
  const Edited edited = slider(ui, "weight-decay", decay, range, row(ui, "Weight decay", tip), tip);
  send_number(
      ui, "weight decay", "weight-decay", decay, edited, false, [](RunSpec& edit, double now) {
        edit.problem.weight_decay = now;
      });
}

void draw_wrong_labels(const Ui& ui) {
  const RunSpec& spec = ui.session.spec();
  const double noise = spec.data.label_noise;
  const bool about_them = spec.problem.kind == ProblemKind::data_weights;
  if (!about_them && noise == 0.0) return;
  constexpr const char* tip =
      "Fraction of the training labels that are turned into their opposite. Validation labels stay "
      "right. Double-click resets.";
  const bool made = spec.data.source == DataSource::digits;
  const SliderSpec range{.min = 0.0,
                         .max = 0.5,
                         .hard_min = 0.0,
                         .hard_max = 1.0,
                         .fallback = about_them && made ? kUsualLabelNoise : 0.0};
  const Edited edited = slider(ui, "label-noise", noise, range, row(ui, "Wrong labels", tip), tip);
  send_number(
      ui, "wrong labels", "label-noise", noise, edited, false, [](RunSpec& edit, double now) {
        edit.data.label_noise = now;
      });
}

}  // namespace sid::app
