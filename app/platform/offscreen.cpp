#include "sid/app/platform/offscreen.hpp"

#include <cstdio>
#include <filesystem>
#include <string>

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <cairo.h>

#include "sid/files/output_files.hpp"
#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

namespace sid::app {
namespace {

class EglOffscreen final : public Offscreen {
 public:
  EglOffscreen(EGLDisplay display, EGLContext context, int width, int height)
      : display_(display), context_(context), width_(width), height_(height) {
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glGenFramebuffers(1, &buffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  }
  EglOffscreen(const EglOffscreen&) = delete;
  EglOffscreen& operator=(const EglOffscreen&) = delete;
  ~EglOffscreen() override {
    glDeleteFramebuffers(1, &buffer_);
    glDeleteTextures(1, &texture_);
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display_, context_);
    eglTerminate(display_);
  }

  bool complete() const {
    return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
  }

  void clear(float red, float green, float blue) override {
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glViewport(0, 0, width_, height_);
    glClearColor(red, green, blue, 1.0F);
    glClear(GL_COLOR_BUFFER_BIT);
  }

  std::vector<std::uint8_t> pixels() const override {
    const std::size_t row = 4 * static_cast<std::size_t>(width_);
    std::vector<std::uint8_t> upward(row * static_cast<std::size_t>(height_));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, upward.data());
    std::vector<std::uint8_t> downward(upward.size());
    for (std::size_t y = 0; y < static_cast<std::size_t>(height_); ++y) {
      const std::size_t from = (static_cast<std::size_t>(height_) - 1 - y) * row;
      std::copy_n(upward.begin() + static_cast<std::ptrdiff_t>(from),
                  row,
                  downward.begin() + static_cast<std::ptrdiff_t>(y * row));
    }
    return downward;
  }

 private:
  EGLDisplay display_;
  EGLContext context_;
  int width_, height_;
  GLuint texture_ = 0, buffer_ = 0;
};

tl::unexpected<Error> no_egl(const std::string& what) {
  return fail(ErrorCode::breakdown,
              "No offscreen OpenGL 3.3: " + what +
                  ". Install libegl1 and libgl1-mesa-dri, or use \"sidlab run\", which writes the "
                  "figure without OpenGL.");
}

}  // namespace

Result<std::unique_ptr<Offscreen>> Offscreen::create(int width, int height) {
  if (width < 1 || height < 1 || width > 16384 || height > 16384) {
    return fail(ErrorCode::bad_input, "A picture must be between 1 and 16384 pixels a side.");
  }
  const auto get_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
      eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (get_display == nullptr) return no_egl("EGL has no platform displays");
  EGLDisplay display = get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display == EGL_NO_DISPLAY || eglInitialize(display, nullptr, nullptr) != EGL_TRUE) {
    return no_egl("EGL cannot open a surfaceless display");
  }
  eglBindAPI(EGL_OPENGL_API);
  const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION,
                               3,
                               EGL_CONTEXT_MINOR_VERSION,
                               3,
                               EGL_CONTEXT_OPENGL_PROFILE_MASK,
                               EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                               EGL_NONE};
  EGLContext context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
  if (context == EGL_NO_CONTEXT ||
      eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) != EGL_TRUE) {
    eglTerminate(display);
    return no_egl("the driver offers no OpenGL 3.3 core context");
  }
  auto made = std::make_unique<EglOffscreen>(display, context, width, height);
  if (!made->complete()) return no_egl("the framebuffer is incomplete");
  return made;
}

Result<void> write_png(const std::string& path,
                       const std::vector<std::uint8_t>& rgba,
                       int width,
                       int height) {
  const int stride = cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, width);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(stride / 4 * height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) {
      const std::uint8_t* const p = &rgba[4 * (y * static_cast<std::size_t>(width) + x)];
      rows[y * static_cast<std::size_t>(stride / 4) + x] =
          (static_cast<std::uint32_t>(p[0]) << 16U) | (static_cast<std::uint32_t>(p[1]) << 8U) |
          p[2];
    }
  }
  cairo_surface_t* const surface = cairo_image_surface_create_for_data(
      reinterpret_cast<unsigned char*>(rows.data()), CAIRO_FORMAT_RGB24, width, height, stride);
  std::string png;
  const cairo_status_t status = cairo_surface_write_to_png_stream(
      surface,
      [](void* to, const unsigned char* bytes, unsigned int count) {
        static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
        return CAIRO_STATUS_SUCCESS;
      },
      &png);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::breakdown,
                std::string("The picture cannot be encoded: ") + cairo_status_to_string(status),
                path);
  }
  return write_file(path, png);
}

}  // namespace sid::app
