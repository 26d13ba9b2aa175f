#pragma once

#include <string>
#include <string_view>

namespace sid {

/// Text for LaTeX documents in UTF-8 with fonts of encoding T1: what is special to TeX is escaped,
/// and what its fonts would join is kept apart; Greek letters, raised and lowered digits, letters
/// with a combining circumflex and the signs of mathematics become formulas that every engine
/// knows; Latin letters with accents stay as far as T1 has them. Anything else, and bytes that are
/// no UTF-8, becomes "?", so that a document always compiles.
std::string latex_text(std::string_view utf8);

}  // namespace sid
