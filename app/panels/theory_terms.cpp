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
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

constexpr float kLeastHeight = 190.0F, kLeastOfParts = 250.0F;  // logical pixels

double abscissa(const FigureOptions& figure, const Checkpoint& at) {
  return figure.x_unit == XUnit::epochs ? at.epochs : static_cast<double>(at.t);
}

std::vector<ImVec2> on_screen(const TermStack& stack,
                              const std::vector<double>& values,
                              const PlotGeometry& g,
                              float scale) {
  std::vector<ImVec2> points;
  for (std::size_t i = 0; i < stack.x.size(); ++i) {
    const double y = std::clamp(values[i], stack.axes.y.min, stack.axes.y.max);
    points.emplace_back(static_cast<float>(g.x.to_point(stack.x[i])) * scale,
                        static_cast<float>(g.y.to_point(y)) * scale);
  }
  return points;
}

void draw_areas(const TheoryScene& scene, const TermStack& stack, const PlotGeometry& g) {
  const Ui& ui = scene.ui;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  list.PushClipRect(inside.Min, inside.Max, true);
  std::vector<ImVec2> lower = on_screen(stack, stack.sums[0], g, ui.fonts.scale);
  for (std::size_t k = 0; k < kTerms.size(); ++k) {
    std::vector<ImVec2> upper = on_screen(stack, stack.sums[k + 1], g, ui.fonts.scale);
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

/// Swatch, what the term is, its value and share at the checkpoint.
void draw_legend_row(const TheoryScene& scene,
                     const TheoryCurve& bound,
                     const TermLook& term,
                     ImVec2 at,
                     float width) {
  const Ui& ui = scene.ui;
  const WithFont font(ui.fonts.small);
  const double value = term_value(bound, term.id, scene.at);
  const double total = scene.at < bound.values.size() ? bound.values[scene.at]
                                                      : std::numeric_limits<double>::quiet_NaN();
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
    const std::size_t in_row = k % 2, row = k / 2;
    const ImVec2 place{at.x + static_cast<float>(in_row) * (column + gap),
                       at.y + static_cast<float>(row) * line};
    draw_legend_row(scene, bound, kTerms[k], place, column);
  }
  return 2 * line;
}

const TheoryCurve* theorem(const TheoryScene& scene) {
  return scene.theory != nullptr ? scene.theory->find("bound_3_4") : nullptr;
}

/// Where Theorem 3.4 has no terms, the parts of the error stand below the reason.
bool parts_instead(const TheoryScene& scene) {
  return scene.theory != nullptr && !no_terms(scene).empty() && scene.book->parts_known();
}

/// Title, the bound's value, and what the chart shows.
void draw_head(const TheoryScene& scene, float width) {
  const Ui& ui = scene.ui;
  TheoryLook& look = ui.state.view.theory;
  const bool parts = look.chart == TheoryChart::parts;
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, parts ? "Parts of the error" : "Terms of Theorem 3.4");
  }
  tooltip(ui,
          parts ? "Equation (11): mean-square error = bias² + E[V[· | wₜ]] + V[E[· | wₜ]]."
                : "Its four summands: the floor, both solvers' errors, and their product.");
  const TheoryCurve* const bound = theorem(scene);
  if (!parts && bound != nullptr && bound->drawn() && scene.at < bound->values.size()) {
    ImGui::SameLine(0, ui.px(10));
    const std::string total = format_for_reading(bound->values[scene.at]);
    number_item(ui, ui.colours.text, total);
    ui.registry.record_item("terms/total", total);
    tooltip(ui, bound->source + ": the sum of the terms at the checkpoint.");
  }
  static constexpr std::array<const char*, 3> kLabels = {"share", "value", "parts"};
  const float control = ui.px(168);
  ImGui::SameLine(0, 0);
  ImGui::SetCursorPosX(ui.px(14) + width - control);
  ImGui::SetCursorPosY(ui.px(5));
  const int chosen = segmented(ui,
                               "theory/chart",
                               kLabels,
                               static_cast<int>(look.chart),
                               control,
                               "Share: of the terms in the bound. Value: the terms stacked on a "
                               "log axis, where the height of an area is a ratio. Parts: of the "
                               "error itself, beside Theorems 3.1 to 3.3.  (D)");
  if (chosen >= 0) look.chart = static_cast<TheoryChart>(chosen);
}

}  // namespace

