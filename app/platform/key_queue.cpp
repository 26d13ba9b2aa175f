#include "sid/app/platform/key_queue.hpp"

#include <GLFW/glfw3.h>

namespace sid::app {

bool KeyQueue::is_plain(const KeyEvent& event) {
  return !event.character && event.code >= 32 && event.code < 256 &&
         (event.mods & (GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER)) == 0;
}

}  // namespace sid::app
