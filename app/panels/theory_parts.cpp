#include <algorithm>
#include <array>
#include <cmath>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/theory_view.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/state/spec_edits.hpp"

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kAxis = 16.0F, kDot = 4.0F, kDash = 3.0F;

void measure(const Ui& ui, DecompositionRoute route, const std::string& name) {
  send_edit(ui, "Error parts: " + name, "decomposition", true, [route](RunSpec& spec) {
    spec = with_decomposition(spec, route);
  });
}

/// Index of the statement among the parts; their number if it bounds none of them.
std::size_t part_of(const TheoremStatement& statement) {
  std::size_t i = 0;
  while (i < kErrorParts.size() && statement.id != kErrorParts[i].statement) ++i;
  return i;
}

/// Dashes from top to bottom at x.
void draw_dashes(ImDrawList& list, float x, float top, float bottom, ImU32 colour, float dash) {
  const auto count = static_cast<int>(std::ceil((bottom - top) / (2 * dash)));
  for (int i = 0; i < count; ++i) {
    const float y = top + 2 * dash * static_cast<float>(i);
    list.AddRectFilled({x, y}, {x + std::round(0.6F * dash), std::min(y + dash, bottom)}, colour);
  }
}

/// The measured part with its interval, the exact one and the bound on decades. `at` is the upper
/// left corner.
void draw_axis(const TheoryScene& scene, const PartRow& row, ImVec2 at, float width) {
  const Ui& ui = scene.ui;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const WithFont font(ui.fonts.number);
  const float first = number_size(ui, row.first).x, last = number_size(ui, row.last).x;
  const float gap = ui.px(8), height = ui.px(kAxis);
  const float words = at.y + 0.5F * (height - ui.fonts.number->FontSize);
  draw_number(ui, {at.x, words}, ui.colours.text_faint, row.first);
  draw_number(ui, {at.x + width - last, words}, ui.colours.text_faint, row.last);
  const float left = at.x + first + gap, right = at.x + width - last - gap;
  const float y = std::round(at.y + 0.5F * height), one = ui.px(1);
  const auto place = [&](double share) {
    return std::round(left + static_cast<float>(share) * (right - left));
  };
  list.AddRectFilled({left, y}, {right, y + one}, to_u32(ui.colours.text_faint, 0.5F));
  for (const double share : row.decades) {
    const float x = place(share);
    list.AddRectFilled(
        {x, y - ui.px(3)}, {x + one, y + ui.px(4)}, to_u32(ui.colours.text_faint, 0.5F));
  }
  const ImVec4 hue = to_vec4(scene.hue);
  if (!std::isnan(row.high)) {
    list.AddRectFilled({place(row.low), y - ui.px(2)},
                       {place(row.high), y + ui.px(3)},
                       to_u32(hue, 0.55F),
                       ui.px(1));
  }
  if (!std::isnan(row.bound)) {
    draw_dashes(list, place(row.bound), at.y, at.y + height, to_u32(hue), ui.px(kDash));
  }
  const float middle = y + 0.5F * one;
  if (!std::isnan(row.measured)) {
    list.AddCircleFilled({place(row.measured), middle}, ui.px(kDot), to_u32(hue), 24);
  }
  if (!std::isnan(row.exact)) {
    list.AddCircle(
        {place(row.exact), middle}, ui.px(kDot + 2), to_u32(ui.colours.text), 24, ui.px(1));
  }
}

/// How the parts are measured, and what the lines are. Returns the height.
float draw_route(const TheoryScene& scene, ImVec2 at, float width) {
  const Ui& ui = scene.ui;
  static constexpr std::array<const char*, 3> kRoutes = {"off", "nested", "exact"};
  const RunSettings& run = ui.session.spec().run;
  const WithFont font(ui.fonts.small);
  const float control = ui.px(156), gap = ui.px(14), height = ImGui::GetFrameHeight();
  ImGui::SetCursorScreenPos(at);
  const int chosen = segmented(
      ui,
      "parts/route",
      kRoutes,
      static_cast<int>(run.decomposition),
      control,
      "How the parts are measured. Nested: several estimates for every wₜ. Exact: E[estimate | wₜ] "
      "by k steps with the whole data, dearer and less noisy. The run starts again, with one "
      "split for all replicas: the parts speak of one problem.");
  if (chosen >= 0) {
    measure(ui, static_cast<DecompositionRoute>(chosen), kRoutes[static_cast<std::size_t>(chosen)]);
  }
  const std::string lines = "solid measured, dotted exact, dashed bound";
  const float y = at.y + 0.5F * (height - ImGui::GetTextLineHeight());
  ImGui::SetCursorScreenPos({at.x + control + gap, std::round(y)});
  text_cut(ui, ui.colours.text_faint, lines, width - control - gap);
  tooltip(ui,
          "Solid: measured, with its 95 % interval, Student's with the jackknife error. Dotted: "
          "exact, where it is known. Dashed: the bounds of Theorems 3.1 (squared), 3.2 and 3.3.");
  return height;
}

