#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sid/random/stream.hpp"

namespace sid::internal {

/// A point that the pen passes, in a box of width and height 1 with y pointing down.
struct PenPoint {
  double x = 0.0, y = 0.0;
  enum Kind : std::uint8_t {
    smooth,  ///< the pen turns gradually
    corner,  ///< the pen turns at once
    start,   ///< the pen is put down here; the previous stroke ended
  } kind = smooth;
};

/// A way of writing a digit.
struct Glyph {
  std::span<const PenPoint> points;  ///< the first is a start
  double width = 0.7;                ///< usual width over height
  double weight = 1.0;               ///< how often it is used, relative to the digit's others
};

/// The ways of writing `digit`, 0..9.
std::span<const Glyph> glyphs_of(int digit);

inline constexpr int kImageSide = 28;
using Image = std::array<std::uint8_t, kImageSide * kImageSide>;

/// Draws one image of `digit`, row by row. A pure function of the stream's position.
void draw_digit(int digit, Stream& stream, Image& image);

}  // namespace sid::internal
