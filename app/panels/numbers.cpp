#include <array>

#include <imgui_internal.h>

#include "sid/app/panels/ui.hpp"

namespace sid::app {
namespace {

struct Split {
  std::string mantissa;  ///< up to the exponent
  std::string exponent;  ///< in ordinary digits
};

/// Takes superscript digits and the superscript minus off the end of the number.
Split split(const std::string& number) {
  static constexpr std::array<std::string_view, 11> raised = {
      "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻"};
  static constexpr std::array<std::string_view, 11> plain = {
      "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "−"};
  Split parts{number, ""};
  for (bool found = true; found;) {
    found = false;
    for (std::size_t i = 0; i < raised.size(); ++i) {
      if (!parts.mantissa.ends_with(raised[i])) continue;
      parts.mantissa.resize(parts.mantissa.size() - raised[i].size());
      parts.exponent.insert(0, plain[i]);
      found = true;
    }
  }
  return parts;
}

float width_of(const ImFont& font, const std::string& words) {
  return font.CalcTextSizeA(font.FontSize, FLT_MAX, 0.0F, words.c_str()).x;
}

}  // namespace

ImVec2 number_size(const Ui& ui, const std::string& number) {
  const Split parts = split(number);
  const float exponent =
      parts.exponent.empty() ? 0.0F : width_of(*ui.fonts.tiny, parts.exponent) + ui.px(1);
  return {width_of(*ui.fonts.number, parts.mantissa) + exponent, ui.fonts.number->FontSize};
}

void draw_number(const Ui& ui, ImVec2 at, const ImVec4& colour, const std::string& number) {
  const Split parts = split(number);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 start{std::round(at.x), std::round(at.y)};
  list.AddText(
      ui.fonts.number, ui.fonts.number->FontSize, start, to_u32(colour), parts.mantissa.c_str());
  if (parts.exponent.empty()) return;
  const float x = start.x + width_of(*ui.fonts.number, parts.mantissa) + ui.px(1);
  list.AddText(ui.fonts.tiny,
               ui.fonts.tiny->FontSize,
               {std::round(x), start.y - ui.px(1)},
               to_u32(colour),
               parts.exponent.c_str());
}

void number_item(const Ui& ui, const ImVec4& colour, const std::string& number) {
  // On a line that was aligned to frames, text stands lower by the frame's padding.
  const float lowered = ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = number_size(ui, number);
  ImGui::Dummy({size.x, ImGui::GetTextLineHeight() + lowered});
  const float y = at.y + lowered + 0.5F * (ImGui::GetTextLineHeight() - size.y);
  draw_number(ui, {at.x, y}, colour, number);
}

}  // namespace sid::app
