#pragma once

#include <string>

#include <imgui.h>

namespace sid::app {

/// The faces of the window, baked at their size times the display scale. Words in Inter, numbers
/// in JetBrains Mono (tabular digits), symbols that either lacks from DejaVu Sans.
struct Fonts {
  ImFont* body = nullptr;     ///< Inter Regular 15
  ImFont* heading = nullptr;  ///< Inter SemiBold 15
  ImFont* title = nullptr;    ///< Inter SemiBold 18
  ImFont* small = nullptr;    ///< Inter Regular 13: ticks, notes
  ImFont* tiny = nullptr;     ///< Inter Regular 10: raised exponents
  ImFont* number = nullptr;   ///< JetBrains Mono 14
  float scale = 1.0F;
  std::string warning;  ///< one sentence if a family is missing; else empty
};

/// Clears the current context's atlas and bakes the faces. Uses FreeType with light hinting.
/// Families are found through fontconfig by exact name; a missing one is replaced by the next of
/// its list and reported in `warning`.
Fonts build_fonts(float scale);

/// File of an installed font `family` (its exact name) nearest to a fontconfig `weight`; empty path
/// if there is none. `index` is the face inside the file.
struct FontFile {
  std::string path;
  std::string family;
  int index = 0;
};
FontFile find_font(const char* family, int weight);

}  // namespace sid::app
