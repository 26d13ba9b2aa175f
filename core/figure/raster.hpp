#pragma once

#include <cstdint>
#include <vector>

namespace sid {

/// Pixels, four bytes each (red, green, blue, straight alpha), rows from the top.
struct Raster {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};

}  // namespace sid
