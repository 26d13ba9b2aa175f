#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/data/feature_matrix.hpp"
#include "sid/data/internal/block_kernels.hpp"

namespace sid::internal {

/// The non-zero bytes of each row with their columns, in the order in which the kernels for eight
/// vectors take them: see PackedByteList.
struct PackedBytes {
  std::vector<std::int64_t> begin;
  std::vector<std::uint16_t> columns;
  std::vector<std::uint8_t> bytes;
  double scale = 1.0;

  /// Rows rows[0..count) of the matrix, 0..count-1 where `rows` is null.
  PackedByteList list(const std::int32_t* rows, std::int64_t count) const;
  std::int64_t memory_bytes() const;
};

/// The packed rows of a matrix, or nothing where more than half of its entries are not zero, a
/// column number does not fit 16 bits or there are fewer than eight columns; nothing of use once
/// `stop`, looked at at every row, asks for it.
std::optional<PackedBytes> pack_bytes(const DenseBytes& matrix, const std::stop_token& stop = {});

}  // namespace sid::internal
