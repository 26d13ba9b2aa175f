#include <array>
#include <cmath>

#include <fmt/format.h>
#include <imgui_internal.h>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

constexpr float kHead = 34.0F, kRow = 19.0F, kPad = 12.0F;  // logical pixels

std::string method_name(const Ui& ui, std::size_t method) {
  const std::vector<std::string> labels = method_labels(ui.session.spec());
  return method < labels.size() ? labels[method] : "";
}

void draw_head(const Ui& ui, const ImRect& area) {
  {
    const WithFont font(ui.fonts.heading);
    ImGui::SetCursorScreenPos({area.Min.x + ui.px(14), area.Min.y + ui.px(8)});
    text(ui.colours.text, "Heat map");
  }
  const float close = ui.px(28);
  const float left = ImGui::GetItemRectMax().x + ui.px(8);
  ImGui::SetCursorScreenPos({left, area.Min.y + ui.px(10)});
  {
    const WithFont font(ui.fonts.small);
    text_cut(ui,
             ui.colours.text_dim,
             method_name(ui, selected_method(ui)),
             std::max(area.Max.x - close - ui.px(16) - left, 1.0F));
  }
  ImGui::SetCursorScreenPos({area.Max.x - close - ui.px(6), area.Min.y + ui.px(5)});
  if (button(ui,
             "map/close",
             "×",
             "Back to the plots of the two subproblems.  (H, Esc)",
             ButtonLook::quiet,
             close)) {
    ui.state.view.map_open = false;
  }
}

/// Why there is no map.
std::string absence(const Ui& ui) {
  const SweepSnapshot* const sweep = ui.map.sweep();
  if (sweep != nullptr && sweep->done()) return sweep->message;
  if (!ui.session.issues().empty()) return "Waits for settings that can run.";
  if (ui.session.spec().run.vary_split) return "Of one split only: fix the split.";
  if (ui.session.running()) return "Follows once the run is over.";
  return ui.map.pending() ? "Computing …" : "";
}

void outline_cell(const Ui& ui, const HeatMap& map, const PlotGeometry& g, const MapCell& cell) {
  const std::size_t column = cell.index % map.x.size(), row = cell.index / map.x.size();
  const float scale = ui.fonts.scale;
  const auto at = [scale](double points) { return std::round(static_cast<float>(points) * scale); };
  const ImVec2 min{at(g.x.to_point(map.x_edges[column])), at(g.y.to_point(map.y_edges[row + 1]))};
  const ImVec2 max{at(g.x.to_point(map.x_edges[column + 1])), at(g.y.to_point(map.y_edges[row]))};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float w = ui.px(1);
  list.AddRect({min.x - w, min.y - w}, {max.x + w, max.y + w}, to_u32(ui.colours.panel), 0, 0, w);
  list.AddRect({min.x - 2 * w, min.y - 2 * w},
               {max.x + 2 * w, max.y + 2 * w},
               to_u32(ui.colours.text),
               0,
               0,
               w);
}

/// Makes a cell's settings the present ones: one edit.
void choose_cell(const Ui& ui, const MapCell& cell) {
  const SweepRequest& of = *ui.map.sweep()->of;
  const RunSpec before = edited_spec(ui);
  const Result<RunSpec> chosen = ui.map.choose(before, cell);
  if (!chosen) {
    ui.send(Complain{to_string(chosen.error())});
    return;
  }
  const auto place = [&](const RunSpec& spec) {
    const auto one = [&](const SweepAxis& axis) {
      const auto value = axis.get ? axis.get(spec) : std::nullopt;
      return axis.symbol + " " + (value ? field_text(*value, axis.whole) : std::string("–"));
    };
    return one(of.x) + ", " + one(of.y);
  };
  ui.send(EditSpec{*chosen,
                   EditName(method_name(ui, of.method) + ":", place(before), place(*chosen)),
                   "",
                   true});
}

/// What the row below the map tells of.
struct Reading {
  std::optional<MapCell> cell;
  std::string without;  ///< what is said where there is no cell
};

/// The cell under the pointer, or the one of the present setting.
Reading read_cell(const Ui& ui, const PlotPanel& plot, const PlotGeometry& g) {
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  ImGui::SetCursorScreenPos(inside.Min);
  const bool clicked = ImGui::InvisibleButton("map/plot", inside.GetSize());
  const bool hovered = ImGui::IsItemHovered();
  ui.registry.record_item("map/plot", ui.map.current() ? "current" : "faded");
  const float scale = ui.fonts.scale;
  if (hovered) {
    const ImVec2 p = ImGui::GetIO().MousePos;
    const auto cell = ui.map.cell(g.x.to_value(static_cast<double>(p.x / scale)),
                                  g.y.to_value(static_cast<double>(p.y / scale)));
    if (!cell) return {};
    outline_cell(ui, *plot.heat, g, *cell);
    // A faded map is of other settings: its cells are not those of the present ones.
    if (clicked && ui.map.current()) choose_cell(ui, *cell);
    return {cell, ""};
  }
  for (const Series& s : plot.series) {
    if (s.key == kSweepHereKey && !s.x.empty()) {
      return {ui.map.cell(s.x[0], s.y[0]), "The present setting lies outside the map."};
    }
  }
  return {std::nullopt, "The present setting has no place on this map."};
}

/// What can be done with the map, or why nothing can.
std::string advice(const Ui& ui) {
  if (ui.map.pending()) return "Computing …";
  if (ui.map.current()) return "Click a cell to use its settings.";
  return ui.session.running() ? "Of earlier settings; a new map follows once the run is over."
                              : "Of earlier settings.";
}

