#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include "sid/app/panels/ui.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

double to_track(const SliderSpec& spec, double value) {
  double t = 0.0;
  if (spec.scale == SliderScale::log) {
    t = value > 0.0 ? std::log(value / spec.min) / std::log(spec.max / spec.min) : 0.0;
  } else {
    t = (value - spec.min) / (spec.max - spec.min);
  }
  return std::clamp(t, 0.0, 1.0);
}

double from_track(const SliderSpec& spec, double t) {
  const double value = spec.scale == SliderScale::log ? spec.min * std::pow(spec.max / spec.min, t)
                                                      : spec.min + (spec.max - spec.min) * t;
  if (spec.whole) return std::round(value);
  return rounded(value, 3);
}

double snapped(const SliderSpec& spec, double t, double value, double reach) {
  for (const SliderMark& mark : spec.marks) {
    // At most a limit, so that what holds up to it still holds after rounding.
    if (std::abs(to_track(spec, mark.value) - t) < reach) return rounded_down(mark.value, 3);
  }
  return value;
}

void draw_track(const Ui& ui, const SliderSpec& spec, ImVec2 a, ImVec2 b, double t, bool hot) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float y = std::round(0.5F * (a.y + b.y)), half = ui.px(2), radius = ui.px(7);
  const float left = a.x + radius, right = b.x - radius;
  const float knob = left + (right - left) * static_cast<float>(t);
  list.AddRectFilled({a.x, y - half}, {b.x, y + half}, to_u32(ui.colours.control_active), half);
  list.AddRectFilled({a.x, y - half}, {knob, y + half}, to_u32(ui.colours.accent, 0.75F), half);
  for (const SliderMark& mark : spec.marks) {
    const double at = to_track(spec, mark.value);
    if (mark.value < spec.min || mark.value > spec.max) continue;
    const float x = std::round(left + (right - left) * static_cast<float>(at));
    list.AddRectFilled({x, y - ui.px(8)}, {x + ui.px(1), y + ui.px(8)}, to_u32(ui.colours.warning));
  }
  list.AddCircleFilled({knob, y}, radius, to_u32(ui.colours.panel), 24);
  list.AddCircleFilled(
      {knob, y}, radius - ui.px(1), to_u32(hot ? ui.colours.accent_hover : ui.colours.accent), 24);
}

}  // namespace

std::string field_text(double value, bool whole) {
  if (whole) return std::to_string(static_cast<std::int64_t>(std::llround(value)));
  return format_shortest(rounded(value, 6));
}

Edited number_field(const Ui& ui,
                    const char* name,
                    double value,
                    double min,
                    double max,
                    bool whole,
                    float width,
                    std::string_view tip) {
  ImGui::PushID(name);
  const ImGuiID id = ImGui::GetID("##number");
  std::string shown = ui.field.text_of(id, field_text(value, whole));
  {
    const WithFont font(ui.fonts.number);
    const float extra = 0.5F * (ui.fonts.body->FontSize - ui.fonts.number->FontSize);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                        {ui.px(7), ImGui::GetStyle().FramePadding.y + extra});
    ImGui::SetNextItemWidth(width);
    ImGui::InputText("##number", &shown, ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopStyleVar();
  }
  ImGui::PopID();
  ui.registry.record_item(name, shown);
  Edited edited{.changed = false, .finished = false, .value = value};
  if (ui.field.remember(id, ImGui::IsItemActive(), shown)) {
    if (const std::optional<double> typed = parse_double(shown);
        typed && std::isfinite(*typed) && shown != field_text(value, whole)) {
      const double kept = std::clamp(whole ? std::round(*typed) : *typed, min, max);
      edited = {.changed = kept != value, .finished = true, .value = kept};
    }
  }
  tooltip(ui, tip);
  return edited;
}

bool text_field(const Ui& ui,
                const char* name,
                std::string& value,
                const char* hint,
                float width,
                std::string_view tip) {
  ImGui::PushID(name);
  const ImGuiID id = ImGui::GetID("##text");
  std::string shown = ui.field.text_of(id, value);
  ImGui::SetNextItemWidth(width);
  ImGui::InputTextWithHint("##text", hint, &shown);
  ImGui::PopID();
  ui.registry.record_item(name, shown);
  bool changed = false;
  if (ui.field.remember(id, ImGui::IsItemActive(), shown)) {
    changed = shown != value;
    if (changed) value = shown;
  }
  tooltip(ui, tip);
  return changed;
}

Edited slider(const Ui& ui,
              const char* name,
              double value,
              const SliderSpec& spec,
              float width,
              std::string_view tip) {
  const float field_width = ui.px(66), gap = ui.px(8);
  const float track = std::max(ui.px(40), width - field_width - gap);
  const ImVec2 a = ImGui::GetCursorScreenPos();
  const ImVec2 b{a.x + track, a.y + ImGui::GetFrameHeight()};
  ImGui::InvisibleButton(name, {track, b.y - a.y});
  const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  const bool released = ImGui::IsItemDeactivated();
  ui.registry.record_item(name, field_text(value, spec.whole));
  Edited edited{.changed = false, .finished = released, .value = value};
  const float radius = ui.px(7);
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    edited = {.changed = spec.fallback != value, .finished = true, .value = spec.fallback};
  } else if (active &&
             (ImGui::IsMouseDragging(ImGuiMouseButton_Left, 1.0F) || ImGui::IsItemActivated())) {
    const auto usable = static_cast<double>(track - 2 * radius);
    const double t = std::clamp(
        static_cast<double>(ImGui::GetIO().MousePos.x - a.x - radius) / usable, 0.0, 1.0);
    const double wanted = snapped(spec, t, from_track(spec, t), 5.0 / usable);
    edited.changed = wanted != value;
    edited.value = wanted;
  } else if (hovered && ImGui::GetIO().KeyCtrl && ImGui::GetIO().MouseWheel != 0.0F) {
    const double step = ImGui::GetIO().MouseWheel > 0.0F ? 0.01 : -0.01;
    double next = from_track(spec, std::clamp(to_track(spec, value) + step, 0.0, 1.0));
    if (spec.whole && next == value)
      next = std::clamp(value + (step > 0 ? 1 : -1), spec.min, spec.max);
    edited = {.changed = next != value, .finished = true, .value = next};
  }
  draw_track(ui, spec, a, b, to_track(spec, edited.value), hovered || active);
  std::string full(tip);
  for (const SliderMark& mark : spec.marks) full += "\n" + mark.label;
  if (!active) tooltip(ui, full);
  ImGui::SameLine(0.0F, gap);
  const std::string field_name = std::string(name) + "/value";
  const Edited typed = number_field(ui,
                                    field_name.c_str(),
                                    edited.value,
                                    spec.hard_min,
                                    spec.hard_max,
                                    spec.whole,
                                    field_width,
                                    tip);
  return typed.changed ? typed : edited;
}

}  // namespace sid::app
