#include <algorithm>
#include <cmath>

#include "sid/app/panels/theory_view.hpp"
#include "sid/app/render/texture_fill.hpp"

namespace sid::app {
namespace {

// Logical pixels.
constexpr float kPadX = 14.0F, kPadY = 8.0F, kHead = 26.0F, kAbove = 6.0F;

void draw_head(const Ui& ui, const char* title, const char* tip, const std::string& beside) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, title);
  }
  tooltip(ui, tip);
  ImGui::SameLine(0, ui.px(10));
  {
    const WithFont font(ui.fonts.small);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.px(1));
    text_cut(ui, ui.colours.text_faint, beside, ImGui::GetContentRegionAvail().x);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + ui.px(kHead)});
}

float lines_height(const std::string& utf8, float width) {
  const std::string lines = wrapped(utf8, width);
  return static_cast<float>(1 + std::count(lines.begin(), lines.end(), '\n')) *
         ImGui::GetTextLineHeight();
}

/// Rows of labels, bars and numbers in the present font. Labels get the width they need, up to a
/// share of the card, and are broken into lines beyond it: none is cut.
struct BarRows {
  float bar = 0.0F;            ///< height of a bar, the same in every row
  float label = 0.0F;          ///< width of the labels, with the space after them
  float bars = 1.0F;           ///< width of the bars
  std::vector<float> heights;  ///< of the rows
  float total = 0.0F;
};

template <class Rows, class Label>
BarRows lay_out(
    const Ui& ui, const Rows& rows, Label&& label, float width, float numbers, float row) {
  BarRows out;
  out.bar = std::clamp(std::round(0.55F * row), ui.px(10), ui.px(16));
  const float gap = ui.px(12);
  for (const auto& entry : rows) {
    out.label = std::max(out.label, ImGui::CalcTextSize(label(entry).c_str()).x);
  }
  out.label = std::ceil(std::min(out.label + gap, 0.52F * width));
  out.bars = std::max(1.0F, width - out.label - numbers);
  for (const auto& entry : rows) {
    const float lines = lines_height(label(entry), out.label - gap) + ui.px(4);
    out.heights.push_back(std::max(row, lines));
    out.total += out.heights.back();
  }
  return out;
}

/// At the left, centred in the height of its row.
void draw_label(const Ui& ui,
                const ImVec4& colour,
                const std::string& label,
                ImVec2 at,
                const BarRows& layout,
                float height) {
  const float room = layout.label - ui.px(12);
  ImGui::SetCursorScreenPos({at.x, std::round(at.y + 0.5F * (height - lines_height(label, room)))});
  text_wrapped(ui, colour, label, room);
}

/// At the right end, in the middle of the row.
void draw_right(const Ui& ui,
                float right,
                ImVec2 at,
                float height,
                const ImVec4& colour,
                const std::string& words) {
  const ImVec2 size = number_size(ui, words);
  draw_number(ui, {right - size.x, at.y + 0.5F * (height - size.y)}, colour, words);
}

std::string waterfall_label(const WaterfallRow& row) {
  return row.label;
}

std::string tornado_label(const TornadoRow& row) {
  return row.symbol + ": " + row.meaning;
}

BarRows looseness_rows(const TheoryScene& scene, float width, float row) {
  const Ui& ui = scene.ui;
  return lay_out(ui, scene.book->waterfall().rows, waterfall_label, width, ui.px(48), row);
}

BarRows sensitivity_rows(const TheoryScene& scene, float width, float row) {
  const Ui& ui = scene.ui;
  return lay_out(ui, scene.book->tornado().rows, tornado_label, width, ui.px(66), row);
}

