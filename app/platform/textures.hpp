#pragma once

#include <cstdint>
#include <span>

#include <imgui.h>

namespace sid::app {

/// Where pictures go. Behind an interface so that the window's content can be driven by tests
/// without a graphics card.
class TextureStore {
 public:
  virtual ~TextureStore() = default;
  /// `rgba`: straight alpha, 4 * width * height bytes, rows from the top.
  virtual ImTextureID create(std::span<const std::uint8_t> rgba, int width, int height) = 0;
  virtual void destroy(ImTextureID texture) = 0;

  /// What `list` draws between `min` and `max` (whole pixels), on nothing, to be shown in the same
  /// place by show(). Null where nothing can be drawn.
  virtual ImTextureID draw(ImDrawList& list, ImVec2 min, ImVec2 max);
  /// Adds such a picture to a list.
  virtual void show(ImDrawList& list, ImTextureID picture, ImVec2 min, ImVec2 max) const;
};

/// Hands out numbers; draws nothing.
class NullTextures final : public TextureStore {
 public:
  ImTextureID create(std::span<const std::uint8_t> rgba, int width, int height) override;
  void destroy(ImTextureID texture) override;
  int alive() const { return alive_; }

 private:
  std::intptr_t next_ = 1000;
  int alive_ = 0;
};

/// Textures of the current OpenGL context; create and destroy them while it is current.
class GlTextures final : public TextureStore {
 public:
  ImTextureID create(std::span<const std::uint8_t> rgba, int width, int height) override;
  void destroy(ImTextureID texture) override;
  ImTextureID draw(ImDrawList& list, ImVec2 min, ImVec2 max) override;
  void show(ImDrawList& list, ImTextureID picture, ImVec2 min, ImVec2 max) const override;
};

}  // namespace sid::app
