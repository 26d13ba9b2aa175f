#include "sid/app/panels/compare_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "sid/app/panels/plot_gestures.hpp"
#include "sid/app/render/imgui_painter.hpp"

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kBar = 40.0F;  // choices above the plots
constexpr float kLeastPlots = 150.0F, kLeastTable = 72.0F;

const char* hint(std::size_t runs, bool pinned) {
  if (runs == 0) {
    return "Nothing to compare yet: run, then press P to pin the run under a letter, change a "
           "setting, and see both here.";
  }
  return pinned ? "One run so far: change a setting and run again, and the present run stands "
                  "beside the pinned one."
                : "One run so far: press P to pin it, then change a setting, and the next run "
                  "stands beside it.";
}

/// Pinned runs as chips at the right end of the bar; a click shows or hides one.
void draw_chips(const Ui& ui, ImVec2 origin, float width) {
  const float chip = ui.px(26), gap = ui.px(4);
  const auto& pins = ui.state.pins.runs();
  float x = origin.x + width - ui.px(12) - static_cast<float>(pins.size()) * (chip + gap) + gap;
  const float y = origin.y + std::round(0.5F * (ui.px(kBar) - ImGui::GetFrameHeight()));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const Pin& pin : pins) {
    ImGui::SetCursorScreenPos({x, y});
    const std::string name = "compare/shown/" + pin.letter;
    const ImVec2 size{chip, ImGui::GetFrameHeight()};
    if (ImGui::InvisibleButton(name.c_str(), size)) ui.send(ShowPin{pin.letter, !pin.shown});
    const bool hovered = ImGui::IsItemHovered();
    ui.registry.record_item(name, pin.shown ? "on" : "off");
    tooltip(ui,
            pin.letter + (pin.name.empty() ? "" : ": " + pin.name) + ".\n" +
                (pin.shown ? "Click to hide its curves." : "Hidden. Click to show its curves."));
    const ImVec2 end{x + size.x, y + size.y};
    const float rounding = ImGui::GetStyle().FrameRounding;
    if (pin.shown || hovered) {
      list.AddRectFilled(
          {x, y}, end, to_u32(hovered ? ui.colours.control_hover : ui.colours.control), rounding);
    }
    if (!pin.shown) list.AddRect({x, y}, end, to_u32(ui.colours.border), rounding);
    const ImVec2 letter = ImGui::CalcTextSize(pin.letter.c_str());
    list.AddText(
        {std::round(x + 0.5F * (size.x - letter.x)), std::round(y + 0.5F * (size.y - letter.y))},
        to_u32(pin.shown ? ui.colours.text : ui.colours.text_faint),
        pin.letter.c_str());
    x += chip + gap;
  }
}

void draw_choices(const Ui& ui, const CompareBook& book, ImVec2 size) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const Card card(ui, "compare-choices", size, {14, 6});
  CompareLook& look = ui.state.view.compare;
  ImGui::AlignTextToFramePadding();
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "Compare runs");
  }
  ImGui::SameLine(0, ui.px(16));
  constexpr std::array<const char*, 2> kArrangements = {"One plot", "Side by side"};
  int chosen = segmented(ui,
                         "compare/arrangement",
                         kArrangements,
                         static_cast<int>(look.arrangement),
                         ui.px(186),
                         "All runs in one plot, or one plot for each, with the same axes.");
  if (chosen >= 0) look.arrangement = static_cast<CompareArrangement>(chosen);
  ImGui::SameLine(0, ui.px(10));
  const bool pinned = book.runs() > 0 && book.table().columns.front().pinned;
  const std::string base = pinned ? book.base() : "A";
  const std::string ratio = "Ratio to " + base;
  const std::array<const char*, 2> values = {"Errors", ratio.c_str()};
  const std::string tip =
      "Errors, or each error divided by that of the same method in " + base + " at the same place.";
  chosen = segmented(ui, "compare/value", values, static_cast<int>(look.value), ui.px(166), tip);
  if (chosen >= 0) {
    look.value = static_cast<CompareValue>(chosen);
    // Limits of errors mean nothing for ratios.
    std::erase_if(ui.state.view.figure.limits, [](const auto& entry) {
      return entry.first.starts_with("compare") || entry.first.starts_with("runs/");
    });
  }
  ImGui::SameLine(0, ui.px(14));
  if (ui.state.pins.removed() != nullptr) {
    const std::string label = "Put " + ui.state.pins.removed()->letter + " back";
    if (button(ui,
               "compare/restore",
               label.c_str(),
               "Pin the run that was removed last again.",
               ButtonLook::link)) {
      ui.send(RestorePin{});
    }
  }
  draw_chips(ui, origin, size.x);
}

/// Two beside each other, then two above two, at most four in a row.
int grid_columns(std::size_t count, float width, float height) {
  if (count <= 1) return 1;
  if (count == 2) return width > 1.1F * height ? 2 : 1;
  if (count == 3) return 3;
  if (count == 4) return width > 3.2F * height ? 4 : 2;
  return count <= 6 || count == 9 ? 3 : 4;
}

