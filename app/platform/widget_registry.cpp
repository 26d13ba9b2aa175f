#include "sid/app/platform/widget_registry.hpp"

#include <imgui_internal.h>
#include <nlohmann/json.hpp>

namespace sid::app {

void WidgetRegistry::put(const std::string& name, WidgetRecord record) {
  WidgetRecord& slot = records_[name];
  if (slot.frame == frame_) collision_ = name;
  slot = std::move(record);
}

void WidgetRegistry::begin_frame(int frame) {
  frame_ = frame;
  ids_.clear();
}

void WidgetRegistry::record_item(const std::string& name, std::string value, bool enabled) {
  // Windows without room skip their items and leave the id of an earlier one behind.
  const ImGuiID id = ImGui::GetCurrentWindow()->SkipItems ? 0 : ImGui::GetItemID();
  if (id != 0) {
    const auto [known, fresh] = ids_.emplace(id, name);
    if (!fresh && known->second != name) collision_ = known->second + " and " + name;
  }
  put(name,
      {ImGui::GetItemRectMin(),
       ImGui::GetItemRectMax(),
       ImGui::IsItemHovered(),
       ImGui::IsItemActive(),
       ImGui::IsItemVisible(),
       enabled,
       std::move(value),
       frame_});
}

void WidgetRegistry::record_rect(const std::string& name,
                                 ImVec2 min,
                                 ImVec2 max,
                                 std::string value) {
  put(name,
      {min,
       max,
       ImGui::IsMouseHoveringRect(min, max, false),
       false,
       true,
       true,
       std::move(value),
       frame_});
}

const WidgetRecord* WidgetRegistry::find(const std::string& name) const {
  const auto found = records_.find(name);
  if (found == records_.end() || found->second.frame < frame_ - 1) return nullptr;
  return &found->second;
}

std::string WidgetRegistry::to_json() const {
  nlohmann::json widgets = nlohmann::json::object();
  for (const auto& [name, r] : records_) {
    if (r.frame != frame_) continue;
    widgets[name] = {{"x", r.min.x},
                     {"y", r.min.y},
                     {"width", r.max.x - r.min.x},
                     {"height", r.max.y - r.min.y},
                     {"hovered", r.hovered},
                     {"active", r.active},
                     {"visible", r.visible},
                     {"enabled", r.enabled},
                     {"value", r.value}};
  }
  return nlohmann::json{{"frame", frame_}, {"widgets", widgets}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sid::app
