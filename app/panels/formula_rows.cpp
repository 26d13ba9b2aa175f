#include "sid/app/panels/formula_rows.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sid/app/panels/panels.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kLabel = 104.0F, kGap = 10.0F, kBeside = 28.0F;
constexpr double kEm = 16.5, kLeastEm = 11.0;

struct Row {
  const char* label;
  const char* formula;
  const char* beside;  ///< a second formula in the same row; null: none
};

const char* step_formula(const MethodSpec& method) {
  switch (method.step.kind) {
    case StepKind::constant:
      return "step-constant";
    case StepKind::decreasing:
      return "step-decreasing";
    case StepKind::two_phase:
      return "step-two-phase";
    case StepKind::bound_optimal:
      return "step-bound-optimal";
  }
  return nullptr;
}

bool is_drawn(const MethodTheory* theory, const char* id) {
  const TheoryCurve* const curve = theory != nullptr ? theory->find(id) : nullptr;
  return curve != nullptr && curve->drawn() && curve->primary;
}

std::vector<Row> rows_of(const Ui& ui, const MethodTheory* theory) {
  std::vector<Row> rows;
  const MethodSpec& method = ui.session.spec().methods[selected_method(ui)];
  if (is_drawn(theory, "bound_sharp")) {
    rows.push_back({"sharp form", "theorem-3-4-sharp", nullptr});
  }
  if (is_drawn(theory, "bound_solution")) {
    rows.push_back({"solution-based", "statement-solution-based", nullptr});
  }
  const MethodTraits traits = traits_of(method.kind);
  if (traits.minibatches) rows.push_back({"steps of w", "sid-lower", step_formula(method)});
  if (method.kind == MethodKind::sid) rows.push_back({"steps of v", "sid-linear", nullptr});
  if (traits.repeats) rows.push_back({"estimate", "sid-estimate", nullptr});
  rows.push_back({"problem", "bilevel", nullptr});
  rows.push_back({"hypergradient", "hypergradient", nullptr});
  return rows;
}

/// Draws at whole pixels, centred about `middle`. Returns its width.
float draw_formula(const Ui& ui, const char* id, double em, float x, float middle) {
  const FormulaPicture* const picture = ui.formulas.get(formula_request(ui, id, em, false));
  if (picture == nullptr) return 0.0F;
  const auto w = static_cast<float>(picture->width), h = static_cast<float>(picture->height);
  const ImVec2 at{std::round(x), std::round(middle - 0.5F * h)};
  ImGui::GetWindowDrawList()->AddImage(picture->texture, at, {at.x + w, at.y + h});
  ui.registry.record_rect(std::string("formula/") + id, at, {at.x + w, at.y + h});
  return w;
}

}  // namespace

FormulaRequest formula_request(const Ui& ui, const std::string& id, double em, bool faded) {
  FormulaRequest request;
  request.id = id;
  request.em = em;
  request.colours.ink = to_colour(faded ? ui.colours.text_faint : ui.colours.text);
  request.colours.weight = ui.state.view.appearance == Appearance::dark ? 12.0 : 6.0;
  const auto styles = method_styles(ui.session.spec());
  // Colour belongs to methods: the terms are told apart by texture.
  const Colour hue = faded ? request.colours.ink : ui.theme.of(styles[selected_method(ui)].colour);
  for (const char* term : {"jacobian", "lower", "linear", "product"}) {
    request.colours.classes.emplace_back(std::string("term-") + term, hue);
  }
  return request;
}

void draw_formula_rows(
    const Ui& ui, const MethodTheory* theory, ImVec2 at, float width, float bottom) {
  const auto scale = static_cast<double>(ui.fonts.scale);
  float y = at.y;
  for (const Row& row : rows_of(ui, theory)) {
    const FormulaExtent unit = ui.formulas.extent(row.formula, 1.0);
    if (!(unit.width > 0.0)) return;
    const auto room = static_cast<double>(width - ui.px(kLabel));
    const double em = std::floor(4.0 * std::min(kEm * scale, room / unit.width)) / 4.0;
    if (em < kLeastEm * scale) continue;  // too small to read
    double height = unit.height * em;
    const FormulaExtent beside =
        row.beside != nullptr ? ui.formulas.extent(row.beside, em) : FormulaExtent{};
    const bool both = beside.width > 0.0 &&
                      unit.width * em + beside.width + static_cast<double>(ui.px(kBeside)) <= room;
    if (both) height = std::max(height, beside.height);
    if (y + static_cast<float>(height) > bottom) continue;  // a lower one may still fit
    const float middle = y + 0.5F * static_cast<float>(height);
    const float words = ui.fonts.small->FontSize;
    ImGui::GetWindowDrawList()->AddText(ui.fonts.small,
                                        words,
                                        {at.x, std::round(middle - 0.5F * words)},
                                        to_u32(ui.colours.text_faint),
                                        row.label);
    const float x = at.x + ui.px(kLabel);
    const float end = x + draw_formula(ui, row.formula, em, x, middle);
    if (both) draw_formula(ui, row.beside, em, end + ui.px(kBeside), middle);
    y += static_cast<float>(height) + ui.px(kGap);
  }
}

}  // namespace sid::app