/// "η 0.2, b 10" and the error there.
void draw_cell_row(const Ui& ui, const Reading& reading, ImVec2 at, float width) {
  const std::optional<MapCell>& cell = reading.cell;
  const SweepRequest& of = *ui.map.sweep()->of;
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorScreenPos(at);
  if (!cell) {
    text_cut(ui, ui.colours.text_faint, reading.without, width);
    ui.registry.record_item("map/value", reading.without);
    return;
  }
  const std::string place = fmt::format("{} = {}, {} = {}",
                                        of.x.symbol,
                                        sweep_value_text(of.x, cell->x),
                                        of.y.symbol,
                                        sweep_value_text(of.y, cell->y));
  const float half = ImGui::CalcTextSize(place.c_str()).x;
  text(ui.colours.text_dim, place);
  ImGui::SetCursorScreenPos({at.x + half + ui.px(12), at.y});
  text_cut(ui, ui.colours.text, cell->value, std::max(width - half - ui.px(12), 1.0F));
  ui.registry.record_item("map/value", place + ": " + cell->value);
}

/// Every edge with its stroke, and where it lies in the cell's row.
void draw_edge_rows(const Ui& ui, const std::optional<MapCell>& cell, ImVec2 at, float width) {
  const WithFont font(ui.fonts.small);
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  const float sample = ui.px(26);
  for (const SweepEdge& edge : ui.map.sweep()->edges) {
    LegendRow row;
    for (const LegendRow& known : ui.map.figure().legend) {
      if (known.series_id == sweep_edge_key(edge)) row = known;
    }
    draw_sample(painter,
                row,
                to_points({at, {at.x + sample, at.y + ui.px(kRow - 2)}}, ui.fonts.scale),
                ui.theme);
    const double value = cell ? ui.map.edge_at(edge, cell->x, cell->y) : std::nan("");
    const std::string number = std::isfinite(value) ? format_for_reading(value) : "";
    const float wide = number_size(ui, number).x;
    ImGui::SetCursorScreenPos({at.x + sample + ui.px(8), at.y});
    text_cut(
        ui, ui.colours.text_dim, edge.label, std::max(width - sample - wide - ui.px(20), 1.0F));
    draw_number(ui, {at.x + width - wide, at.y}, ui.colours.text, number);
    ui.registry.record_rect(
        "map/" + sweep_edge_key(edge), at, {at.x + width, at.y + ui.px(kRow)}, number);
    at.y += ui.px(kRow);
  }
}

/// The map; where it was drawn.
const PlotGeometry* draw_plot(
    const Ui& ui, PlotCache& cache, GridCache& grids, const PlotPanel& plot, const ImRect& area) {
  DrawOptions options;
  options.fonts = baked_sizes();
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  const SizedGrid& sized =
      grids.fit("map", {ui.map.version(), 0, 1, area, ui.fonts.scale}, painter, options, [&] {
        return std::vector<PlotPanel>{plot};
      });
  if (sized.plots.empty()) return nullptr;
  const GridCell& place = sized.grid.cells.front();
  const PlotGeometry& geometry = cache.draw(sized.plots.front(),
                                            ui.map.version(),
                                            to_pixels(place.area, ui.fonts.scale),
                                            ui.state.view.appearance,
                                            place.options,
                                            ui.fonts,
                                            ui.formulas);
  draw_grid_titles(painter, sized.plots, sized.grid, ui.theme, options.fonts);
  return &geometry;
}

}  // namespace

void draw_map_panel(const Ui& ui, PlotCache& cache, GridCache& grids, const ImRect& area) {
  ImGui::GetWindowDrawList()->AddRectFilled(area.Min, area.Max, to_u32(ui.colours.panel), ui.px(8));
  draw_head(ui, area);
  ui.registry.record_rect("map/panel", area.Min, area.Max, ui.map.pending() ? "pending" : "done");
  const PlotPanel* const plot = ui.map.plot();
  const float width = area.GetWidth() - 2 * ui.px(kPad);
  if (plot == nullptr) {
    const WithFont font(ui.fonts.small);
    ImGui::SetCursorScreenPos({area.Min.x + ui.px(kPad), area.Min.y + ui.px(kHead + 8)});
    text_wrapped(ui, ui.colours.text_dim, absence(ui), width);
    return;
  }
  const std::size_t rows = 2 + ui.map.sweep()->edges.size();
  const float foot = ui.px(kRow) * static_cast<float>(rows) + ui.px(10);
  const ImRect inside{{area.Min.x + ui.px(8), area.Min.y + ui.px(kHead)},
                      {area.Max.x - ui.px(10), area.Max.y - foot - ui.px(2)}};
  if (inside.GetHeight() < ui.px(80)) return;
  const PlotGeometry* const geometry = draw_plot(ui, cache, grids, *plot, inside);
  if (geometry == nullptr) return;
  const Reading reading = read_cell(ui, *plot, *geometry);
  ImVec2 at{area.Min.x + ui.px(kPad + 2), area.Max.y - foot + ui.px(4)};
  draw_cell_row(ui, reading, at, width);
  at.y += ui.px(kRow);
  draw_edge_rows(ui, reading.cell, at, width);
  at.y += ui.px(kRow) * static_cast<float>(ui.map.sweep()->edges.size());
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorScreenPos(at);
  const std::string words = advice(ui);
  text_cut(ui, ui.colours.text_faint, words, width);
  ui.registry.record_item("map/advice", words);
}

}  // namespace sid::app
