#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/outer_view.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/lambda_panels.hpp"
#include "sid/run/outer_problem.hpp"
#include "sid/run/problem_kind.hpp"

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

/// A setting that may be left to the program: "auto", or a number of one's own.
struct OwnNumber {
  const char* label = "";
  const char* name = "";  ///< of the widgets: name-kind, name
  std::optional<double> OuterSpec::*member = nullptr;
  double initial = 0.0;  ///< what it starts from when it becomes one's own
  double low = 0.0, high = 0.0;
  const char* tip = "";
};

void draw_own_number(const Ui& ui, const OuterSpec& outer, const OwnNumber& own) {
  const float width = row(ui, own.label, own.tip);
  const std::optional<double>& value = outer.*own.member;
  const std::string title = std::string("Outer loop: ") + own.label;
  const std::string kind = std::string(own.name) + "-kind";
  static constexpr std::array<const char*, 2> words = {"auto", "own"};
  const int chosen =
      segmented(ui, kind.c_str(), words, value ? 1 : 0, value ? 0.4F * width : width, own.tip);
  if (chosen >= 0) {
    send_outer(ui, title + (chosen == 0 ? ", auto" : ", own"), kind, [&](OuterSpec& spec) {
      spec.*own.member = chosen == 1 ? std::optional(own.initial) : std::nullopt;
    });
  }
  if (!value) return;
  ImGui::SameLine(0, ui.px(8));
  const Edited edited = number_field(
      ui, own.name, *value, own.low, own.high, false, 0.6F * width - ui.px(8), own.tip);
  send_number(ui, title, own.name, *value, edited, false, [&](RunSpec& spec, double now) {
    if (!spec.outer) spec.outer.emplace();
    (*spec.outer).*own.member = now;
  });
}

void draw_coordinate(const Ui& ui, const OuterSpec& outer) {
  if (!lambda_regularises(ui.session.spec().problem.kind)) return;  // λ of any sign has no log
  constexpr const char* tip =
      "What moves: θ = log λ, so that λ stays positive and changes by factors, or λ itself. Auto: "
      "log λ.";
  const float width = row(ui, "θ", tip);
  static constexpr std::array<const char*, 3> words = {"auto", "log λ", "λ"};
  const int shown = !outer.coordinate ? 0 : *outer.coordinate == OuterCoordinate::logarithm ? 1 : 2;
  const int chosen = segmented(ui, "outer-coordinate", words, shown, width, tip);
  if (chosen < 0) return;
  send_outer(ui,
             std::string("Outer loop: θ, ") + words[static_cast<std::size_t>(chosen)],
             "outer-coordinate",
             [&](OuterSpec& spec) {
               spec.coordinate.reset();
               if (chosen == 1) spec.coordinate = OuterCoordinate::logarithm;
               if (chosen == 2) spec.coordinate = OuterCoordinate::lambda;
             });
}

/// Where λ starts and between which values it may move.
void draw_box(const Ui& ui, const OuterSpec& outer) {
  const ProblemSpec& problem = ui.session.spec().problem;
  const LambdaRange allowed = lambda_range(problem.kind);
  // By the spec alone: a bench may be on its way.
  const double unit = convention_unit(ui.session.spec());
  const auto* const listed = std::get_if<std::vector<double>>(&problem.lambda);
  const double usual = unit * usual_lambda(problem.kind);
  const double start =
      outer.start.value_or(listed == nullptr || listed->empty() ? usual : listed->front());
  const LambdaRange box = default_box(problem, 1.0 / unit, start);
  const bool scale = lambda_regularises(problem.kind);
  const auto draw = [&](const char* label,
                        const char* name,
                        std::optional<double> OuterSpec::*member,
                        double initial,
                        const char* tip) {
    draw_own_number(ui,
                    outer,
                    {.label = label,
                     .name = name,
                     .member = member,
                     .initial = initial,
                     .low = allowed.low,
                     .high = allowed.high,
                     .tip = tip});
  };
  draw("start",
       "outer-start",
       &OuterSpec::start,
       start,
       "λ before the first outer step; one number stands for every entry. Auto: the first λ of the "
       "problem.");
  draw("λ from",
       "outer-low",
       &OuterSpec::low,
       box.low,
       scale ? "Lower end of the box that steps are projected on. Auto: 0.001 beside a mean over "
               "examples, lower where the start is."
             : "Lower end of the box that steps are projected on. Auto: −10, lower where the start "
               "is.");
  draw("λ to",
       "outer-high",
       &OuterSpec::high,
       box.high,
       scale ? "Upper end of the box that steps are projected on. Auto: 10 beside a mean over "
               "examples, higher where the start is."
             : "Upper end of the box that steps are projected on. Auto: 10, higher where the start "
               "is.");
}

}  // namespace

void draw_outer_section(const Ui& ui, float /*width*/) {
  section(ui, "Outer loop");
  const OuterSpec outer = shown(ui);
  draw_own_number(ui,
                  outer,
                  {.label = "step h",
                   .name = "outer-step",
                   .member = &OuterSpec::step,
                   .initial = 0.1,
                   .low = 1e-12,
                   .high = 1e12,
                   .tip = "h of θ ← θ − h df/dθ. Auto: the first exact step is half a unit long."});
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
  draw_coordinate(ui, outer);
  draw_box(ui, outer);
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
