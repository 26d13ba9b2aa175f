#pragma once

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// A window over everything else, in the middle of the screen, that holds one task. Draw into it
/// while it lives.
class Sheet {
 public:
  /// At most as large as the screen allows.
  Sheet(const Ui& ui, const char* name, ImVec2 size);
  ~Sheet();
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  ImVec2 size() const { return size_; }  ///< pixels, with its padding of 24 x 20 logical ones

 private:
  ImVec2 size_;
};

}  // namespace sid::app
