#pragma once

#include "sid/app/panels/ui.hpp"
#include "sid/app/render/figure_preview.hpp"
#include "sid/app/render/grid_cache.hpp"
#include "sid/app/render/plot_cache.hpp"
#include "sid/app/state/readout.hpp"
#include "sid/io/presets.hpp"
#include "sid/theory/gaps.hpp"

namespace sid::app {

/// Each draws into the current window at the cursor, inside `size` pixels.
void draw_top_bar(const Ui& ui, std::span<const Preset> presets, ImVec2 size);
void draw_setup_panel(const Ui& ui, ImVec2 size);
void draw_plot_area(const Ui& ui, PlotCache& cache, GridCache& grids, ImVec2 size);
void draw_theory_panel(const Ui& ui, ImVec2 size);
void draw_transport(const Ui& ui, ImVec2 size);
/// "Pin", and once there are pinned runs a list of them.
void draw_pin_buttons(const Ui& ui);
void draw_geometry_strip(const Ui& ui, ImVec2 size);
void draw_help_sheet(const Ui& ui);
/// Room for the picture on the export sheet, in pixels; not positive on screens that are too small.
struct PreviewRoom {
  int width = 0, height = 0;
};
PreviewRoom preview_room(const Ui& ui);
void draw_export_sheet(const Ui& ui, const PreviewPicture& preview);

// Parts of the setup panel.
void draw_problem_section(const Ui& ui, float width);
/// Data source, sizes and conventions of problems with data.
void draw_data_rows(const Ui& ui);
void draw_methods_section(const Ui& ui, float width);
/// Every setting of one method.
void draw_method_rows(const Ui& ui, std::size_t index);
/// Its step size: η, or β and γ.
void draw_step_rows(const Ui& ui, std::size_t index);
/// A schedule of its own for the linear system, off by default.
void draw_linear_step_rows(const Ui& ui, std::size_t index);
/// Settings that one kind of method alone has.
void draw_own_rows(const Ui& ui, std::size_t index);
void draw_budget_section(const Ui& ui, float width);
void draw_constants_section(const Ui& ui, float width);

// Parts of the plot area.
/// The heat map with its readout, in an area of the screen (pixels).
void draw_map_panel(const Ui& ui, PlotCache& cache, GridCache& grids, const ImRect& area);
void draw_plot_toolbar(const Ui& ui, float right);
/// In pixels.
float plot_toolbar_width(const Ui& ui);
void draw_curve_table(const Ui& ui, const PlotPanel* plot, ImVec2 size);
/// Height of the table for `methods` methods, in pixels.
float curve_table_height(const Ui& ui, std::size_t methods);

// Parts of the theory panel.
void draw_theorem_card(const Ui& ui, ImVec2 size);
void draw_checks(const Ui& ui, ImVec2 size, std::span<const PaperNote* const> notes = {});
/// Height at which draw_checks() shows everything without scrolling, in pixels.
float checks_height(const Ui& ui, float width, std::span<const PaperNote* const> notes = {});

/// Colour of what is said of a hypothesis.
const ImVec4& verdict_colour(const Ui& ui, Verdict verdict);
std::string verdict_words(Verdict verdict);
/// What a line says after its place while its numbers are being computed.
inline constexpr const char* kUpdating = "   updating";
/// Buttons that choose the method whose theory is shown, at the right end of the line, which ends
/// with them. They stay where they are whether kUpdating is said before them, as `updating` tells,
/// or not.
void draw_method_chips(const Ui& ui, bool updating);

/// The theory of the selected hyperparameter and method; null while there is none.
const MethodTheory* selected_theory(const Ui& ui);
/// Index of the selected method, inside the list.
std::size_t selected_method(const Ui& ui);
std::size_t selected_panel(const Ui& ui);

}  // namespace sid::app
