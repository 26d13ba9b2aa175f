#include "sid/figure/internal/raster_of.hpp"

#include <algorithm>
#include <cstddef>

namespace sid::internal {

Raster raster_of(cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  const unsigned char* const data = cairo_image_surface_get_data(surface);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS || data == nullptr) return {};
  Raster out;
  out.width = cairo_image_surface_get_width(surface);
  out.height = cairo_image_surface_get_height(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  out.rgba.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) * 4);
  std::size_t at = 0;
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x, at += 4) {
      const unsigned char* p =
          data + static_cast<std::ptrdiff_t>(y) * stride + 4 * static_cast<std::ptrdiff_t>(x);
      const int a = p[3];
      // cairo premultiplies; bytes are blue, green, red, alpha on little-endian machines.
      const auto straight = [a](int c) {
        return static_cast<std::uint8_t>(a == 0 ? 0 : std::min(255, (c * 255 + a / 2) / a));
      };
      out.rgba[at] = straight(p[2]);
      out.rgba[at + 1] = straight(p[1]);
      out.rgba[at + 2] = straight(p[0]);
      out.rgba[at + 3] = static_cast<std::uint8_t>(a);
    }
  }
  return out;
}

}  // namespace sid::internal
