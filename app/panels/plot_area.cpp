#include <algorithm>
#include <array>
#include <cmath>

#include <imgui_internal.h>

#include "sid/app/panels/panels.hpp"
#include "sid/app/panels/plot_gestures.hpp"
#include "sid/app/panels/plot_handles.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

// Narrower areas, in logical pixels, show the main plot alone.
constexpr float kSideNeeds = 640.0F;

/// A plot on screen: as it was sized, and where.
struct DrawnPlot {
  const PlotPanel* plot = nullptr;
  const PlotGeometry* geometry = nullptr;
};

ImVec2 pixel(const PlotGeometry& g, double x, double y, float scale) {
  return {static_cast<float>(g.x.to_point(x)) * scale, static_cast<float>(g.y.to_point(y)) * scale};
}

/// A point of a curve under the crosshair.
void draw_dot(const Ui& ui,
              const PlotPanel& plot,
              const PlotGeometry& g,
              const std::string& key,
              const ReadoutCell& cell,
              const Colour& colour) {
  if (!cell.present || !cell.visible) return;
  const ImVec2 at = pixel(g, cell.x, cell.value, ui.fonts.scale);
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  if (!std::isfinite(at.x) || !std::isfinite(at.y) || !inside.Contains(at)) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircleFilled(at, ui.px(5), to_u32(ui.colours.panel), 20);
  list.AddCircleFilled(at, 3.5F * ui.fonts.scale, IM_COL32(colour.r, colour.g, colour.b, 255), 20);
  const ImVec2 half{ui.px(5), ui.px(5)};
  ui.registry.record_rect("crosshair/" + plot.id + "/" + key,
                          {at.x - half.x, at.y - half.y},
                          {at.x + half.x, at.y + half.y},
                          format_for_reading(cell.value, 3));
}

/// The crosshair stands at a checkpoint, in every plot at once.
void draw_crosshair(const Ui& ui, const PlotPanel& plot, const PlotGeometry& g, double x) {
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  const float at = std::round(static_cast<float>(g.x.to_point(x)) * ui.fonts.scale);
  if (!(at >= inside.Min.x && at <= inside.Max.x)) return;
  ImGui::GetWindowDrawList()->AddRectFilled(
      {at, inside.Min.y}, {at + ui.px(1), inside.Max.y}, to_u32(ui.colours.text_dim, 0.55F));
  const std::vector<MethodStyle> styles = method_styles(ui.session.spec());
  const Readout readout = make_readout(plot, styles.size(), x);
  for (const ReadoutRow& r : readout.rows) {
    const Colour colour = ui.theme.of(styles[static_cast<std::size_t>(r.method)].colour);
    draw_dot(ui, plot, g, r.exact_key, r.exact, colour);
    draw_dot(ui, plot, g, r.bound_key, r.bound, colour);
    draw_dot(ui, plot, g, r.measured_key, r.measured, colour);
  }
}

int grid_columns(std::size_t count, float width, float height) {
  if (count <= 1) return 1;
  if (count <= 2) return width > height ? 2 : 1;
  if (count <= 4) return width > 2.6F * height ? static_cast<int>(count) : 2;
  return count <= 6 ? 3 : 4;
}

DrawOptions draw_options() {
  DrawOptions options;
  options.fonts = baked_sizes();
  return options;
}

/// Draws the plots of a grid with what they share, and appends them to `drawn`.
void draw_plots(const Ui& ui,
                PlotCache& cache,
                const SizedGrid& sized,
                std::vector<DrawnPlot>& drawn) {
  for (std::size_t i = 0; i < sized.plots.size(); ++i) {
    const GridCell& cell = sized.grid.cells[i];
    DrawOptions options = cell.options;
    options.emphasised = ui.state.view.emphasised;
    drawn.push_back({&sized.plots[i],
                     &cache.draw(sized.plots[i],
                                 ui.book.version(),
                                 to_pixels(cell.area, ui.fonts.scale),
                                 ui.state.view.appearance,
                                 options,
                                 ui.fonts,
                                 ui.formulas)});
  }
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  draw_grid_titles(painter, sized.plots, sized.grid, ui.theme, baked_sizes());
}

