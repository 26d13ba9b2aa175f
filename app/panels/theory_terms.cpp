#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sid/app/panels/bound_terms.hpp"
#include "sid/app/panels/theory_view.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/render/stroker.hpp"
#include "sid/app/render/texture_band.hpp"
#include "sid/figure/ticks.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Decades below the largest value that a log axis of the terms shows.
constexpr double kDecades = 6.0;

double term_value(const TheoryCurve& bound, const char* id, std::size_t index) {
  for (const BoundTerm& term : bound.terms) {
    if (term.id == id && index < term.values.size()) return term.values[index];
  }
  return kNaN;
}

/// Sums of the first terms at the checkpoints: chains[0] is the ground, chains[4] the bound.
struct Stack {
  std::vector<double> x;
  std::array<std::vector<double>, kTerms.size() + 1> chains;
};

double abscissa(const FigureOptions& figure, const Checkpoint& at) {
  return figure.x_unit == XUnit::epochs ? at.epochs : static_cast<double>(at.t);
}

Stack stack_of(const TheoryScene& scene, const TheoryCurve& bound) {
  const FigureOptions& figure = scene.ui.state.view.figure;
  const bool shares = scene.ui.state.view.theory.shares;
  Stack stack;
  const std::size_t count = std::min(scene.checkpoints.size(), bound.values.size());
  for (std::size_t i = 0; i < count; ++i) {
    const double x = abscissa(figure, scene.checkpoints[i]);
    const double total = bound.values[i];
    if ((figure.log_x && !(x > 0.0)) || !(total > 0.0) || !std::isfinite(total)) continue;
    stack.x.push_back(x);
    double sum = 0.0;
    stack.chains[0].push_back(0.0);
    for (std::size_t k = 0; k < kTerms.size(); ++k) {
      sum += std::max(0.0, term_value(bound, kTerms[k].id, i));
      stack.chains[k + 1].push_back(shares ? std::min(1.0, sum / total) : sum);
    }
  }
  return stack;
}

PlotPanel axes_of(const TheoryScene& scene, const Stack& stack) {
  const FigureOptions& figure = scene.ui.state.view.figure;
  const bool shares = scene.ui.state.view.theory.shares;
  PlotPanel plot;
  plot.id = fmt::format("terms/{}/{}/{}{}{}",
                        selected_panel(scene.ui),
                        selected_method(scene.ui),
                        shares ? "s" : "v",
                        figure.x_unit == XUnit::epochs ? "e" : "t",
                        figure.log_x ? "l" : "");
  plot.x.label = figure.x_unit == XUnit::epochs ? "epochs" : "iterations t";
  plot.x.scale = figure.log_x ? AxisScale::log : AxisScale::linear;
  const AxisLimits x =
      repair_limits({figure.log_x ? stack.x.front() : 0.0, stack.x.back()}, plot.x.scale);
  plot.x.min = x.min;
  plot.x.max = x.max;
  plot.y.scale = shares ? AxisScale::linear : AxisScale::log;
  plot.y.max = 1.0;
  plot.y.min = 0.0;
  if (!shares) {
    const std::vector<double>& total = stack.chains.back();
    const double top = *std::max_element(total.begin(), total.end());
    double low = *std::min_element(total.begin(), total.end());
    for (std::size_t k = 1; k < kTerms.size(); ++k) {
      for (const double value : stack.chains[k]) {
        if (value > 0.0) low = std::min(low, value);
      }
    }
    const AxisLimits y =
        fit_limits({std::max(low, top * std::pow(10.0, -kDecades)), top}, AxisScale::log, 0.06);
    plot.y.min = y.min;
    plot.y.max = y.max;
  }
  return plot;
}

std::vector<ImVec2> on_screen(const Stack& stack,
                              const std::vector<double>& values,
                              const PlotPanel& plot,
                              const PlotGeometry& g,
                              float scale) {
  std::vector<ImVec2> points;
  for (std::size_t i = 0; i < stack.x.size(); ++i) {
    const double y = std::clamp(values[i], plot.y.min, plot.y.max);
    points.push_back({static_cast<float>(g.x.to_point(stack.x[i])) * scale,
                      static_cast<float>(g.y.to_point(y)) * scale});
  }
  return points;
}

