#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sid/io/csv_table.hpp"
#include "sid/io/nearest_word.hpp"
#include "sid/math/result.hpp"

namespace sid::internal {

/// Positions of named columns, or the first that is missing.
template <std::size_t N>
Result<std::array<std::size_t, N>> find_columns(const CsvTable& table,
                                                const std::array<const char*, N>& titles) {
  std::array<std::size_t, N> out{};
  for (std::size_t i = 0; i < N; ++i) {
    const Result<std::size_t> column = table.column(titles[i]);
    if (!column) return tl::unexpected(column.error());
    out[i] = *column;
  }
  return out;
}

/// Position of a label, or an Error that names the nearest one.
inline Result<std::size_t> find_label(const std::vector<std::string>& labels,
                                      std::string_view label,
                                      std::string_view what,
                                      const std::string& place) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  return fail(
      ErrorCode::bad_input,
      fmt::format(
          "the spec has no {} '{}'; {}", what, label.substr(0, 60), suggestion(label, labels)),
      place);
}

}  // namespace sid::internal
