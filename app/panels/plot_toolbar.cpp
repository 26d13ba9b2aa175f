#include <algorithm>
#include <array>

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/plot_view.hpp"

namespace sid::app {
namespace {

bool toggle(const Ui& ui, const char* name, const char* label, bool on, const char* tip) {
  ImGui::PushStyleColor(ImGuiCol_Button, on ? ui.colours.control : ImVec4(0, 0, 0, 0));
  ImGui::PushStyleColor(ImGuiCol_ButtonHovered, ui.colours.control_hover);
  ImGui::PushStyleColor(ImGuiCol_ButtonActive, ui.colours.control_active);
  ImGui::PushStyleColor(ImGuiCol_Text, on ? ui.colours.text : ui.colours.text_faint);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(7), ui.px(3)});
  const bool pressed = ImGui::Button((std::string(label) + "###" + name).c_str());
  ImGui::PopStyleVar();
  ImGui::PopStyleColor(4);
  ui.registry.record_item(name, on ? "on" : "off");
  tooltip(ui, tip);
  ImGui::SameLine(0, ui.px(2));
  return pressed;
}

const char* y_label(const FigureOptions& figure) {
  return figure.y_value == YValue::looseness ? "bound ÷ error" : "error";
}

void draw_axis_toggles(const Ui& ui) {
  FigureOptions& figure = ui.state.view.figure;
  const bool epochs = figure.x_unit == XUnit::epochs;
  if (toggle(
          ui,
          "x-unit",
          epochs ? "epochs" : "iterations",
          true,
          "Epochs: samples drawn by both solvers over n, the paper's count. Iterations: steps of "
          "the lower level.  (X)")) {
    figure.x_unit = epochs ? XUnit::iterations : XUnit::epochs;
    forget_views(ui.state.view);
  }
  const bool looseness = figure.y_value == YValue::looseness;
  if (toggle(
          ui,
          "y-value",
          y_label(figure),
          true,
          "Errors with their bounds, or how many times as large as the error the bound is.  (Y)")) {
    set_y_value(ui.state.view, looseness ? YValue::error : YValue::looseness);
  }
  if (toggle(ui, "log-x", "log x", figure.log_x, "Logarithmic x axis.  (L)")) {
    figure.log_x = !figure.log_x;
    forget_views(ui.state.view);
  }
  if (toggle(ui, "log-y", "log y", figure.log_y, "Logarithmic y axis.  (Shift+L)")) {
    figure.log_y = !figure.log_y;
    forget_views(ui.state.view);
  }
}

void draw_curve_toggles(const Ui& ui) {
  FigureOptions& figure = ui.state.view.figure;
  if (toggle(ui,
             "band",
             figure.band == BandKind::std ? "± std" : "band",
             figure.band != BandKind::none,
             "Band: 95 % interval of the mean, then mean ± one standard deviation, then none.")) {
    figure.band = figure.band == BandKind::ci95  ? BandKind::std
                  : figure.band == BandKind::std ? BandKind::none
                                                 : BandKind::ci95;
  }
  if (toggle(ui, "bounds", "bounds", figure.bounds, "Bounds, dashed.  (B)")) {
    figure.bounds = !figure.bounds;
  }
  if (toggle(
          ui, "exact", "exact", figure.exact, "Exact curves, dotted, where they are known.  (E)")) {
    figure.exact = !figure.exact;
  }
  if (toggle(
          ui,
          "slopes",
          "slopes",
          figure.slopes,
          "Slope of every measured error at its end, where it is straight on logarithmic axes: −1 "
          "where it falls like 1/t. Zoom for another end.  (S)")) {
    figure.slopes = !figure.slopes;
  }
  if (toggle(ui,
             "fit",
             "fit",
             figure.limits.empty() && figure.fit == FitKind::data,
             "Fit the axes to the data.  (F, or double-click a plot)")) {
    fit(ui.state.view, FitKind::data);
  }
  if (toggle(ui,
             "fit-all",
             "fit all",
             figure.limits.empty() && figure.fit == FitKind::all,
             "Fit the axes to everything, bounds included.  (Shift+F)")) {
    fit(ui.state.view, FitKind::all);
  }
}

}  // namespace

float plot_toolbar_width(const Ui& ui) {
  const WithFont font(ui.fonts.small);
  const FigureOptions& figure = ui.state.view.figure;
  const std::array<const char*, 10> labels = {
      figure.x_unit == XUnit::epochs ? "epochs" : "iterations",
      y_label(figure),
      "log x",
      "log y",
      figure.band == BandKind::std ? "± std" : "band",
      "bounds",
      "exact",
      "slopes",
      "fit",
      "fit all"};
  float width = 0.0F;
  for (const char* label : labels) width += ImGui::CalcTextSize(label).x + ui.px(16);
  return width;
}

void draw_plot_toolbar(const Ui& ui, float right) {
  const float width = plot_toolbar_width(ui);
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), right - width));
  draw_axis_toggles(ui);
  draw_curve_toggles(ui);
}

}  // namespace sid::app
