#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"

namespace sid {

/// A cell for a CSV file: in quotes (doubled inside) where it holds a comma, quote or line break.
std::string csv_cell(std::string_view text);

/// A table with a header line as read from CSV text. Cells are views into the text it owns.
class CsvTable {
 public:
  /// Errors (place name:line or name:line:column): empty text, a row with another number of cells
  /// than the header, an open quote, a file cut off inside its last line.
  static Result<CsvTable> parse(std::string text, const std::string& name);

  std::size_t rows() const { return lines_.size(); }
  std::string_view cell(std::size_t row, std::size_t column) const {
    return cells_[row * header_.size() + column];
  }
  const std::vector<std::string_view>& header() const { return header_; }
  /// Position of a column; an Error naming it and the nearest known one if it is missing.
  Result<std::size_t> column(std::string_view title) const;

  /// A cell as number (also "inf", "nan") or whole number; the Error has line and column.
  Result<double> number(std::size_t row, std::size_t column) const;
  Result<std::int64_t> whole(std::size_t row, std::size_t column) const;

  const std::string& name() const { return name_; }
  /// "curves.csv:17" for messages.
  std::string place(std::size_t row) const;

  CsvTable(CsvTable&&) = default;
  CsvTable& operator=(CsvTable&&) = default;

 private:
  CsvTable() = default;
  Result<std::vector<std::string_view>> parse_line(std::size_t& position, std::int64_t& line);

  std::string name_;
  std::unique_ptr<const std::string> text_;  // on the heap: views survive a move
  std::deque<std::string> unquoted_;         // cells whose quotes had to be undone
  std::vector<std::string_view> header_;
  std::vector<std::string_view> cells_;  // row-major
  std::vector<std::int64_t> lines_;      // line of each row
};

}  // namespace sid
