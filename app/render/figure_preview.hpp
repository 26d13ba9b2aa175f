#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <imgui.h>

#include "sid/app/platform/textures.hpp"
#include "sid/figure/write_figure.hpp"

namespace sid::app {

/// The picture that a figure file will show, as a texture; drawn anew only where something has
/// changed, which takes some ten milliseconds. For files of numbers, the beginning of their text.
class PreviewPicture {
 public:
  /// `textures` must outlive this.
  explicit PreviewPicture(TextureStore& textures) : textures_(textures) {}
  ~PreviewPicture() { clear(); }
  PreviewPicture(const PreviewPicture&) = delete;
  PreviewPicture& operator=(const PreviewPicture&) = delete;

  /// What it is of: a number that changes with the figure, the file, the room in pixels.
  struct Key {
    std::uint64_t figure = 0;
    bool all_plots = false;
    FigureFileOptions file;
    int width = 0, height = 0;
    bool operator==(const Key&) const = default;
  };

  /// Draws anew if `key` is another one; `make` gives the figure.
  void update(const Key& key, const std::function<Figure()>& make);
  /// Gives the texture back.
  void clear();

  std::uint64_t figure() const { return key_.figure; }  ///< of the last key; 0: none
  ImTextureID texture() const { return texture_; }      ///< null: see text()
  int width() const { return width_; }                  ///< pixels
  int height() const { return height_; }
  double width_inches() const { return width_inches_; }
  double height_inches() const { return height_inches_; }
  /// The first lines of a file of numbers, or why there is no picture.
  const std::string& text() const { return text_; }

 private:
  TextureStore& textures_;
  Key key_;
  ImTextureID texture_ = nullptr;
  int width_ = 0, height_ = 0;
  double width_inches_ = 0.0, height_inches_ = 0.0;
  std::string text_;
};

}  // namespace sid::app
