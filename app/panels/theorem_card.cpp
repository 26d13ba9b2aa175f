#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <imgui_internal.h>

#include "sid/app/panels/bound_terms.hpp"
#include "sid/app/panels/formula_rows.hpp"
#include "sid/app/panels/method_sample.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/state/term_stack.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {

namespace {

/// The largest width that, if none is wider, lets all fit into `room`.
float common_width(std::vector<float> widths, float room) {
  std::sort(widths.begin(), widths.end());
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const float share = room / static_cast<float>(widths.size() - i);
    if (widths[i] > share) return share;
    room -= widths[i];
  }
  return std::numeric_limits<float>::max();
}

/// The names as they fit side by side into `room`; empty where two of them would then read alike.
std::vector<std::string> names_side_by_side(const std::vector<std::string>& names, float room) {
  std::vector<float> widths;
  widths.reserve(names.size());
  for (const std::string& name : names) widths.push_back(ImGui::CalcTextSize(name.c_str()).x);
  const float widest = common_width(widths, std::max(room, 0.0F));
  std::vector<std::string> shown = names;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (widths[i] > widest) shown[i] = ellipsised(names[i], widest);
  }
  const std::set<std::string> different(shown.begin(), shown.end());
  if (different.size() < shown.size()) shown.clear();
  return shown;
}

}  // namespace

void draw_method_chips(const Ui& ui, bool updating) {
  const WithFont font(ui.fonts.small);
  const std::vector<MethodStyle> styles = method_styles(ui.session.spec());
  std::vector<std::string> labels = method_labels(ui.session.spec());
  const std::size_t count = std::min<std::size_t>(styles.size(), 6);
  labels.resize(count);
  const std::size_t selected = selected_method(ui);
  const float pad = ui.px(8), gap = ui.px(2);
  const auto chips = static_cast<float>(count);
  const float reserved = updating ? 0.0F : ImGui::CalcTextSize(kUpdating).x;
  const float available = ImGui::GetContentRegionAvail().x - gap * (chips - 1);
  const float room = available - reserved - 2 * pad * chips;
  const auto width_of = [&](const std::string& name) {
    return ImGui::CalcTextSize(name.c_str()).x + 2 * pad;
  };
  std::vector<std::string> shown = names_side_by_side(labels, room);
  // Where names have no room, the others show how they are drawn, and that no wider than there is
  // room for.
  const bool strokes = shown.empty();
  float stroke = ui.px(34), total = 0.0F;
  if (strokes) {
    shown = labels;
    std::string& name = shown[std::min(selected, count - 1)];
    name = ellipsised(name, room - (stroke - 2 * pad) * (chips - 1));
    if (name == "…") name.clear();  // no name is better than that
    const float named = name.empty() ? 0.0F : width_of(name);
    const float others = name.empty() ? chips : std::max(chips - 1, 1.0F);
    stroke = std::clamp((available - named) / others, ui.px(16), stroke);
  }
  const auto is_stroke = [&](std::size_t i) {
    return strokes && (i != selected || shown[i].empty());
  };
  for (std::size_t i = 0; i < count; ++i) {
    total += is_stroke(i) ? stroke : width_of(shown[i]);
  }
  const float spare = std::max(0.0F, std::floor(available - total));
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + spare);
  for (std::size_t i = 0; i < count; ++i) {
    const bool on = i == selected;
    const bool as_stroke = is_stroke(i);
    const Colour& c = ui.theme.of(styles[i].colour);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {pad, ui.px(3)});
    ImGui::PushStyleColor(ImGuiCol_Button, on ? ui.colours.control : ImVec4(0, 0, 0, 0));
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, ui.colours.control_hover);
    ImGui::PushStyleColor(ImGuiCol_Text, on ? to_vec4(c) : ui.colours.text_faint);
    const std::string name = "theorem/method/" + std::to_string(i + 1);
    const std::string title = fmt::format("{}###{}", as_stroke ? "" : shown[i], name);
    if (ImGui::Button(title.c_str(), {as_stroke ? stroke : 0.0F, 0.0F})) ui.state.view.method = i;
    ImGui::PopStyleColor(3);
    ImGui::PopStyleVar();
    ui.registry.record_item(name, on ? "on" : "off");
    tooltip(ui, "The bound of " + labels[i] + ".");
    if (as_stroke) {
      ImRect area(ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
      area.Expand({-ui.px(3), 0.0F});
      draw_method_sample(ui, i, area);
    }
    if (i + 1 < count) ImGui::SameLine(0, gap);
  }
}

namespace {

// Heights of the textured bars, logical pixels.
constexpr float kBar = 6.0F, kShares = 10.0F;

/// Which checkpoint the card speaks of: the one nearest to the crosshair, else the last.
std::size_t card_checkpoint(const Ui& ui, const std::vector<Checkpoint>& checkpoints) {
  const Cursor& cursor = ui.state.view.cursor;
  if (!cursor.active || checkpoints.empty())
    return checkpoints.empty() ? 0 : checkpoints.size() - 1;
  std::size_t best = 0;
  double best_distance = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < checkpoints.size(); ++i) {
    const double x = ui.state.view.figure.x_unit == XUnit::epochs
                         ? checkpoints[i].epochs
                         : static_cast<double>(checkpoints[i].t);
    const double distance =
        ui.state.view.figure.log_x
            ? std::abs(std::log(std::max(x, 1e-300) / std::max(cursor.x, 1e-300)))
            : std::abs(x - cursor.x);
    if (distance < best_distance) {
      best_distance = distance;
      best = i;
    }
  }
  return best;
}

