#include "sid/app/panels/plot_gestures.hpp"

#include <algorithm>
#include <cmath>

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
void drag(const Ui& ui, const PlotPanel& plot, const PlotGeometry& g, const Under& at) {
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
                   plot,
                   {AxisLimits{std::min(from.x, at.x), std::max(from.x, at.x)},
                    AxisLimits{std::min(from.y, at.y), std::max(from.y, at.y)}});
    } else {
      ImDrawList& list = *ImGui::GetWindowDrawList();
      list.AddRectFilled(start, io.MousePos, to_u32(ui.colours.accent, 0.12F));
      list.AddRect(start, io.MousePos, to_u32(ui.colours.accent));
    }
  } else if (active && !boxing && (io.MouseDelta.x != 0.0F || io.MouseDelta.y != 0.0F) && dragged) {
    if (std::abs(io.MouseClickedPos[0].x - io.MousePos.x + io.MouseDelta.x) +
            std::abs(io.MouseClickedPos[0].y - io.MousePos.y + io.MouseDelta.y) <=
        4.0F) {
      remember_view(view);
    }
    const Under before =
        under(g, {io.MousePos.x - io.MouseDelta.x, io.MousePos.y - io.MouseDelta.y}, scale);
    apply_limits(ui, plot, {panned(plot.x, before.x, at.x), panned(plot.y, before.y, at.y)});
  }
}

}  // namespace

void interact_with_plot(const Ui& ui, const PlotPanel& plot, const PlotGeometry& geometry) {
  const float scale = ui.fonts.scale;
  const ImRect inside = to_pixels(geometry.plot, scale);
  if (inside.GetWidth() < 8 || inside.GetHeight() < 8) return;
  const std::string name = "plot/" + plot.id;
  ImGui::SetCursorScreenPos(inside.Min);
  ImGui::InvisibleButton(name.c_str(),
                         inside.GetSize(),
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  ImGui::SetItemUsingMouseWheel();
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const ImGuiIO& io = ImGui::GetIO();
  const Under at = under(geometry, io.MousePos, scale);
  ViewState& view = ui.state.view;
  ui.registry.record_item(name,
                          field_text(plot.x.min, false) + " " + field_text(plot.x.max, false) +
                              " " + field_text(plot.y.min, false) + " " +
                              field_text(plot.y.max, false));
  if (hovered || active) view.cursor = {true, plot.id, at.x};
  if (ImGui::IsItemActivated()) {
    const auto slash = plot.id.find('/');
    if (slash != std::string::npos) view.panel = std::stoul(plot.id.substr(slash + 1));
  }
  if (hovered && io.MouseWheel != 0.0F) {
    zoom(ui, plot, at, io.MouseWheel);
    return;
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    fit(view, FitKind::data);
    return;
  }
  drag(ui, plot, geometry, at);
}

}  // namespace sid::app
