#pragma once

#include <map>
#include <string>

#include <imgui.h>

namespace sid::app {

/// What a widget was on the frame that last drew it.
struct WidgetRecord {
  ImVec2 min, max;  ///< pixels
  bool hovered = false;
  bool active = false;
  bool visible = false;
  bool enabled = true;
  std::string value;  ///< what it shows, as text
  int frame = -1;
};

/// Every widget by name, so that tests and outside programs can find, read and press what is on
/// screen. Names are stable; visible texts may change.
class WidgetRegistry {
 public:
  void begin_frame(int frame);
  /// Records the last Dear ImGui item under `name`.
  void record_item(const std::string& name, std::string value = {}, bool enabled = true);
  /// Records a rectangle that is no item (a curve's legend row, a term of a formula).
  void record_rect(const std::string& name, ImVec2 min, ImVec2 max, std::string value = {});

  /// The widget if the present or the previous frame drew it; null otherwise.
  const WidgetRecord* find(const std::string& name) const;
  const std::map<std::string, WidgetRecord>& all() const { return records_; }
  int frame() const { return frame_; }
  /// A name recorded twice in one frame, or two names on one Dear ImGui id: widgets that cannot be
  /// told apart. Empty if there is none.
  const std::string& collision() const { return collision_; }

  /// All widgets of the present frame as a JSON object {"frame": n, "widgets": {name: {...}}}.
  std::string to_json() const;

 private:
  void put(const std::string& name, WidgetRecord record);
  std::map<std::string, WidgetRecord> records_;
  std::map<unsigned, std::string> ids_;  // of this frame
  int frame_ = 0;
  std::string collision_;
};

}  // namespace sid::app