/// Above the axes, in logical pixels: a title, and above it the notes on curves outside, each on a
/// line of its own in narrow columns.
double room_above(const std::array<PlotPanel, 3>& plots, const FontSizes& fonts) {
  std::size_t notes = 0;
  for (const PlotPanel& plot : plots) notes = std::max(notes, plot.edge_notes.size());
  return 20.0 + 1.45 * fonts.tick * static_cast<double>(std::min<std::size_t>(notes, 2));
}

}  // namespace

void draw_part_row(const TheoryScene& scene, const TheoremStatement& statement, float width) {
  const std::size_t part = part_of(statement);
  if (part == kErrorParts.size()) return;
  const Ui& ui = scene.ui;
  const PartRow& row = scene.book->part_rows()[part];
  const std::string name = "part/" + statement.id;
  const WithFont font(ui.fonts.small);
  const ImVec2 begin = ImGui::GetCursorScreenPos();
  const float offer = row.offer ? ImGui::CalcTextSize("Measure").x + ui.px(24) : 0.0F;
  text_wrapped(ui, ui.colours.text_dim, row.words, width - offer);
  if (row.offer) {
    ImGui::SameLine(0, ui.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(4), 0.0F});
    if (button(
            ui,
            (name + "/measure").c_str(),
            "Measure",
            "Measures the part with two independent estimates for every wₜ (nested): about twice "
            "the work. The run starts again, with one split for all replicas. Undo takes it "
            "back.",
            ButtonLook::link)) {
      measure(ui, DecompositionRoute::nested, "nested");
    }
    ImGui::PopStyleVar();
  }
  ImVec2 end = ImGui::GetCursorScreenPos();
  if (row.has_axis()) {
    draw_axis(scene, row, end, width);
    ImGui::Dummy({width, ui.px(kAxis)});
    end.y += ui.px(kAxis);
  }
  // Not an item: it would cover the button.
  const ImVec2 max{begin.x + width, end.y};
  ui.registry.record_rect(name, begin, max, row.words);
  if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(begin, max) &&
      !ImGui::IsAnyItemHovered()) {
    explain(ui, row.tip);
  }
}

void draw_part_plots(const TheoryScene& scene, PlotCache& cache, ImVec2 origin, ImVec2 size) {
  const Ui& ui = scene.ui;
  const float top = origin.y + draw_route(scene, origin, size.x) + ui.px(6);
  // Labels below the left end of an axis reach into the space before it.
  const float left = ui.px(44), gap = ui.px(6), free = ui.px(8), bottom = origin.y + size.y;
  if (bottom - top < ui.px(80)) return;
  const float column = std::floor((size.x - left - 2 * gap) / 3);
  const double above = room_above(scene.book->part_plots(), baked_sizes());
  for (std::size_t i = 0; i < kErrorParts.size(); ++i) {
    const PlotPanel& plot = scene.book->part_plots()[i];
    const float begin = origin.x + left + static_cast<float>(i) * (column + gap);
    const float margin = i == 0 ? left : gap + free;
    const ImRect area{{begin - margin, top}, {begin + column, bottom}};
    DrawOptions options;
    options.fonts = baked_sizes();
    options.y_title = false;
    options.y_labels = i == 0;
    options.x_title = i == 1;
    options.margins = Margins{.left = static_cast<double>(margin / ui.fonts.scale),
                              .right = static_cast<double>(free / ui.fonts.scale),
                              .top = above,
                              .bottom = 44.0};
    const AxesSize axes{static_cast<double>(column / ui.fonts.scale) - 8.0,
                        static_cast<double>(area.GetHeight() / ui.fonts.scale) - above - 44.0};
    const PlotGeometry& g = cache.draw(plot,
                                       scene.book->version(),
                                       area,
                                       ui.state.view.appearance,
                                       options,
                                       ui.fonts,
                                       ui.formulas,
                                       axes);
    draw_crosshair(scene, g);
    follow_pointer(scene, g, plot.id.c_str());
  }
}

}  // namespace sid::app
