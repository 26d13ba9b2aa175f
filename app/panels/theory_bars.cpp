#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/app/panels/theory_view.hpp"
#include "sid/app/render/texture_fill.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

constexpr float kRow = 18.0F, kBar = 10.0F;  // logical pixels

std::string decades_text(double decades) {
  return fmt::format("{}{:.2f}", decades < 0.0 ? "−" : "+", std::abs(decades));
}

void draw_head(const Ui& ui, const char* title, const char* tip, const std::string& beside) {
  {
    const WithFont font(ui.fonts.heading);
    text(ui.colours.text, title);
  }
  tooltip(ui, tip);
  ImGui::SameLine(0, ui.px(10));
  const WithFont font(ui.fonts.small);
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.px(1));
  text_cut(ui, ui.colours.text_faint, beside, ImGui::GetContentRegionAvail().x);
}

void draw_right(
    const Ui& ui, float right, float y, const ImVec4& colour, const std::string& words) {
  const float width = number_size(ui, words).x;
  draw_number(ui, {right - width, y}, colour, words);
}

/// Decades as pixels, from the largest value on the left to the smallest on the right.
struct DecadeMap {
  double top = 1.0, bottom = 1.0;
  float left = 0.0F, width = 1.0F;
  float at(double value) const {
    const double span = std::log10(top / bottom);
    const double share = span > 0.0 ? std::log10(top / value) / span : 0.0;
    return left + static_cast<float>(share) * width;
  }
};

DecadeMap decade_map(const std::vector<LoosenessStep>& steps, float left, float width) {
  DecadeMap map{steps.front().from, steps.front().from, left, width};
  for (const LoosenessStep& step : steps) {
    map.top = std::max(map.top, step.to);
    map.bottom = std::min(map.bottom, step.to);
  }
  return map;
}

std::size_t most_wasteful(const std::vector<LoosenessStep>& steps) {
  const auto worst = std::max_element(
      steps.begin(), steps.end(), [](const LoosenessStep& a, const LoosenessStep& b) {
        return a.decades < b.decades;
      });
  return static_cast<std::size_t>(worst - steps.begin());
}

void draw_step(const TheoryScene& scene,
               const LoosenessStep& step,
               bool worst,
               bool last,
               const DecadeMap& map,
               float label,
               float width) {
  const Ui& ui = scene.ui;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  text_cut(ui, worst ? ui.colours.text : ui.colours.text_dim, step.label, label - ui.px(8));
  const float from = std::round(map.at(step.from)), to = std::round(map.at(step.to));
  const float top = std::round(at.y + 0.5F * (ui.px(kRow) - ui.px(kBar)) - ui.px(1));
  const float left = std::min(from, to), right = std::max({from, to, left + ui.px(1)});
  const ImVec4 hue = to_vec4(scene.hue);
  if (step.decades >= 0.0) {
    list.AddRectFilled({left, top}, {right, top + ui.px(kBar)}, to_u32(hue, worst ? 1.0F : 0.45F));
  } else {
    fill_texture(
        list, {{left, top}, {right, top + ui.px(kBar)}}, Texture::diagonal, hue, ui.fonts.scale);
  }
  if (!last) {  // where this step ends, the next begins
    list.AddRectFilled({to, top}, {to + ui.px(1), top + ui.px(kRow + kBar)}, to_u32(hue, 0.45F));
  }
  draw_right(ui,
             at.x + width,
             at.y,
             worst ? ui.colours.text : ui.colours.text_dim,
             decades_text(step.decades));
  const std::string name = "looseness/" + step.id;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), {width, ui.px(kRow)});
  ui.registry.record_item(name, decades_text(step.decades));
  tooltip(ui,
          fmt::format("{}: {}, from {}.\n{}",
                      step.label,
                      format_for_reading(step.to),
                      format_for_reading(step.from),
                      step.sentence));
}

std::string no_looseness(const TheoryScene& scene) {
  if (scene.study == nullptr) return "Being computed.";
  const TheoryCurve* const bound =
      scene.theory != nullptr ? scene.theory->find("bound_3_4") : nullptr;
  if (bound != nullptr && !bound->drawn()) {
    return "Theorem 3.4 has no value here: there is nothing to take apart.";
  }
  if (scene.ui.session.running()) {
    return "The true error is not known in closed form; it is taken from the runs once they are "
           "over.";
  }
  return "Theorem 3.4 or the true error has no positive value at this checkpoint.";
}

/// The largest decade of the chart.
double reach(const std::vector<Sensitivity>& list) {
  double most = 0.0;
  for (const Sensitivity& s : list) {
    if (std::isfinite(s.up)) most = std::max(most, std::abs(s.up));
    if (std::isfinite(s.down)) most = std::max(most, std::abs(s.down));
  }
  return most;
}

struct Tornado {
  float centre = 0.0F, half = 1.0F;  // pixels
  double most = 0.0;                 // decades at the ends
};

void draw_change(
    const TheoryScene& scene, const Tornado& chart, float top, double change, bool up) {
  if (!std::isfinite(change) || !(chart.most > 0.0)) return;
  const Ui& ui = scene.ui;
  const float end = chart.centre + static_cast<float>(change / chart.most) * chart.half;
  const float height = ui.px(0.5F * kBar), y = up ? top : top + height;
  fill_texture(*ImGui::GetWindowDrawList(),
               {{std::min(chart.centre, end), y}, {std::max(chart.centre, end), y + height}},
               up ? Texture::plain : Texture::diagonal,
               to_vec4(scene.hue),
               ui.fonts.scale);
}

