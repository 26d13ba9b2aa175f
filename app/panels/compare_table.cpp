#include <algorithm>
#include <cmath>
#include <string>

#include "sid/app/panels/compare_view.hpp"

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kLine = 22.0F, kHead = 26.0F;
constexpr float kLeastLabel = 128.0F, kMostLabel = 210.0F;
constexpr float kLeastCell = 60.0F, kCell = 104.0F, kMostCell = 190.0F;

struct Grid {
  ImVec2 origin;
  float label = 0.0F, cell = 0.0F;
  float left(std::size_t column) const {
    return origin.x + label + static_cast<float>(column) * cell;
  }
};

void put(ImVec2 at, float height, ImFont* font, const ImVec4& colour, const std::string& words) {
  const WithFont scope(font);
  ImGui::GetWindowDrawList()->AddText(
      {at.x, std::round(at.y + 0.5F * (height - ImGui::GetFontSize()))},
      to_u32(colour),
      words.c_str());
}

float width_of(ImFont* font, const std::string& words) {
  const WithFont scope(font);
  return ImGui::CalcTextSize(words.c_str()).x;
}

/// Letter, state, and for pinned runs what can be done with them.
void draw_column_head(const Ui& ui, const CompareColumn& column, ImVec2 at, float width) {
  const float height = ui.px(kHead);
  put(at, height, ui.fonts.heading, ui.colours.text, column.letter);
  const std::string words = column.pinned && column.present ? "now, " + column.state : column.state;
  float x = at.x + width_of(ui.fonts.heading, column.letter) + ui.px(7);
  const float actions = column.pinned ? ui.px(46) : 0.0F;
  const float room = at.x + width - ui.px(10) - actions - x;
  // The tooltip has what finds no room.
  if (width_of(ui.fonts.small, words) <= room) {
    put({x, at.y}, height, ui.fonts.small, ui.colours.text_dim, words);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(("compare/column/" + column.letter).c_str(),
                         {std::max(ui.px(8), width - actions - ui.px(10)), height});
  ui.registry.record_item("compare/column/" + column.letter, words);
  tooltip(ui, column.tip);
  if (!column.pinned) return;
  x = at.x + width - ui.px(10) - actions;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(4), ui.px(2)});
  ImGui::SetCursorScreenPos({x, std::round(at.y + 0.5F * (height - ImGui::GetFrameHeight()))});
  if (button(ui,
             ("compare/load/" + column.letter).c_str(),
             "↺",
             "Make the settings of this run the present ones. This can be undone.",
             ButtonLook::quiet,
             ui.px(21))) {
    ui.send(LoadPin{column.letter});
  }
  ImGui::SameLine(0, ui.px(2));
  if (button(ui,
             ("compare/remove/" + column.letter).c_str(),
             "×",
             "Remove this run from the comparison. It can be put back.",
             ButtonLook::quiet,
             ui.px(21))) {
    ui.send(Unpin{column.letter});
  }
  ImGui::PopStyleVar();
}

void draw_cell(const Ui& ui,
               const CompareLine& line,
               const CompareCell& cell,
               const std::string& name,
               ImVec2 at,
               float width) {
  const float height = ui.px(kLine), room = width - ui.px(12);
  const bool number = line.kind != CompareLine::Kind::setting;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), {std::max(ui.px(8), width - ui.px(4)), height});
  const bool hovered = ImGui::IsItemHovered();
  ui.registry.record_item(name, cell.extra.empty() ? cell.text : cell.text + " " + cell.extra);
  tooltip(ui, cell.tip);
  if (hovered && !cell.series.empty()) {
    ui.state.view.emphasised = cell.series;
    ImGui::GetWindowDrawList()->AddRectFilled({at.x - ui.px(5), at.y},
                                              {at.x + width - ui.px(9), at.y + height},
                                              to_u32(ui.colours.control),
                                              ui.px(4));
  }
  if (!number) {
    const WithFont font(ui.fonts.body);
    put(at, height, ui.fonts.body, ui.colours.text, ellipsised(cell.text, room));
    return;
  }
  const ImVec4& ink = cell.faint ? ui.colours.text_dim : ui.colours.text;
  draw_number(ui, {at.x, at.y + 0.5F * (height - ui.fonts.number->FontSize)}, ink, cell.text);
  const float used = number_size(ui, cell.text).x + ui.px(6);
  // Half a number says something else; the tooltip has it all.
  const bool fits = used + width_of(ui.fonts.small, cell.extra) <= room;
  if (!fits && !cell.lost) return;
  // That replicas are missing is said in any case.
  const WithFont font(ui.fonts.small);
  put({at.x + used, at.y},
      height,
      ui.fonts.small,
      ui.colours.text_faint,
      fits ? cell.extra : ellipsised(cell.extra, room - used));
}

