#pragma once

#include <cstdint>
#include <vector>

#include "sid/math/types.hpp"

namespace sid::internal {

/// The first `taken` entries of a random permutation of 0 .. n-1, drawn from (seed, Role::data).
/// Requires 0 <= taken <= n <= 2^31-1.
std::vector<std::int32_t> split_order(Index n, Index taken, std::uint64_t seed);

}  // namespace sid::internal
