#include <algorithm>
#include <array>
#include <limits>

#include "sid/app/panels/panels.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/state/curve_visibility.hpp"
#include "sid/app/state/plot_view.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

constexpr float kRow = 24.0F, kHead = 24.0F, kReason = 150.0F;

/// Legend and readout in one: a row a method, a column a kind of curve, its stroke and its value at
/// the crosshair (else at the last checkpoint). Columns as shares of the width.
struct Columns {
  float name, measured, bound, exact, ratio;
  bool has_ratio;
};

Columns columns(const Ui& ui, float width) {
  const float ratio = width > ui.px(560) ? ui.px(60) : 0.0F;
  const float rest = width - ratio;
  return {0.0F,
          std::round(0.235F * rest),
          std::round(0.555F * rest),
          std::round(0.785F * rest),
          rest,
          ratio > 0.0F};
}

void draw_head(const Ui& ui, const Columns& c, const PlotPanel& plot, const Readout& readout) {
  const WithFont font(ui.fonts.small);
  const bool epochs = ui.state.view.figure.x_unit == XUnit::epochs;
  const std::string at = std::string(ui.state.view.cursor.active ? "at " : "end, ") +
                         format_for_reading(readout.x, 3) + (epochs ? " epochs" : " iterations");
  const std::string stem = quantity_stem(plot.id);
  const bool looseness = ui.state.view.figure.y_value == YValue::looseness;
  const char* const measured = looseness         ? "bound ÷ error"
                               : stem == "mse"   ? "mean squared error"
                               : stem == "lower" ? "mean ‖wₜ − w(λ)‖²"
                                                 : "mean ‖vₖ − v(wₜ)‖²";
  const ImVec2 start = ImGui::GetCursorPos();
  const auto put = [&](float x, const std::string& words) {
    ImGui::SetCursorPos({start.x + x, start.y + ui.px(3)});
    text(ui.colours.text_faint, words);
  };
  put(c.name, at);
  ui.registry.record_item("readout/at", at);
  put(c.measured, measured);
  ui.registry.record_item("readout/measured", measured);
  const char* const bound = ui.session.theory_stale() ? "bound, updating" : "bound";
  put(c.bound, bound);
  ui.registry.record_item("readout/bound", bound);
  const bool predicted =
      std::any_of(readout.rows.begin(), readout.rows.end(), [](const ReadoutRow& row) {
        return row.exact_label.find("prediction") != std::string::npos;
      });
  const char* const exact = looseness   ? (predicted ? "bound ÷ prediction" : "bound ÷ exact")
                            : predicted ? "prediction"
                                        : "exact";
  put(c.exact, exact);
  ui.registry.record_item("readout/exact", exact);
  if (c.has_ratio) put(c.ratio, "ratio");
  ImGui::SetCursorPos({start.x, start.y + ui.px(kHead)});
}

const LegendRow* legend_row(const Ui& ui, const std::string& key) {
  for (const LegendRow& row : ui.book.figure().legend) {
    if (row.series_id == key) return &row;
  }
  return nullptr;
}

/// Why this method has no bound in this plot; null if nothing says so.
const TheoryCurve* absent_bound(const Ui& ui, const std::string& plot_id, int method) {
  const std::string stem = quantity_stem(plot_id);
  const Quantity quantity = stem == "lower"    ? Quantity::lower_level
                            : stem == "linear" ? Quantity::linear_system
                                               : Quantity::hypergradient;
  const std::size_t slash = plot_id.find('/');
  const std::size_t panel = slash == std::string::npos ? 0 : std::stoul(plot_id.substr(slash + 1));
  const Theory& theory = ui.session.theory();
  const auto m = static_cast<std::size_t>(method);
  if (panel >= theory.size() || m >= theory[panel].size()) return nullptr;
  const TheoryCurve* reason = nullptr;
  for (const TheoryCurve& curve : theory[panel][m].curves) {
    if (curve.quantity != quantity || curve.kind != CurveKind::bound || !curve.primary) continue;
    if (curve.drawn()) return nullptr;
    if (reason == nullptr) reason = &curve;
  }
  return reason;
}

/// The last item was clicked twice. At the release of the second click, whose own deed this undoes.
bool double_clicked() {
  return ImGui::IsItemDeactivated() && ImGui::IsItemHovered() &&
         ImGui::GetIO().MouseClickedLastCount[ImGuiMouseButton_Left] == 2;
}

