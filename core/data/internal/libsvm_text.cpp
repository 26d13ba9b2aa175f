#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/data/internal/pieces.hpp"
#include "sid/data/internal/text_table.hpp"
#include "sid/math/contract.hpp"

namespace sid::internal {

namespace {

constexpr std::string_view kBlank = " \t\r";

class LibsvmParser {
 public:
  LibsvmParser(const std::string& path, std::optional<Index> columns, const std::stop_token& stop)
      : path_(path), columns_(columns), stop_(stop) {
    rows_.row_begin.push_back(0);
  }

  Result<TextTable> parse(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    reserve(text);
    while (!text.empty()) {
      if (stop_.stop_requested()) return stopped_reading(path_);
      ++line_;
      const std::string_view whole = take_line(text);
      const std::string_view line = whole.substr(0, whole.find('#'));
      if (trim(line).empty()) continue;
      if (!parse_line(line)) return tl::unexpected<Error>(std::move(error_));
    }
    if (table_.labels.empty()) {
      return fail(ErrorCode::bad_input, "The file holds no example.", path_);
    }
    rows_.rows = static_cast<Index>(table_.labels.size());
    rows_.cols = columns_.value_or(largest_);
    if (rows_.cols == 0) {
      return fail(ErrorCode::bad_input,
                  "No example has a feature; a line reads \"label index:value index:value\".",
                  path_);
    }
    std::optional<FeatureMatrix> features = FeatureMatrix::make(std::move(rows_), stop_);
    if (!features) return stopped_reading(path_);
    table_.features = *std::move(features);
    return std::move(table_);
  }

 private:
  /// Room for all entries at once: growing step by step would hold most of them twice.
  void reserve(std::string_view text) {
    std::int64_t entries = 0, lines = 0;
    in_pieces(
        static_cast<std::int64_t>(text.size()), stop_, [&](std::int64_t begin, std::int64_t end) {
          const char* const from = text.data();
          entries += std::count(from + begin, from + end, ':');
          lines += std::count(from + begin, from + end, '\n');
        });
    rows_.columns.reserve(static_cast<std::size_t>(entries));
    rows_.values.reserve(static_cast<std::size_t>(entries));
    rows_.row_begin.reserve(static_cast<std::size_t>(lines) + 2);
    table_.labels.reserve(static_cast<std::size_t>(lines) + 1);
    table_.lines.reserve(static_cast<std::size_t>(lines) + 1);
  }

  bool parse_line(std::string_view line) {
    std::size_t at = line.find_first_not_of(kBlank);
    const std::string_view label = token(line, at);
    const Number number = parse_number(label);
    if (number.defect != nullptr) {
      return reject(
          at, fmt::format("The label {} {}; a line starts with one.", quote(label), number.defect));
    }
    if (table_.labels.size() >=
        static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
      return reject(at, "The file holds more than 2147483647 examples.");
    }
    previous_ = 0;
    at = line.find_first_not_of(kBlank, at + label.size());
    while (at != std::string_view::npos) {
      if (rows_.values.size() % kPollEvery == 0 && stop_.stop_requested()) return stop_here();
      const std::string_view pair = token(line, at);
      if (!parse_pair(pair, at)) return false;
      at = line.find_first_not_of(kBlank, at + pair.size());
    }
    table_.labels.push_back(number.value);
    table_.lines.push_back(line_);
    rows_.row_begin.push_back(static_cast<std::int64_t>(rows_.values.size()));
    return true;
  }

  static std::string_view token(std::string_view line, std::size_t at) {
    const std::size_t end = line.find_first_of(kBlank, at);
    return line.substr(at, end == std::string_view::npos ? end : end - at);
  }

  bool parse_pair(std::string_view pair, std::size_t at) {
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos) {
      return reject(at, fmt::format("{} is not of the form index:value.", quote(pair)));
    }
    std::int64_t index = 0;
    if (!parse_index(pair.substr(0, colon), at, index)) return false;
    const std::string_view text = pair.substr(colon + 1);
    const Number number = parse_number(text);
    if (number.defect != nullptr) {
      return reject(
          at + colon + 1,
          fmt::format("The value {} of feature {} {}.", quote(text), index, number.defect));
    }
    previous_ = index;
    largest_ = std::max<Index>(largest_, index);
    if (number.value != 0.0) {
      rows_.columns.push_back(static_cast<std::int32_t>(index - 1));
      rows_.values.push_back(number.value);
    }
    return true;
  }

  bool parse_index(std::string_view text, std::size_t at, std::int64_t& index) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, index);
    if (error == std::errc::invalid_argument || rest != end) {
      return reject(at, fmt::format("The index {} is not a whole number.", quote(text)));
    }
    if (error == std::errc{} && index < 1) {
      return reject(at,
                    fmt::format("The index {} is below 1, the first; add 1 to all indices if the "
                                "file counts from 0.",
                                index));
    }
    if (error != std::errc{} || index > kMaxColumns) {
      return reject(at,
                    fmt::format("The index {} is above {}, the limit.", quote(text), kMaxColumns));
    }
    if (columns_ && index > *columns_) {
      return reject(
          at, fmt::format("The index {} is above {}, the number of columns.", index, *columns_));
    }
    if (index == previous_) {
      return reject(at, fmt::format("The index {} stands twice in this line.", index));
    }
    if (index < previous_) {
      return reject(
          at,
          fmt::format(
              "The index {} follows {}; indices must ascend within a line.", index, previous_));
    }
    return true;
  }

  /// Records the defect at byte `at` of the line; always false.
  bool reject(std::size_t at, std::string message) {
    error_ = {ErrorCode::bad_input,
              std::move(message),
              place_of(path_, line_, static_cast<std::int64_t>(at) + 1)};
    return false;
  }

  bool stop_here() {
    error_ = stop_error(path_);
    return false;
  }

  static constexpr std::size_t kPollEvery = 4096;
  const std::string& path_;
  std::optional<Index> columns_;
  const std::stop_token& stop_;
  SparseRows rows_;
  TextTable table_;
  Error error_;
  Index largest_ = 0;
  std::int64_t line_ = 0;
  std::int64_t previous_ = 0;
};

}  // namespace

Result<TextTable> parse_libsvm(std::string_view text,
                               const std::string& path,
                               std::optional<Index> columns,
                               const std::stop_token& stop) {
  SID_EXPECTS(!columns || (*columns >= 1 && *columns <= kMaxColumns),
              "A text file has 1 to 10^7 columns.");
  return LibsvmParser(path, columns, stop).parse(text);
}

}  // namespace sid::internal
