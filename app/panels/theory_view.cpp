#include "sid/app/panels/theory_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

// Logical pixels. Narrower views have the assumptions below the charts, still narrower ones do
// without both.
constexpr float kBar = 40.0F, kChecksNeed = 1080.0F, kChartsNeed = 640.0F;
constexpr float kRow = 18.0F, kWideRow = 26.0F;  // heights of rows of bars

TheoryScene scene_of(const Ui& ui, const TheorySources& sources) {
  TheoryScene scene{ui, &sources.book};
  scene.theory = selected_theory(ui);
  const std::size_t method = selected_method(ui);
  const auto styles = method_styles(ui.session.spec());
  if (method < styles.size()) scene.hue = ui.theme.of(styles[method].colour);
  scene.study = sources.book.study();
  scene.checkpoints = sources.book.checkpoints();
  const TheoryLook& look = ui.state.view.theory;
  if (!scene.checkpoints.empty()) {
    const std::size_t last = scene.checkpoints.size() - 1;
    scene.at = std::min(look.under.value_or(look.at.value_or(last)), last);
  }
  scene.pending = sources.desk.pending() || ui.session.theory_pending();
  return scene;
}

void draw_panel_choice(const Ui& ui) {
  const auto& bench = ui.session.bench();
  if (!bench || bench->panels.size() < 2) return;
  std::vector<std::string> labels;
  for (const Panel& panel : bench->panels) labels.push_back("λ = " + panel.label);
  const int chosen = combo(ui,
                           "theory/lambda",
                           labels,
                           static_cast<int>(selected_panel(ui)),
                           ui.px(140),
                           "The hyperparameter whose theory is shown.  (← →)");
  if (chosen >= 0) ui.state.view.panel = static_cast<std::size_t>(chosen);
  ImGui::SameLine(0, ui.px(10));
}

std::string place_text(const TheoryScene& scene) {
  if (scene.at >= scene.checkpoints.size()) return "";
  const Checkpoint& at = scene.checkpoints[scene.at];
  return fmt::format("at t = {}, k = {}, {} epochs{}",
                     at.t,
                     at.k,
                     format_for_reading(at.epochs, 3),
                     scene.pending ? kUpdating : "");
}

/// Method, hyperparameter and checkpoint that the view speaks of.
void draw_choices(const TheoryScene& scene, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "theory-choices", size, {14, 6});
  ImGui::AlignTextToFramePadding();
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, "Theory");
  }
  ImGui::SameLine(0, ui.px(14));
  draw_panel_choice(ui);
  TheoryLook& look = ui.state.view.theory;
  const bool any = !scene.checkpoints.empty();
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(8), ui.px(4)});
  if (button(ui,
             "theory/back",
             "←",
             "One checkpoint back.  (,)",
             ButtonLook::quiet,
             0.0F,
             any && scene.at > 0)) {
    look.at = scene.at - 1;
  }
  ImGui::SameLine(0, ui.px(2));
  if (button(ui,
             "theory/on",
             "→",
             "One checkpoint on.  (.)",
             ButtonLook::quiet,
             0.0F,
             any && scene.at + 1 < scene.checkpoints.size())) {
    look.at = scene.at + 1;
  }
  ImGui::PopStyleVar();
  ImGui::SameLine(0, ui.px(8));
  ImGui::AlignTextToFramePadding();
  {
    const WithFont font(ui.fonts.small);
    const std::string place = place_text(scene);
    text(ui.colours.text_dim, place);
    ui.registry.record_item("theory/place", place);
  }
  ImGui::SameLine(0, ui.px(16));
  ImGui::SetCursorPosY(ui.px(9));
  draw_method_chips(ui, scene.pending);
}

/// Heights of the charts of a column, in pixels.
struct ChartHeights {
  float row = 0.0F;  ///< of bars
  float first = 0.0F, looseness = 0.0F, tornado = 0.0F;
  float total = 0.0F;  ///< with the gaps between them
};

ChartHeights with_rows(const TheoryScene& scene, float width, float row, float first, float gap) {
  ChartHeights out;
  out.row = row;
  out.first = first;
  out.looseness = looseness_height(scene, width, row);
  out.tornado = sensitivities_height(scene, width, row);
  out.total = out.first + out.looseness + out.tornado + 2 * gap;
  return out;
}

/// Cards of bars take what they need. What is left of `height` goes to the bars, up to a limit, and
/// to the first chart, which has a least height.
ChartHeights chart_heights(const TheoryScene& scene, float width, float height, float gap) {
  const Ui& ui = scene.ui;
  const float first = first_chart_height(scene, width);
  ChartHeights out = with_rows(scene, width, ui.px(kRow), first, gap);
  const auto rows =
      static_cast<float>(scene.book->waterfall().rows.size() + scene.book->tornado().rows.size());
  if (rows > 0.0F && out.total < height) {
    const float more = std::floor(0.4F * (height - out.total) / rows);
    out = with_rows(scene, width, std::min(ui.px(kRow) + more, ui.px(kWideRow)), first, gap);
  }
  if (first_chart_grows(scene) && out.total < height) {
    out.first += height - out.total;
    out.total = height;
  }
  return out;
}

