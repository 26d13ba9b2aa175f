#include <algorithm>
#include <cctype>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/data/internal/pieces.hpp"
#include "sid/data/internal/text_table.hpp"

namespace sid::internal {

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_label_name(std::string_view name) {
  const std::string lower = lower_case(name);
  return lower == "label" || lower == "y" || lower == "target";
}

class CsvParser {
 public:
  CsvParser(const std::string& path, const std::stop_token& stop) : path_(path), stop_(stop) {}

  Result<TextTable> parse(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    bool first = true;
    while (!text.empty()) {
      if (stop_.stop_requested()) return stopped_reading(path_);
      ++line_;
      const std::string_view line = take_line(text);
      const std::string_view content = trim(line);
      if (content.empty() || content.front() == '#') continue;
      const bool good = first ? parse_first(line) : split(line) && parse_row();
      if (!good) return tl::unexpected<Error>(std::move(error_));
      first = false;
    }
    if (table_.labels.empty()) {
      return fail(ErrorCode::bad_input,
                  first ? "The file holds no line with numbers."
                        : "The file holds a header but no example.",
                  path_);
    }
    if (!table_.names.empty()) {
      table_.names.erase(table_.names.begin() + static_cast<std::ptrdiff_t>(label_));
    }
    std::optional<FeatureMatrix> features = make_features(static_cast<Index>(table_.labels.size()),
                                                          static_cast<Index>(width_ - 1),
                                                          std::move(values_),
                                                          stop_);
    if (!features) return stopped_reading(path_);
    table_.features = *std::move(features);
    return std::move(table_);
  }

 private:
  /// The first line decides the separator, the number of columns and where the label is.
  bool parse_first(std::string_view line) {
    separator_ = line.find(';') != std::string_view::npos    ? ';'
                 : line.find('\t') != std::string_view::npos ? '\t'
                                                             : ',';
    if (!split(line)) return false;
    width_ = fields_.size();
    if (width_ < 2) {
      return reject(0,
                    "The line has no comma, semicolon or tab; an example needs at least one "
                    "feature and a label.");
    }
    label_ = width_ - 1;
    const auto numbers = std::count_if(fields_.begin(), fields_.end(), [](const std::string& f) {
      return parse_number(f).defect == nullptr;
    });
    const auto named = std::count_if(fields_.begin(), fields_.end(), is_label_name);
    if (numbers > 0 && named == 0) return parse_row();
    if (named > 1) {
      return reject(0,
                    "More than one column is named label, y or target; rename all but the label.");
    }
    table_.names = fields_;
    if (named == 1) {
      label_ = static_cast<std::size_t>(
          std::find_if(fields_.begin(), fields_.end(), is_label_name) - fields_.begin());
    }
    return true;
  }

  bool parse_row() {
    if (fields_.size() != width_) {
      return reject(
          0,
          fmt::format("The line has {} columns where the first has {}.", fields_.size(), width_));
    }
    if (table_.labels.size() >=
        static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
      return reject(0, "The file holds more than 2147483647 examples.");
    }
    for (std::size_t i = 0; i < width_; ++i) {
      if (i % kPollEvery == 0 && stop_.stop_requested()) return stop_here();
      const Number number = parse_number(fields_[i]);
      if (number.defect != nullptr) return reject_field(i, number);
      if (i == label_) {
        table_.labels.push_back(number.value);
      } else {
        values_.push_back(number.value);
      }
    }
    table_.lines.push_back(line_);
    return true;
  }

  bool reject_field(std::size_t i, const Number& number) {
    const std::string which = i < table_.names.size() && !table_.names[i].empty()
                                  ? fmt::format("Column {} ({})", i + 1, quote(table_.names[i]))
                                  : fmt::format("Column {}", i + 1);
    const std::string& field = fields_[i];
    if (field.empty()) {
      return reject(i + 1, which + " is empty; remove the line or fill in a number.");
    }
    const bool comma = separator_ != ',' && field.find(',') != std::string::npos;
    return reject(i + 1,
                  fmt::format("{}: {} {}{}.",
                              which,
                              quote(field),
                              number.defect,
                              comma ? "; write decimal points, not commas" : ""));
  }

  /// Fills fields_ with the trimmed, unquoted fields of a line.
  bool split(std::string_view line) {
    fields_.clear();
    std::size_t at = 0;
    while (true) {
      if (fields_.size() % kPollEvery == 0 && stop_.stop_requested()) return stop_here();
      if (fields_.size() == static_cast<std::size_t>(kMaxColumns)) {
        return reject(0, fmt::format("The line has more than {} columns, the limit.", kMaxColumns));
      }
      std::string field;
      std::size_t end = std::min(line.find(separator_, at), line.size());
      const std::string_view plain = trim(line.substr(at, end - at));
      if (!plain.empty() && plain.front() == '"') {
        if (!unquote(line, static_cast<std::size_t>(plain.data() - line.data()), field, end)) {
          return false;
        }
      } else {
        field = plain;
      }
      fields_.push_back(std::move(field));
      if (end >= line.size()) return true;
      at = end + 1;
    }
  }

  /// Reads a quoted field that begins at `at`; a doubled quote stands for one. `end`: the position
  /// of the separator after it, or the end of the line.
  bool unquote(std::string_view line, std::size_t at, std::string& field, std::size_t& end) {
    std::size_t i = at + 1;
    for (; i < line.size(); ++i) {
      if (line[i] != '"') {
        field += line[i];
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        break;
      }
    }
    if (i >= line.size()) {
      return reject(fields_.size() + 1, "A quote is opened but not closed on this line.");
    }
    end = std::min(line.find(separator_, i + 1), line.size());
    if (!trim(line.substr(i + 1, end - i - 1)).empty()) {
      return reject(fields_.size() + 1, "Text follows the closing quote of a field.");
    }
    return true;
  }

  /// Records the defect in a field of the line, from 1, or in the line (0); always false.
  bool reject(std::size_t field, std::string message) {
    error_ = {ErrorCode::bad_input,
              std::move(message),
              place_of(path_, line_, static_cast<std::int64_t>(field))};
    return false;
  }

  bool stop_here() {
    error_ = stop_error(path_);
    return false;
  }

  static constexpr std::size_t kPollEvery = 4096;
  const std::string& path_;
  const std::stop_token& stop_;
  char separator_ = ',';
  std::size_t width_ = 0;
  std::size_t label_ = 0;
  std::int64_t line_ = 0;
  std::vector<std::string> fields_;
  std::vector<double> values_;
  TextTable table_;
  Error error_;
};

}  // namespace

Result<TextTable> parse_csv(std::string_view text,
                            const std::string& path,
                            const std::stop_token& stop) {
  return CsvParser(path, stop).parse(text);
}

}  // namespace sid::internal
