#include "sid/io/spec_overrides.hpp"

#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::internal {

namespace {

struct Segment {
  std::string key;
  std::int64_t index = 0;  // 1-based; 0: none
};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// "method[1].step.eta" -> {method, 1}, {step}, {eta}; nullopt if a piece is malformed.
std::optional<std::vector<Segment>> split_path(std::string_view path) {
  std::vector<Segment> out;
  while (true) {
    const auto dot = path.find('.');
    std::string_view piece = path.substr(0, dot);
    Segment segment;
    if (const auto open = piece.find('['); open != std::string_view::npos) {
      if (piece.back() != ']') return std::nullopt;
      const auto index = parse_int(piece.substr(open + 1, piece.size() - open - 2));
      if (!index || *index < 1) return std::nullopt;
      segment.index = *index;
      piece = piece.substr(0, open);
    }
    if (piece.empty()) return std::nullopt;
    segment.key = std::string(piece);
    out.push_back(std::move(segment));
    if (dot == std::string_view::npos) return out;
    path.remove_prefix(dot + 1);
  }
}

/// A table {value = ...} whose node knows `place`; a value that is no TOML but a plain word or
/// path becomes a text.
std::optional<toml::table> parse_value(const std::string& text, const std::string& place) {
  try {
    toml::table table = toml::parse("value = " + text, place);
    // A value with a line break could smuggle in a second key.
    if (table.size() == 1) return table;
  } catch (const toml::parse_error&) {
    if (text.empty() || std::string_view("[{\"'").find(text.front()) != std::string_view::npos) {
      return std::nullopt;
    }
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    }
    std::string quoted = "value = \"";
    for (const char c : text) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    quoted += '"';
    try {
      return toml::parse(quoted, place);
    } catch (const toml::parse_error&) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// The table that `segment` names inside `parent`, made if it is missing or not a table.
toml::table* descend(toml::table& parent,
                     const Segment& segment,
                     const std::string& place,
                     ReadLog& log) {
  toml::node* node = parent.get(segment.key);
  if (segment.index > 0) {
    toml::array* list = node == nullptr ? nullptr : node->as_array();
    const std::int64_t count = list == nullptr ? 0 : static_cast<std::int64_t>(list->size());
    if (segment.index > count) {
      log.add(fmt::format("there is no {}[{}]; the spec has {} of them, counted from 1.",
                          segment.key,
                          segment.index,
                          count),
              place);
      return nullptr;
    }
    toml::table* table = list->get(static_cast<std::size_t>(segment.index - 1))->as_table();
    if (table == nullptr) {
      log.add(fmt::format("{}[{}] is not a table.", segment.key, segment.index), place);
    }
    return table;
  }
  if (node != nullptr && node->is_array_of_tables()) {
    log.add(
        fmt::format(
            "say which one: {0}[1] is the first of {1}.", segment.key, node->as_array()->size()),
        place);
    return nullptr;
  }
  if (node == nullptr || !node->is_table()) {
    const toml::source_region source{{0, 0}, {0, 0}, std::make_shared<const std::string>(place)};
    parent.insert_or_assign(toml::key(segment.key, source), toml::table{});
    node = parent.get(segment.key);
  }
  return node->as_table();
}

void write_override(toml::table& root, const std::string& setting, ReadLog& log) {
  const std::string place = "--set " + setting;
  const auto equals = setting.find('=');
  if (equals == std::string::npos) {
    log.add("has no value; write it as key=value, for example run.replicas=64.", place);
    return;
  }
  const auto path = split_path(trimmed(std::string_view(setting).substr(0, equals)));
  if (!path || path->back().index > 0) {
    log.add("is not a key; write it like run.replicas or method[1].step.eta.", place);
    return;
  }
  const std::string text = trimmed(std::string_view(setting).substr(equals + 1));
  if (text.empty()) {
    log.add("has no value; write a number, a word, or \"\" for an empty text.", place);
    return;
  }
  auto value = parse_value(text, place);
  if (!value) {
    log.add("has a value that is not TOML; write a number, a word, or a list like [0.1, 1].",
            place);
    return;
  }
  toml::table* table = &root;
  for (std::size_t i = 0; i + 1 < path->size(); ++i) {
    table = descend(*table, (*path)[i], place, log);
    if (table == nullptr) return;
  }
  const toml::source_region source{{0, 0}, {0, 0}, std::make_shared<const std::string>(place)};
  const std::string& key = path->back().key;
  table->erase(key);
  value->get("value")->visit(
      [&](auto& node) { table->insert_or_assign(toml::key(key, source), std::move(node)); });
}

}  // namespace

void write_overrides(toml::table& root, std::span<const std::string> overrides, ReadLog& log) {
  for (const std::string& setting : overrides) write_override(root, setting, log);
}

}  // namespace sid::internal
