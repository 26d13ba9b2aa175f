#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <imgui_internal.h>

#include "sid/app/panels/bound_terms.hpp"
#include "sid/app/panels/formula_rows.hpp"
#include "sid/app/panels/theory_view.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

// Of the formulas, logical pixels; below the least they scroll.
constexpr double kEm = 15.0, kLeastEm = 10.5;
constexpr float kBar = 4.0F;             ///< of the textures below terms
constexpr std::size_t kOccurrences = 3;  ///< of one symbol in one formula

/// Symbols as the formulas mark them.
struct Mark {
  std::string_view symbol;
  const char* id;
};
constexpr std::array<Mark, 32> kMarks = {
    Mark{"c₁", "s-c1"},         Mark{"L_Φ", "s-lphi"},      Mark{"ν₂", "s-nu2"},
    Mark{"ρ(t)", "s-rho"},      Mark{"σ(k)", "s-sigma"},    Mark{"m₂/J", "s-m2"},
    Mark{"L_E", "s-le"},        Mark{"q", "s-q"},           Mark{"d_w", "s-dw"},
    Mark{"d_v", "s-dv"},        Mark{"β", "s-beta"},        Mark{"γ", "s-gamma"},
    Mark{"‖v*‖", "s-normv"},    Mark{"k₁", "s-k1"},         Mark{"a₁", "s-a1"},
    Mark{"a₂", "s-a2"},         Mark{"η", "s-eta"},         Mark{"η of v", "s-etav"},
    Mark{"σ₁", "s-s1"},         Mark{"σ₂", "s-s2"},         Mark{"σ₁ of v", "s-s1v"},
    Mark{"σ₂ of v", "s-s2v"},   Mark{"‖w(λ)‖", "s-normw"},  Mark{"sup‖v(w)‖", "s-supv"},
    Mark{"σ₁ (4.3)", "s-s143"}, Mark{"σ₂ (4.3)", "s-s243"}, Mark{"L_Φ̂", "s-lhat"},
    Mark{"L", "s-l"},           Mark{"τ", "s-tau"},         Mark{"τ_R", "s-taur"},
    Mark{"c_b", "s-cb"},        Mark{"V*_b", "s-vb"}};

const char* mark_of(const std::string& symbol) {
  for (const Mark& mark : kMarks) {
    if (mark.symbol == symbol) return mark.id;
  }
  return nullptr;
}

std::string key_of(const TheoremStatement& statement, const std::string& symbol) {
  return statement.id + "/" + symbol;
}

const StatementSymbol* find_symbol(const TheoremStatement& statement, std::string_view symbol) {
  for (const StatementSymbol& entry : statement.symbols) {
    if (entry.symbol == symbol) return &entry;
  }
  return nullptr;
}

float opacity(Lit how) {
  switch (how) {
    case Lit::hovered:
      return 0.55F;
    case Lit::direct:
      return 0.34F;
    case Lit::indirect:
      return 0.16F;
    case Lit::no:
      return 0.0F;
  }
  return 0.0F;
}

std::string formula_id(const TheoremStatement& statement) {
  std::string id = "statement-" + statement.id;
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

ImRect box_on_screen(const Rect& box, ImVec2 at) {
  return {{at.x + static_cast<float>(box.x), at.y + static_cast<float>(box.y)},
          {at.x + static_cast<float>(box.right()), at.y + static_cast<float>(box.bottom())}};
}

/// What the pointer or the keyboard is on: explained beside the card, so that nothing it lights up
/// is covered.
void choose(const Ui& ui, const std::string& key, float y) {
  TheoryLook& look = ui.state.view.theory;
  look.symbol = key;
  look.beside = {look.card_end, y};
}

/// Grounds of lit symbols, below the formula, and what the pointer is on.
void light_symbols(const TheoryScene& scene,
                   const TheoremStatement& statement,
                   const std::string& id,
                   double em,
                   ImVec2 at) {
  const Ui& ui = scene.ui;
  for (const StatementSymbol& symbol : statement.symbols) {
    const char* const mark = mark_of(symbol.symbol);
    if (mark == nullptr) continue;
    const Lit how = lit(scene, statement, symbol.symbol);
    for (std::size_t n = 1; n <= kOccurrences; ++n) {
      const Rect box = ui.formulas.box(id, n == 1 ? mark : fmt::format("{}-{}", mark, n), em);
      if (!(box.width > 0.0)) break;
      ImRect area = box_on_screen(box, at);
      area.Expand(ui.px(1.5F));
      if (how != Lit::no) {
        ImGui::GetWindowDrawList()->AddRectFilled(
            area.Min, area.Max, to_u32(ui.colours.accent, opacity(how)), ui.px(3));
      }
      if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(area.Min, area.Max)) {
        choose(ui, key_of(statement, symbol.symbol), area.Min.y);
      }
      if (n == 1) {
        ui.registry.record_rect("symbol/" + key_of(statement, symbol.symbol) + "/formula",
                                area.Min,
                                area.Max,
                                format_for_reading(symbol.value));
      }
    }
  }
}

