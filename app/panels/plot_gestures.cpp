#include "sid/app/panels/plot_gestures.hpp"

#include <algorithm>
#include <cmath>

#include <GLFW/glfw3.h>
#include <imgui_internal.h>

#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/state/plot_view.hpp"

namespace sid::app {
namespace {

/// Values under a pixel.
struct Under {
  double x, y;
};
Under under(const PlotGeometry& g, ImVec2 p, float scale) {
  return {g.x.to_value(static_cast<double>(p.x / scale)),
          g.y.to_value(static_cast<double>(p.y / scale))};
}

using Plots = std::vector<PlotPanel>;

void apply_limits(const Ui& ui,
                  const Plots& plots,
                  const PlotPanel& plot,
                  const PanelLimits& limits) {
  set_limits(ui.state.view, plots, plot.id, limits);
}

/// Vertical turns of the wheel zoom about the pointer, horizontal ones move along x. In proportion
/// to the turn: touchpads send many small ones. One step of the history while they go on.
void roll(const Ui& ui, const Plots& plots, const PlotPanel& plot, const Under& at, ImVec2 wheel) {
  ViewState& view = ui.state.view;
  const ImGuiIO& io = ImGui::GetIO();
  PanelLimits limits;
  if (wheel.y != 0.0F) {
    const double factor = std::pow(0.85, static_cast<double>(wheel.y));
    if (!io.KeyCtrl) limits.x = zoomed(plot.x, at.x, factor);
    if (!io.KeyShift) limits.y = zoomed(plot.y, at.y, factor);
  }
  remember_view(view, "wheel/" + plot.id, ImGui::GetTime());
  if (limits.x || limits.y) apply_limits(ui, plots, plot, limits);
  if (wheel.x != 0.0F) {
    PlotPanel zoomed_plot = plot;
    if (limits.x) zoomed_plot.x.min = limits.x->min, zoomed_plot.x.max = limits.x->max;
    pan_plot(view, plots, zoomed_plot, -0.08 * static_cast<double>(wheel.x), 0.0);
  }
}

ImVec2 inside_of(const ImRect& rect, ImVec2 p) {
  return {std::clamp(p.x, rect.Min.x, rect.Max.x), std::clamp(p.y, rect.Min.y, rect.Max.y)};
}

/// The box between where the button went down and the pointer, cut to the plot.
void frame_box(
    const Ui& ui, const Plots& plots, const PlotPanel& plot, const PlotGeometry& g, bool done) {
  const ImGuiIO& io = ImGui::GetIO();
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  const ImVec2 a = inside_of(inside, io.MouseClickedPos[ui.state.view.press->right ? 1 : 0]);
  const ImVec2 b = inside_of(inside, io.MousePos);
  if (!done) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(a, b, to_u32(ui.colours.accent, 0.12F));
    list.AddRect(a, b, to_u32(ui.colours.accent));
    return;
  }
  const Under from = under(g, a, ui.fonts.scale), to = under(g, b, ui.fonts.scale);
  // A box without width or height is meant for the other axis.
  PanelLimits limits;
  if (std::abs(b.x - a.x) > 3.0F) limits.x = {std::min(from.x, to.x), std::max(from.x, to.x)};
  if (std::abs(b.y - a.y) > 3.0F) limits.y = {std::min(from.y, to.y), std::max(from.y, to.y)};
  if (!limits.x && !limits.y) return;
  remember_view(ui.state.view);
  apply_limits(ui, plots, plot, limits);
}

/// Moves the plot, or frames a box with Shift or the right button. What it is was settled when the
/// button went down; Esc leaves it.
void drag(const Ui& ui, const Plots& plots, const PlotPanel& plot, const PlotGeometry& g) {
  ViewState& view = ui.state.view;
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemActivated()) {
    const bool right =
        ImGui::IsMouseDown(ImGuiMouseButton_Right) && !ImGui::IsMouseDown(ImGuiMouseButton_Left);
    view.press = PlotPress{plot.id, right, right || io.KeyShift, false};
  }
  if (!view.press || view.press->plot != plot.id) return;
  PlotPress& press = *view.press;
  const bool active = ImGui::IsItemActive(), pointer = ImGui::IsMousePosValid();
  if (active && ImGui::IsKeyPressed(GLFW_KEY_ESCAPE, false)) {
    if (press.moved && !press.box) cancel_gesture(view);
    ImGui::ClearActiveID();
    view.press.reset();
    return;
  }
  ImVec2 from{io.MousePos.x - io.MouseDelta.x, io.MousePos.y - io.MouseDelta.y};
  if (active && pointer && !press.moved) {
    from = io.MouseClickedPos[press.right ? 1 : 0];
    press.moved = std::abs(io.MousePos.x - from.x) + std::abs(io.MousePos.y - from.y) > 4.0F;
    if (press.moved && !press.box) remember_view(view);
  }
  if (press.moved && press.box && pointer && (active || ImGui::IsItemDeactivated())) {
    frame_box(ui, plots, plot, g, !active);
  } else if (press.moved && active && pointer &&
             (from.x != io.MousePos.x || from.y != io.MousePos.y)) {
    const Under before = under(g, from, ui.fonts.scale);
    const Under at = under(g, io.MousePos, ui.fonts.scale);
    apply_limits(ui, plots, plot, {panned(plot.x, before.x, at.x), panned(plot.y, before.y, at.y)});
  }
  if (!active) view.press.reset();
}

}  // namespace

void interact_with_plot(const Ui& ui, const PlotPanel& plot, const PlotGeometry& geometry) {
  if (!interact_with_plot(ui, plot, geometry, ui.book.figure().panels)) return;
  const auto slash = plot.id.find('/');
  if (slash != std::string::npos) ui.state.view.panel = std::stoul(plot.id.substr(slash + 1));
}

bool interact_with_plot(const Ui& ui,
                        const PlotPanel& plot,
                        const PlotGeometry& geometry,
                        const std::vector<PlotPanel>& plots) {
  const float scale = ui.fonts.scale;
  const ImRect inside = to_pixels(geometry.plot, scale);
  if (inside.GetWidth() < 8 || inside.GetHeight() < 8) return false;
  const std::string name = "plot/" + plot.id;
  ImGui::SetCursorScreenPos(inside.Min);
  ImGui::InvisibleButton(name.c_str(),
                         inside.GetSize(),
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  ImGui::SetItemUsingMouseWheel();
  const bool pressed = ImGui::IsItemActivated();
  const bool active = ImGui::IsItemActive(), mine = ImGui::IsItemHovered();
  ViewState& view = ui.state.view;
  // A handle takes the buttons, not the wheel.
  const bool hovered = mine || (view.handles.hovered_plot == plot.id && !view.handles.drag);
  const ImGuiIO& io = ImGui::GetIO();
  const bool pointer = ImGui::IsMousePosValid();
  const Under at = under(geometry, io.MousePos, scale);
  ui.registry.record_item(name,
                          field_text(plot.x.min, false) + " " + field_text(plot.x.max, false) +
                              " " + field_text(plot.y.min, false) + " " +
                              field_text(plot.y.max, false));
  if ((hovered || active) && pointer) view.cursor = {true, plot.id, at.x, at.y};
  if (hovered && !active && (io.MouseWheel != 0.0F || io.MouseWheelH != 0.0F)) {
    roll(ui, plots, plot, at, {io.MouseWheelH, io.MouseWheel});
    return pressed;
  }
  if (mine && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) fit(view, FitKind::data);
  drag(ui, plots, plot, geometry);
  return pressed;
}

}  // namespace sid::app