std::string place_text(const std::vector<Checkpoint>& checkpoints, std::size_t index) {
  if (index >= checkpoints.size()) return "";
  const Checkpoint& at = checkpoints[index];
  return "at t = " + std::to_string(at.t) + ", k = " + std::to_string(at.k) + ", " +
         format_for_reading(at.epochs, 3) + " epochs";
}

/// Colour belongs to methods: the terms are told apart by texture.
Colour method_colour(const Ui& ui) {
  return ui.theme.of(method_styles(ui.session.spec())[selected_method(ui)].colour);
}

void centred(ImFont* font, float x, float y, const ImVec4& colour, const std::string& words) {
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, words.c_str());
  ImGui::GetWindowDrawList()->AddText(font,
                                      font->FontSize,
                                      {std::round(x - 0.5F * size.x), std::round(y)},
                                      to_u32(colour),
                                      words.c_str());
}

/// Underline, number and name below one term.
void draw_term(const Ui& ui,
               std::size_t i,
               const TheoryCurve* bound,
               std::size_t index,
               ImVec2 at,
               const Rect& box,
               float below) {
  const auto left = at.x + static_cast<float>(box.x),
             right = at.x + static_cast<float>(box.right());
  const float centre = 0.5F * (left + right);
  const double value = bound != nullptr ? term_value(*bound, kTerms[i].id, index)
                                        : std::numeric_limits<double>::quiet_NaN();
  fill_texture(*ImGui::GetWindowDrawList(),
               {{left, below}, {right, below + ui.px(kBar)}},
               kTerms[i].texture,
               to_vec4(method_colour(ui)),
               ui.fonts.scale);
  const std::string number = format_for_reading(value, 3);
  draw_number(
      ui, {centre - 0.5F * number_size(ui, number).x, below + ui.px(10)}, ui.colours.text, number);
  centred(ui.fonts.small, centre, below + ui.px(28), ui.colours.text_dim, kTerms[i].label);
  const ImVec2 min{left, at.y + static_cast<float>(box.y)};
  const std::string name = std::string("term/") + kTerms[i].id;
  ImGui::SetCursorScreenPos(min);
  ImGui::InvisibleButton(name.c_str(), {std::max(1.0F, right - left), below + ui.px(42) - min.y});
  ui.registry.record_item(name, number);
  tooltip(ui, kTerms[i].tip);
}

/// Shares of the terms in the bound, as one bar.
void draw_shares(
    const Ui& ui, const TheoryCurve& bound, std::size_t index, ImVec2 at, float width) {
  std::array<double, 4> values{};
  double total = 0.0;
  for (std::size_t i = 0; i < kTerms.size(); ++i) {
    const double value = term_value(bound, kTerms[i].id, index);
    values[i] = std::isfinite(value) && value > 0.0 ? value : 0.0;
    total += values[i];
  }
  if (!(total > 0.0) || !std::isfinite(total)) return;
  const ImVec4 colour = to_vec4(method_colour(ui));
  float x = at.x;
  for (std::size_t i = 0; i < kTerms.size(); ++i) {
    const float right = x + static_cast<float>(values[i] / total) * width;
    if (right - x > 0.5F) {
      fill_texture(*ImGui::GetWindowDrawList(),
                   {{x, at.y}, {right, at.y + ui.px(kShares)}},
                   kTerms[i].texture,
                   colour,
                   ui.fonts.scale);
    }
    x = right;
  }
}

double value_at(const TheoryCurve& curve, std::size_t index) {
  return index < curve.values.size() ? curve.values[index]
                                     : std::numeric_limits<double>::quiet_NaN();
}

/// The bound that the plot draws, where it is another one than the theorem's.
const TheoryCurve* drawn_instead(const MethodTheory& theory) {
  for (const TheoryCurve& curve : theory.curves) {
    if (curve.quantity == Quantity::hypergradient && curve.kind == CurveKind::bound &&
        curve.primary && curve.drawn() && curve.id != "bound_3_4") {
      return &curve;
    }
  }
  return nullptr;
}