void draw_step(const TheoryScene& scene,
               const WaterfallRow& row,
               bool last,
               const BarRows& layout,
               ImVec2 at,
               ImVec2 size) {
  const Ui& ui = scene.ui;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec4& ink = row.worst ? ui.colours.text : ui.colours.text_dim;
  draw_label(ui, ink, row.label, at, layout, size.y);
  const auto place = [&](double share) {
    return std::round(at.x + layout.label + static_cast<float>(share) * layout.bars);
  };
  const float from = place(row.begin), to = place(row.end), bar = layout.bar;
  const float top = std::round(at.y + 0.5F * (size.y - bar));
  const float left = std::min(from, to), right = std::max({from, to, left + ui.px(1)});
  const ImVec4 hue = to_vec4(scene.hue);
  if (row.widens) {
    fill_texture(list, {{left, top}, {right, top + bar}}, Texture::diagonal, hue, ui.fonts.scale);
  } else {
    list.AddRectFilled({left, top}, {right, top + bar}, to_u32(hue, row.worst ? 1.0F : 0.45F));
  }
  if (!last) {  // where this step ends, the next begins
    list.AddRectFilled({to, top}, {to + ui.px(1), at.y + size.y + ui.px(4)}, to_u32(hue, 0.45F));
  }
  draw_right(ui, at.x + size.x, at, size.y, ink, row.decades);
  const std::string name = "looseness/" + row.id;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), size);
  ui.registry.record_item(name, row.decades);
  tooltip(ui, row.tip);
}

std::string no_looseness(const TheoryScene& scene) {
  if (scene.study == nullptr) return waiting_words(scene.ui);
  // The study at hand may be of bounds alone, or of a theory without the true error.
  if (scene.ui.session.theory_pending() || scene.book->outdated()) return "Being computed.";
  const TheoryCurve* const bound =
      scene.theory != nullptr ? scene.theory->find("bound_3_4") : nullptr;
  if (bound != nullptr && !bound->drawn()) {
    return "Theorem 3.4 has no value here: there is nothing to take apart.";
  }
  const auto& run = scene.ui.session.snapshot();
  if (run && !run->done()) {
    return "The true error is not known in closed form; it is taken from the runs once they are "
           "over.";
  }
  return "Theorem 3.4 or the true error has no positive value at this checkpoint.";
}

std::string no_sensitivity(const TheoryScene& scene) {
  return scene.study == nullptr ? waiting_words(scene.ui)
                                : "No bound of the hypergradient is drawn: there is nothing to "
                                  "move.";
}

/// Two bars about the middle: larger above, smaller below.
void draw_changes(const TheoryScene& scene,
                  const TornadoRow& row,
                  float centre,
                  float half,
                  float top,
                  float bar) {
  const Ui& ui = scene.ui;
  const float height = std::floor(0.5F * bar);
  for (const bool up : {true, false}) {
    const double change = up ? row.up : row.down;
    if (!std::isfinite(change)) continue;
    const float end = centre + static_cast<float>(change) * half, y = up ? top : top + height;
    fill_texture(*ImGui::GetWindowDrawList(),
                 {{std::min(centre, end), y}, {std::max(centre, end), y + height}},
                 up ? Texture::plain : Texture::diagonal,
                 to_vec4(scene.hue),
                 ui.fonts.scale);
  }
}

void draw_sensitivity(const TheoryScene& scene,
                      const TornadoRow& row,
                      const BarRows& layout,
                      ImVec2 at,
                      ImVec2 size) {
  const Ui& ui = scene.ui;
  draw_label(ui, ui.colours.text_dim, tornado_label(row), at, layout, size.y);
  const float half = std::floor(0.5F * layout.bars), bar = layout.bar;
  const float centre = at.x + layout.label + half;
  draw_changes(scene, row, centre, half, std::round(at.y + 0.5F * (size.y - bar)), bar);
  if (row.lost) {
    const ImVec2 extent = ImGui::CalcTextSize(row.number.c_str());
    ImGui::GetWindowDrawList()->AddText(
        {std::round(at.x + size.x - extent.x), std::round(at.y + 0.5F * (size.y - extent.y))},
        to_u32(ui.colours.warning),
        row.number.c_str());
  } else {
    draw_right(ui, at.x + size.x, at, size.y, ui.colours.text_dim, row.number);
  }
  const std::string name = "sensitivity/" + row.id;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), size);
  ui.registry.record_item(name, row.changes);
  tooltip(ui, row.tip);
}

}  // namespace

