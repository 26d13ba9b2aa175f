#pragma once

#include <string>
#include <string_view>

namespace sid {

/// Text for LaTeX documents in UTF-8: what is special to TeX is escaped; Greek letters, raised and
/// lowered digits and the signs of mathematics become formulas that every engine knows; letters
/// with accents of the Latin script stay. Anything else, and bytes that are no UTF-8, becomes "?",
/// so that a document always compiles.
std::string latex_text(std::string_view utf8);

}  // namespace sid
