#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sid {

/// Number of single-character insertions, deletions, replacements and swaps of neighbours that turn
/// `a` into `b` (optimal string alignment distance). Bytes, case-sensitive.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate closest to `word`, ignoring case and reading '_' as '-'; empty if none is close
/// enough to be what was meant (more than a third of the letters differ, and more than one).
/// A candidate that begins with `word`, or that `word` begins with, is close if the shorter has at
/// least three letters. First wins on a tie.
std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'x'?" if a candidate is near, else "known are a, b, c." For error messages.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace sid
