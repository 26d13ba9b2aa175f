#include "sid/app/panels/line_breaks.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace sid::app {
namespace {

using Words = std::vector<std::string>;

Words split(std::string_view text, char at) {
  Words parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool is_relation(const std::string& word) {
  static constexpr std::array<std::string_view, 6> kRelations = {"=", "<", ">", "≤", "≥", "≈"};
  return std::find(kRelations.begin(), kRelations.end(), word) != kRelations.end();
}

/// Words, with both sides of a relation as one.
Words units_of(std::string_view line) {
  Words units;
  bool open = false;  // the last word was a relation
  for (const std::string& word : split(line, ' ')) {
    const bool relation = is_relation(word);
    if ((relation || open) && !units.empty()) {
      units.back() += " " + word;
    } else {
      units.push_back(word);
    }
    open = relation;
  }
  return units;
}

}  // namespace

std::string break_lines(std::string_view utf8,
                        float width,
                        const std::function<float(const std::string&)>& measure) {
  std::string out;
  for (const std::string& paragraph : split(utf8, '\n')) {
    std::string line;
    const auto add = [&](const std::string& unit) {
      const std::string longer = line.empty() ? unit : fmt::format("{} {}", line, unit);
      if (line.empty() || measure(longer) <= width) {
        line = longer;
        return;
      }
      out += line + "\n";
      line = unit;
    };
    for (const std::string& unit : units_of(paragraph)) {
      if (measure(unit) <= width) {
        add(unit);
        continue;
      }
      for (const std::string& word : split(unit, ' ')) add(word);
    }
    out += line + "\n";
  }
  out.pop_back();
  return out;
}

}  // namespace sid::app
