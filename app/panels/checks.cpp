#include <algorithm>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/panels/paper_notes.hpp"
#include "sid/app/state/messages.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {

const ImVec4& verdict_colour(const Ui& ui, Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return ui.colours.good;
    case Verdict::holds_on_ball:
    case Verdict::not_covered:
      return ui.colours.partly;
    case Verdict::fails:
      return ui.colours.warning;
  }
  return ui.colours.text;
}

namespace {

void draw_check(const Ui& ui, const AssumptionCheck& check, std::size_t number, float width) {
  const std::string name = "check/" + std::to_string(number + 1);
  const float start = ImGui::GetCursorPosX();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  text(verdict_colour(ui, check.verdict), sign(check.verdict));
  ImGui::SameLine(start + ui.px(18), 0);
  text(ui.colours.text, check.id);
  ImGui::SameLine(start + ui.px(56), 0);
  const bool lower = check.subject == "lower level", linear = check.subject == "linear system";
  text(ui.colours.text_faint, lower ? "w" : linear ? "v" : "");
  ImGui::SameLine(start + ui.px(72), 0);
  text_wrapped(ui, ui.colours.text_dim, with_indices(check.sentence), width - ui.px(72));
  if (!check.remedy_key.empty()) {
    ImGui::SetCursorPosX(start + ui.px(72));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(8), ui.px(2)});
    const std::string label = "Set to " + format_for_reading(check.remedy_value, 3);
    if (button(ui,
               (name + "/set").c_str(),
               label.c_str(),
               check.remedy_key,
               ButtonLook::normal,
               0.0F,
               !ui.session.theory_stale())) {
      const std::string setting = "method[" + std::to_string(selected_method(ui) + 1) + "]." +
                                  check.remedy_key + "=" + format_shortest(check.remedy_value);
      const std::vector<std::string> overrides = {setting};
      if (const auto changed = apply_overrides(ui.session.spec(), overrides)) {
        ui.send(EditSpec{*changed, setting, "remedy", true});
      }
    }
    ImGui::PopStyleVar();
  }
  const ImVec2 end{at.x + width, ImGui::GetCursorScreenPos().y};
  ui.registry.record_rect(name, at, end, check.id + " " + verdict_words(check.verdict));
}

/// What a remedy's button adds.
float remedy_height(const Ui& ui) {
  return ImGui::GetTextLineHeight() + 2 * ui.px(2);
}

}  // namespace

float checks_height(const Ui& ui, float width, std::span<const PaperNote* const> notes) {
  const MethodTheory* const theory = selected_theory(ui);
  float height = ui.px(2 * 8 + 26);
  if (theory == nullptr) return height;
  const WithFont font(ui.fonts.small);
  const float room = width - ui.px(2 * 14 + 72), gap = ui.px(5);
  for (const AssumptionCheck& check : theory->checks) {
    const std::string lines = wrapped(with_indices(check.sentence), room);
    const auto count = 1 + std::count(lines.begin(), lines.end(), '\n');
    height += static_cast<float>(count) * ImGui::GetTextLineHeight() + gap;
    if (!check.remedy_key.empty()) height += remedy_height(ui) + gap;
  }
  return height + paper_notes_height(ui, notes, width - ui.px(2 * 14));
}

void draw_checks(const Ui& ui, ImVec2 size, std::span<const PaperNote* const> notes) {
  const Card card(ui, "checks", size, {14, 8}, true);
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "Assumptions");
  }
  const MethodTheory* const theory = selected_theory(ui);
  ImGui::SameLine(0, ui.px(10));
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.px(1));
  if (theory == nullptr) {
    text(ui.colours.text_faint,
         ui.session.issues().empty() ? "being computed" : "the setup has to be mended first");
    return;
  }
  const std::string label = method_label(ui.session.spec(), selected_method(ui));
  text_cut(ui,
           ui.colours.text_faint,
           ui.session.theory_stale() ? label + ", updating" : label,
           ImGui::GetContentRegionAvail().x);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(6), ui.px(5)});
  const float width = ImGui::GetContentRegionAvail().x;
  // What does not hold comes first: it decides what is drawn.
  for (const bool troubled : {true, false}) {
    for (std::size_t i = 0; i < theory->checks.size(); ++i) {
      const Verdict verdict = theory->checks[i].verdict;
      const bool trouble = verdict == Verdict::fails || verdict == Verdict::not_covered;
      if (trouble == troubled) draw_check(ui, theory->checks[i], i, width);
    }
  }
  draw_paper_notes(ui, notes, width);
  ImGui::PopStyleVar();
}

}  // namespace sid::app
