#include <algorithm>
#include <array>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/equilibrium_rows.hpp"
#include "sid/app/panels/level_rows.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid::app {
namespace {

/// In the order of ProblemKind.
const std::array<std::string, 7> kKinds = {"Teaching quadratic",
                                           "Ridge, one λ",
                                           "Ridge, λ per coordinate",
                                           "Logistic, one λ",
                                           "Logistic, λ per coordinate",
                                           "Data hyper-cleaning",
                                           "Equilibrium of a network"};

constexpr const char* kStrengthTip =
    "The hyperparameter: weight of the regulariser. In the mean convention it multiplies ½‖w‖² "
    "beside the mean loss; in the sum convention beside the sum. Double-click resets.";
constexpr const char* kWeightTip =
    "The hyperparameters: in the lower level, training example i has the weight 1/(1 + exp(−λᵢ)). "
    "0 gives one half. One number stands for all examples. Double-click resets.";
constexpr const char* kInputTip =
    "The hyperparameter: an input of the network, added through B_i to what every unit sees; any "
    "number. Double-click resets.";

/// λ is any real number, the weight of an example or an input; otherwise the strength of a
/// regulariser.
bool weights_examples(const Ui& ui) {
  return !lambda_regularises(ui.session.spec().problem.kind);
}

const char* lambda_tip(const Ui& ui) {
  if (!is_gradient_map(ui.session.spec().problem.kind)) return kInputTip;
  return weights_examples(ui) ? kWeightTip : kStrengthTip;
}

SliderSpec lambda_slider(const RunSpec& spec) {
  const ProblemKind kind = spec.problem.kind;
  const LambdaRange all = lambda_range(kind);
  const double unit = convention_unit(spec);
  SliderSpec range{.min = 1e-4 * unit,
                   .max = 1e2 * unit,
                   .hard_min = all.low,
                   .hard_max = all.high,
                   .scale = SliderScale::log,
                   .fallback = usual_lambda(kind) * unit};
  if (!lambda_regularises(kind)) {
    range.min = -5.0;
    range.max = 5.0;
    range.scale = SliderScale::linear;
  }
  return range;
}

void draw_scalar_lambda(const Ui& ui, double value, float width) {
  const SliderSpec range = lambda_slider(ui.session.spec());
  const Edited edited = slider(ui, "lambda", value, range, width, lambda_tip(ui));
  send_number(ui, "λ", "lambda", value, edited, false, [](RunSpec& spec, double now) {
    spec.problem.lambda = std::vector<double>{now};
  });
}

void draw_lambda_list(const Ui& ui, const std::vector<double>& values, float width) {
  const bool weights = weights_examples(ui);
  std::string typed = format_list(values);
  if (!text_field(ui,
                  "lambda-list",
                  typed,
                  weights ? "-1, 0, 1" : "0.01, 0.1, 1",
                  width,
                  weights ? "Hyperparameters, one plot each: any numbers, separated by commas."
                          : "Hyperparameters, one plot each: positive numbers, separated by "
                            "commas.")) {
    return;
  }
  const LambdaRange range = lambda_range(ui.session.spec().problem.kind);
  const auto list = parse_list(typed, range);
  if (!list) {
    ui.send(Complain{"λ = '" + typed + "' is not a list of 1 to 16 " +
                     (weights ? "" : "positive ") + "numbers from " + field_text(range.low, false) +
                     " to " + field_text(range.high, false) + ". Write, for example, " +
                     (weights ? "-1, 0, 1." : "0.01, 0.1, 1.")});
    return;
  }
  send_edit(
      ui, "λ = " + typed, "lambda-list", true, [&](RunSpec& spec) { spec.problem.lambda = *list; });
}

void draw_random_lambda(const Ui& ui, const RandomLambda& random, float width) {
  const float each = 0.5F * (width - ui.px(8));
  const bool weights = weights_examples(ui);
  const double most = weights ? kLargestWeight : kLargestLogLambda;
  const char* const tip =
      weights ? "λᵢ = εᵢ, drawn uniformly from this range, one for every training example."
              : "λᵢ = exp(εᵢ) with εᵢ drawn uniformly from this range, one for every coordinate.";
  const Edited low = number_field(
      ui, "epsilon-low", random.epsilon_low, -most, random.epsilon_high, false, each, tip);
  ImGui::SameLine(0, ui.px(8));
  const Edited high = number_field(
      ui, "epsilon-high", random.epsilon_high, random.epsilon_low, most, false, each, tip);
  const auto change = [&](double a, double b) {
    return [=](RunSpec& spec) { spec.problem.lambda = RandomLambda{a, b, random.seed}; };
  };
  if (low.changed) {
    send_edit(ui,
              "lowest ε = " + field_text(low.value, false),
              "epsilon",
              true,
              change(low.value, random.epsilon_high));
  }
  if (high.changed) {
    send_edit(ui,
              "highest ε = " + field_text(high.value, false),
              "epsilon",
              true,
              change(random.epsilon_low, high.value));
  }
}

void draw_lambda(const Ui& ui) {
  const LambdaSpec& lambda = ui.session.spec().problem.lambda;
  if (const auto* values = std::get_if<std::vector<double>>(&lambda)) {
    const float width = row(ui, "λ", lambda_tip(ui));
    if (values->size() == 1) {
      draw_scalar_lambda(ui, values->front(), width);
    } else {
      draw_lambda_list(ui, *values, width);
    }
  } else if (const auto* random = std::get_if<RandomLambda>(&lambda)) {
    draw_random_lambda(
        ui, *random, row(ui, "ε range", weights_examples(ui) ? "Range of λ." : "Range of log λ."));
  } else if (const auto* vectors = std::get_if<std::vector<std::vector<double>>>(&lambda)) {
    row(ui, "λ", lambda_tip(ui));
    ImGui::AlignTextToFramePadding();
    text(ui.colours.text, std::to_string(vectors->size()) + " vectors from the spec");
  } else {
    const float width = row(ui, "λ from", "CSV file with one vector a line.");
    std::string path = std::get<LambdaFile>(lambda).path;
    if (text_field(ui, "lambda-path", path, "lambda.csv", width, "One vector a line.")) {
      send_edit(ui, "λ from " + path, "lambda-path", true, [&](RunSpec& spec) {
        spec.problem.lambda = LambdaFile{path};
      });
    }
  }
}

/// Leads back from hyperparameters of every coordinate or example to one number.
void draw_same_for_all(const Ui& ui) {
  row(ui, "", "");
  if (!button(ui, "lambda-same", "One number", "The same λ for all of them.")) return;
  send_edit(ui, "One λ for all", "lambda-same", true, [](RunSpec& spec) {
    spec.problem.lambda =
        std::vector<double>{usual_lambda(spec.problem.kind) * convention_unit(spec)};
  });
}

void draw_only_this(const Ui& ui, const std::vector<double>& values, float width) {
  if (!button(
          ui, "lambda-one", "Only this", "Keep only the selected λ.", ButtonLook::normal, width)) {
    return;
  }
  const double kept = values[std::min(selected_panel(ui), values.size() - 1)];
  send_edit(ui, "Only λ = " + field_text(kept, false), "lambda-one", true, [&](RunSpec& spec) {
    spec.problem.lambda = std::vector<double>{kept};
  });
}

void draw_randomise(const Ui& ui, float width) {
  if (button(ui,
             "lambda-random",
             "Random",
             weights_examples(ui)
                 ? "λᵢ = εᵢ, drawn uniformly: every example has a weight of its own."
                 : "λᵢ = exp(εᵢ), drawn uniformly: the setting of the paper's Figure 2.",
             ButtonLook::normal,
             width)) {
    send_edit(ui, "Random λ", "lambda-random", true, [](RunSpec& spec) {
      spec.problem.lambda = RandomLambda{};
    });
  }
}

/// Buttons below λ: more of them, fewer, or others.
void draw_several(const Ui& ui) {
  const RunSpec& spec = ui.session.spec();
  const auto* const values = std::get_if<std::vector<double>>(&spec.problem.lambda);
  if (values == nullptr) {
    draw_same_for_all(ui);
    return;
  }
  row(ui, "", "");
  const float each = 0.5F * (ImGui::GetContentRegionAvail().x - ui.px(8));
  const std::optional<RunSpec> more = with_one_more_lambda(spec);
  if (button(ui,
             "lambda-more",
             "Add a λ",
             weights_examples(ui) ? "One more plot, at the last λ plus 1."
                                  : "One more plot, at ten times the last λ.",
             ButtonLook::normal,
             each,
             values->size() < 8 && more)) {
    send_edit(ui, "Add a λ", "lambda-more", true, [](RunSpec& edit) {
      edit = with_one_more_lambda(edit).value_or(edit);
    });
  }
  if (values->size() > 1) {
    ImGui::SameLine(0, ui.px(8));
    draw_only_this(ui, *values, each);
  } else if (lambda_shape(spec.problem.kind) != LambdaShape::one) {
    ImGui::SameLine(0, ui.px(8));
    draw_randomise(ui, each);
  }
}

void draw_whole(const Ui& ui,
                const char* label,
                const char* name,
                std::int64_t value,
                const SliderSpec& range,
                const char* tip,
                std::int64_t QuadraticSpec::*member) {
  const float width = row(ui, label, tip);
  const auto before = static_cast<double>(value);
  const Edited edited = slider(ui, name, before, range, width, tip);
  send_number(ui, label, name, before, edited, true, [member](RunSpec& spec, double now) {
    spec.problem.quadratic.*member = static_cast<std::int64_t>(now);
    for (MethodSpec& method : spec.methods) {
      method.minibatch = std::min(method.minibatch, spec.problem.quadratic.samples);
    }
  });
}

void draw_real(const Ui& ui,
               const char* label,
               const char* name,
               double value,
               const SliderSpec& range,
               const char* tip,
               double QuadraticSpec::*member) {
  const float width = row(ui, label, tip);
  const Edited edited = slider(ui, name, value, range, width, tip);
  send_number(ui, label, name, value, edited, false, [member](RunSpec& spec, double now) {
    spec.problem.quadratic.*member = now;
  });
}

void draw_alpha(const Ui& ui) {
  static constexpr std::array<const char*, 2> rules = {"2/(L+τ)", "1/L"};
  constexpr const char* tip =
      "Inner step of the map Φ(w) = w − α∇ℓ(w). 2/(L+τ) contracts fastest and is the paper's "
      "choice; "
      "with 1/L the iterates of the teaching problem provably stay in the box where L_E holds.";
  const ProblemSpec& problem = ui.session.spec().problem;
  const AlphaRule usual =
      problem.kind == ProblemKind::quadratic ? AlphaRule::inverse_smoothness : AlphaRule::optimal;
  const float width = row(ui, "α", tip);
  const int chosen =
      segmented(ui, "alpha", rules, static_cast<int>(problem.alpha.value_or(usual)), width, tip);
  if (chosen >= 0) {
    send_edit(ui,
              std::string("α = ") + rules[static_cast<std::size_t>(chosen)],
              "alpha",
              true,
              [&](RunSpec& spec) { spec.problem.alpha = static_cast<AlphaRule>(chosen); });
  }
}

void draw_quadratic_more(const Ui& ui) {
  const QuadraticSpec& q = ui.session.spec().problem.quadratic;
  draw_real(ui,
            "λ coupling",
            "noise-lambda",
            q.noise_lambda,
            {.min = 0, .max = 0.99, .hard_min = 0, .hard_max = 0.999999, .fallback = 0},
            "Share of the noise that λ multiplies. It makes ∂₂Φ̂ noisy (m₂ > 0), so that a floor "
            "remains that no step size removes.",
            &QuadraticSpec::noise_lambda);
  draw_alpha(ui);
  draw_whole(ui,
             "dim d",
             "dim",
             q.dim,
             {.min = 1, .max = 50, .hard_min = 1, .hard_max = 200, .whole = true, .fallback = 10},
             "Dimension of w.",
             &QuadraticSpec::dim);
  draw_whole(ui,
             "samples n",
             "samples",
             q.samples,
             {.min = 20,
              .max = 5000,
              .hard_min = 1,
              .hard_max = 1e7,
              .scale = SliderScale::log,
              .whole = true,
              .fallback = 200},
             "One Batch step costs this many samples: it sets the length of an epoch.",
             &QuadraticSpec::samples);
  draw_real(ui,
            "smoothness",
            "smoothness",
            q.smoothness,
            {.min = 0.1,
             .max = 10,
             .hard_min = 1e-9,
             .hard_max = 1e9,
             .scale = SliderScale::log,
             .fallback = 2},
            "Largest curvature of the data term.",
            &QuadraticSpec::smoothness);
}

void draw_quadratic(const Ui& ui) {
  const QuadraticSpec& q = ui.session.spec().problem.quadratic;
  draw_real(ui,
            "κ of h",
            "condition",
            q.condition,
            {.min = 1,
             .max = 1e4,
             .hard_min = 1,
             .hard_max = 1e9,
             .scale = SliderScale::log,
             .fallback = 20},
            "Condition number of the data term: largest over smallest curvature. Large κ brings "
            "the contraction constant q close to 1.",
            &QuadraticSpec::condition);
  draw_real(ui,
            "noise",
            "noise-multiplicative",
            q.noise_multiplicative,
            {.min = 0, .max = 0.99, .hard_min = 0, .hard_max = 0.999999, .fallback = 0.3},
            "Relative noise of the curvature: its effect grows with the distance from the "
            "solution (σ₂).",
            &QuadraticSpec::noise_multiplicative);
  draw_real(ui,
            "floor noise",
            "noise-additive",
            q.noise_additive,
            {.min = 0, .max = 2, .hard_min = 0, .hard_max = 1e6, .fallback = 0.3},
            "Noise that stays at the solution (σ₁): it sets the level at which a constant step "
            "stops falling.",
            &QuadraticSpec::noise_additive);
  if (!ImGui::TreeNodeEx("More###quadratic-more",
                         ImGuiTreeNodeFlags_NoTreePushOnOpen | ImGuiTreeNodeFlags_SpanAvailWidth)) {
    ui.registry.record_item("quadratic-more", "closed");
    return;
  }
  ui.registry.record_item("quadratic-more", "open");
  draw_quadratic_more(ui);
}

}  // namespace

void draw_problem_section(const Ui& ui, float width) {
  section(ui, "Problem", true);
  const ProblemSpec& problem = ui.session.spec().problem;
  const int chosen = combo(ui,
                           "problem",
                           kKinds,
                           static_cast<int>(problem.kind),
                           width,
                           "The bilevel problem. The teaching quadratic has exact answers; the "
                           "equilibrium is the fixed point of a map that is no gradient step.");
  if (chosen >= 0) {
    send_edit(ui, kKinds[static_cast<std::size_t>(chosen)], "problem", true, [&](RunSpec& spec) {
      spec = with_problem(spec, static_cast<ProblemKind>(chosen));
    });
  }
  if (has_data(problem.kind)) draw_data_rows(ui);
  draw_lambda(ui);
  draw_several(ui);
  if (problem.kind == ProblemKind::quadratic) {
    draw_quadratic(ui);
  } else if (problem.kind == ProblemKind::equilibrium) {
    draw_equilibrium(ui);
  } else {
    draw_weight_decay(ui);
    draw_alpha(ui);
  }
}

}  // namespace sid::app