/// The textures of the areas, below the terms they stand for.
void draw_term_textures(const TheoryScene& scene, const std::string& id, double em, ImVec2 at) {
  for (const TermLook& term : kTerms) {
    const Rect box = scene.ui.formulas.box(id, std::string("t-") + term.id, em);
    if (!(box.width > 0.0)) continue;
    const ImRect area = box_on_screen(box, at);
    fill_texture(*ImGui::GetWindowDrawList(),
                 {{area.Min.x, area.Max.y}, {area.Max.x, area.Max.y + scene.ui.px(kBar)}},
                 term.texture,
                 to_vec4(scene.hue),
                 scene.ui.fonts.scale);
  }
}

void draw_formula_at(const TheoryScene& scene,
                     const TheoremStatement& statement,
                     double em,
                     const FormulaExtent& size) {
  const Ui& ui = scene.ui;
  const std::string id = formula_id(statement);
  const ImVec2 cursor = ImGui::GetCursorScreenPos();
  const ImVec2 at{std::round(cursor.x), std::round(cursor.y)};
  const ImVec2 extent{static_cast<float>(size.width), static_cast<float>(size.height)};
  if (ImGui::IsRectVisible(at, {at.x + extent.x, at.y + extent.y})) {
    light_symbols(scene, statement, id, em, at);
    const bool applies =
        statement.verdict == Verdict::holds || statement.verdict == Verdict::holds_on_ball;
    const FormulaPicture* const picture = ui.formulas.get(formula_request(ui, id, em, !applies));
    if (picture != nullptr) {
      const auto w = static_cast<float>(picture->width), h = static_cast<float>(picture->height);
      ImGui::GetWindowDrawList()->AddImage(picture->texture, at, {at.x + w, at.y + h});
    }
    if (applies) draw_term_textures(scene, id, em, at);
    ui.registry.record_rect("formula/" + id, at, {at.x + extent.x, at.y + extent.y});
  }
  ImGui::Dummy({extent.x, extent.y + ui.px(2)});
}

/// The formula has it; the others are what its symbols are computed from.
bool stands_in(const Ui& ui, const TheoremStatement& statement, const std::string& symbol) {
  const char* const mark = mark_of(symbol);
  return mark != nullptr && ui.formulas.box(formula_id(statement), mark, 1.0).width > 0.0;
}

void draw_chip(const TheoryScene& scene,
               const TheoremStatement& statement,
               const StatementSymbol& symbol,
               Flow& flow) {
  const Ui& ui = scene.ui;
  const std::string number = format_for_reading(symbol.value);
  const float pad = ui.px(5), words = indexed_width(ui, symbol.symbol);
  const float width = 2 * pad + words + ui.px(6) + number_size(ui, number).x;
  const ImVec2 at = flow.place(width);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 end{at.x + width, at.y + flow.line()};
  const Lit how = lit(scene, statement, symbol.symbol);
  const bool in_formula = stands_in(ui, statement, symbol.symbol);
  if (in_formula) list.AddRectFilled(at, end, to_u32(ui.colours.control, 0.75F), ui.px(4));
  const bool strong = in_formula || how != Lit::no;
  const ImVec4& ink = strong ? ui.colours.text : ui.colours.text_dim;
  if (how != Lit::no) {
    list.AddRectFilled(at, end, to_u32(ui.colours.accent, opacity(how)), ui.px(4));
  }
  const float top = std::round(at.y + 0.5F * (flow.line() - ImGui::GetFontSize()));
  draw_indexed(ui, {at.x + pad, top}, ink, symbol.symbol);
  const ImVec4& weaker = in_formula ? ui.colours.text_dim : ui.colours.text_faint;
  draw_number(ui,
              {at.x + pad + words + ui.px(6),
               std::round(at.y + 0.5F * (flow.line() - ui.fonts.number->FontSize))},
              how != Lit::no ? ui.colours.text : weaker,
              number);
  const std::string name = "symbol/" + key_of(statement, symbol.symbol);
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), {width, flow.line()});
  ui.registry.record_item(name, number);
  TheoryLook& look = ui.state.view.theory;
  if (ImGui::IsItemHovered()) choose(ui, key_of(statement, symbol.symbol), at.y);
  if (look.chosen == look.ordinal++ && look.symbol.empty()) {
    choose(ui, key_of(statement, symbol.symbol), at.y);
    if (std::exchange(look.reveal, false)) ImGui::SetScrollHereY(0.5F);
  }
}

std::string explanation(const TheoremStatement& statement, const StatementSymbol& symbol) {
  std::string words = symbol.symbol + " = " + format_for_reading(symbol.value);
  if (symbol.unit != "–") words += " " + symbol.unit;
  words += "\n" + symbol.meaning + "\nSource: " + symbol.source;
  std::string from;
  for (const std::string& name : symbol.depends_on) {
    const StatementSymbol* const other = find_symbol(statement, name);
    if (other == nullptr) continue;
    from += (from.empty() ? "" : ", ") + name + " = " + format_for_reading(other->value);
  }
  if (!from.empty()) words += "\nComputed from " + from;
  return words;
}