/// Stroke sample that switches the curve off and on. Returns where text may begin.
float draw_toggle(const Ui& ui, const LegendRow& row, ImVec2 at, float width) {
  ViewState& view = ui.state.view;
  const float height = ui.px(kRow), sample = ui.px(30);
  ImGui::SetCursorScreenPos(at);
  const std::string name = "curve/" + row.series_id;
  if (ImGui::InvisibleButton(name.c_str(), {width, height})) {
    toggle_curve(view.figure.hidden, row.series_id);
  }
  if (double_clicked()) solo_curve(view.figure.hidden, ui.book.figure(), row.series_id);
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) view.emphasised = row.series_id;
  ui.registry.record_item(name, row.visible ? "on" : "off");
  tooltip(ui,
          row.label + (row.note.empty() ? "" : "\n" + row.note) +
              (row.visible ? "\nClick to hide, double click to show it alone."
                           : "\nHidden. Click to show, double click to show it alone."));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (hovered) {
    list.AddRectFilled({at.x - ui.px(4), at.y},
                       {at.x + width - ui.px(8), at.y + height},
                       to_u32(ui.colours.control),
                       ui.px(4));
  }
  ImGuiPainter painter(list, ui.fonts, ui.formulas);
  const ImRect area(at, {at.x + sample, at.y + height});
  draw_sample(painter, row, to_points(area, ui.fonts.scale), ui.theme);
  if (!row.visible) {
    list.AddRectFilled(at, {at.x + sample, at.y + height}, to_u32(ui.colours.panel, 0.75F));
  }
  return at.x + sample + ui.px(8);
}

void put_text(
    const Ui& ui, ImFont* font, ImVec2 at, const ImVec4& colour, const std::string& words) {
  const WithFont scope(font);
  ImGui::GetWindowDrawList()->AddText(
      {at.x, std::round(at.y + 0.5F * (ui.px(kRow) - ImGui::GetFontSize()))},
      to_u32(colour),
      words.c_str());
}

void put_number(const Ui& ui, ImVec2 at, const ImVec4& colour, const std::string& value) {
  draw_number(ui, {at.x, at.y + 0.5F * (ui.px(kRow) - ui.fonts.number->FontSize)}, colour, value);
}

std::string number(const ReadoutCell& cell) {
  return cell.present ? format_for_reading(cell.value, 3) : "–";
}

/// "±" of a band around a mean, as a percentage of it.
std::string spread(const ReadoutCell& cell) {
  if (!cell.has_band || !(cell.value > 0.0)) return "";
  const double up = cell.high / cell.value - 1.0;
  return up < 9.995 ? " ±" + format_for_reading(100.0 * up, 2) + " %"
                    : " ×÷" + format_for_reading(1.0 + up, 2);
}

void draw_cell(const Ui& ui,
               const std::string& key,
               const ReadoutCell& cell,
               const std::string& extra,
               ImVec2 at,
               float width,
               const std::string& name) {
  const LegendRow* const row = key.empty() ? nullptr : legend_row(ui, key);
  if (row == nullptr) return;
  const float x = draw_toggle(ui, *row, at, width);
  const std::string value = number(cell);
  const bool dim = !row->visible || cell.faded;
  put_number(ui, {x, at.y}, dim ? ui.colours.text_faint : ui.colours.text, value);
  if (!extra.empty()) {
    put_text(
        ui, ui.fonts.small, {x + number_size(ui, value).x, at.y}, ui.colours.text_faint, extra);
  }
  ui.registry.record_rect(name, at, {at.x + width, at.y + ui.px(kRow)}, value);
}

void draw_absent(const Ui& ui,
                 const std::string& plot_id,
                 int method,
                 ImVec2 at,
                 float width,
                 const std::string& name) {
  const TheoryCurve* const curve = absent_bound(ui, plot_id, method);
  if (curve == nullptr) return;
  {
    const WithFont font(ui.fonts.small);
    // A few letters of a sentence say less than these two words.
    const bool room = width >= ui.px(kReason);
    put_text(ui,
             ui.fonts.small,
             at,
             ui.colours.text_faint,
             room ? ellipsised(curve->reason, width - ui.px(10)) : "not drawn");
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), {width, ui.px(kRow)});
  ui.registry.record_item(name, curve->reason);
  tooltip(ui, curve->label + ": not drawn.\n" + curve->reason);
}