GridKey grid_key(const Ui& ui, const ImRect& area, std::size_t panel, int columns) {
  return {ui.book.version(), panel, columns, area, ui.fonts.scale};
}

/// The main error plot, one for each hyperparameter, in a grid.
void draw_main_plots(const Ui& ui,
                     PlotCache& cache,
                     GridCache& grids,
                     const ImRect& area,
                     std::vector<DrawnPlot>& drawn) {
  const std::size_t count = ui.session.bench() ? ui.session.bench()->panels.size() : 1;
  const int columns = grid_columns(count, area.GetWidth(), area.GetHeight());
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  const SizedGrid& sized =
      grids.fit("main", grid_key(ui, area, 0, columns), painter, draw_options(), [&] {
        std::vector<PlotPanel> plots;
        for (std::size_t i = 0; i < count; ++i) {
          const PlotPanel* const plot = ui.book.plot(Quantity::hypergradient, i);
          if (plot == nullptr) continue;
          plots.push_back(*plot);
          if (count == 1) plots.back().title.clear();
        }
        return plots;
      });
  const std::size_t selected = selected_panel(ui);
  if (sized.plots.size() > 1 && selected < sized.plots.size()) {
    const ImRect place = to_pixels(sized.grid.cells[selected].area, ui.fonts.scale);
    ImGui::GetWindowDrawList()->AddRectFilled(
        place.Min, place.Max, to_u32(ui.colours.control, 0.45F), ui.px(6));
  }
  draw_plots(ui, cache, sized, drawn);
}

/// ", λ = 0.1" where there are several; empty otherwise.
std::string panel_text(const Ui& ui) {
  const auto& bench = ui.session.bench();
  if (!bench || bench->panels.size() < 2) return "";
  return ", λ = " + bench->panels[selected_panel(ui)].label;
}

/// The two subproblem plots, above each other, for the selected hyperparameter.
void draw_side_plots(const Ui& ui,
                     PlotCache& cache,
                     GridCache& grids,
                     const ImRect& area,
                     std::vector<DrawnPlot>& drawn) {
  ImGui::GetWindowDrawList()->AddRectFilled(area.Min, area.Max, to_u32(ui.colours.panel), ui.px(8));
  // The first title stands level with the heading of the main plot.
  const ImRect inside{{area.Min.x + ui.px(8), area.Min.y - ui.px(3)},
                      {area.Max.x - ui.px(10), area.Max.y - ui.px(4)}};
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  const std::size_t panel = selected_panel(ui);
  const SizedGrid& sized =
      grids.fit("side", grid_key(ui, inside, panel, 1), painter, draw_options(), [&] {
        std::vector<PlotPanel> plots;
        for (const Quantity quantity : {Quantity::lower_level, Quantity::linear_system}) {
          const PlotPanel* const plot = ui.book.plot(quantity, panel);
          if (plot == nullptr) continue;
          plots.push_back(*plot);
          plots.back().title =
              (quantity == Quantity::lower_level ? "Lower level" : "Linear system") +
              panel_text(ui);
        }
        return plots;
      });
  draw_plots(ui, cache, sized, drawn);
}

/// Gestures, then the crosshair, which stands at one checkpoint in every plot.
void follow_pointer(const Ui& ui, const std::vector<DrawnPlot>& drawn) {
  ui.state.view.cursor.active = false;
  if (!ImGui::IsAnyMouseDown() && !ImGui::IsAnyItemActive()) ui.state.view.press.reset();
  for (const DrawnPlot& d : drawn) interact_with_plot(ui, *d.plot, *d.geometry);
  const Cursor& cursor = ui.state.view.cursor;
  if (!cursor.active) return;
  const auto source = std::find_if(
      drawn.begin(), drawn.end(), [&](const DrawnPlot& d) { return d.plot->id == cursor.plot; });
  if (source == drawn.end()) return;
  const double x = make_readout(*source->plot, ui.session.spec().methods.size(), cursor.x).x;
  for (const DrawnPlot& d : drawn) draw_crosshair(ui, *d.plot, *d.geometry, x);
}