void draw_areas(const TheoryScene& scene,
                const Stack& stack,
                const PlotPanel& plot,
                const PlotGeometry& g) {
  const Ui& ui = scene.ui;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  list.PushClipRect(inside.Min, inside.Max, true);
  std::vector<ImVec2> lower = on_screen(stack, stack.chains[0], plot, g, ui.fonts.scale);
  for (std::size_t k = 0; k < kTerms.size(); ++k) {
    std::vector<ImVec2> upper = on_screen(stack, stack.chains[k + 1], plot, g, ui.fonts.scale);
    const bool empty =
        std::equal(upper.begin(), upper.end(), lower.begin(), [](ImVec2 a, ImVec2 b) {
          return b.y - a.y < 0.25F;
        });
    if (!empty) {
      fill_texture_band(list, upper, lower, kTerms[k].texture, to_vec4(scene.hue), ui.fonts.scale);
      stroke_polyline(list, upper, to_u32(ui.colours.panel), 1.0F * ui.fonts.scale);
    }
    lower = std::move(upper);
  }
  list.PopClipRect();
}

/// The checkpoint nearest to the pointer; a click keeps it.
void follow_pointer(const TheoryScene& scene, const PlotGeometry& g) {
  const Ui& ui = scene.ui;
  TheoryLook& look = ui.state.view.theory;
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  ImGui::SetCursorScreenPos(inside.Min);
  ImGui::InvisibleButton("terms/plot",
                         {std::max(1.0F, inside.GetWidth()), std::max(1.0F, inside.GetHeight())});
  ui.registry.record_item("terms/plot", std::to_string(scene.at + 1));
  look.under.reset();
  if (ImGui::IsItemHovered()) {
    const double mouse = static_cast<double>(ImGui::GetIO().MousePos.x / ui.fonts.scale);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < scene.checkpoints.size(); ++i) {
      const double x = g.x.to_point(abscissa(ui.state.view.figure, scene.checkpoints[i]));
      if (!(std::abs(x - mouse) < best)) continue;
      best = std::abs(x - mouse);
      look.under = i;
    }
  }
  if (ImGui::IsItemClicked() && look.under) look.at = look.under;
}

void draw_crosshair(const TheoryScene& scene, const PlotGeometry& g) {
  const Ui& ui = scene.ui;
  if (scene.at >= scene.checkpoints.size()) return;
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  const double x = g.x.to_point(abscissa(ui.state.view.figure, scene.checkpoints[scene.at]));
  const float at = std::round(static_cast<float>(x) * ui.fonts.scale);
  if (!(at >= inside.Min.x - 1.0F && at <= inside.Max.x + 1.0F)) return;
  ImGui::GetWindowDrawList()->AddRectFilled(
      {at - ui.px(1), inside.Min.y}, {at + ui.px(1), inside.Max.y}, to_u32(ui.colours.text, 0.8F));
}

/// Swatch, what the term is, its value and share at the checkpoint.
void draw_legend_row(const TheoryScene& scene,
                     const TheoryCurve& bound,
                     const TermLook& term,
                     ImVec2 at,
                     float width) {
  const Ui& ui = scene.ui;
  const WithFont font(ui.fonts.small);
  const double value = term_value(bound, term.id, scene.at);
  const double total = scene.at < bound.values.size() ? bound.values[scene.at] : kNaN;
  const float swatch = ui.px(18), height = ui.px(18);
  fill_texture(*ImGui::GetWindowDrawList(),
               {{at.x, at.y + ui.px(4)}, {at.x + swatch, at.y + ui.px(14)}},
               term.texture,
               to_vec4(scene.hue),
               ui.fonts.scale);
  const std::string number = format_for_reading(value);
  const std::string share =
      value >= 0.0 && total > 0.0 ? fmt::format("{:.0f} %", 100.0 * value / total) : "–";
  const float share_width = ImGui::CalcTextSize("100 %").x;
  const float share_x = at.x + width - ImGui::CalcTextSize(share.c_str()).x;
  const float number_x = at.x + width - share_width - ui.px(10) - number_size(ui, number).x;
  ImGui::SetCursorScreenPos({at.x + swatch + ui.px(7), at.y + ui.px(2)});
  text_cut(ui, ui.colours.text_dim, term.label, number_x - at.x - swatch - ui.px(12));
  draw_number(ui, {number_x, at.y + ui.px(1)}, ui.colours.text, number);
  ImGui::GetWindowDrawList()->AddText(
      {std::round(share_x), at.y + ui.px(2)}, to_u32(ui.colours.text_faint), share.c_str());
  const std::string name = std::string("terms/") + term.id;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), {width, height});
  ui.registry.record_item(name, number);
  tooltip(ui, term.tip);
}

