#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/data/feature_matrix.hpp"
#include "sid/data/internal/row_kernels.hpp"

namespace sid::internal {

/// The groups of eight neighbouring bytes of each row that are not all zero. Images are mostly
/// background: leaving it out more than halves the work of every product.
struct ByteGroups {
  std::vector<std::int64_t> row_begin;
  std::vector<std::uint16_t> group;
  std::vector<std::uint8_t> bytes;

  std::int64_t memory_bytes() const;
};

/// The groups of a matrix, or nothing where more than three quarters of them would be stored or
/// their numbers do not fit 16 bits; nothing of use once `stop`, looked at at every row, asks for
/// it.
std::optional<ByteGroups> group_bytes(const DenseBytes& matrix, const std::stop_token& stop = {});

}  // namespace sid::internal