/// The layout of a column of this size: that of the frame before while the pointer is in the first
/// chart.
ChartsLayout charts_layout(const TheoryScene& scene, ImVec2 size, bool checks, float gap) {
  const Ui& ui = scene.ui;
  const TheoryLook& look = ui.state.view.theory;
  ChartsLayout layout;
  layout.panel = selected_panel(ui);
  layout.method = selected_method(ui);
  layout.chart = look.chart;
  layout.width = size.x;
  layout.height = size.y;
  if (look.under && layout.is_for(look.charts)) return look.charts;
  ChartHeights heights = chart_heights(scene, size.x, size.y, gap);
  layout.scrolls = checks || heights.total > size.y + 0.5F;
  if (layout.scrolls) {
    heights = chart_heights(scene, size.x - ImGui::GetStyle().ScrollbarSize, size.y, gap);
  }
  layout.first = heights.first;
  layout.row = heights.row;
  layout.total = heights.total;
  return layout;
}

/// The charts below each other, and below them, if asked for, the assumptions. Scrolls where they
/// are higher than the view.
void draw_charts(
    const TheoryScene& scene, PlotCache& cache, ImVec2 at, ImVec2 size, bool checks, float gap) {
  const Ui& ui = scene.ui;
  ChartsLayout& layout = ui.state.view.theory.charts;
  layout = charts_layout(scene, size, checks, gap);
  const float width = layout.scrolls ? size.x - ImGui::GetStyle().ScrollbarSize : size.x;
  const ChartHeights heights = with_rows(scene, width, layout.row, layout.first, gap);
  ImGui::SetCursorScreenPos(at);
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0, 0, 0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::BeginChild("theory-charts",
                    size,
                    false,
                    layout.scrolls ? ImGuiWindowFlags_None : ImGuiWindowFlags_NoScrollbar);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  const ImVec2 begin = ImGui::GetCursorScreenPos();
  ImVec2 cursor = begin;
  draw_first_chart(scene, cache, {width, heights.first});
  cursor.y += heights.first + gap;
  ImGui::SetCursorScreenPos(cursor);
  draw_looseness(scene, {width, heights.looseness}, heights.row);
  cursor.y += heights.looseness + gap;
  ImGui::SetCursorScreenPos(cursor);
  draw_sensitivities(scene, {width, heights.tornado}, heights.row);
  if (checks) {
    cursor.y += heights.tornado + gap;
    ImGui::SetCursorScreenPos(cursor);
    const auto& notes = scene.book->notes();
    draw_checks(ui, {width, checks_height(ui, width, notes)}, notes);
  }
  // Shorter cards of another checkpoint must not scroll the first chart away either.
  ImGui::SetCursorScreenPos(begin);
  ImGui::Dummy({width, layout.total});
  ImGui::EndChild();
}

}  // namespace

std::string waiting_words(const Ui& ui) {
  if (!ui.session.issues().empty()) return "The setup has to be mended first.";
  if (!ui.session.bench() && !ui.session.running()) {
    return "The problem is prepared when it runs.";
  }
  return "Being computed.";
}

void draw_theory_view(const Ui& ui, const TheorySources& sources, ImVec2 size) {
  TheoryLook& look = ui.state.view.theory;
  look.lit = look.symbol;
  look.symbol.clear();
  look.ordinal = 0;
  look.beside = {-1.0F, -1.0F};
  const TheoryScene scene = scene_of(ui, sources);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.px(8), top = ui.px(kBar) + gap;
  draw_choices(scene, {size.x, ui.px(kBar)});
  const float height = size.y - top;
  const bool charts = size.x >= ui.px(kChartsNeed), checks = size.x >= ui.px(kChecksNeed);
  const float cards = !charts  ? size.x
                      : checks ? std::round(0.375F * (size.x - 2 * gap))
                               : std::round(0.5F * (size.x - gap));
  const float right = checks ? std::round(0.255F * (size.x - 2 * gap)) : 0.0F;
  ImGui::SetCursorScreenPos({origin.x, origin.y + top});
  draw_statement_cards(scene, {cards, height});
  if (charts) {
    const float width = size.x - cards - gap - (checks ? right + gap : 0.0F);
    draw_charts(scene,
                sources.cache,
                {origin.x + cards + gap, origin.y + top},
                {width, height},
                !checks,
                gap);
  } else {
    look.under.reset();  // no chart is there to do it
  }
  if (checks) {
    ImGui::SetCursorScreenPos({origin.x + size.x - right, origin.y + top});
    draw_checks(ui, {right, height}, sources.book.notes());
  }
  draw_explanation(scene);
}

}  // namespace sid::app
