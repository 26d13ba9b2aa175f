#pragma once

#include <cstdint>

// How the inner loops are told which rows to work on.

namespace sid::internal {

/// Rows rows[0..count) of a row-major matrix with `cols` columns; rows 0..count-1 where `rows` is
/// null. Entry values are scale * data.
template <class T>
struct RowList {
  const T* data;
  std::int64_t cols;
  double scale;
  const std::int32_t* rows;
  std::int64_t count;
};

/// Rows of bytes of which only the groups of eight neighbours that are not all zero are stored, one
/// after the other: group k of a row covers columns 8 * group[k] to 8 * group[k] + 7. Columns
/// behind the last whole group are read from `dense`, which also lists the rows.
struct GroupedByteList {
  RowList<std::uint8_t> dense;
  const std::int64_t* row_begin;  ///< of groups
  const std::uint16_t* group;
  const std::uint8_t* bytes;  ///< eight a group
};

/// The same as RowList for compressed sparse rows.
struct SparseRowList {
  const std::int64_t* row_begin;
  const std::int32_t* columns;
  const double* values;
  const std::int32_t* rows;
  std::int64_t count;
};

}  // namespace sid::internal
