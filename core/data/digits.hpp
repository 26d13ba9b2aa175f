#pragma once

#include <cstdint>

#include "sid/data/dataset.hpp"

namespace sid {

/// Synthetic 28x28 8-bit images of the ten digits, drawn from strokes with a random affine map,
/// smooth elastic displacement, stroke thickness and pixel noise; labels odd +1, even -1.
/// A pure function of (count, seed). Digits appear in equal numbers (up to one) in random order.
/// This is not MNIST: it makes the first run and the tests independent of downloads.
Dataset make_digits(Index count = 10000, std::uint64_t seed = 1);

}  // namespace sid
