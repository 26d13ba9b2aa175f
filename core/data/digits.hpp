#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"

namespace sid {

/// Synthetic 28x28 8-bit images of the ten digits; labels odd +1, even -1. Features are bytes /
/// 255.
///
/// Each image follows the pen: a way of writing the digit is picked at random, the points that the
/// pen passes are jittered, joined by Catmull-Rom splines, slanted, rotated and bent by smooth
/// waves, scaled to about 20 pixels, centred by mass and inked with a soft pen of random width and
/// a slight grain. About a fifth of the pixels is not zero.
///
/// A pure function of (count, seed). Digits appear in equal numbers (up to one) in random order.
/// This is not MNIST: it makes the first run and the tests independent of downloads.
/// Requires 0 <= count <= 2^31-1. About 25 microseconds an image.
Dataset make_digits(Index count = 10000, std::uint64_t seed = 1);

/// The same, unless a stop is asked for, which is looked for before every image: then
/// ErrorCode::stopped.
Result<Dataset> make_digits(Index count, std::uint64_t seed, const std::stop_token& stop);

/// The digit (0..9) that each image of make_digits(count, seed) shows, in the same order.
std::vector<std::uint8_t> digits_shown(Index count = 10000, std::uint64_t seed = 1);

}  // namespace sid
