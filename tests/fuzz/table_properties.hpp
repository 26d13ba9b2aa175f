#pragma once

#include <cmath>
#include <cstring>
#include <string>

#include "sid/data/internal/text_table.hpp"

#include "fuzz/require.hpp"

namespace sid::test {

/// What holds for the outcome of parsing any text.
inline void check_table(const Result<internal::TextTable>& table, const std::string& path) {
  if (!table) {
    const Error& error = table.error();
    require(error.code == ErrorCode::bad_input, "a bad text is bad input");
    require(!error.message.empty() && error.message.back() == '.', "a message is a sentence");
    require(error.place.starts_with(path), "a place names the file");
    for (const char c : error.message) require(c >= ' ' && c <= '~', "a message can be printed");
    return;
  }
  const FeatureMatrix& features = table->features;
  require(features.rows() >= 1 && features.cols() >= 1, "a table is not empty");
  require(features.rows() == static_cast<Index>(table->labels.size()), "one label a row");
  require(table->lines.size() == table->labels.size(), "one line number a row");
  for (const double label : table->labels) require(std::isfinite(label), "labels are finite");
  for (std::size_t i = 1; i < table->lines.size(); ++i) {
    require(table->lines[i - 1] < table->lines[i], "line numbers ascend");
  }
  require(table->names.empty() || static_cast<Index>(table->names.size()) == features.cols(),
          "one name a column");
}

inline bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

}  // namespace sid::test