/// "Hypergradient error" and, right of it, the toolbar that ends `width` pixels from `at`.
void draw_head(const Ui& ui, ImVec2 at, float width) {
  constexpr const char* kTitle = "Hypergradient error";
  float left = at.x + ui.px(8);
  {
    const WithFont font(ui.fonts.heading);
    const float title = ImGui::CalcTextSize(kTitle).x;
    // Where both do not fit, the axis says what is drawn.
    if (ui.px(14) + title + ui.px(10) + plot_toolbar_width(ui) <= width - ui.px(8)) {
      ImGui::SetCursorScreenPos({at.x + ui.px(14), at.y + ui.px(8)});
      text(ui.colours.text, kTitle);
      left = ImGui::GetItemRectMax().x + ui.px(10);
    }
  }
  ImGui::SetCursorScreenPos({left, at.y + ui.px(6)});
  draw_plot_toolbar(ui, width - ui.px(8));
}

}  // namespace

void draw_plot_area(const Ui& ui, PlotCache& cache, GridCache& grids, ImVec2 size) {
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0, 0, 0, 0));
  ImGui::BeginChild(
      "plots", size, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  drag_plot_handles(ui);
  if (ui.carry_out) ui.carry_out();
  const float gap = ui.px(8);
  const float table = curve_table_height(ui, ui.session.spec().methods.size());
  ViewState& view = ui.state.view;
  const bool side = size.x >= ui.px(kSideNeeds);
  if (!side && view.map_open) {  // no room beside the plot: Esc brings it back
    draw_map_panel(ui, cache, grids, {origin, {origin.x + size.x, origin.y + size.y}});
    ImGui::EndChild();
    return;
  }
  const float sub = std::round(size.x * static_cast<float>(view.subplot_share));
  const float main = side ? size.x - sub - gap : size.x;
  ImGui::GetWindowDrawList()->AddRectFilled(
      origin, {origin.x + main, origin.y + size.y}, to_u32(ui.colours.panel), ui.px(8));
  draw_head(ui, origin, main);
  std::vector<DrawnPlot> drawn;
  draw_main_plots(ui,
                  cache,
                  grids,
                  {{origin.x + ui.px(8), origin.y + ui.px(34)},
                   {origin.x + main - ui.px(12), origin.y + size.y - table - ui.px(4)}},
                  drawn);
  if (const ImRect beside{{origin.x + main + gap, origin.y},
                          {origin.x + size.x, origin.y + size.y}};
      side && view.map_open) {
    draw_map_panel(ui, cache, grids, beside);
  } else if (side) {
    draw_side_plots(ui, cache, grids, beside, drawn);
  }
  follow_pointer(ui, drawn);
  for (const DrawnPlot& d : drawn) draw_plot_handles(ui, *d.plot, *d.geometry);
  const float drag = side ? splitter(ui,
                                     "split-plots",
                                     {origin.x + main, origin.y},
                                     {origin.x + main + gap, origin.y + size.y},
                                     true)
                          : 0.0F;
  if (drag != 0.0F) {
    view.subplot_share = std::clamp(
        view.subplot_share - static_cast<double>(drag * ui.fonts.scale / size.x), 0.2, 0.6);
  }
  ImGui::SetCursorScreenPos({origin.x + ui.px(14), origin.y + size.y - table});
  draw_curve_table(ui,
                   ui.book.read_plot(ui.state.view.cursor, selected_panel(ui)),
                   {main - ui.px(28), table - ui.px(8)});
  ImGui::EndChild();
}

}  // namespace sid::app
