#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/app/panels/paper_notes.hpp"
#include "sid/app/panels/theory_view.hpp"
#include "sid/app/state/messages.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

bool applies(const TheoremStatement& statement) {
  return statement.verdict == Verdict::holds || statement.verdict == Verdict::holds_on_ball;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    if (end > begin) words.emplace_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool is_number(const std::string& word) {
  return (word[0] >= '0' && word[0] <= '9') || word == "∞" || word == "–" ||
         (word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9');
}

/// "≤ 1.2 + 3.4 = 4.6": the line with numbers without the left side, which stands in the formula,
/// and without the checkpoint, which stands above the cards.
std::string_view numbers_of(std::string_view line) {
  const std::size_t place = line.rfind("  at t = ");
  if (place != std::string_view::npos) line = line.substr(0, place);
  const std::size_t relation = line.find("≤ ");
  return relation == std::string_view::npos ? line : line.substr(relation);
}

void draw_numbers(const Ui& ui, const std::string& line, float width) {
  Flow flow(ui, width, 18.0F, 5.0F);
  const std::vector<std::string> words = words_of(numbers_of(line));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool number = is_number(words[i]);
    const float size =
        number ? number_size(ui, words[i]).x : ImGui::CalcTextSize(words[i].c_str()).x;
    const ImVec2 at = flow.place(size);
    const ImVec4& colour = i + 1 == words.size() ? ui.colours.text : ui.colours.text_dim;
    if (number) {
      draw_number(ui, {at.x, at.y + ui.px(1)}, colour, words[i]);
    } else {
      ImGui::GetWindowDrawList()->AddText(at, to_u32(colour), words[i].c_str());
    }
  }
  flow.end();
}

/// "w" for the lower level, "v" for the linear system.
const char* brief(const std::string& subject) {
  if (subject == "lower level") return " w";
  if (subject == "linear system") return " v";
  return "";
}

void draw_hypotheses(const TheoryScene& scene, const TheoremStatement& statement, float width) {
  const Ui& ui = scene.ui;
  const WithFont font(ui.fonts.small);
  Flow flow(ui, width, 17.0F, 8.0F);
  std::size_t number = 0;
  for (const AssumptionCheck& check : scene.book->checks_of(statement.id)) {
    const std::string mark = sign(check.verdict);
    const std::string label = check.id + brief(check.subject);
    const float space = ui.px(3), wide = ImGui::CalcTextSize(mark.c_str()).x;
    const float size = wide + space + ImGui::CalcTextSize(label.c_str()).x;
    const ImVec2 at = flow.place(size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddText(at, to_u32(verdict_colour(ui, check.verdict)), mark.c_str());
    list.AddText({at.x + wide + space, at.y}, to_u32(ui.colours.text_faint), label.c_str());
    const std::string name = fmt::format("hypothesis/{}/{}", statement.id, ++number);
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton(name.c_str(), {size, flow.line()});
    ui.registry.record_item(name, label + " " + verdict_words(check.verdict));
    tooltip(ui,
            check.id + (check.subject.empty() ? "" : ", " + check.subject) + ": " +
                with_indices(check.sentence));
  }
  flow.end();
}

void draw_note(const Ui& ui, const TheoremStatement& statement, const PaperNote& note) {
  const std::string name = fmt::format("note/{}/{}", statement.id, note.id);
  const WithFont font(ui.fonts.small);
  text(ui.colours.accent, fmt::format("note {}", note.id));
  ui.registry.record_rect(
      name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), std::string(note.holds));
  tooltip(ui, note_words(note));
}

/// Sign, title, and at the right the notes on the paper.
void draw_statement_head(const TheoryScene& scene, const TheoremStatement& statement, float width) {
  const Ui& ui = scene.ui;
  text(verdict_colour(ui, statement.verdict), sign(statement.verdict));
  ImGui::SameLine(0, ui.px(7));
  const std::vector<const PaperNote*> notes =
      scene.theory == nullptr ? std::vector<const PaperNote*>{}
                              : notes_about(statement.curve, scene.theory->constants);
  float room = width - ui.px(20);
  {
    const WithFont font(ui.fonts.small);
    for (const PaperNote* note : notes) {
      room -= ImGui::CalcTextSize(fmt::format("note {}", note->id).c_str()).x + ui.px(10);
    }
  }
  bool beside = true;
  {
    const WithFont font(ui.fonts.heading);
    const std::string title = with_indices(statement.title);
    beside = ImGui::CalcTextSize(title.c_str()).x <= room;
    text_wrapped(ui,
                 applies(statement) ? ui.colours.text : ui.colours.text_dim,
                 title,
                 beside ? room : width - ui.px(20));
  }
  tooltip(ui, statement.source);
  for (const PaperNote* note : notes) {
    if (beside || note != notes.front()) ImGui::SameLine(0, ui.px(10));
    draw_note(ui, statement, *note);
  }
}

std::string value_text(const TheoryScene& scene, const TheoremStatement& statement) {
  const TheoryCurve* const curve =
      scene.theory != nullptr ? scene.theory->find(statement.curve) : nullptr;
  if (curve == nullptr || scene.at >= curve->values.size()) return "";
  return " " + format_for_reading(curve->values[scene.at]);
}

void draw_statement(const TheoryScene& scene, const TheoremStatement& statement, float width) {
  const Ui& ui = scene.ui;
  const float pad = ui.px(10), inner = width - 2 * pad;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.ChannelsSplit(2);
  list.ChannelsSetCurrent(1);
  const ImVec2 begin = ImGui::GetCursorScreenPos();
  ui.state.view.theory.card_end = begin.x + width;
  ImGui::SetCursorScreenPos({begin.x + pad, begin.y + ui.px(7)});
  ImGui::BeginGroup();
  draw_statement_head(scene, statement, inner);
  if (!draw_statement_formula(scene, statement, inner) && !statement.lines.empty()) {
    text_wrapped(ui, ui.colours.text, with_indices(statement.lines.front()), inner);
  }
  for (std::size_t i = 1; i < statement.lines.size(); ++i) {
    if (statement.has_value) {
      draw_numbers(ui, statement.lines[i], inner);
    } else {
      const WithFont font(ui.fonts.small);
      // A missing value of a bound that holds is no success.
      const ImVec4& colour =
          applies(statement) ? ui.colours.text_dim : verdict_colour(ui, statement.verdict);
      text_wrapped(ui, colour, with_indices(statement.lines[i]), inner);
    }
  }
  draw_part_row(scene, statement, inner);
  draw_hypotheses(scene, statement, inner);
  draw_symbol_chips(scene, statement, inner);
  ImGui::EndGroup();
  const ImVec2 end{begin.x + width, ImGui::GetItemRectMax().y + ui.px(8)};
  list.ChannelsSetCurrent(0);
  list.AddRectFilled(begin, end, to_u32(ui.colours.control, 0.32F), ui.px(6));
  list.ChannelsMerge();
  ui.registry.record_rect("statement/" + statement.id,
                          begin,
                          end,
                          verdict_words(statement.verdict) + value_text(scene, statement));
  ImGui::SetCursorScreenPos(begin);
  ImGui::Dummy({width, end.y - begin.y});
}

}  // namespace

std::string verdict_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::holds_on_ball:
      return "holds on a ball or box that the iterates never leave";
    case Verdict::not_covered:
      return "not covered by the theorems";
    case Verdict::fails:
      return "fails";
  }
  return "";
}

void draw_statement_cards(const TheoryScene& scene, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "statements", size, {8, 8}, true);
  const float width = size.x - ui.px(16) - ImGui::GetStyle().ScrollbarSize;
  if (scene.study == nullptr || scene.study->statements.empty()) {
    text_wrapped(ui, ui.colours.text_faint, waiting_words(ui), width);
    return;
  }
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(6), ui.px(5)});
  for (const TheoremStatement& statement : scene.study->statements) {
    ImGui::PushID(statement.id.c_str());
    draw_statement(scene, statement, width);
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
}

}  // namespace sid::app
