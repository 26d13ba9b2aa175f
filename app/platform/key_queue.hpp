#pragma once

#include <deque>
#include <set>

namespace sid::app {

/// One keyboard event as the window system reported it.
struct KeyEvent {
  bool character = false;  ///< a typed character; `code` is its code point
  int code = 0;            ///< GLFW key, or code point
  int scancode = 0;
  int action = 0;  ///< GLFW_PRESS, GLFW_RELEASE, GLFW_REPEAT
  int mods = 0;
};

/// Keyboard events in order, handed out so that one state of the keyboard a frame, which is all
/// that Dear ImGui 1.86 looks at, tells the truth: no frame sees a key go down and up, and no
/// modifier changes in the frame in which a key goes down, or Ctrl+Z would arrive as Z. While text
/// is being typed, characters and their keys may share a frame, but not with an editing key before
/// them.
class KeyQueue {
 public:
  void push(const KeyEvent& event) { events_.push_back(event); }
  bool empty() const { return events_.empty(); }

  /// Hands this frame's events to `deliver`, in order; the rest waits. `typing`: a text field has
  /// the focus.
  template <class Deliver>
  void drain(bool typing, Deliver&& deliver) {
    std::set<int> seen;
    bool pressed = false;
    while (!events_.empty()) {
      const KeyEvent event = events_.front();
      if (event.character) {
        if (typing && pressed) break;
      } else if (is_modifier(event)) {
        if (pressed || !seen.insert(event.code).second) break;
      } else if (!typing || !is_plain(event)) {
        if (!seen.insert(event.code).second) break;
        pressed = pressed || event.action != 0;
      }
      events_.pop_front();
      deliver(event);
    }
  }

 private:
  /// A key that types a character.
  static bool is_plain(const KeyEvent& event);
  static bool is_modifier(const KeyEvent& event);
  std::deque<KeyEvent> events_;
};

}  // namespace sid::app
