#include "sid/app/platform/textures.hpp"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

#include "sid/math/contract.hpp"

namespace sid::app {

ImTextureID NullTextures::create(std::span<const std::uint8_t> rgba, int width, int height) {
  SID_EXPECTS(rgba.size() == static_cast<std::size_t>(4 * width * height),
              "a texture needs four bytes a pixel");
  ++alive_;
  return reinterpret_cast<ImTextureID>(next_++);
}

void NullTextures::destroy(ImTextureID texture) {
  if (texture != nullptr) --alive_;
}

ImTextureID GlTextures::create(std::span<const std::uint8_t> rgba, int width, int height) {
  SID_EXPECTS(rgba.size() == static_cast<std::size_t>(4 * width * height),
              "a texture needs four bytes a pixel");
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glTexImage2D(
      GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
  return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(name));
}

void GlTextures::destroy(ImTextureID texture) {
  const auto name = static_cast<GLuint>(reinterpret_cast<std::intptr_t>(texture));
  if (name != 0) glDeleteTextures(1, &name);
}

}  // namespace sid::app
