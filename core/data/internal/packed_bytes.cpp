#include "sid/data/internal/packed_bytes.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace sid::internal {

namespace {

/// Columns modulo 8 of the two lists of a row.
constexpr std::array<std::array<Index, 4>, 2> kResidues = {{{0, 4, 2, 6}, {1, 5, 3, 7}}};

std::array<double, 256> make_byte_values() {
  std::array<double, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  return values;
}

/// Appends the tuples of the columns with these residues.
void pack_residues(const std::uint8_t* row,
                   Index cols,
                   std::array<Index, 4> next,
                   PackedBytes& out) {
  // A made-up entry stands in the column of its residue that the row has just used, or else in the
  // first.
  std::array<Index, 4> last = next;
  for (;;) {
    bool any = false;
    for (Index& column : next) {
      while (column < cols && row[column] == 0) column += 8;
      any = any || column < cols;
    }
    if (!any) return;
    for (std::size_t q = 0; q < next.size(); ++q) {
      const bool real = next[q] < cols;
      if (real) last[q] = next[q];
      out.columns.push_back(static_cast<std::uint16_t>(last[q]));
      out.bytes.push_back(real ? row[next[q]] : std::uint8_t{0});
      if (real) next[q] += 8;
    }
  }
}

}  // namespace

PackedByteList PackedBytes::list(const std::int32_t* rows, std::int64_t count) const {
  static const std::array<double, 256> values = make_byte_values();
  return {begin.data(), columns.data(), bytes.data(), values.data(), scale, rows, count};
}

std::int64_t PackedBytes::memory_bytes() const {
  return static_cast<std::int64_t>(begin.size() * sizeof begin[0] +
                                   columns.size() * sizeof columns[0] + bytes.size());
}

std::optional<PackedBytes> pack_bytes(const DenseBytes& matrix, const std::stop_token& stop) {
  const auto size = static_cast<std::int64_t>(matrix.bytes.size());
  if (size == 0 || matrix.cols < 8 || matrix.cols > std::numeric_limits<std::uint16_t>::max()) {
    return std::nullopt;
  }
  std::int64_t nonzeros = 0;
  for (Index row = 0; row < matrix.rows && !stop.stop_requested(); ++row) {
    const auto begin = matrix.bytes.begin() + row * matrix.cols;
    nonzeros += matrix.cols - std::count(begin, begin + matrix.cols, std::uint8_t{0});
  }
  if (2 * nonzeros > size) return std::nullopt;
  PackedBytes out;
  out.scale = matrix.scale;
  out.begin.reserve(static_cast<std::size_t>(2 * matrix.rows + 1));
  out.columns.reserve(static_cast<std::size_t>(nonzeros + nonzeros / 4));
  out.bytes.reserve(static_cast<std::size_t>(nonzeros + nonzeros / 4));
  out.begin.push_back(0);
  for (Index row = 0; row < matrix.rows && !stop.stop_requested(); ++row) {
    for (const auto& residues : kResidues) {
      pack_residues(matrix.bytes.data() + row * matrix.cols, matrix.cols, residues, out);
      out.begin.push_back(static_cast<std::int64_t>(out.columns.size() / 4));
    }
  }
  out.columns.shrink_to_fit();
  out.bytes.shrink_to_fit();
  return out;
}

}  // namespace sid::internal