void draw_plots(const Ui& ui, const CompareSources& sources, const ImRect& area) {
  const Figure& figure = sources.book.figure();
  const int columns = grid_columns(figure.panels.size(), area.GetWidth(), area.GetHeight());
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  DrawOptions plain;
  plain.fonts = baked_sizes();
  const SizedGrid& sized = sources.grids.fit(
      "compare", {sources.book.version(), 0, columns, area, ui.fonts.scale}, painter, plain, [&] {
        return figure.panels;
      });
  std::vector<const PlotGeometry*> geometry;
  geometry.reserve(sized.plots.size());
  for (std::size_t i = 0; i < sized.plots.size(); ++i) {
    const GridCell& cell = sized.grid.cells[i];
    DrawOptions options = cell.options;
    options.emphasised = ui.state.view.emphasised;
    geometry.push_back(&sources.cache.draw(sized.plots[i],
                                           sources.book.version(),
                                           to_pixels(cell.area, ui.fonts.scale),
                                           ui.state.view.appearance,
                                           options,
                                           ui.fonts,
                                           ui.formulas));
  }
  draw_grid_titles(painter, sized.plots, sized.grid, ui.theme, plain.fonts);
  ui.state.view.cursor.active = false;
  for (std::size_t i = 0; i < sized.plots.size(); ++i) {
    interact_with_plot(ui, sized.plots[i], *geometry[i], sized.plots);
  }
  const Cursor& cursor = ui.state.view.cursor;
  for (std::size_t i = 0; cursor.active && i < geometry.size(); ++i) {
    const ImRect inside = to_pixels(geometry[i]->plot, ui.fonts.scale);
    const float at =
        std::round(static_cast<float>(geometry[i]->x.to_point(cursor.x)) * ui.fonts.scale);
    if (!(at >= inside.Min.x && at <= inside.Max.x)) continue;
    ImGui::GetWindowDrawList()->AddRectFilled(
        {at, inside.Min.y}, {at + ui.px(1), inside.Max.y}, to_u32(ui.colours.text_dim, 0.55F));
  }
}

/// A sentence in the middle of an area.
void draw_hint(const Ui& ui, const std::string& sentence, ImVec2 at, ImVec2 size) {
  const std::string lines = wrapped(sentence, std::min(size.x - ui.px(48), ui.px(460)));
  const ImVec2 extent = ImGui::CalcTextSize(lines.c_str());
  const ImVec2 corner{std::round(at.x + 0.5F * (size.x - extent.x)),
                      std::round(at.y + 0.5F * (size.y - extent.y))};
  ImGui::SetCursorScreenPos(corner);
  text(ui.colours.text_dim, lines);
  ui.registry.record_item("compare/hint", sentence);
}

}  // namespace

void draw_compare_view(const Ui& ui, const CompareSources& sources, ImVec2 size) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.px(8), bar = ui.px(kBar);
  draw_choices(ui, sources.book, {size.x, bar});
  const ImVec2 at{origin.x, origin.y + bar + gap};
  const float height = size.y - bar - gap;
  const bool pinned = !ui.state.pins.runs().empty();
  ImGui::SetCursorScreenPos(at);
  // Without a table no line of it is under the pointer.
  if (sources.book.runs() < 2) ui.state.view.emphasised.clear();
  if (sources.book.runs() == 0) {
    const Card card(ui, "compare-empty", {size.x, height}, {0, 0});
    draw_hint(ui, hint(0, pinned), at, {size.x, height});
    return;
  }
  CompareLook& look = ui.state.view.compare;
  const bool alone = sources.book.runs() < 2;
  // Until somebody drags it, the table is as high as it needs to be; rows of plots need room too.
  const std::size_t count = sources.book.figure().panels.size();
  const float share = count <= 4 ? 0.48F : count <= 6 ? 0.36F : 0.27F;
  const bool dragged = look.table_height != CompareLook{}.table_height;
  const float needed =
      alone ? ui.px(kLeastTable) : std::min(compare_table_height(ui, sources.book), share * height);
  const float table = std::clamp(dragged ? ui.px(static_cast<float>(look.table_height)) : needed,
                                 ui.px(kLeastTable),
                                 std::max(ui.px(kLeastTable), height - gap - ui.px(kLeastPlots)));
  const float plots = height - table - gap;
  if (plots > ui.px(60)) {
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.colours.panel);
    ImGui::BeginChild("compare-plots",
                      {size.x, plots},
                      false,
                      ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleColor();
    draw_plots(ui,
               sources,
               {{at.x + ui.px(10), at.y + ui.px(6)},
                {at.x + size.x - ui.px(12), at.y + plots - ui.px(6)}});
    ImGui::EndChild();
  }
  const float drag = splitter(
      ui, "split-compare", {at.x, at.y + plots}, {at.x + size.x, at.y + plots + gap}, false);
  if (drag != 0.0F) {
    const auto now = static_cast<double>(table / ui.fonts.scale);
    look.table_height =
        std::clamp(now - static_cast<double>(drag), static_cast<double>(kLeastTable), 900.0);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + plots + gap});
  if (alone) {
    const Card card(ui, "compare-alone", {size.x, table}, {0, 0});
    draw_hint(ui, hint(1, pinned), {at.x, at.y + plots + gap}, {size.x, table});
    return;
  }
  draw_compare_table(ui, sources.book, {size.x, table});
}

}  // namespace sid::app
