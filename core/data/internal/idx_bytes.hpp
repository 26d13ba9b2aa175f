#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"

namespace sid::internal {

/// An IDX array of unsigned bytes: two zero bytes, type 8, number of dimensions, the dimensions as
/// big-endian 32-bit numbers, and then the entries, the last dimension running fastest (LeCun,
/// Cortes and Burges, The MNIST database).
struct IdxArray {
  std::vector<std::int64_t> sizes;  ///< one to four, each at least 1
  std::string_view entries;         ///< points into the parsed bytes; product of sizes

  std::int64_t count() const { return sizes.front(); }
  std::int64_t entries_each() const {
    return static_cast<std::int64_t>(entries.size()) / sizes.front();
  }
};

/// Parses unpacked bytes; `path` names the place in errors. The length must fit the sizes exactly.
Result<IdxArray> parse_idx(std::string_view bytes, const std::string& path);

bool looks_like_idx(std::string_view bytes);

}  // namespace sid::internal
