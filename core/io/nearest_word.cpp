#include "sid/io/nearest_word.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sid {

namespace {

std::string folded(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = '-';
  }
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({replaced, last[j] + 1, now[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::string nearest_word(std::string_view word, std::span<const std::string> candidates) {
  // Longer words than any key cannot be a slip of the hand, and would only cost time.
  if (word.empty() || word.size() > 64) return {};
  const std::string wanted = folded(word);
  std::string best;
  std::size_t best_distance = wanted.size() + 1;
  for (const std::string& candidate : candidates) {
    const std::string known = folded(candidate);
    std::size_t distance = edit_distance(wanted, known);
    const bool beginning = std::min(wanted.size(), known.size()) >= 3 &&
                           (known.starts_with(wanted) || wanted.starts_with(known));
    if (beginning) {
      distance = std::min<std::size_t>(distance, 1);
    }
    const std::size_t allowed = std::max<std::size_t>(1, std::max(wanted.size(), known.size()) / 3);
    if (distance <= allowed && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::string near = nearest_word(word, candidates);
  if (!near.empty()) return fmt::format("did you mean '{}'?", near);
  return fmt::format("known are {}.", fmt::join(candidates, ", "));
}

}  // namespace sid
