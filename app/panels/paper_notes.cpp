#include "sid/app/panels/paper_notes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kAbove = 10.0F, kLabel = 34.0F, kGap = 5.0F;

std::string short_words(const PaperNote& note) {
  return with_indices(fmt::format("{}: {}\nHolds: {}", note.where, note.printed, note.holds));
}

float lines_height(const std::string& utf8, float width) {
  const std::string lines = wrapped(utf8, width);
  return static_cast<float>(1 + std::count(lines.begin(), lines.end(), '\n')) *
         ImGui::GetTextLineHeight();
}

}  // namespace

std::string note_words(const PaperNote& note) {
  return with_indices(fmt::format(
      "{}\n\nPrinted: {}\n\nHolds: {}\n\nWhy: {}", note.where, note.printed, note.holds, note.why));
}

float paper_notes_height(const Ui& ui, std::span<const PaperNote* const> notes, float width) {
  if (notes.empty()) return 0.0F;
  const WithFont font(ui.fonts.small);
  float height = ui.px(kAbove) + ui.fonts.heading->FontSize + ui.px(2 * kGap);
  for (const PaperNote* const note : notes) {
    height += lines_height(short_words(*note), width - ui.px(kLabel)) + ui.px(kGap);
  }
  return height;
}

void draw_paper_notes(const Ui& ui, std::span<const PaperNote* const> notes, float width) {
  if (notes.empty()) return;
  ImVec2 at = ImGui::GetCursorScreenPos();
  at.y += ui.px(kAbove);
  ImGui::SetCursorScreenPos(at);
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "To read with care in the paper");
  }
  at.y += ui.fonts.heading->FontSize + ui.px(2 * kGap);
  const WithFont font(ui.fonts.small);
  for (const PaperNote* const note : notes) {
    const std::string words = short_words(*note);
    const float height = lines_height(words, width - ui.px(kLabel));
    ImGui::SetCursorScreenPos(at);
    text(ui.colours.accent, note->id);
    ImGui::SetCursorScreenPos({at.x + ui.px(kLabel), at.y});
    text_wrapped(ui, ui.colours.text_dim, words, width - ui.px(kLabel));
    const std::string name = fmt::format("paper-note/{}", note->id);
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton(name.c_str(), {width, height});
    ui.registry.record_item(name, std::string(note->holds));
    tooltip(ui, note_words(*note));
    at.y += height + ui.px(kGap);
  }
}

}  // namespace sid::app
