#pragma once

#include <deque>
#include <set>
#include <utility>

namespace sid::app {

/// One keyboard event as the window system reported it.
struct KeyEvent {
  bool character = false;  ///< a typed character; `code` is its code point
  int code = 0;            ///< GLFW key, or code point
  int scancode = 0;
  int action = 0;  ///< GLFW_PRESS, GLFW_RELEASE, GLFW_REPEAT
  int mods = 0;
};

/// Keyboard events in order, handed out so that no frame sees a key go down and up: the state of
/// keys is sampled once a frame, and taps shorter than a frame would be lost otherwise. Typed
/// characters may share a frame, but not with an editing key before them.
class KeyQueue {
 public:
  void push(const KeyEvent& event) { events_.push_back(event); }
  bool empty() const { return events_.empty(); }

  /// Hands this frame's events to `deliver`, in order.
  template <class Deliver>
  void drain(Deliver&& deliver) {
    std::set<int> seen;
    bool special = false;
    while (!events_.empty()) {
      const KeyEvent event = events_.front();
      const bool plain = is_plain(event);
      if (event.character ? special : (!plain && !seen.insert(event.code).second)) break;
      events_.pop_front();
      if (!event.character && !plain && event.action != 0) special = true;
      deliver(event);
    }
  }

 private:
  static bool is_plain(const KeyEvent& event);
  std::deque<KeyEvent> events_;
};

}  // namespace sid::app
