#include "sid/app/panels/outer_view.hpp"

#include <array>
#include <cmath>

#include <imgui_internal.h>

#include "sid/app/render/imgui_painter.hpp"

namespace sid::app {
namespace {

constexpr float kHead = 34.0F, kRow = 24.0F, kPad = 14.0F;

DrawOptions plot_options() {
  DrawOptions options;
  options.fonts = baked_sizes();
  return options;
}

void draw_head(const Ui& ui, const OuterSources& sources, ImVec2 origin, float width) {
  ImGui::SetCursorScreenPos(origin);
  const auto& run = sources.desk.latest();
  const std::string status = run ? run->message : "The loop has not begun.";
  {
    const WithFont font(ui.fonts.title);
    text(ui.colours.text, "Outer loop");
  }
  ImGui::SameLine(0, ui.px(16));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool bad = run && (run->status == RunStatus::failed || run->status == RunStatus::diverged);
  text_cut(
      ui, bad ? ui.colours.text : ui.colours.text_dim, status, origin.x + 0.62F * width - at.x);
  ui.registry.record_rect("outer/status", at, ImGui::GetItemRectMax(), status);
  const std::string& optimum = sources.book.optimum();
  if (optimum.empty()) return;
  const float wide = ImGui::CalcTextSize(optimum.c_str()).x;
  const ImVec2 right{origin.x + width - wide, origin.y};
  ImGui::SetCursorScreenPos(right);
  text(ui.colours.text, optimum);
  ui.registry.record_rect("outer/optimum", right, ImGui::GetItemRectMax(), optimum);
}

void draw_plots(const Ui& ui, const OuterSources& sources, const ImRect& area) {
  const Figure& figure = sources.book.figure();
  if (figure.panels.empty()) return;
  const auto columns = static_cast<int>(figure.panels.size());
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  const SizedGrid& sized =
      sources.grids.fit("outer",
                        {sources.book.version(), 0, columns, area, ui.fonts.scale},
                        painter,
                        plot_options(),
                        [&] { return figure.panels; });
  for (std::size_t i = 0; i < sized.plots.size(); ++i) {
    DrawOptions options = sized.grid.cells[i].options;
    options.emphasised = ui.state.view.emphasised;
    const PlotGeometry& g = sources.cache.draw(sized.plots[i],
                                               sources.book.version(),
                                               to_pixels(sized.grid.cells[i].area, ui.fonts.scale),
                                               ui.state.view.appearance,
                                               options,
                                               ui.fonts,
                                               ui.formulas);
    const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
    ui.registry.record_rect(
        "outer/plot/" + sized.plots[i].id, inside.Min, inside.Max, sized.plots[i].note);
  }
  draw_grid_titles(painter, sized.plots, sized.grid, ui.theme, baked_sizes());
}

/// Columns of the table, as shares of its width.
constexpr std::array<float, 5> kColumns = {0.02F, 0.34F, 0.50F, 0.68F, 0.84F};

void draw_cell(const Ui& ui,
               const ImRect& row,
               std::size_t column,
               const std::string& words,
               const ImVec4& colour) {
  const float y = row.Min.y + 0.5F * (row.GetHeight() - ImGui::GetTextLineHeight());
  draw_number(ui, {row.Min.x + kColumns[column] * row.GetWidth(), std::round(y)}, colour, words);
}

void draw_table(const Ui& ui, const OuterSources& sources, const ImRect& area) {
  ImRect row{area.Min, {area.Max.x, area.Min.y + ui.px(kRow)}};
  const std::array<const char*, 5> heads = {
      "method", "λ", "distance to λ*", "examples so far", "examples to 0.1"};
  for (std::size_t i = 0; i < heads.size(); ++i) {
    ImGui::SetCursorScreenPos({row.Min.x + kColumns[i] * row.GetWidth(), row.Min.y});
    const float end = i + 1 < heads.size() ? kColumns[i + 1] : 1.0F;
    text_cut(ui, ui.colours.text_faint, heads[i], (end - kColumns[i]) * row.GetWidth() - ui.px(8));
  }
  const std::vector<MethodStyle> styles = method_styles(ui.session.spec());
  for (const OuterRow& entry : sources.book.rows()) {
    row.TranslateY(ui.px(kRow));
    if (row.Max.y > area.Max.y) break;
    const Colour hue = ui.theme.of(entry.method < styles.size() ? styles[entry.method].colour : 0);
    const float middle = 0.5F * (row.Min.y + row.Max.y);
    ImGui::GetWindowDrawList()->AddRectFilled({row.Min.x, middle - ui.px(1)},
                                              {row.Min.x + ui.px(14), middle + ui.px(1)},
                                              IM_COL32(hue.r, hue.g, hue.b, 255));
    ImGui::SetCursorScreenPos({row.Min.x + kColumns[0] * row.GetWidth() + ui.px(8),
                               std::round(middle - 0.5F * ImGui::GetTextLineHeight())});
    text_cut(
        ui, ui.colours.text, entry.label, (kColumns[1] - kColumns[0]) * row.GetWidth() - ui.px(16));
    draw_cell(ui, row, 1, entry.lambda, ui.colours.text);
    draw_cell(ui, row, 2, entry.distance, ui.colours.text);
    draw_cell(ui, row, 3, entry.samples, ui.colours.text_dim);
    draw_cell(ui, row, 4, entry.to_tenth, ui.colours.text_dim);
    ui.registry.record_rect(
        "outer/row/" + std::to_string(entry.method), row.Min, row.Max, entry.distance);
  }
}

}  // namespace

void draw_outer_view(const Ui& ui, const OuterSources& sources, ImVec2 size) {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const Card card(ui, "outer-view", size, {0, 0});
  const float pad = ui.px(kPad);
  const ImVec2 origin{corner.x + pad, corner.y + ui.px(10)};
  const float width = size.x - 2 * pad, bottom = corner.y + size.y - ui.px(10);
  draw_head(ui, sources, origin, width);
  const auto rows = static_cast<float>(std::max<std::size_t>(sources.book.rows().size(), 1) + 1);
  const float table = std::min(rows * ui.px(kRow), 0.4F * size.y);
  const float top = origin.y + ui.px(kHead);
  if (bottom - table - top > ui.px(80)) {
    draw_plots(ui,
               sources,
               {{corner.x + ui.px(6), top}, {corner.x + size.x - pad, bottom - table - ui.px(8)}});
  }
  draw_table(ui, sources, {{origin.x, bottom - table}, {origin.x + width, bottom}});
}

}  // namespace sid::app
