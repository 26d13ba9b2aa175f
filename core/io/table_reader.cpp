#include "sid/io/table_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sid/math/numbers.hpp"

namespace sid::internal {

namespace {

/// A decimal number, whole text, that is too large for a double.
bool is_out_of_range(std::string_view text) {
  if (text.find('-') != std::string_view::npos) return false;  // close to 0 instead
  double ignored = 0.0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, ignored);
  return rest == end && error == std::errc::result_out_of_range;
}

std::string section_name(const std::string& path) {
  if (path.empty()) return "the top level";
  if (path.find('[') != std::string::npos) return path;
  return fmt::format("[{}]", path);
}

/// The limit that a number breaks which is right in form; empty for any other text.
std::string exceeded_limit(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = text.find_first_not_of("0123456789");
  if (text.empty() || digits == 0 || text.size() > 60) return {};
  if (digits == std::string_view::npos) {
    using Limits = std::numeric_limits<std::int64_t>;
    if (parse_int(text)) return {};
    return negative ? fmt::format("must be ≥ {}; use a larger whole number.", Limits::min())
                    : fmt::format("must be ≤ {}; use a smaller whole number.", Limits::max());
  }
  if (!is_out_of_range(text)) return {};
  return fmt::format("must be {} {}; use a number closer to 0.",
                     negative ? "≥" : "≤",
                     format_shortest(negative ? std::numeric_limits<double>::lowest()
                                              : std::numeric_limits<double>::max()));
}

}  // namespace

std::string place_of(const toml::source_region& source) {
  std::string name = source.path ? *source.path : std::string();
  if (name.starts_with("--set ")) return name;
  if (source.begin.line == 0) return name;
  const std::string position = fmt::format("{}:{}", source.begin.line, source.begin.column);
  return name.empty() ? position : fmt::format("{}:{}", name, position);
}

std::string show(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    const std::string& value = text->get();
    if (value.size() <= 60) return fmt::format("\"{}\"", value);
    return fmt::format("a text of {} characters", value.size());
  }
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return format_shortest(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a table";
  return "a date or time";
}

void ReadLog::report_strays() {
  for (const Stray& stray : strays) {
    std::string message;
    if (stray.section.empty()) {
      message =
          fmt::format("a spec has no {} '{}'; ", stray.is_table ? "section" : "key", stray.key);
    } else {
      message = fmt::format("{} has no key '{}'; ", section_name(stray.section), stray.key);
    }
    // [outer] shares names with [run] and methods, where they are meant more often.
    std::string elsewhere;
    for (const auto& [section, keys] : known) {
      const bool first = elsewhere.empty() || elsewhere == "outer";
      if (section != stray.section && first &&
          std::find(keys.begin(), keys.end(), stray.key) != keys.end()) {
        elsewhere = section;
      }
    }
    const std::vector<std::string>& keys = known[stray.section];
    if (nearest_word(stray.key, keys).empty() && !elsewhere.empty()) {
      message += fmt::format("it belongs to {}.", section_name(elsewhere));
    } else {
      message += suggestion(stray.key, keys);
    }
    add(std::move(message), stray.place);
  }
  strays.clear();
}

