#include "sid/app/state/index_runs.hpp"

namespace sid::app {
namespace {

/// A code point: where it is, and what it is.
struct Point {
  std::size_t begin = 0, end = 0;
  char32_t code = 0;
};

std::vector<Point> points_of(std::string_view utf8) {
  std::vector<Point> points;
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t end = at + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U) ++end;
    const auto lead = static_cast<unsigned char>(utf8[at]);
    char32_t code = end == at + 1 ? lead : lead & (0xFFU >> (end - at + 1));
    for (std::size_t i = at + 1; i < end; ++i) {
      code = (code << 6U) | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
    }
    points.push_back({at, end, code});
    at = end;
  }
  return points;
}

bool is_accent(char32_t c) {
  return c >= 0x300 && c <= 0x36F;
}

bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0x370 && c <= 0x3FF);
}

bool is_index(char32_t c) {
  return is_letter(c) || is_accent(c) || (c >= '0' && c <= '9');
}

bool is_sign(char32_t c) {
  return c == '+' || c == 0x2212;
}

/// Whether the points before `underscore` end with a symbol: one or two letters that no further
/// letter or underscore precedes.
bool follows_symbol(const std::vector<Point>& points, std::size_t underscore) {
  std::size_t at = underscore;
  while (at > 0 && (points[at - 1].code == '*' || is_accent(points[at - 1].code))) --at;
  std::size_t letters = 0;
  for (; at > 0 && (is_letter(points[at - 1].code) || is_accent(points[at - 1].code)); --at) {
    if (is_letter(points[at - 1].code)) ++letters;
  }
  const bool apart = at == 0 || points[at - 1].code != '_';
  return apart && (letters == 1 || letters == 2);
}

/// An index: the points [first, last) of it, and where the text after it begins.
struct Index {
  std::size_t first = 0, last = 0, next = 0;
};

/// The index after `underscore`, or an empty one.
Index index_after(const std::vector<Point>& points, std::size_t underscore) {
  const std::size_t begin = underscore + 1;
  if (begin < points.size() && points[begin].code == '(') {
    std::size_t end = begin + 1;
    while (end < points.size() && (is_index(points[end].code) || is_sign(points[end].code))) ++end;
    const bool closed = end < points.size() && points[end].code == ')';
    return closed ? Index{begin + 1, end, end + 1} : Index{begin, begin, begin};
  }
  std::size_t end = begin;
  while (end < points.size() && is_index(points[end].code)) ++end;
  const bool more = end < points.size() && points[end].code == '_';
  return more ? Index{begin, begin, begin} : Index{begin, end, end};
}

}  // namespace

std::vector<IndexRun> index_runs(std::string_view utf8) {
  const std::vector<Point> points = points_of(utf8);
  std::vector<IndexRun> runs;
  const auto add = [&](std::size_t begin, std::size_t end, bool lowered) {
    if (end > begin) runs.push_back({std::string(utf8.substr(begin, end - begin)), lowered});
  };
  std::size_t done = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].code != '_' || !follows_symbol(points, i)) continue;
    const Index index = index_after(points, i);
    if (index.first == index.last) continue;
    add(done, points[i].begin, false);
    add(points[index.first].begin, points[index.last - 1].end, true);
    done = points[index.next - 1].end;
    i = index.next - 1;
  }
  add(done, utf8.size(), false);
  return runs;
}

}  // namespace sid::app
