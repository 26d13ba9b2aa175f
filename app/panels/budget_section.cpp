#include <array>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::app {
namespace {

void draw_count(const Ui& ui,
                const char* label,
                const char* name,
                std::int64_t value,
                const SliderSpec& range,
                const char* tip,
                std::int64_t RunSettings::*member) {
  const float width = row(ui, label, tip);
  const auto before = static_cast<double>(value);
  const Edited edited = slider(ui, name, before, range, width, tip);
  send_number(ui, label, name, before, edited, true, [member](RunSpec& spec, double now) {
    spec.run.*member = static_cast<std::int64_t>(now);
  });
}

void draw_checkpoints(const Ui& ui) {
  using Spacing = CheckpointSpec::Spacing;
  const CheckpointSpec& points = ui.session.spec().run.checkpoints;
  constexpr const char* tip =
      "Points of a curve. Each has its own linear system, solved afresh with k = t steps: evenly "
      "spaced points cost several times more than logarithmic ones.";
  const float width = row(ui, "points", tip);
  if (points.spacing == Spacing::list) {
    ImGui::AlignTextToFramePadding();
    text(ui.colours.text_dim, std::to_string(points.list.size()) + " listed in the spec");
    return;
  }
  const float field = ui.px(56);
  const auto count = static_cast<double>(points.count);
  const Edited edited = number_field(ui, "checkpoints", count, 2, 2000, true, field, tip);
  send_number(ui, "points", "checkpoints", count, edited, true, [](RunSpec& spec, double now) {
    spec.run.checkpoints.count = static_cast<std::int64_t>(now);
  });
  ImGui::SameLine(0, ui.px(8));
  static constexpr std::array<const char*, 2> spacings = {"log", "even"};
  const int chosen = segmented(ui,
                               "spacing",
                               spacings,
                               points.spacing == Spacing::log ? 0 : 1,
                               width - field - ui.px(8),
                               tip);
  if (chosen >= 0) {
    send_edit(
        ui, chosen == 0 ? "Log-spaced points" : "Even points", "spacing", true, [&](RunSpec& spec) {
          spec.run.checkpoints.spacing = chosen == 0 ? Spacing::log : Spacing::linear;
        });
  }
}

void draw_seed(const Ui& ui) {
  constexpr const char* tip =
      "Equal seeds give equal bits, on any number of threads. Sliders keep the seed, so that they "
      "move curves and not noise.";
  const float width = row(ui, "seed", tip);
  const float field = ui.px(96);
  const auto seed = static_cast<double>(ui.session.spec().run.seed);
  const Edited edited = number_field(ui, "seed", seed, 0, 4294967295.0, true, field, tip);
  send_number(ui, "seed", "seed", seed, edited, true, [](RunSpec& spec, double now) {
    spec.run.seed = static_cast<std::int64_t>(now);
  });
  ImGui::SameLine(0, ui.px(8));
  if (button(ui,
             "new-seed",
             "New",
             "Other random numbers.  (Shift+R)",
             ButtonLook::normal,
             width - field - ui.px(8))) {
    ui.send(NewSeed{});
  }
}

void draw_parts(const Ui& ui) {
  static constexpr std::array<const char*, 3> routes = {"none", "nested", "exact"};
  constexpr const char* tip =
      "Measures the parts of the error, equation (11): bias², the variance of the estimate for a "
      "given wₜ, and the variance that wₜ brings. Nested: several estimates for each wₜ. Exact: "
      "E[estimate | wₜ] by k steps with the whole data, dearer and less noisy. Runs from the "
      "command line write them to parts.csv.";
  const RunSettings& run = ui.session.spec().run;
  const float width = row(ui, "error parts", tip);
  const int chosen =
      segmented(ui, "decomposition", routes, static_cast<int>(run.decomposition), width, tip);
  if (chosen >= 0) {
    send_edit(ui,
              std::string("Error parts: ") + routes[static_cast<std::size_t>(chosen)],
              "decomposition",
              true,
              [&](RunSpec& spec) {
                spec = with_decomposition(spec, static_cast<DecompositionRoute>(chosen));
              });
  }
  if (run.decomposition != DecompositionRoute::nested) return;
  draw_count(ui,
             "estimates",
             "inner-replicas",
             run.inner_replicas,
             {.min = 2, .max = 16, .hard_min = 2, .hard_max = 1000, .whole = true, .fallback = 2},
             "Estimates for each wₜ, K ≥ 2; each has a linear system of its own.",
             &RunSettings::inner_replicas);
}

}  // namespace

void draw_budget_section(const Ui& ui, float /*width*/) {
  section(ui, "Budget");
  const RunSettings& run = ui.session.spec().run;
  draw_count(ui,
             "iterations",
             "iterations",
             run.iterations,
             {.min = 10,
              .max = 1e4,
              .hard_min = 1,
              .hard_max = 1e6,
              .scale = SliderScale::log,
              .whole = true,
              .fallback = 500},
             "Steps of each solver at the last checkpoint, t = k. Batch gets the same epochs.",
             &RunSettings::iterations);
  draw_count(ui,
             "replicas",
             "replicas",
             run.replicas,
             {.min = 4,
              .max = 1024,
              .hard_min = 1,
              .hard_max = 1e5,
              .scale = SliderScale::log,
              .whole = true,
              .fallback = 32},
             "Independent repetitions. The band is the 95 % interval of their mean.",
             &RunSettings::replicas);
  draw_checkpoints(ui);
  draw_seed(ui);
  draw_parts(ui);
  row(ui, "", "");
  if (checkbox(ui,
               "certificate",
               "certify every run",
               run.certificate,
               "Also bound the error of every run from its own w, v and estimate, at every "
               "checkpoint: one gradient and two products more. Methods without v take a linear "
               "solve besides.")) {
    const bool now = !run.certificate;
    send_edit(
        ui, now ? "Certify every run" : "Certify no run", "certificate", true, [&](RunSpec& spec) {
          spec.run.certificate = now;
        });
  }
  if (!has_data(ui.session.spec().problem.kind)) return;
  row(ui, "", "");
  if (checkbox(ui,
               "vary-split",
               "new split each replica",
               run.vary_split,
               "As the paper's figures do. Averaging over splits mixes several problems, so the "
               "theorems, which speak of one, draw no bounds.")) {
    const bool now = !run.vary_split;
    send_edit(ui, now ? "Vary the split" : "Fix the split", "vary-split", true, [&](RunSpec& spec) {
      spec = with_varied_split(spec, now);
    });
  }
}

void draw_constants_section(const Ui& ui, float width) {
  section(ui, "Constants");
  static constexpr std::array<const char*, 3> labels = {"paper", "sharpened", "prediction"};
  const int ladder = segmented(
      ui,
      "ladder",
      labels,
      static_cast<int>(ui.session.spec().ladder),
      width,
      "Paper: constants and inequalities as printed. Sharpened: smaller constants, still proved. "
      "Prediction: exact expectations alone, where they are known; no bound is drawn.  (K)");
  if (ladder >= 0) {
    send_edit(ui,
              std::string("Constants: ") + labels[static_cast<std::size_t>(ladder)],
              "ladder",
              true,
              [&](RunSpec& spec) { spec.ladder = static_cast<Ladder>(ladder); });
  }
}

}  // namespace sid::app
