#include "sid/data/internal/byte_groups.hpp"

#include <cstring>
#include <limits>

namespace sid::internal {

namespace {

bool is_zero(const std::uint8_t* group) {
  std::uint64_t word = 0;
  std::memcpy(&word, group, sizeof word);
  return word == 0;
}

}  // namespace

std::int64_t ByteGroups::memory_bytes() const {
  return static_cast<std::int64_t>(row_begin.size() * sizeof row_begin[0] +
                                   group.size() * sizeof group[0] + bytes.size());
}

std::optional<ByteGroups> group_bytes(const DenseBytes& matrix, const std::stop_token& stop) {
  const Index groups = matrix.cols / 8;
  if (groups == 0 || groups > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  const auto at = [&](Index row, Index g) {
    return matrix.bytes.data() + row * matrix.cols + 8 * g;
  };
  Index stored = 0;
  for (Index row = 0; row < matrix.rows && !stop.stop_requested(); ++row) {
    for (Index g = 0; g < groups; ++g) stored += is_zero(at(row, g)) ? 0 : 1;
  }
  if (4 * stored > 3 * groups * matrix.rows) return std::nullopt;
  ByteGroups out;
  out.row_begin.reserve(static_cast<std::size_t>(matrix.rows) + 1);
  out.group.reserve(static_cast<std::size_t>(stored));
  out.bytes.reserve(static_cast<std::size_t>(8 * stored));
  out.row_begin.push_back(0);
  for (Index row = 0; row < matrix.rows && !stop.stop_requested(); ++row) {
    for (Index g = 0; g < groups; ++g) {
      if (is_zero(at(row, g))) continue;
      out.group.push_back(static_cast<std::uint16_t>(g));
      out.bytes.insert(out.bytes.end(), at(row, g), at(row, g) + 8);
    }
    out.row_begin.push_back(static_cast<std::int64_t>(out.group.size()));
  }
  return out;
}

}  // namespace sid::internal
