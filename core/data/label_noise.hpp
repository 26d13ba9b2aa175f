#pragma once

#include <cstdint>

#include "sid/data/dataset.hpp"

namespace sid {

/// `data` with the sign of round(fraction * n) labels turned, at places drawn without replacement
/// from (seed, Role::data, replica 1): wrong labels that data hyper-cleaning is to find. Requires
/// 0 <= fraction <= 1 and labels -1 and +1.
Dataset with_label_noise(const Dataset& data, double fraction, std::uint64_t seed);

}  // namespace sid