void follow_pointer(const TheoryScene& scene, const PlotGeometry& g, const char* name) {
  const Ui& ui = scene.ui;
  TheoryLook& look = ui.state.view.theory;
  const ImRect inside = to_pixels(g.plot, ui.fonts.scale);
  ImGui::SetCursorScreenPos(inside.Min);
  ImGui::InvisibleButton(name,
                         {std::max(1.0F, inside.GetWidth()), std::max(1.0F, inside.GetHeight())});
  ui.registry.record_item(name, std::to_string(scene.at + 1));
  if (!ImGui::IsItemHovered()) return;
  const auto mouse = static_cast<double>(ImGui::GetIO().MousePos.x / ui.fonts.scale);
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < scene.checkpoints.size(); ++i) {
    const double x = g.x.to_point(abscissa(ui.state.view.figure, scene.checkpoints[i]));
    if (!(std::abs(x - mouse) < best)) continue;
    best = std::abs(x - mouse);
    look.under = i;
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

std::string no_terms(const TheoryScene& scene) {
  const TheoryCurve* const bound = theorem(scene);
  if (bound == nullptr) return waiting_words(scene.ui);
  return bound->drawn() ? "" : "Not drawn. " + bound->reason;
}

float reason_height(const TheoryScene& scene, float width) {
  const WithFont font(scene.ui.fonts.small);
  const std::string lines = wrapped(no_terms(scene), width);
  const auto count = 1 + std::count(lines.begin(), lines.end(), '\n');
  return static_cast<float>(count) * ImGui::GetTextLineHeight();
}

void draw_term_areas(const TheoryScene& scene, PlotCache& cache, ImVec2 origin, ImVec2 size) {
  const Ui& ui = scene.ui;
  ImGui::SetCursorScreenPos(origin);
  if (const std::string why = no_terms(scene); !why.empty()) {
    const WithFont font(ui.fonts.small);
    const TheoryCurve* const bound = theorem(scene);
    text_wrapped(ui, bound != nullptr ? ui.colours.warning : ui.colours.text_faint, why, size.x);
    if (bound != nullptr) ui.registry.record_item("terms/reason", bound->reason);
    if (!parts_instead(scene)) return;
    const float below = reason_height(scene, size.x) + ui.px(14);
    ImGui::SetCursorScreenPos({origin.x, origin.y + below});
    {
      const WithFont heading(ui.fonts.heading);
      text(ui.colours.text, "Parts of the error");
    }
    const float used = below + ui.px(26);
    draw_part_plots(scene, cache, {origin.x, origin.y + used}, {size.x, size.y - used});
    return;
  }
  const float legend = draw_legend(scene, *theorem(scene), origin, size.x) + ui.px(4);
  const TermStack& stack = scene.book->stack();
  if (stack.empty()) return;
  const ImRect area{{origin.x - ui.px(4), origin.y + legend},
                    {origin.x + size.x + ui.px(4), origin.y + size.y}};
  if (area.GetHeight() < ui.px(70)) return;
  const AxesSize axes{static_cast<double>(area.GetWidth() / ui.fonts.scale) - 50.0,
                      static_cast<double>(area.GetHeight() / ui.fonts.scale) - 40.0};
  DrawOptions options;
  options.fonts = baked_sizes();
  options.title = false;
  options.y_title = false;
  const PlotGeometry& g = cache.draw(stack.axes,
                                     scene.book->version(),
                                     area,
                                     ui.state.view.appearance,
                                     options,
                                     ui.fonts,
                                     ui.formulas,
                                     axes);
  draw_areas(scene, stack, g);
  draw_crosshair(scene, g);
  follow_pointer(scene, g, "terms/plot");
}

bool first_chart_grows(const TheoryScene& scene) {
  return scene.ui.state.view.theory.chart == TheoryChart::parts || no_terms(scene).empty() ||
         parts_instead(scene);
}

float first_chart_height(const TheoryScene& scene, float width) {
  const Ui& ui = scene.ui;
  if (ui.state.view.theory.chart == TheoryChart::parts) return ui.px(kLeastOfParts);
  if (no_terms(scene).empty()) return ui.px(kLeastHeight);
  const float reason = ui.px(28 + 2 * 8 + 4) + reason_height(scene, width - ui.px(28));
  return parts_instead(scene) ? reason + ui.px(kLeastOfParts) : reason;
}

void draw_first_chart(const TheoryScene& scene, PlotCache& cache, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "terms", size, {14, 8});
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = size.x - ui.px(28);
  draw_head(scene, width);
  ui.state.view.theory.under.reset();
  const ImVec2 at{origin.x, origin.y + ui.px(28)};
  const ImVec2 room{width, size.y - ui.px(28 + 8 + 4)};
  if (ui.state.view.theory.chart == TheoryChart::parts) {
    draw_part_plots(scene, cache, at, room);
  } else {
    draw_term_areas(scene, cache, at, room);
  }
}

}  // namespace sid::app