std::string change_text(double change, bool lost) {
  return lost ? "no bound" : decades_text(change);
}

void draw_sensitivity(const TheoryScene& scene,
                      const Sensitivity& s,
                      const Tornado& chart,
                      float label,
                      float width) {
  const Ui& ui = scene.ui;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  text_cut(ui, ui.colours.text_dim, s.symbol + "  " + s.meaning, label - ui.px(8));
  const float top = std::round(at.y + 0.5F * (ui.px(kRow) - ui.px(kBar)) - ui.px(1));
  draw_change(scene, chart, top, s.up, true);
  draw_change(scene, chart, top, s.down, false);
  const bool lost = s.up_lost || s.down_lost;
  const std::string size = lost ? "no bound" : fmt::format("{:.3f}", s.size());
  if (lost) {
    const float x = at.x + width - ImGui::CalcTextSize(size.c_str()).x;
    ImGui::GetWindowDrawList()->AddText(
        {std::round(x), at.y}, to_u32(ui.colours.warning), size.c_str());
  } else {
    draw_right(ui, at.x + width, at.y, ui.colours.text_dim, size);
  }
  const std::string name = "sensitivity/" + s.id;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(name.c_str(), {width, ui.px(kRow)});
  const std::string changes = fmt::format(
      "+10 %: {}, −10 %: {}", change_text(s.up, s.up_lost), change_text(s.down, s.down_lost));
  ui.registry.record_item(name, changes);
  tooltip(
      ui,
      fmt::format(
          "{} = {}: {}.\n{} decades.", s.symbol, format_for_reading(s.value), s.meaning, changes));
}

}  // namespace

void draw_looseness(const TheoryScene& scene, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "looseness", size, {14, 8}, true);
  const bool there = scene.study != nullptr && !scene.study->looseness.empty();
  double decades = 0.0;
  if (there) {
    for (const LoosenessStep& step : scene.study->looseness) decades += step.decades;
  }
  draw_head(ui,
            "Where the decades go",
            "From Theorem 3.4 with the paper's constants down to the true error, one inequality at "
            "a time; log10 of the ratio.",
            there ? fmt::format("from {} to {}: {} decades",
                                format_for_reading(scene.study->looseness.front().from),
                                format_for_reading(scene.study->looseness.back().to),
                                decades_text(decades))
                  : "");
  const WithFont font(ui.fonts.small);
  const float width = ImGui::GetContentRegionAvail().x;
  if (!there) {
    const std::string why = no_looseness(scene);
    text_wrapped(ui.colours.text_faint, why, width);
    ui.registry.record_item("looseness/reason", why);
    return;
  }
  const std::vector<LoosenessStep>& steps = scene.study->looseness;
  const float label = std::round(0.46F * width), numbers = ui.px(48);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const DecadeMap map = decade_map(steps, origin.x + label, width - label - numbers);
  const std::size_t worst = most_wasteful(steps);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0.0F, 0.0F});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    draw_step(scene, steps[i], i == worst, i + 1 == steps.size(), map, label, width);
  }
  ImGui::Dummy({width, ui.px(6)});
  const std::string sentence =
      fmt::format("Most is lost at “{}”: {}", steps[worst].label, steps[worst].sentence);
  text_wrapped(ui.colours.text_dim, sentence, width);
  ui.registry.record_item("looseness/sentence", sentence);
  ImGui::PopStyleVar();
}

void draw_sensitivities(const TheoryScene& scene, ImVec2 size) {
  const Ui& ui = scene.ui;
  const Card card(ui, "sensitivities", size, {14, 8}, true);
  draw_head(ui,
            "What the bound hangs on",
            "Each constant times 1.1 (plain) and times 0.9 (hatched), the others fixed: change of "
            "the bound that is drawn, in decades.",
            "plain +10 %, hatched −10 %, in decades");
  const WithFont font(ui.fonts.small);
  const float width = ImGui::GetContentRegionAvail().x;
  if (scene.study == nullptr || scene.study->sensitivities.empty()) {
    const std::string why = scene.study == nullptr ? "Being computed."
                                                   : "No bound of the hypergradient is drawn: "
                                                     "there is nothing to move.";
    text_wrapped(ui.colours.text_faint, why, width);
    ui.registry.record_item("sensitivity/reason", why);
    return;
  }
  const float label = std::round(0.46F * width), numbers = ui.px(58);
  const float left = ImGui::GetCursorScreenPos().x + label;
  const float half = std::floor(0.5F * (width - label - numbers));
  const Tornado chart{left + half, half, reach(scene.study->sensitivities)};
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0.0F, 0.0F});
  for (const Sensitivity& s : scene.study->sensitivities) {
    draw_sensitivity(scene, s, chart, label, width);
  }
  ImGui::PopStyleVar();
  ImGui::GetWindowDrawList()->AddRectFilled(
      {chart.centre, origin.y},
      {chart.centre + ui.px(1), ImGui::GetCursorScreenPos().y},
      to_u32(ui.colours.text_faint, 0.6F));
}

}  // namespace sid::app