/// "Bound 80.1 = [shares]   sharp form 17.8, drawn above".
void draw_total(const Ui& ui,
                const MethodTheory& theory,
                const TheoryCurve& bound,
                std::size_t index,
                ImVec2 at,
                float width) {
  ImGui::SetCursorScreenPos(at);
  text(ui.colours.text_dim, "Bound");
  ImGui::SameLine(0, ui.px(8));
  const std::string total = format_for_reading(value_at(bound, index), 3);
  number_item(ui, ui.colours.text, total);
  ui.registry.record_item("theorem/total", total);
  tooltip(ui, bound.source + ": the sum of the terms.");
  ImGui::SameLine(0, ui.px(14));
  const float bar = std::min(ui.px(170), width * 0.25F);
  const ImVec2 bar_at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({bar, ImGui::GetTextLineHeight()});
  tooltip(ui, "The share of each term in the bound.");
  draw_shares(ui, bound, index, {bar_at.x, bar_at.y + ui.px(4)}, bar);
  const TheoryCurve* const other = drawn_instead(theory);
  if (other == nullptr) return;
  ImGui::SameLine(0, ui.px(20));
  text_cut(ui, ui.colours.text_dim, other->label, ui.px(220));
  tooltip(ui, other->source + "\nThe smallest proved bound: the dashed line of the plot.");
  ImGui::SameLine(0, ui.px(8));
  const std::string drawn = format_for_reading(value_at(*other, index), 3);
  number_item(ui, ui.colours.text, drawn);
  ui.registry.record_item("theorem/drawn", drawn);
}

/// "Theorem 3.4  at t = 500 …  [methods]".
void draw_card_head(const Ui& ui, const std::vector<Checkpoint>& checkpoints, std::size_t index) {
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "Theorem 3.4");
  }
  ImGui::SameLine(0, ui.px(10));
  {
    const WithFont font(ui.fonts.small);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.px(1));
    const std::string place =
        place_text(checkpoints, index) + (ui.session.theory_stale() ? kUpdating : "");
    text(ui.colours.text_faint, place);
    ui.registry.record_item("theorem/place", place);
  }
  ImGui::SameLine(0, ui.px(14));
  ImGui::SetCursorPosY(ui.px(6));
  draw_method_chips(ui, ui.session.theory_stale());
}

}  // namespace

void draw_theorem_card(const Ui& ui, ImVec2 size) {
  const Card card(ui, "theorem", size, {14, 8});
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = size.x - ui.px(28), bottom = origin.y + size.y - ui.px(16);
  const MethodTheory* const theory = selected_theory(ui);
  const TheoryCurve* const bound = theory != nullptr ? theory->find("bound_3_4") : nullptr;
  const bool drawn = bound != nullptr && bound->drawn();
  std::vector<Checkpoint> checkpoints;
  if (ui.session.bench() && ui.session.issues().empty()) {
    checkpoints = ui.session.checkpoints(selected_panel(ui), selected_method(ui));
  }
  const std::size_t index = card_checkpoint(ui, checkpoints);
  draw_card_head(ui, checkpoints, index);
  const double unit = ui.formulas.extent("theorem-3-4", 1.0).width;
  const double em = unit > 0.0 ? std::floor(std::min(20.0 * static_cast<double>(ui.fonts.scale),
                                                     static_cast<double>(width) / unit) *
                                            4.0) /
                                     4.0
                               : 0.0;
  if (em <= 0.0) {
    text(ui.colours.text_faint,
         "The formula is not at hand: the folder assets/formulas was not found.");
    return;
  }
  const FormulaPicture* const picture =
      ui.formulas.get(formula_request(ui, "theorem-3-4", em, bound != nullptr && !drawn));
  const ImVec2 at{std::round(origin.x), std::round(origin.y + ui.px(34))};
  const float below =
      at.y + static_cast<float>(ui.formulas.extent("theorem-3-4", em).height) + ui.px(1);
  if (picture != nullptr) {
    ImGui::GetWindowDrawList()->AddImage(
        picture->texture,
        at,
        {at.x + static_cast<float>(picture->width), at.y + static_cast<float>(picture->height)});
  }
  ui.registry.record_rect("theorem/formula", at, {at.x + width, below});
  if (bound != nullptr && !drawn) {
    ImGui::SetCursorScreenPos({at.x, below + ui.px(6)});
    text_wrapped(ui, ui.colours.warning, "Not drawn. " + bound->reason, width);
    ui.registry.record_item("theorem/reason", bound->reason);
    const float after = ImGui::GetCursorScreenPos().y + ui.px(12);
    draw_formula_rows(ui, theory, {at.x, after}, width, bottom);
    return;
  }
  for (std::size_t i = 0; i < kTerms.size(); ++i) {
    const Rect box = ui.formulas.box("theorem-3-4", std::string("t-") + kTerms[i].id, em);
    if (box.width > 0.0) draw_term(ui, i, bound, index, at, box, below);
  }
  if (drawn) draw_total(ui, *theory, *bound, index, {at.x, below + ui.px(54)}, width);
  draw_formula_rows(ui, theory, {at.x, below + ui.px(92)}, width, bottom);
}

void draw_theory_panel(const Ui& ui, ImVec2 size) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.px(8);
  constexpr float kChecksNeed = 640.0F;  // logical pixels; narrower panels show the theorem alone
  if (size.x < ui.px(kChecksNeed)) {
    draw_theorem_card(ui, size);
    return;
  }
  const float checks = std::clamp(size.x * 0.34F, ui.px(250), ui.px(560));
  draw_theorem_card(ui, {size.x - checks - gap, size.y});
  ImGui::SetCursorScreenPos({origin.x + size.x - checks, origin.y});
  draw_checks(ui, {checks, size.y});
}

}  // namespace sid::app