/// Two columns. Returns its height.
float draw_legend(const TheoryScene& scene, const TheoryCurve& bound, ImVec2 at, float width) {
  const Ui& ui = scene.ui;
  const float gap = ui.px(20), column = std::floor(0.5F * (width - gap)), line = ui.px(18);
  for (std::size_t k = 0; k < kTerms.size(); ++k) {
    const ImVec2 place{at.x + static_cast<float>(k % 2) * (column + gap),
                       at.y + static_cast<float>(k / 2) * line};
    draw_legend_row(scene, bound, kTerms[k], place, column);
  }
  return 2 * line;
}

void draw_head(const TheoryScene& scene, const TheoryCurve* bound, float width) {
  const Ui& ui = scene.ui;
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "Terms of Theorem 3.4");
  }
  if (bound != nullptr && scene.at < bound->values.size()) {
    ImGui::SameLine(0, ui.px(10));
    const std::string total = format_for_reading(bound->values[scene.at]);
    number_item(ui, ui.colours.text, total);
    ui.registry.record_item("terms/total", total);
    tooltip(ui, bound->source + ": the sum of the terms at the checkpoint.");
  }
  static constexpr std::array<const char*, 2> kLabels = {"share", "value"};
  const float control = ui.px(116);
  ImGui::SameLine(0, 0);
  ImGui::SetCursorPosX(ui.px(14) + width - control);
  ImGui::SetCursorPosY(ui.px(5));
  bool& shares = ui.state.view.theory.shares;
  const int chosen = segmented(ui,
                               "terms/scale",
                               kLabels,
                               shares ? 0 : 1,
                               control,
                               "Share of the bound, or the terms stacked on a log axis: there the "
                               "height of an area is a ratio.  (D)");
  if (chosen >= 0) shares = chosen == 0;
}

}  // namespace

void draw_term_areas(const TheoryScene& scene, PlotCache& cache, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "terms", size, {14, 8});
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = size.x - ui.px(28);
  const TheoryCurve* const bound =
      scene.theory != nullptr ? scene.theory->find("bound_3_4") : nullptr;
  const bool drawn = bound != nullptr && bound->drawn();
  draw_head(scene, drawn ? bound : nullptr, width);
  ui.state.view.theory.under.reset();
  ImGui::SetCursorScreenPos({origin.x, origin.y + ui.px(28)});
  if (!drawn) {
    const WithFont font(ui.fonts.small);
    text_wrapped(bound != nullptr ? ui.colours.warning : ui.colours.text_faint,
                 bound != nullptr ? "Not drawn. " + bound->reason : "Being computed.",
                 width);
    if (bound != nullptr) ui.registry.record_item("terms/reason", bound->reason);
    return;
  }
  const Stack stack = stack_of(scene, *bound);
  const float legend =
      draw_legend(scene, *bound, {origin.x, origin.y + ui.px(28)}, width) + ui.px(32);
  if (stack.x.size() < 2) return;
  PlotPanel plot = axes_of(scene, stack);
  const ImRect area{{origin.x - ui.px(4), origin.y + legend},
                    {origin.x + width + ui.px(4), origin.y + size.y - ui.px(12)}};
  if (area.GetHeight() < ui.px(70)) return;
  set_ticks(plot,
            static_cast<double>(area.GetWidth() / ui.fonts.scale) - 50.0,
            static_cast<double>(area.GetHeight() / ui.fonts.scale) - 40.0);
  DrawOptions options;
  options.fonts = baked_sizes();
  options.title = false;
  options.y_title = false;
  const PlotGeometry& g = cache.draw(
      plot, ui.book.version(), area, ui.state.view.appearance, options, ui.fonts, ui.formulas);
  draw_areas(scene, stack, plot, g);
  draw_crosshair(scene, g);
  follow_pointer(scene, g);
}

}  // namespace sid::app
