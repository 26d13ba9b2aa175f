#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sid/math/result.hpp"

namespace sid::app {

/// An OpenGL 3.3 context without any display (EGL, surfaceless) and a picture to draw into.
class Offscreen {
 public:
  /// Makes the context current. Fails with a sentence where EGL or OpenGL 3.3 is missing.
  static Result<std::unique_ptr<Offscreen>> create(int width, int height);
  virtual ~Offscreen() = default;

  virtual void clear(float red, float green, float blue) = 0;
  /// Pixels after drawing: RGBA, rows from the top, 4 * width * height bytes.
  virtual std::vector<std::uint8_t> pixels() const = 0;
};

/// Writes RGBA rows (from the top, opaque) as PNG; temporary name first, then renamed.
Result<void> write_png(const std::string& path,
                       const std::vector<std::uint8_t>& rgba,
                       int width,
                       int height);

}  // namespace sid::app
