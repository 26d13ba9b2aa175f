#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sid/data/feature_matrix.hpp"
#include "sid/math/result.hpp"

namespace sid::internal {

/// Most columns that a text file may have; an index beyond is taken for a slip of the pen.
inline constexpr std::int64_t kMaxColumns = 10'000'000;

/// What a text file says, before any rule turns its labels into classes.
struct TextTable {
  FeatureMatrix features;
  std::vector<double> labels;       ///< one a row, finite
  std::vector<std::int64_t> lines;  ///< line of the file, from 1, that each row stands on
  std::vector<std::string> names;   ///< of the columns; empty where the file gives none
};

/// Parses LIBSVM text; `path` names the place in errors. The matrix has `columns` columns, or as
/// many as the largest index, and sparse rows; entries given as 0 are not stored. Both parsers look
/// at `stop` at every line and every few thousand entries, and then fail with ErrorCode::stopped.
Result<TextTable> parse_libsvm(std::string_view text,
                               const std::string& path,
                               std::optional<Index> columns = std::nullopt,
                               const std::stop_token& stop = {});

/// Parses comma-, semicolon- or tab-separated text; `path` names the place in errors.
Result<TextTable> parse_csv(std::string_view text,
                            const std::string& path,
                            const std::stop_token& stop = {});

/// The same rows with more columns (all zero), or in dense storage where that is smaller.
FeatureMatrix widen(const FeatureMatrix& sparse, Index columns);
FeatureMatrix settle(FeatureMatrix sparse);
/// The same, or nothing if `stop` asked for a stop, which is looked at about once a megabyte.
std::optional<FeatureMatrix> widen(const FeatureMatrix& sparse,
                                   Index columns,
                                   const std::stop_token& stop);
std::optional<FeatureMatrix> settle(FeatureMatrix sparse, const std::stop_token& stop);

// Helpers of the parsers.

/// Takes the next line, without its end ("\n", "\r\n"), off the front of `text`.
std::string_view take_line(std::string_view& text);

/// `text` without spaces, tabs and carriage returns at both ends.
std::string_view trim(std::string_view text);

/// A piece of a file for use in a sentence: in quotes, cut short, nothing unprintable.
std::string quote(std::string_view text);

/// "path:line" or "path:line:column".
std::string place_of(const std::string& path, std::int64_t line, std::int64_t column = 0);

/// A finite number, or the end of a sentence: "is not a number", "is not finite", ...
struct Number {
  double value = 0.0;
  const char* defect = nullptr;
};
Number parse_number(std::string_view text);

}  // namespace sid::internal