void draw_label(const Ui& ui, const CompareLine& line, ImVec2 at, float width) {
  const float height = ui.px(kLine);
  float x = at.x;
  if (line.colour >= 0) {
    const Colour c = ui.theme.of(line.colour);
    const float half = ui.px(4), middle = std::round(at.y + 0.5F * height);
    ImGui::GetWindowDrawList()->AddRectFilled(
        {x, middle - half}, {x + 2 * half, middle + half}, IM_COL32(c.r, c.g, c.b, 255), ui.px(2));
    x += ui.px(15);
  }
  ImFont* const face = ui.fonts.body;
  const WithFont font(face);
  const std::string shown = ellipsised(line.label, at.x + width - ui.px(10) - x);
  put({x, at.y}, height, face, ui.colours.text_dim, shown);
  if (shown == line.label) return;
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, height});
  tooltip(ui, line.tip);
}

void draw_heading(const Ui& ui, const CompareLine& line, ImVec2 at, float width) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(
      {at.x, at.y + ui.px(5)}, {at.x + width, at.y + ui.px(6)}, to_u32(ui.colours.border));
  put({at.x, at.y + ui.px(6)}, ui.px(kHead), ui.fonts.heading, ui.colours.text, line.label);
  ImGui::SetCursorScreenPos({at.x, at.y + ui.px(6)});
  ImGui::Dummy({width, ui.px(kHead)});
  tooltip(ui, line.tip);
}

}  // namespace

float compare_table_height(const Ui& ui, const CompareBook& book) {
  float height = ui.px(kHead) + ui.px(12);
  for (const CompareLine& line : book.table().lines) {
    height += line.kind == CompareLine::Kind::heading ? ui.px(kHead + 6) : ui.px(kLine);
  }
  // Long remarks may be scrolled to.
  return height + (book.table().remarks.empty() ? ui.px(8) : ui.px(46));
}

void draw_compare_table(const Ui& ui, const CompareBook& book, ImVec2 size) {
  ui.state.view.emphasised.clear();
  const CompareTable& table = book.table();
  const Card card(ui, "compare-table", size, {14, 6}, true);
  const float room = ImGui::GetContentRegionAvail().x;
  const auto columns = static_cast<float>(table.columns.size());
  Grid grid;
  grid.origin = ImGui::GetCursorScreenPos();
  grid.label = std::clamp(room - columns * ui.px(kCell), ui.px(kLeastLabel), ui.px(kMostLabel));
  // Where even the narrowest columns are too wide, the last ones are cut at the edge of the card.
  grid.cell = std::clamp((room - grid.label) / columns, ui.px(kLeastCell), ui.px(kMostCell));
  const float width = grid.label + columns * grid.cell;
  float y = grid.origin.y;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    draw_column_head(ui, table.columns[c], {grid.left(c), y}, grid.cell);
  }
  y += ui.px(kHead);
  for (std::size_t l = 0; l < table.lines.size(); ++l) {
    const CompareLine& line = table.lines[l];
    if (line.kind == CompareLine::Kind::heading) {
      draw_heading(ui, line, {grid.origin.x, y}, width);
      y += ui.px(kHead + 6);
      continue;
    }
    draw_label(ui, line, {grid.origin.x, y}, grid.label);
    for (std::size_t c = 0; c < line.cells.size(); ++c) {
      const std::string name = "compare/" + std::to_string(l) + "/" + std::to_string(c);
      draw_cell(ui, line, line.cells[c], name, {grid.left(c), y}, grid.cell);
    }
    y += ui.px(kLine);
  }
  ImGui::SetCursorScreenPos({grid.origin.x, y + ui.px(8)});
  if (!table.remarks.empty()) {
    const WithFont font(ui.fonts.small);
    text_wrapped(ui, ui.colours.text_dim, table.remarks, std::min(room, ui.px(860)));
    ui.registry.record_item("compare/remarks", table.remarks);
  }
  ImGui::Dummy({width, ui.px(4)});
}

}  // namespace sid::app
