#include "sid/app/panels/ui.hpp"

#include <algorithm>
#include <cfloat>

#include <imgui_internal.h>

#include "sid/app/panels/line_breaks.hpp"
#include "sid/app/state/index_runs.hpp"

namespace sid::app {
Card::Card(const Ui& ui, const char* name, ImVec2 size, ImVec2 padding, bool scroll) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(padding.x), ui.px(padding.y)});
  ImGuiWindowFlags flags = ImGuiWindowFlags_AlwaysUseWindowPadding;
  if (!scroll) flags |= ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::BeginChild(name, size, false, flags);
  ImGui::PopStyleVar();
}

Card::~Card() {
  ImGui::EndChild();
}

void text(const ImVec4& colour, std::string_view utf8) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(utf8.data(), utf8.data() + utf8.size());
  ImGui::PopStyleColor();
}

std::string ellipsised(const std::string& utf8, float width) {
  if (ImGui::CalcTextSize(utf8.c_str()).x <= width) return utf8;
  std::string cut = utf8;
  while (!cut.empty()) {
    do {
      cut.pop_back();  // whole code points
    } while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0U) == 0x80U);
    while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0U) == 0xC0U)
      cut.pop_back();
    if (ImGui::CalcTextSize((cut + "…").c_str()).x <= width) break;
  }
  return cut + "…";
}

void text_cut(const Ui& ui, const ImVec4& colour, const std::string& utf8, float width) {
  const std::string shown = ellipsised(utf8, width);
  text(colour, shown);
  if (shown != utf8) tooltip(ui, utf8);
}

std::string wrapped(std::string_view utf8, float width) {
  return break_lines(
      utf8, width, [](const std::string& words) { return ImGui::CalcTextSize(words.c_str()).x; });
}

std::string with_indices(std::string utf8) {
  for (const auto& [plain, lowered] : {std::pair{"w_t", "wₜ"}, std::pair{"v_k", "vₖ"}}) {
    for (std::size_t at = utf8.find(plain); at != std::string::npos; at = utf8.find(plain, at)) {
      utf8.replace(at, 3, lowered);
    }
  }
  return utf8;
}

float indexed_width(const Ui& ui, std::string_view utf8) {
  float width = 0.0F;
  for (const IndexRun& run : index_runs(utf8)) {
    const ImFont& font = run.lowered ? *ui.fonts.tiny : *ImGui::GetFont();
    width += font.CalcTextSizeA(font.FontSize, FLT_MAX, 0.0F, run.text.c_str()).x;
  }
  return width;
}

void draw_indexed(const Ui& ui, ImVec2 at, const ImVec4& colour, std::string_view utf8) {
  ImFont* const usual = ImGui::GetFont();
  const float lowered = std::round(0.4F * usual->FontSize);
  for (const IndexRun& run : index_runs(utf8)) {
    ImFont* const font = run.lowered ? ui.fonts.tiny : usual;
    const float y = run.lowered ? at.y + lowered : at.y;
    ImGui::GetWindowDrawList()->AddText(
        font, font->FontSize, {at.x, y}, to_u32(colour), run.text.c_str());
    at.x += font->CalcTextSizeA(font->FontSize, FLT_MAX, 0.0F, run.text.c_str()).x;
  }
}

void text_wrapped(const Ui& ui, const ImVec4& colour, const std::string& utf8, float width) {
  const std::string lines = wrapped(utf8, width);
  const float height = ImGui::GetTextLineHeight();
  // On a line that was aligned to frames, text stands lower by the frame's padding.
  const float offset = ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float widest = 0.0F, y = at.y + offset;
  for (std::size_t begin = 0; begin <= lines.size(); y += height) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line = std::string_view(lines).substr(begin, end - begin);
    draw_indexed(ui, {at.x, y}, colour, line);
    widest = std::max(widest, indexed_width(ui, line));
    begin = end + 1;
  }
  ImGui::Dummy({widest, y - at.y});
}

void section(const Ui& ui, const char* title, bool first) {
  if (!first) ImGui::Dummy({0.0F, ui.px(6)});
  const WithFont font(ui.fonts.heading);
  text(ui.colours.text, title);
}

void tooltip(const Ui& ui, std::string_view utf8) {
  if (utf8.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  explain(ui, utf8);
}

void explain(const Ui& ui, std::string_view utf8) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(10), ui.px(8)});
  ImGui::BeginTooltip();
  {
    const WithFont font(ui.fonts.small);
    text_wrapped(ui, ui.colours.text, std::string(utf8), ui.px(330));
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

float row(const Ui& ui, const char* label, std::string_view tip) {
  const float start = ImGui::GetCursorPosX();
  const float column = ui.px(88);
  ImGui::AlignTextToFramePadding();
  text(ui.colours.text_dim, label);
  tooltip(ui, tip);
  ImGui::SameLine(start + column, 0.0F);
  return ImGui::GetContentRegionAvail().x;
}

float splitter(const Ui& ui, const char* name, ImVec2 min, ImVec2 max, bool vertical) {
  ImGui::SetCursorScreenPos(min);
  ImGui::InvisibleButton(name, {std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)});
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  ui.registry.record_item(name);
  if (hot) {
    ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const ImVec2 centre{0.5F * (min.x + max.x), 0.5F * (min.y + max.y)};
    const float half = ui.px(1);
    const ImVec2 a = vertical ? ImVec2{centre.x - half, min.y} : ImVec2{min.x, centre.y - half};
    const ImVec2 b = vertical ? ImVec2{centre.x + half, max.y} : ImVec2{max.x, centre.y + half};
    ImGui::GetWindowDrawList()->AddRectFilled(a, b, to_u32(ui.colours.accent), half);
  }
  if (!ImGui::IsItemActive()) return 0.0F;
  const ImVec2 delta = ImGui::GetIO().MouseDelta;
  return (vertical ? delta.x : delta.y) / ui.fonts.scale;
}

}  // namespace sid::app
