#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include <imgui.h>
#include <imgui_internal.h>

#include "sid/app/platform/textures.hpp"
#include "sid/figure/painter.hpp"

namespace sid::app {

/// A grid of coloured cells on whole pixels.
struct CellGrid {
  std::vector<int> x, y;            ///< edges in pixels, ascending; one more than columns, rows
  std::span<const Colour> colours;  ///< row by row from the top left
};

struct CellPicture {
  ImTextureID texture = nullptr;  ///< null: nothing to draw
  ImRect area;                    ///< pixels
};

/// Heat maps as textures, one texel a pixel: a single quad however many cells there are, and crisp
/// edges whatever the filter. The latest few are kept, because drawn vertices are.
class CellTextures {
 public:
  /// `textures` must outlive this.
  explicit CellTextures(TextureStore& textures) : textures_(textures) {}
  ~CellTextures() { clear(); }
  CellTextures(const CellTextures&) = delete;
  CellTextures& operator=(const CellTextures&) = delete;

  CellPicture get(const CellGrid& grid);
  void clear();

 private:
  struct Entry {
    std::vector<int> x, y;
    std::vector<Colour> colours;
    CellPicture picture;
  };
  static constexpr std::size_t kKept = 8;
  TextureStore& textures_;
  std::deque<Entry> entries_;  // oldest first
};

}  // namespace sid::app