float looseness_height(const TheoryScene& scene, float width, float row) {
  const Ui& ui = scene.ui;
  const WithFont font(ui.fonts.small);
  const float inner = width - 2 * ui.px(kPadX);
  const Waterfall& chart = scene.book->waterfall();
  const float body = chart.rows.empty() ? lines_height(no_looseness(scene), inner)
                                        : looseness_rows(scene, inner, row).total + ui.px(kAbove) +
                                              lines_height(chart.sentence, inner);
  return ui.px(2 * kPadY + kHead) + body;
}

void draw_looseness(const TheoryScene& scene, ImVec2 size, float row) {
  const Ui& ui = scene.ui;
  const Card card(ui, "looseness", size, {kPadX, kPadY});
  const Waterfall& chart = scene.book->waterfall();
  draw_head(ui,
            "Where the decades go",
            "From Theorem 3.4 with the paper's constants down to the true error, one inequality at "
            "a time; log10 of the ratio.",
            chart.heading);
  const WithFont font(ui.fonts.small);
  const float width = size.x - 2 * ui.px(kPadX);
  if (chart.rows.empty()) {
    const std::string why = no_looseness(scene);
    text_wrapped(ui, ui.colours.text_faint, why, width);
    ui.registry.record_item("looseness/reason", why);
    return;
  }
  const BarRows layout = looseness_rows(scene, width, row);
  ImVec2 at = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const bool last = i + 1 == chart.rows.size();
    draw_step(scene, chart.rows[i], last, layout, at, {width, layout.heights[i]});
    at.y += layout.heights[i];
  }
  ImGui::SetCursorScreenPos({at.x, at.y + ui.px(kAbove)});
  text_wrapped(ui, ui.colours.text_dim, chart.sentence, width);
  ui.registry.record_item("looseness/sentence", chart.sentence);
}

float sensitivities_height(const TheoryScene& scene, float width, float row) {
  const Ui& ui = scene.ui;
  const WithFont font(ui.fonts.small);
  const float inner = width - 2 * ui.px(kPadX);
  const Tornado& chart = scene.book->tornado();
  float body = chart.rows.empty() && chart.still.empty()
                   ? lines_height(no_sensitivity(scene), inner)
                   : sensitivity_rows(scene, inner, row).total;
  if (!chart.still.empty()) body += ui.px(kAbove) + lines_height(chart.still_sentence, inner);
  return ui.px(2 * kPadY + kHead) + body;
}

void draw_sensitivities(const TheoryScene& scene, ImVec2 size, float row) {
  const Ui& ui = scene.ui;
  const Card card(ui, "sensitivities", size, {kPadX, kPadY});
  const Tornado& chart = scene.book->tornado();
  draw_head(ui,
            "What the bound hangs on",
            "Each constant times 1.1 (plain) and times 0.9 (hatched), the others fixed: change of "
            "the bound that is drawn, in decades. To the right it grows.",
            "plain +10 %, hatched −10 %, in decades");
  const WithFont font(ui.fonts.small);
  const float width = size.x - 2 * ui.px(kPadX);
  if (chart.rows.empty() && chart.still.empty()) {
    const std::string why = no_sensitivity(scene);
    text_wrapped(ui, ui.colours.text_faint, why, width);
    ui.registry.record_item("sensitivity/reason", why);
    return;
  }
  const BarRows layout = sensitivity_rows(scene, width, row);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImVec2 at = origin;
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    draw_sensitivity(scene, chart.rows[i], layout, at, {width, layout.heights[i]});
    at.y += layout.heights[i];
  }
  const float centre = origin.x + layout.label + std::floor(0.5F * layout.bars);
  ImGui::GetWindowDrawList()->AddRectFilled(
      {centre, origin.y}, {centre + ui.px(1), at.y}, to_u32(ui.colours.text_faint, 0.6F));
  if (chart.still.empty()) return;
  ImGui::SetCursorScreenPos({origin.x, at.y + ui.px(kAbove)});
  text_wrapped(ui, ui.colours.text_faint, chart.still_sentence, width);
  ui.registry.record_item("sensitivity/still", chart.still_sentence);
}

}  // namespace sid::app
