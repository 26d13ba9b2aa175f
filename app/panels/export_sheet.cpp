#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "sid/app/panels/panels.hpp"
#include "sid/app/panels/sheet.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kWidth = 940.0F, kHeight = 560.0F, kControls = 308.0F, kGap = 24.0F;

constexpr std::array<const char*, 4> kPictures = {"SVG", "PDF", "PNG", "LaTeX"};
constexpr std::array<const char*, 3> kNumbers = {"CSV", "JSON", "NPZ"};
const std::array<std::string, 4> kWidths = {
    "By itself", "One column, 3.25 in", "Two columns, 6.75 in", "Other"};

void draw_formats(const Ui& ui, ExportChoice& choice) {
  const int format = static_cast<int>(choice.file.format);
  const auto pictures = static_cast<int>(kPictures.size());
  constexpr const char* tip =
      "SVG and PDF: vectors, fonts inside. PNG: pixels. LaTeX: pgfplots, compiles alone.";
  float width = row(ui, "picture", tip);
  int chosen =
      segmented(ui, "export/picture", kPictures, format < pictures ? format : -1, width, tip);
  if (chosen >= 0) set_format(choice, static_cast<FigureFormat>(chosen));
  constexpr const char* about =
      "The values the figure is drawn from, with all digits. NPZ is for numpy.load().";
  width = row(ui, "numbers", about);
  chosen = segmented(
      ui, "export/numbers", kNumbers, format >= pictures ? format - pictures : -1, width, about);
  if (chosen >= 0) set_format(choice, static_cast<FigureFormat>(chosen + pictures));
}

void draw_plots_row(const Ui& ui, ExportChoice& choice) {
  constexpr std::array<const char*, 2> kPlots = {"Error", "All three"};
  constexpr const char* tip = "The hypergradient's error, or the two subproblems as well.";
  const float width = row(ui, "plots", tip);
  const int chosen = segmented(ui, "export/plots", kPlots, choice.all_plots ? 1 : 0, width, tip);
  if (chosen >= 0) choice.all_plots = chosen == 1;
}

int width_of(const FigureFileOptions& file) {
  if (file.width_inches == 0.0) return 0;
  if (file.width_inches == kSingleColumn) return 1;
  return file.width_inches == kDoubleColumn ? 2 : 3;
}

void draw_size_rows(const Ui& ui, FigureFileOptions& file) {
  constexpr const char* tip = "Width on paper. By itself: 4.5 in for one plot, else two columns.";
  float width = row(ui, "width", tip);
  const int now = width_of(file);
  const int chosen = combo(ui, "export/width", kWidths, now, width, tip);
  if (chosen >= 0) {
    constexpr double kOther = 5.0;
    file.width_inches = chosen == 0   ? 0.0
                        : chosen == 1 ? kSingleColumn
                        : chosen == 2 ? kDoubleColumn
                                      : kOther;
  }
  if (width_of(file) == 3) {
    width = row(ui, "inches", "Between 1 and 40.");
    const Edited edited = number_field(
        ui, "export/inches", file.width_inches, 1.0, 40.0, false, ui.px(72), "Between 1 and 40.");
    if (edited.changed) file.width_inches = edited.value;
  }
  constexpr const char* points = "Size of labels in points; captions of journals have 8 or 9.";
  row(ui, "font", points);
  const double font = file.font_points > 0.0 ? file.font_points : 8.0;
  const Edited edited = number_field(ui, "export/font", font, 4.0, 40.0, false, ui.px(72), points);
  if (edited.changed) file.font_points = edited.value;
  if (file.format != FigureFormat::png) return;
  constexpr const char* scale = "Pixels: 1 is 96 per inch, 4 is 384.";
  width = row(ui, "pixels", scale);
  constexpr std::array<const char*, 4> kScales = {"1×", "2×", "3×", "4×"};
  const int times = segmented(
      ui, "export/scale", kScales, static_cast<int>(std::lround(file.png_scale)) - 1, width, scale);
  if (times >= 0) file.png_scale = times + 1;
}

void draw_look_rows(const Ui& ui, FigureFileOptions& file) {
  const auto flag =
      [&](const char* label, const char* name, const char* words, bool& value, const char* tip) {
        row(ui, label, "");
        if (checkbox(ui, name, words, value, tip)) value = !value;
      };
  flag("with", "export/title", "title", file.layout.title, "The experiment's title above.");
  flag("", "export/key", "legend", file.layout.key, "Strokes and colours below the plots.");
  flag("",
       "export/caption",
       "caption",
       file.layout.caption,
       "Parameters, replicas and what the band is.");
  flag("ground", "export/dark", "dark", file.dark, "For slides with a dark ground.");
  flag("",
       "export/transparent",
       "transparent",
       file.transparent,
       "No ground: what is behind the picture shows.");
}

void draw_range_row(const Ui& ui, FigureFileOptions& file) {
  constexpr std::array<const char*, 2> kRanges = {"All", "In sight"};
  constexpr const char* tip =
      "Every value of every curve, or those of the curves that are switched on, inside the axes.";
  const float width = row(ui, "values", tip);
  const int chosen =
      segmented(ui, "export/range", kRanges, file.data == DataRange::all ? 0 : 1, width, tip);
  if (chosen >= 0) file.data = chosen == 0 ? DataRange::all : DataRange::visible;
}

