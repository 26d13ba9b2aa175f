#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <cairo.h>
#include <fontconfig/fontconfig.h>

#include "sid/figure/cairo_painter.hpp"

namespace sid {

/// A face with the characters it has.
struct FontFace {
  cairo_font_face_t* face = nullptr;
  FcPattern* pattern = nullptr;
  FcCharSet* characters = nullptr;  ///< owned by the pattern
  std::string family;

  bool has(char32_t c) const;
};

/// Faces by preference for each role; the first that has a character draws it.
struct FontSet::State {
  std::vector<FontFace> regular, semibold, mono;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  const std::vector<FontFace>& of(FontRole role) const;
};

namespace internal {

/// A stretch of text that one face can draw.
struct FontRun {
  const FontFace* face = nullptr;
  std::string text;
};

/// Cuts UTF-8 into runs; combining marks stay with the character before them. Malformed bytes
/// become U+FFFD.
std::vector<FontRun> font_runs(std::string_view utf8, const std::vector<FontFace>& faces);

}  // namespace internal

}  // namespace sid