void draw_name(const Ui& ui, const ReadoutRow& r, ImVec2 at, float width) {
  const auto method = static_cast<std::size_t>(r.method);
  ImGui::SetCursorScreenPos(at);
  const std::string name = "table/" + std::to_string(method + 1);
  const std::string label = method_label(ui.session.spec(), method);
  if (ImGui::InvisibleButton(name.c_str(), {width - ui.px(8), ui.px(kRow)})) {
    ui.state.view.method = method;
  }
  if (double_clicked()) {
    solo_method(
        ui.state.view.figure.hidden, ui.book.figure(), method, ui.session.spec().methods.size());
  }
  const bool selected = method == selected_method(ui);
  if (ImGui::IsItemHovered() && !r.measured_key.empty()) ui.state.view.emphasised = r.measured_key;
  ui.registry.record_item(name, label);
  tooltip(ui,
          label +
              "\nClick to select it: controls, theorem and limits follow. Double click to show it "
              "alone.");
  ImFont* const face = selected ? ui.fonts.heading : ui.fonts.body;
  const WithFont font(face);
  put_text(ui,
           face,
           at,
           selected ? ui.colours.text : ui.colours.text_dim,
           ellipsised(label, width - ui.px(12)));
}

void draw_row(
    const Ui& ui, const Columns& c, const std::string& plot_id, const ReadoutRow& r, ImVec2 at) {
  const std::string name = "readout/" + std::to_string(r.method + 1);
  draw_name(ui, r, at, c.measured);
  draw_cell(ui,
            r.measured_key,
            r.measured,
            spread(r.measured),
            {at.x + c.measured, at.y},
            c.bound - c.measured,
            name + "/measured");
  if (r.bound_key.empty()) {
    const float end = r.exact_key.empty() ? c.ratio : c.exact;
    draw_absent(ui, plot_id, r.method, {at.x + c.bound, at.y}, end - c.bound, name + "/no-bound");
  } else {
    draw_cell(
        ui, r.bound_key, r.bound, "", {at.x + c.bound, at.y}, c.exact - c.bound, name + "/bound");
  }
  draw_cell(
      ui, r.exact_key, r.exact, "", {at.x + c.exact, at.y}, c.ratio - c.exact, name + "/exact");
  if (r.bound_ratio > 0.0 && c.has_ratio) {
    const std::string ratio = format_for_reading(r.bound_ratio, 2);
    put_number(ui,
               {at.x + c.ratio, at.y},
               r.bound_ratio < 1.0 ? ui.colours.bad : ui.colours.text_dim,
               ratio);
    ui.registry.record_rect(name + "/ratio",
                            {at.x + c.ratio, at.y},
                            {at.x + c.ratio + ui.px(72), at.y + ui.px(kRow)},
                            ratio);
  }
}

}  // namespace

float curve_table_height(const Ui& ui, std::size_t methods) {
  return ui.px(kHead) + ui.px(kRow) * static_cast<float>(std::min<std::size_t>(methods, 6)) +
         ui.px(14);
}

void draw_curve_table(const Ui& ui, const PlotPanel* plot, ImVec2 size) {
  ui.state.view.emphasised.clear();
  if (plot == nullptr) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  list.AddRectFilled({at.x, at.y}, {at.x + size.x, at.y + ui.px(1)}, to_u32(ui.colours.border));
  ImGui::SetCursorScreenPos({at.x, at.y + ui.px(2)});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0, 0, 0, 0));
  ImGui::BeginChild("curve-table", {size.x, size.y - ui.px(2)}, false, 0);
  ImGui::PopStyleColor();
  const Cursor& cursor = ui.state.view.cursor;
  const double x = cursor.active ? cursor.x : std::numeric_limits<double>::quiet_NaN();
  const Readout readout = make_readout(*plot, ui.session.spec().methods.size(), x);
  const Columns c = columns(ui, size.x);
  draw_head(ui, c, *plot, readout);
  ImVec2 row_at = ImGui::GetCursorScreenPos();
  for (const ReadoutRow& r : readout.rows) {
    draw_row(ui, c, plot->id, r, row_at);
    row_at.y += ui.px(kRow);
  }
  ImGui::SetCursorScreenPos(row_at);
  ImGui::EndChild();
}

}  // namespace sid::app