std::string TableReader::field(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const toml::node* TableReader::take(std::string_view key) {
  log_.known[path_].emplace_back(key);
  const toml::node* node = table_.get(key);
  if (node != nullptr) log_.places[field(key)] = place_of(node->source());
  return node;
}

void TableReader::add(const toml::node& node,
                      const std::string& field,
                      const std::string& complaint) {
  log_.add(fmt::format("{} = {}: {}", field, show(node), complaint), place_of(node.source()));
}

const toml::table* TableReader::take_table(std::string_view key, std::string_view example) {
  const toml::node* node = take(key);
  if (node == nullptr) return nullptr;
  if (const toml::table* table = node->as_table()) return table;
  add(*node, field(key), fmt::format("must be a table such as {}.", example));
  return nullptr;
}

void TableReader::not_a_number(const toml::node& node,
                               const std::string& field,
                               std::string_view kind) {
  // A text is quoted by mistake or, from --set, where words need no quotes, a number that is none
  // in TOML because no type holds it.
  const auto* text = node.as_string();
  const std::string limit = text == nullptr ? std::string() : exceeded_limit(text->get());
  if (text != nullptr && !limit.empty()) {
    log_.add(fmt::format("{} = {}: {}", field, text->get(), limit), place_of(node.source()));
    return;
  }
  const bool quoted = text != nullptr && parse_double(text->get()).has_value();
  add(node, field, fmt::format("must be {}{}.", kind, quoted ? " (without quotes)" : ""));
}

std::optional<double> TableReader::number(const toml::node& node, const std::string& field) {
  if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
  const auto* value = node.as_floating_point();
  if (value == nullptr) {
    not_a_number(node, field, "a number");
    return std::nullopt;
  }
  if (!std::isfinite(value->get())) {
    add(node, field, "must be a finite number.");
    return std::nullopt;
  }
  return value->get();
}

std::optional<std::int64_t> TableReader::whole(const toml::node& node, const std::string& field) {
  if (const auto* exact = node.as_integer()) return exact->get();
  const auto* value = node.as_floating_point();
  if (value == nullptr) {
    not_a_number(node, field, "a whole number");
    return std::nullopt;
  }
  const double number = value->get();
  if (!std::isfinite(number) || std::floor(number) != number) {
    add(node, field, "must be a whole number.");
    return std::nullopt;
  }
  // Above 2^53 a double no longer names one whole number.
  if (std::abs(number) > 9007199254740992.0) {
    add(node,
        field,
        "is too large; whole numbers written like this go up to 2^53 (about 9e15). Use a smaller "
        "one.");
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

void TableReader::read(std::string_view key, double& out) {
  if (const toml::node* node = take(key)) {
    if (const auto value = number(*node, field(key))) out = *value;
  }
}

void TableReader::read(std::string_view key, std::int64_t& out) {
  if (const toml::node* node = take(key)) {
    if (const auto value = whole(*node, field(key))) out = *value;
  }
}

void TableReader::read(std::string_view key, std::optional<double>& out) {
  if (const toml::node* node = take(key)) out = number(*node, field(key));
}

void TableReader::read(std::string_view key, std::optional<std::int64_t>& out) {
  if (const toml::node* node = take(key)) out = whole(*node, field(key));
}

void TableReader::read(std::string_view key, bool& out) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean()) {
    out = value->get();
  } else {
    add(*node, field(key), "must be true or false (without quotes).");
  }
}

void TableReader::read(std::string_view key, std::string& out) {
  read_word(key, out);
}

bool TableReader::read_word(std::string_view key, std::string& out) {
  const toml::node* node = take(key);
  if (node == nullptr) return false;
  const auto* value = node->as_string();
  if (value == nullptr) {
    add(*node, field(key), "must be a text in quotes.");
    return false;
  }
  if (value->get().find('\0') != std::string::npos) {
    log_.add(field(key) + ": must not contain a zero byte.", place_of(node->source()));
    return false;
  }
  out = value->get();
  return true;
}

void TableReader::unknown_word(std::string_view key,
                               const std::string& word,
                               const std::vector<std::string>& words) {
  const std::string near = nearest_word(word, words);
  const toml::node* node = table_.get(key);
  add(*node,
      field(key),
      fmt::format("must be one of {}{}",
                  fmt::join(words, ", "),
                  near.empty() ? std::string(".") : fmt::format("; did you mean '{}'?", near)));
}

void TableReader::finish() {
  const std::vector<std::string>& known = log_.known[path_];
  for (const auto& [key, node] : table_) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    log_.strays.push_back({path_, std::string(key.str()), place_of(key.source()), node.is_table()});
  }
}

}  // namespace sid::internal
