#include <algorithm>
#include <array>

#include <imgui_internal.h>

#include "sid/app/panels/panels.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/state/plot_view.hpp"

namespace sid::app {
namespace {

// Height of a plot, logical pixels, that has room for the label of its y axis.
constexpr float kLabelNeeds = 165.0F;
// Distance of the numbers of an axis, logical pixels.
constexpr float kTickNeeds = 17.0F;

struct Slot {
  const PlotPanel* plot = nullptr;
  ImRect area;
  bool main = false;
  bool x_labels = true;  ///< false above another plot, whose labels serve both
};

ImVec2 pixel(const PlotGeometry& g, double x, double y, float scale) {
  return {static_cast<float>(g.x.to_point(x)) * scale, static_cast<float>(g.y.to_point(y)) * scale};
}

/// Values under a pixel.
struct Under {
  double x, y;
};
Under under(const PlotGeometry& g, ImVec2 p, float scale) {
  return {g.x.to_value(static_cast<double>(p.x / scale)),
          g.y.to_value(static_cast<double>(p.y / scale))};
}

void apply_limits(const Ui& ui, const PlotPanel& plot, const PanelLimits& limits) {
  set_limits(ui.state.view, ui.book.figure().panels, plot.id, limits);
}

void zoom(const Ui& ui, const PlotPanel& plot, const Under& at, float wheel) {
  const double factor = std::pow(0.85, static_cast<double>(wheel));
  PanelLimits limits;
  const ImGuiIO& io = ImGui::GetIO();
  if (!io.KeyCtrl) limits.x = zoomed(plot.x, at.x, factor);
  if (!io.KeyShift) limits.y = zoomed(plot.y, at.y, factor);
  remember_view(ui.state.view);
  apply_limits(ui, plot, limits);
}

/// Moves the plot, or frames a box with Shift or the right button.
void drag(const Ui& ui, const Slot& slot, const PlotGeometry& g, const Under& at) {
  const ImGuiIO& io = ImGui::GetIO();
  const float scale = ui.fonts.scale;
  const bool active = ImGui::IsItemActive();
  ViewState& view = ui.state.view;
  const bool boxing = io.KeyShift || ImGui::IsMouseDown(ImGuiMouseButton_Right) ||
                      ImGui::IsMouseReleased(ImGuiMouseButton_Right);
  const int mouse_button = boxing && !ImGui::IsMouseDown(ImGuiMouseButton_Left) &&
                                   !ImGui::IsMouseReleased(ImGuiMouseButton_Left)
                               ? ImGuiMouseButton_Right
                               : ImGuiMouseButton_Left;
  const ImVec2 start = io.MouseClickedPos[mouse_button];
  const bool dragged = std::abs(io.MousePos.x - start.x) + std::abs(io.MousePos.y - start.y) > 4.0F;
  if (boxing && (active || ImGui::IsItemDeactivated()) && dragged) {
    const Under from = under(g, start, scale);
    if (ImGui::IsItemDeactivated()) {
      remember_view(view);
      apply_limits(ui,
                   *slot.plot,
                   {AxisLimits{std::min(from.x, at.x), std::max(from.x, at.x)},
                    AxisLimits{std::min(from.y, at.y), std::max(from.y, at.y)}});
    } else {
      ImDrawList& list = *ImGui::GetWindowDrawList();
      list.AddRectFilled(start, io.MousePos, to_u32(ui.colours.accent, 0.12F));
      list.AddRect(start, io.MousePos, to_u32(ui.colours.accent));
    }
  } else if (active && !boxing && (io.MouseDelta.x != 0.0F || io.MouseDelta.y != 0.0F) && dragged) {
    if (ImGui::IsMouseDragging(ImGuiMouseButton_Left) &&
        std::abs(io.MouseClickedPos[0].x - io.MousePos.x + io.MouseDelta.x) +
                std::abs(io.MouseClickedPos[0].y - io.MousePos.y + io.MouseDelta.y) <=
            4.0F) {
      remember_view(view);
    }
    const Under before =
        under(g, {io.MousePos.x - io.MouseDelta.x, io.MousePos.y - io.MouseDelta.y}, scale);
    apply_limits(ui,
                 *slot.plot,
                 {panned(slot.plot->x, before.x, at.x), panned(slot.plot->y, before.y, at.y)});
  }
}

/// Left drag moves, Shift or right drag frames a box, wheel zooms, double click fits.
void interact(const Ui& ui, const Slot& slot, const PlotGeometry& g) {
  const float scale = ui.fonts.scale;
  const ImRect inside = to_pixels(g.plot, scale);
  if (inside.GetWidth() < 8 || inside.GetHeight() < 8) return;
  const std::string name = "plot/" + slot.plot->id;
  ImGui::SetCursorScreenPos(inside.Min);
  ImGui::InvisibleButton(name.c_str(),
                         inside.GetSize(),
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  ImGui::SetItemUsingMouseWheel();
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const ImGuiIO& io = ImGui::GetIO();
  const Under at = under(g, io.MousePos, scale);
  ViewState& view = ui.state.view;
  ui.registry.record_item(
      name,
      field_text(slot.plot->x.min, false) + " " + field_text(slot.plot->x.max, false) + " " +
          field_text(slot.plot->y.min, false) + " " + field_text(slot.plot->y.max, false));
  if (hovered || active) view.cursor = {true, slot.plot->id, at.x};
  if (ImGui::IsItemActivated()) {
    const auto slash = slot.plot->id.find('/');
    if (slash != std::string::npos) view.panel = std::stoul(slot.plot->id.substr(slash + 1));
  }
  if (hovered && io.MouseWheel != 0.0F) {
    zoom(ui, *slot.plot, at, io.MouseWheel);
    return;
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    fit(view, FitKind::data);
    return;
  }
  drag(ui, slot, g, at);
}

void draw_dot(const Ui& ui, const PlotGeometry& g, double x, double y, const Colour& colour) {
  const ImVec2 at = pixel(g, x, y, ui.fonts.scale);
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  if (!std::isfinite(at.x) || !std::isfinite(at.y) || !inside.Contains(at)) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircleFilled(at, ui.px(5), to_u32(ui.colours.panel), 20);
  list.AddCircleFilled(at, 3.5F * ui.fonts.scale, IM_COL32(colour.r, colour.g, colour.b, 255), 20);
}

/// The crosshair stands at a checkpoint, in every plot at once.
void draw_crosshair(const Ui& ui, const Slot& slot, const PlotGeometry& g, double x) {
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  const float at = std::round(static_cast<float>(g.x.to_point(x)) * ui.fonts.scale);
  if (!(at >= inside.Min.x && at <= inside.Max.x)) return;
  ImGui::GetWindowDrawList()->AddRectFilled(
      {at, inside.Min.y}, {at + ui.px(1), inside.Max.y}, to_u32(ui.colours.text_dim, 0.55F));
  const std::vector<MethodStyle> styles = method_styles(ui.session.spec());
  const Readout readout = make_readout(*slot.plot, styles.size(), x);
  for (const ReadoutRow& r : readout.rows) {
    const Colour colour = ui.theme.of(styles[static_cast<std::size_t>(r.method)].colour);
    if (r.exact.present) draw_dot(ui, g, r.exact.x, r.exact.value, colour);
    if (r.bound.present) draw_dot(ui, g, r.bound.x, r.bound.value, colour);
    if (r.measured.present) draw_dot(ui, g, r.measured.x, r.measured.value, colour);
  }
}

int grid_columns(std::size_t count, float width, float height) {
  if (count <= 1) return 1;
  if (count <= 2) return width > height ? 2 : 1;
  if (count <= 4) return width > 2.6F * height ? static_cast<int>(count) : 2;
  return count <= 6 ? 3 : 4;
}

/// How much lower a plot with x labels is than one without, in pixels.
float x_label_height(const Ui& ui, const PlotPanel& plot) {
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  DrawOptions options;
  options.fonts = baked_sizes();
  const double with = measure_margins(painter, plot, options).bottom;
  options.x_labels = false;
  const double without = measure_margins(painter, plot, options).bottom;
  return static_cast<float>(with - without) * ui.fonts.scale;
}

/// The main error plot, one for each hyperparameter, in a grid.
void add_main_slots(const Ui& ui, const ImRect& area, std::vector<Slot>& slots) {
  const std::size_t count = ui.session.bench() ? ui.session.bench()->panels.size() : 1;
  std::vector<const PlotPanel*> plots;
  for (std::size_t i = 0; i < count; ++i) {
    if (const PlotPanel* plot = ui.book.plot(Quantity::hypergradient, i)) plots.push_back(plot);
  }
  if (plots.empty()) return;
  const int columns = grid_columns(plots.size(), area.GetWidth(), area.GetHeight());
  const int rows = (static_cast<int>(plots.size()) + columns - 1) / columns;
  const float gap = ui.px(10);
  const float width =
      (area.GetWidth() - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  // Only the last row carries x labels; its plots are as high as the others.
  const float labels = rows > 1 ? x_label_height(ui, *plots.front()) : 0.0F;
  const float height =
      (area.GetHeight() - gap * static_cast<float>(rows - 1) - labels) / static_cast<float>(rows);
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const auto c = static_cast<float>(static_cast<int>(i) % columns);
    const auto r = static_cast<float>(static_cast<int>(i) / columns);
    const bool bottom = i + static_cast<std::size_t>(columns) >= plots.size();
    const ImVec2 at{std::round(area.Min.x + c * (width + gap)),
                    std::round(area.Min.y + r * (height + gap))};
    const ImRect place(
        at, {at.x + std::floor(width), std::round(at.y + height + (bottom ? labels : 0.0F))});
    if (plots.size() > 1 && i == selected_panel(ui)) {
      ImGui::GetWindowDrawList()->AddRectFilled(
          place.Min, place.Max, to_u32(ui.colours.control, 0.45F), ui.px(6));
    }
    slots.push_back({plots[i], place, true, bottom});
  }
}

/// `plot` without what a low area cannot hold: a label longer than its axis would run into the
/// neighbours (the heading names the error), and numbers of ticks would touch each other.
PlotPanel for_small_area(const PlotPanel& plot, float height) {
  PlotPanel small = plot;
  small.y.formula.clear();
  small.y.label.clear();
  const auto labelled = static_cast<float>(
      std::count_if(small.y.ticks.begin(), small.y.ticks.end(), [](const Tick& tick) {
        return !tick.text.empty();
      }));
  const int step =
      static_cast<int>(std::ceil(labelled * kTickNeeds / std::max(height - 50.0F, 1.0F)));
  int number = 0;
  for (Tick& tick : small.y.ticks) {
    if (tick.text.empty() || number++ % std::max(step, 1) == 0) continue;
    tick.text.clear();
    tick.exponent.clear();
  }
  return small;
}

const Slot* slot_of(const std::vector<Slot>& slots, const std::string& id) {
  for (const Slot& slot : slots) {
    if (slot.plot->id == id) return &slot;
  }
  return nullptr;
}

void draw_slots(const Ui& ui, PlotCache& cache, const std::vector<Slot>& slots) {
  // The margins of plots that stand above each other are the same, so that their axes line up.
  Margins main{}, side{};
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  DrawOptions options;
  options.fonts = baked_sizes();
  options.emphasised = ui.state.view.emphasised;
  const auto main_plots =
      std::count_if(slots.begin(), slots.end(), [](const Slot& slot) { return slot.main; });
  for (const Slot& slot : slots) {
    options.title = slot.main && main_plots > 1;
    const Margins m = measure_margins(painter, *slot.plot, options);
    Margins& shared = slot.main ? main : side;
    shared = {std::max(shared.left, m.left),
              std::max(shared.right, m.right),
              std::max(shared.top, m.top),
              std::max(shared.bottom, m.bottom)};
  }
  std::vector<const PlotGeometry*> geometries;
  for (const Slot& slot : slots) {
    options.title = slot.main && main_plots > 1;
    Margins margins = slot.main ? main : side;
    options.x_labels = slot.x_labels;
    options.margins.reset();
    if (!slot.x_labels) {
      margins.bottom = measure_margins(painter, *slot.plot, options).bottom;
    }
    options.margins = margins;
    PlotPanel small;
    const PlotPanel* plot = slot.plot;
    if (slot.area.GetHeight() < ui.px(kLabelNeeds)) {
      small = for_small_area(*slot.plot, slot.area.GetHeight() / ui.fonts.scale);
      plot = &small;
    }
    geometries.push_back(&cache.draw(*plot,
                                     ui.book.version(),
                                     slot.area,
                                     ui.state.view.appearance,
                                     options,
                                     ui.fonts,
                                     ui.formulas));
  }
  ui.state.view.cursor.active = false;
  for (std::size_t i = 0; i < slots.size(); ++i) interact(ui, slots[i], *geometries[i]);
  const Cursor& cursor = ui.state.view.cursor;
  const Slot* const source = cursor.active ? slot_of(slots, cursor.plot) : nullptr;
  if (source == nullptr) return;
  const double x = make_readout(*source->plot, ui.session.spec().methods.size(), cursor.x).x;
  for (std::size_t i = 0; i < slots.size(); ++i) draw_crosshair(ui, slots[i], *geometries[i], x);
}

void draw_heading(const Ui& ui, const char* title, ImVec2 at, float width) {
  ImGui::SetCursorScreenPos(at);
  const WithFont font(ui.fonts.heading);
  text_cut(ui, ui.colours.text, title, width);
}

/// "λ = 0.1" where there are several; empty otherwise.
std::string panel_text(const Ui& ui) {
  const auto& bench = ui.session.bench();
  if (!bench || bench->panels.size() < 2) return "";
  return "λ = " + bench->panels[selected_panel(ui)].label;
}

/// The two subproblem plots, above each other, for the selected hyperparameter.
void add_side_slots(const Ui& ui, const ImRect& area, std::vector<Slot>& slots) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float gap = ui.px(8), rounding = ui.px(8);
  const float height = std::floor(0.5F * (area.GetHeight() - gap));
  const std::array<Quantity, 2> quantities = {Quantity::lower_level, Quantity::linear_system};
  const std::array<const char*, 2> titles = {"Lower level", "Linear system"};
  for (std::size_t i = 0; i < 2; ++i) {
    const float top = area.Min.y + static_cast<float>(i) * (height + gap);
    list.AddRectFilled(
        {area.Min.x, top}, {area.Max.x, top + height}, to_u32(ui.colours.panel), rounding);
    draw_heading(
        ui, titles[i], {area.Min.x + ui.px(14), top + ui.px(8)}, area.GetWidth() - ui.px(28));
    if (const std::string which = panel_text(ui); !which.empty()) {
      const WithFont font(ui.fonts.small);
      ImGui::SameLine(0, ui.px(10));
      text(ui.colours.text_faint, which);
    }
    const PlotPanel* const plot = ui.book.plot(quantities[i], selected_panel(ui));
    if (plot == nullptr) continue;
    slots.push_back({plot,
                     {{area.Min.x + ui.px(8), top + ui.px(30)},
                      {area.Max.x - ui.px(10), top + height - ui.px(4)}},
                     false});
  }
}

const PlotPanel* table_plot(const Ui& ui) {
  const Cursor& cursor = ui.state.view.cursor;
  if (cursor.active) {
    for (const PlotPanel& plot : ui.book.figure().panels) {
      if (plot.id == cursor.plot) return &plot;
    }
  }
  return ui.book.plot(Quantity::hypergradient, selected_panel(ui));
}

}  // namespace

void draw_plot_area(const Ui& ui, PlotCache& cache, ImVec2 size) {
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0, 0, 0, 0));
  ImGui::BeginChild(
      "plots", size, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.px(8);
  const float table = curve_table_height(ui, ui.session.spec().methods.size());
  ViewState& view = ui.state.view;
  const float sub = std::round(size.x * static_cast<float>(view.subplot_share));
  const float main = size.x - sub - gap;
  ImGui::GetWindowDrawList()->AddRectFilled(
      origin, {origin.x + main, origin.y + size.y}, to_u32(ui.colours.panel), ui.px(8));
  draw_heading(
      ui, "Hypergradient error", {origin.x + ui.px(14), origin.y + ui.px(8)}, main * 0.35F);
  ImGui::SetCursorScreenPos({origin.x + main * 0.35F, origin.y + ui.px(6)});
  draw_plot_toolbar(ui, main - ui.px(8));
  std::vector<Slot> slots;
  add_main_slots(ui,
                 {{origin.x + ui.px(8), origin.y + ui.px(34)},
                  {origin.x + main - ui.px(12), origin.y + size.y - table - ui.px(4)}},
                 slots);
  add_side_slots(
      ui, {{origin.x + main + gap, origin.y}, {origin.x + size.x, origin.y + size.y}}, slots);
  draw_slots(ui, cache, slots);
  const float drag = splitter(ui,
                              "split-plots",
                              {origin.x + main, origin.y},
                              {origin.x + main + gap, origin.y + size.y},
                              true);
  if (drag != 0.0F) {
    view.subplot_share = std::clamp(
        view.subplot_share - static_cast<double>(drag * ui.fonts.scale / size.x), 0.2, 0.6);
  }
  ImGui::SetCursorScreenPos({origin.x + ui.px(14), origin.y + size.y - table});
  draw_curve_table(ui, table_plot(ui), {main - ui.px(28), table - ui.px(8)});
  ImGui::EndChild();
}

}  // namespace sid::app
