#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <imgui.h>

#include "sid/app/platform/textures.hpp"
#include "sid/app/render/cell_textures.hpp"
#include "sid/figure/formula.hpp"
#include "sid/figure/painter.hpp"

namespace sid::app {

/// One formula at one size and colour.
struct FormulaRequest {
  std::string id;
  double em = 16.0;  ///< device pixels
  FormulaColours colours;
  bool vertical = false;
};

struct FormulaPicture {
  ImTextureID texture = nullptr;
  int width = 0, height = 0;  ///< pixels; draw it at this size, at whole pixels
};

/// Formulas as textures, made when first asked for and kept until clear(). Loading one takes a few
/// milliseconds, so nothing is loaded that is not on screen.
class FormulaTextures {
 public:
  /// `textures` must outlive this.
  explicit FormulaTextures(TextureStore& textures) : textures_(textures), cells_(textures) {}
  ~FormulaTextures() { clear(); }
  FormulaTextures(const FormulaTextures&) = delete;
  FormulaTextures& operator=(const FormulaTextures&) = delete;

  /// Null if the formula is not at hand.
  const FormulaPicture* get(const FormulaRequest& request);
  /// Size in the unit of `em`; 0 if the formula is not at hand.
  FormulaExtent extent(std::string_view id, double em);
  /// Box of a marked part ("t-lower"), from the formula's top left corner; empty if there is none.
  /// Found once: measuring takes as long as drawing.
  Rect box(std::string_view id, std::string_view element, double em);
  /// Where they are kept.
  TextureStore& store() const { return textures_; }
  /// Forgets every picture: after a change of scale or theme.
  void clear();
  /// Pictures of heat maps, which live as long.
  CellTextures& cells() { return cells_; }

 private:
  struct Entry {
    FormulaRequest request;
    FormulaPicture picture;
  };
  TextureStore& textures_;
  CellTextures cells_;
  FormulaLibrary library_;
  std::map<std::string, Rect, std::less<>> boxes_;  ///< at an em of 1, by "formula#element"
  std::deque<Entry> entries_;                       // pictures keep their address
};

}  // namespace sid::app
