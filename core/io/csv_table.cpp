#include "sid/io/csv_table.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sid/io/nearest_word.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  return out;
}

Result<std::vector<std::string_view>> CsvTable::parse_line(std::size_t& position,
                                                           std::int64_t& line) {
  const std::string_view text = *text_;
  const std::int64_t first_line = line;
  std::vector<std::string_view> cells;
  for (;;) {
    if (position < text.size() && text[position] == '"') {
      std::string& cell = unquoted_.emplace_back();
      for (++position;; ++position) {
        if (position >= text.size()) {
          return fail(ErrorCode::bad_input,
                      "a quote is opened and never closed; was the file cut short?",
                      fmt::format("{}:{}", name_, first_line));
        }
        if (text[position] == '\n') ++line;
        if (text[position] != '"') {
          cell += text[position];
        } else if (position + 1 < text.size() && text[position + 1] == '"') {
          cell += '"';
          ++position;
        } else {
          break;
        }
      }
      ++position;
      cells.push_back(cell);
    } else {
      const std::size_t end = std::min(text.find_first_of(",\n", position), text.size());
      std::string_view cell = text.substr(position, end - position);
      if (cell.ends_with('\r')) cell.remove_suffix(1);
      cells.push_back(cell);
      position = end;
    }
    if (position < text.size() && text[position] == '\r') ++position;
    if (position < text.size() && text[position] == ',') {
      ++position;
      continue;
    }
    if (position < text.size() && text[position] != '\n') {
      return fail(ErrorCode::bad_input,
                  "text follows a closing quote; a comma or the end of the line belongs here.",
                  fmt::format("{}:{}", name_, line));
    }
    if (position >= text.size()) {
      return fail(ErrorCode::bad_input,
                  "the last line does not end; was the file cut short?",
                  fmt::format("{}:{}", name_, line));
    }
    ++position;
    ++line;
    return cells;
  }
}

Result<CsvTable> CsvTable::parse(std::string text, const std::string& name) {
  CsvTable table;
  table.name_ = name;
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  table.text_ = std::make_unique<const std::string>(std::move(text));
  if (table.text_->empty()) return fail(ErrorCode::bad_input, "is empty.", name);
  std::size_t position = 0;
  std::int64_t line = 1;
  auto header = table.parse_line(position, line);
  if (!header) return tl::unexpected(header.error());
  table.header_ = std::move(*header);
  while (position < table.text_->size()) {
    const std::int64_t row_line = line;
    const auto row = table.parse_line(position, line);
    if (!row) return tl::unexpected(row.error());
    if (row->size() != table.header_.size()) {
      return fail(
          ErrorCode::bad_input,
          fmt::format("has {} cells where the header has {}.", row->size(), table.header_.size()),
          fmt::format("{}:{}", name, row_line));
    }
    table.cells_.insert(table.cells_.end(), row->begin(), row->end());
    table.lines_.push_back(row_line);
  }
  return table;
}

Result<std::size_t> CsvTable::column(std::string_view title) const {
  const auto found = std::find(header_.begin(), header_.end(), title);
  if (found != header_.end()) return static_cast<std::size_t>(found - header_.begin());
  const std::vector<std::string> titles(header_.begin(), header_.end());
  const std::string near = nearest_word(title, titles);
  return fail(ErrorCode::bad_input,
              fmt::format("has no column '{}'{}",
                          title,
                          near.empty() ? std::string(".") : fmt::format("; is it '{}'?", near)),
              name_ + ":1");
}

std::string CsvTable::place(std::size_t row) const {
  return fmt::format("{}:{}", name_, lines_[row]);
}

Result<double> CsvTable::number(std::size_t row, std::size_t column) const {
  if (const auto value = parse_double(cell(row, column))) return *value;
  return fail(
      ErrorCode::bad_input,
      fmt::format(
          "'{}' in column '{}' is not a number.", cell(row, column).substr(0, 40), header_[column]),
      place(row));
}

Result<std::int64_t> CsvTable::whole(std::size_t row, std::size_t column) const {
  if (const auto value = parse_int(cell(row, column))) return *value;
  return fail(ErrorCode::bad_input,
              fmt::format("'{}' in column '{}' is not a whole number.",
                          cell(row, column).substr(0, 40),
                          header_[column]),
              place(row));
}

}  // namespace sid
