#include "sid/app/platform/key_queue.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace sid::app {

bool KeyQueue::is_plain(const KeyEvent& event) {
  return event.code >= 32 && event.code < 256 &&
         (event.mods & (GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER)) == 0;
}

bool KeyQueue::is_modifier(const KeyEvent& event) {
  return event.code >= GLFW_KEY_LEFT_SHIFT && event.code <= GLFW_KEY_RIGHT_SUPER;
}

}  // namespace sid::app