/// The next tooltip: right of the card, inside the window.
void place_beside(const Ui& ui, ImVec2 at, const std::string& words) {
  const ImVec2 extent = ImGui::CalcTextSize(words.c_str());
  const ImVec2 room = ImGui::GetIO().DisplaySize;
  const float x = std::min(at.x + ui.px(6), room.x - extent.x - ui.px(28));
  const float y = std::min(at.y - ui.px(8), room.y - extent.y - ui.px(24));
  ImGui::SetNextWindowPos({std::max(0.0F, x), std::max(0.0F, y)}, ImGuiCond_Always);
}

}  // namespace

Flow::Flow(const Ui& ui, float width, float line, float gap)
    : origin_(ImGui::GetCursorScreenPos()), width_(width), line_(ui.px(line)), gap_(ui.px(gap)) {}

ImVec2 Flow::place(float width) {
  if (x_ > 0.0F && x_ + width > width_) {
    x_ = 0.0F;
    y_ += line_ + gap_;
  }
  const ImVec2 at{std::round(origin_.x + x_), std::round(origin_.y + y_)};
  x_ += width + gap_;
  return at;
}

void Flow::end() {
  ImGui::SetCursorScreenPos(origin_);
  ImGui::Dummy({width_, y_ + line_});
}

Lit lit(const TheoryScene& scene, const TheoremStatement& statement, const std::string& symbol) {
  const std::string& hovered = scene.ui.state.view.theory.lit;
  if (!hovered.starts_with(statement.id + "/")) return Lit::no;
  const std::string name = hovered.substr(statement.id.size() + 1);
  if (name == symbol) return Lit::hovered;
  std::set<std::string> seen = {name};
  std::vector<std::string> front = {name};
  for (bool first = true; !front.empty(); first = false) {
    std::vector<std::string> next;
    for (const std::string& at : front) {
      const StatementSymbol* const entry = find_symbol(statement, at);
      if (entry == nullptr) continue;
      for (const std::string& part : entry->depends_on) {
        if (part == symbol) return first ? Lit::direct : Lit::indirect;
        if (seen.insert(part).second) next.push_back(part);
      }
    }
    front = std::move(next);
  }
  return Lit::no;
}

bool draw_statement_formula(const TheoryScene& scene,
                            const TheoremStatement& statement,
                            float width) {
  const Ui& ui = scene.ui;
  const std::string id = formula_id(statement);
  const FormulaExtent unit = ui.formulas.extent(id, 1.0);
  if (!(unit.width > 0.0)) return false;
  const auto scale = static_cast<double>(ui.fonts.scale);
  const double fitting = std::floor(4.0 * static_cast<double>(width) / unit.width) / 4.0;
  const double em = std::clamp(fitting, kLeastEm * scale, kEm * scale);
  const FormulaExtent size = ui.formulas.extent(id, em);
  if (fitting >= em) {
    draw_formula_at(scene, statement, em, size);
    return true;
  }
  const float height = static_cast<float>(size.height) + ui.px(4) + ImGui::GetStyle().ScrollbarSize;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0, 0, 0, 0));
  ImGui::BeginChild(("scroll/" + id).c_str(),
                    {width, height},
                    false,
                    ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  draw_formula_at(scene, statement, em, size);
  ImGui::EndChild();
  return true;
}

void draw_symbol_chips(const TheoryScene& scene, const TheoremStatement& statement, float width) {
  Flow flow(scene.ui, width, 20.0F, 4.0F);
  for (const StatementSymbol& symbol : statement.symbols) {
    draw_chip(scene, statement, symbol, flow);
  }
  flow.end();
}

void draw_explanation(const TheoryScene& scene) {
  const Ui& ui = scene.ui;
  const std::string& key = ui.state.view.theory.symbol;
  const std::size_t cut = key.find('/');
  if (scene.study == nullptr || cut == std::string::npos) return;
  for (const TheoremStatement& statement : scene.study->statements) {
    if (statement.id != key.substr(0, cut)) continue;
    const StatementSymbol* const symbol = find_symbol(statement, key.substr(cut + 1));
    if (symbol == nullptr) return;
    const std::string words = explanation(statement, *symbol);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(10), ui.px(8)});
    {
      const WithFont font(ui.fonts.small);
      place_beside(ui, ui.state.view.theory.beside, wrapped(words, ui.px(330)));
    }
    ImGui::BeginTooltip();
    {
      const WithFont font(ui.fonts.small);
      text_wrapped(ui, ui.colours.text, words, ui.px(330));
      ui.registry.record_rect(
          "symbol/explanation", ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), words);
    }
    ImGui::EndTooltip();
    ImGui::PopStyleVar();
    return;
  }
}

}  // namespace sid::app
