#pragma once

#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"

namespace sid {

/// The colour of `share` in [0, 1] (cut to it): dark violet over blue and green to light yellow.
/// A straight climb in lightness and hue of OKLCh (Ottosson 2020), L = 0.28 + 0.64 share, hue from
/// 302 to 105 degrees, with chroma 0.097 + 0.045 (2 share - 1)^2, which stays inside sRGB. Equal
/// steps look equally large, and lightness rises throughout: it reads in grey, and for every kind
/// of colour vision.
Colour heat_colour(double share);

/// CIE L* of an opaque colour, in [0, 100].
double lightness(Colour colour);

/// Where a value lies on the colour axis: 0 at its minimum, 1 at its maximum and beyond. NaN for
/// what the axis cannot show.
double colour_share(const Axis& axis, double value);

}  // namespace sid