void draw_file_rows(const Ui& ui, ExportChoice& choice) {
  text(ui.colours.text_dim, "File");
  std::string path = choice.path;
  if (text_field(ui,
                 "export/path",
                 path,
                 "figure.svg",
                 ImGui::GetContentRegionAvail().x,
                 "File to write; its ending chooses the format. Folders must exist. Spec and seed "
                 "go into the file.")) {
    set_path(choice, path);
  }
  ImGui::Dummy({0, ui.px(6)});
  if (button(ui,
             "export/write",
             "Write",
             "Refuses to replace a file.",
             ButtonLook::primary,
             ui.px(96))) {
    ui.send(ExportFigure{choice, false});
  }
  ImGui::SameLine(0, ui.px(8));
  if (button(ui,
             "export/replace",
             "Replace",
             "Writes even if the file exists.",
             ButtonLook::normal,
             ui.px(96))) {
    ui.send(ExportFigure{choice, true});
  }
  ImGui::SameLine(0, ui.px(8));
  if (button(ui, "export/cancel", "Close", "Esc", ButtonLook::quiet)) {
    ui.state.view.export_open = false;
  }
}

/// Squares that show what is transparent.
void draw_checkered(ImDrawList& list, ImVec2 min, ImVec2 max, float cell) {
  list.AddRectFilled(min, max, IM_COL32(255, 255, 255, 255));
  const auto columns = static_cast<int>(std::ceil((max.x - min.x) / cell));
  const auto rows = static_cast<int>(std::ceil((max.y - min.y) / cell));
  for (int r = 0; r < rows; ++r) {
    for (int c = r % 2; c < columns; c += 2) {
      const ImVec2 a{min.x + static_cast<float>(c) * cell, min.y + static_cast<float>(r) * cell};
      list.AddRectFilled(a,
                         {std::min(a.x + cell, max.x), std::min(a.y + cell, max.y)},
                         IM_COL32(225, 225, 225, 255));
    }
  }
}

void draw_preview(
    const Ui& ui, const PreviewPicture& preview, bool transparent, ImVec2 at, ImVec2 room) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(
      at, {at.x + room.x, at.y + room.y}, to_u32(ui.colours.control, 0.5F), ui.px(8));
  if (preview.texture() == nullptr) {
    const WithFont font(ui.fonts.small);
    ImGui::SetCursorScreenPos({at.x + ui.px(14), at.y + ui.px(12)});
    ImGui::PushClipRect(at, {at.x + room.x - ui.px(8), at.y + room.y - ui.px(8)}, true);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.colours.text_dim);
    ImGui::TextUnformatted(preview.text().c_str());
    ImGui::PopStyleColor();
    ImGui::PopClipRect();
    ui.registry.record_rect("export/preview", at, {at.x + room.x, at.y + room.y});
    return;
  }
  const ImVec2 size{static_cast<float>(preview.width()), static_cast<float>(preview.height())};
  const ImVec2 min{std::round(at.x + 0.5F * (room.x - size.x)),
                   std::round(at.y + 0.5F * (room.y - size.y))};
  const ImVec2 max{min.x + size.x, min.y + size.y};
  if (transparent) draw_checkered(list, min, max, ui.px(8));
  list.AddImage(preview.texture(), min, max);
  list.AddRect(min, max, to_u32(ui.colours.text_faint, 0.5F));
  ui.registry.record_rect("export/preview", min, max);
}

}  // namespace

PreviewRoom preview_room(const Ui& ui) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float apart = ui.px(16), pad = ui.px(24);
  const float width = std::min(ui.px(kWidth), screen.x - apart);
  const float height = std::min(ui.px(kHeight), screen.y - apart);
  return {static_cast<int>(width - 2 * pad - ui.px(kControls) - ui.px(kGap)) -
              static_cast<int>(ui.px(28)),
          static_cast<int>(height - 2 * ui.px(20) - ui.px(34) - ui.px(26)) -
              static_cast<int>(ui.px(28))};
}

void draw_export_sheet(const Ui& ui, const PreviewPicture& preview) {
  ViewState& view = ui.state.view;
  if (!view.export_open) return;
  ExportChoice& choice = view.exporting;
  const Sheet sheet(ui, "export-sheet", {ui.px(kWidth), ui.px(kHeight)});
  const ImVec2 start = ImGui::GetCursorScreenPos();
  {
    const WithFont font(ui.fonts.title);
    text(ui.colours.text, "Export the figure");
  }
  const float top = start.y + ui.px(34);
  ImGui::SetCursorScreenPos({start.x, top});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0, 0, 0, 0));
  ImGui::BeginChild("export-controls", {ui.px(kControls), 0.0F}, false);
  ImGui::PopStyleColor();
  draw_formats(ui, choice);
  draw_plots_row(ui, choice);
  if (data_format(choice.file.format)) {
    draw_range_row(ui, choice.file);
  } else {
    draw_size_rows(ui, choice.file);
    draw_look_rows(ui, choice.file);
  }
  ImGui::Dummy({0, ui.px(8)});
  draw_file_rows(ui, choice);
  ImGui::EndChild();
  const PreviewRoom inside = preview_room(ui);
  if (inside.width <= 0 || inside.height <= 0) return;
  const ImVec2 at{start.x + ui.px(kControls) + ui.px(kGap), top};
  const ImVec2 room{static_cast<float>(inside.width) + ui.px(28),
                    static_cast<float>(inside.height) + ui.px(28)};
  draw_preview(ui, preview, choice.file.transparent, at, room);
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorScreenPos({at.x, at.y + room.y + ui.px(6)});
  const std::string size = preview.texture() == nullptr
                               ? std::string()
                               : fmt::format("{} × {} in on paper",
                                             format_for_reading(preview.width_inches(), 3),
                                             format_for_reading(preview.height_inches(), 3));
  text(ui.colours.text_faint, size.empty() ? "The beginning of the file." : size);
  ui.registry.record_item("export/size", size);
}

}  // namespace sid::app
