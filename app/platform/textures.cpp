#include "sid/app/platform/textures.hpp"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>

#include "sid/math/contract.hpp"

namespace sid::app {
namespace {

ImTextureID texture_id(GLuint name) {
  return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(name));
}

/// Pictures that were drawn on nothing hold colours times their opacity.
void blend_premultiplied(const ImDrawList*, const ImDrawCmd*) {
  glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

/// Draws into a texture until it goes.
class DrawsInto {
 public:
  explicit DrawsInto(GLuint texture) {
    glGetIntegerv(GL_FRAMEBUFFER_BINDING, &before_);
    glGenFramebuffers(1, &buffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
  }
  DrawsInto(const DrawsInto&) = delete;
  DrawsInto& operator=(const DrawsInto&) = delete;
  ~DrawsInto() {
    glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(before_));
    glDeleteFramebuffers(1, &buffer_);
  }
  bool complete() const {
    return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
  }

 private:
  GLint before_ = 0;
  GLuint buffer_ = 0;
};

}  // namespace

ImTextureID TextureStore::draw(ImDrawList&, ImVec2, ImVec2) {
  return nullptr;
}

void TextureStore::show(ImDrawList&, ImTextureID, ImVec2, ImVec2) const {}

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
  return texture_id(name);
}

void GlTextures::destroy(ImTextureID texture) {
  const auto name = static_cast<GLuint>(reinterpret_cast<std::intptr_t>(texture));
  if (name != 0) glDeleteTextures(1, &name);
}

ImTextureID GlTextures::draw(ImDrawList& list, ImVec2 min, ImVec2 max) {
  const auto width = static_cast<GLsizei>(max.x - min.x);
  const auto height = static_cast<GLsizei>(max.y - min.y);
  GLint largest = 0;
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &largest);
  if (width < 1 || height < 1 || width > largest || height > largest) return nullptr;
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  const DrawsInto target(name);
  if (!target.complete()) {
    glDeleteTextures(1, &name);
    return nullptr;
  }
  glDisable(GL_SCISSOR_TEST);
  glClearColor(0.0F, 0.0F, 0.0F, 0.0F);
  glClear(GL_COLOR_BUFFER_BIT);
  ImDrawList* lists[] = {&list};
  ImDrawData data;
  data.Valid = true;
  data.CmdLists = lists;
  data.CmdListsCount = 1;
  data.TotalIdxCount = list.IdxBuffer.Size;
  data.TotalVtxCount = list.VtxBuffer.Size;
  data.DisplayPos = min;
  data.DisplaySize = {max.x - min.x, max.y - min.y};
  data.FramebufferScale = {1.0F, 1.0F};
  ImGui_ImplOpenGL3_RenderDrawData(&data);
  return texture_id(name);
}

void GlTextures::show(ImDrawList& list, ImTextureID picture, ImVec2 min, ImVec2 max) const {
  list.AddCallback(blend_premultiplied, nullptr);
  list.AddImage(picture, min, max, {0.0F, 1.0F}, {1.0F, 0.0F});  // rows from the bottom
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

}  // namespace sid::app
