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
};

}  // namespace sid::app
