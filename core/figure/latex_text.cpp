#include "sid/figure/latex_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace sid {

namespace {

enum class Mode { text, math, raised, lowered };

struct Entry {
  char32_t code;
  Mode mode;
  const char* latex;
};

// Ascending by code point.
constexpr Entry kEntries[] = {
    {U'"', Mode::text, "''"},
    {U'#', Mode::text, "\\#"},
    {U'$', Mode::text, "\\$"},
    {U'%', Mode::text, "\\%"},
    {U'&', Mode::text, "\\&"},
    {U'<', Mode::math, "<"},
    {U'>', Mode::math, ">"},
    {U'\\', Mode::text, "\\textbackslash{}"},
    {U'^', Mode::text, "\\textasciicircum{}"},
    {U'_', Mode::text, "\\_"},
    {U'{', Mode::text, "\\{"},
    {U'|', Mode::math, "\\vert "},
    {U'}', Mode::text, "\\}"},
    {U'~', Mode::text, "\\textasciitilde{}"},
    {0x00A0, Mode::text, "~"},
    {0x00B1, Mode::math, "\\pm "},
    {0x00B2, Mode::raised, "2"},
    {0x00B3, Mode::raised, "3"},
    {0x00B5, Mode::math, "\\mu "},
    {0x00B7, Mode::math, "\\cdot "},
    {0x00B9, Mode::raised, "1"},
    {0x00BC, Mode::math, "\\frac14 "},
    {0x00BD, Mode::math, "\\frac12 "},
    {0x00BE, Mode::math, "\\frac34 "},
    {0x00D7, Mode::math, "\\times "},
    {0x00F7, Mode::math, "\\div "},
    {0x0393, Mode::math, "\\Gamma "},
    {0x0394, Mode::math, "\\Delta "},
    {0x0398, Mode::math, "\\Theta "},
    {0x039B, Mode::math, "\\Lambda "},
    {0x03A0, Mode::math, "\\Pi "},
    {0x03A3, Mode::math, "\\Sigma "},
    {0x03A6, Mode::math, "\\Phi "},
    {0x03A8, Mode::math, "\\Psi "},
    {0x03A9, Mode::math, "\\Omega "},
    {0x03B1, Mode::math, "\\alpha "},
    {0x03B2, Mode::math, "\\beta "},
    {0x03B3, Mode::math, "\\gamma "},
    {0x03B4, Mode::math, "\\delta "},
    {0x03B5, Mode::math, "\\varepsilon "},
    {0x03B6, Mode::math, "\\zeta "},
    {0x03B7, Mode::math, "\\eta "},
    {0x03B8, Mode::math, "\\theta "},
    {0x03BA, Mode::math, "\\kappa "},
    {0x03BB, Mode::math, "\\lambda "},
    {0x03BC, Mode::math, "\\mu "},
    {0x03BD, Mode::math, "\\nu "},
    {0x03BE, Mode::math, "\\xi "},
    {0x03C0, Mode::math, "\\pi "},
    {0x03C1, Mode::math, "\\rho "},
    {0x03C3, Mode::math, "\\sigma "},
    {0x03C4, Mode::math, "\\tau "},
    {0x03C6, Mode::math, "\\varphi "},
    {0x03C7, Mode::math, "\\chi "},
    {0x03C8, Mode::math, "\\psi "},
    {0x03C9, Mode::math, "\\omega "},
    {0x2009, Mode::text, "\\,"},
    {0x2013, Mode::text, "--"},
    {0x2014, Mode::text, "---"},
    {0x2016, Mode::math, "\\Vert "},
    {0x2018, Mode::text, "`"},
    {0x2019, Mode::text, "'"},
    {0x201C, Mode::text, "``"},
    {0x201D, Mode::text, "''"},
    {0x2026, Mode::text, "\\ldots{}"},
    {0x202F, Mode::text, "\\,"},
    {0x2032, Mode::raised, "\\prime "},
    {0x2070, Mode::raised, "0"},
    {0x2074, Mode::raised, "4"},
    {0x2075, Mode::raised, "5"},
    {0x2076, Mode::raised, "6"},
    {0x2077, Mode::raised, "7"},
    {0x2078, Mode::raised, "8"},
    {0x2079, Mode::raised, "9"},
    {0x207A, Mode::raised, "+"},
    {0x207B, Mode::raised, "-"},
    {0x2080, Mode::lowered, "0"},
    {0x2081, Mode::lowered, "1"},
    {0x2082, Mode::lowered, "2"},
    {0x2083, Mode::lowered, "3"},
    {0x2084, Mode::lowered, "4"},
    {0x2085, Mode::lowered, "5"},
    {0x2086, Mode::lowered, "6"},
    {0x2087, Mode::lowered, "7"},
    {0x2088, Mode::lowered, "8"},
    {0x2089, Mode::lowered, "9"},
    {0x2096, Mode::lowered, "k"},
    {0x209C, Mode::lowered, "t"},
    {0x2113, Mode::math, "\\ell "},
    {0x2190, Mode::math, "\\leftarrow "},
    {0x2191, Mode::math, "\\uparrow "},
    {0x2192, Mode::math, "\\rightarrow "},
    {0x2193, Mode::math, "\\downarrow "},
    {0x2202, Mode::math, "\\partial "},
    {0x2207, Mode::math, "\\nabla "},
    {0x2208, Mode::math, "\\in "},
    {0x2212, Mode::math, "-"},
    {0x2213, Mode::math, "\\mp "},
    {0x221A, Mode::math, "\\surd "},
    {0x221E, Mode::math, "\\infty "},
    {0x2248, Mode::math, "\\approx "},
    {0x2260, Mode::math, "\\neq "},
    {0x2264, Mode::math, "\\le "},
    {0x2265, Mode::math, "\\ge "},
};

const Entry* find(char32_t code) {
  const auto* const at = std::lower_bound(
      std::begin(kEntries), std::end(kEntries), code, [](const Entry& e, char32_t c) {
        return e.code < c;
      });
  return at != std::end(kEntries) && at->code == code ? at : nullptr;
}

constexpr char32_t kBad = 0xFFFD;
constexpr char32_t kCircumflex = 0x0302;  // combines with the letter before

/// Takes one code point off the front of `text` (not empty).
char32_t take(std::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const std::uint8_t first = byte(0);
  const std::size_t more = first < 0x80   ? 0
                           : first < 0xC2 ? 9
                           : first < 0xE0 ? 1
                           : first < 0xF0 ? 2
                           : first < 0xF5 ? 3
                                          : 9;
  char32_t code = more == 0 ? first : first & (0x3Fu >> more);
  std::size_t used = 1;
  while (used <= more && more < 9 && (byte(used) & 0xC0u) == 0x80u) {
    code = (code << 6) | (byte(used++) & 0x3Fu);
  }
  text.remove_prefix(used);
  constexpr std::array<char32_t, 4> kSmallest = {0, 0x80, 0x800, 0x10000};  // by length
  return used == more + 1 && code >= kSmallest[more] ? code : kBad;
}

/// Text with runs of formulas, of raised and of lowered signs.
class Writer {
 public:
  void put(Mode mode, std::string_view latex) {
    enter(mode);
    if (latex == "-" && mode == Mode::text && out_.ends_with('-')) out_ += "{}";  // no dash
    last_ = out_.size();
    out_ += latex;
  }
  /// A circumflex over what was put last.
  void put_circumflex() {
    const std::string letter = out_.substr(last_);
    if (letter.empty() || letter == " " || (mode_ != Mode::text && mode_ != Mode::math)) return;
    if (mode_ == Mode::text && letter.size() > 1) return;  // TeX's own commands, and accents
    out_.resize(last_);
    put(Mode::math, "\\hat{" + letter + "}");
  }
  std::string finish() {
    enter(Mode::text);
    return std::move(out_);
  }

 private:
  void enter(Mode mode) {
    if (mode == mode_) return;
    if (mode_ == Mode::raised || mode_ == Mode::lowered) out_ += '}';
    // TeX takes one raised and one lowered group after each other, no more.
    if (mode_ == Mode::raised && mode != Mode::text) out_ += "${}$";
    if (mode_ == Mode::text) out_ += '$';
    if (mode == Mode::text) out_ += '$';
    if (mode == Mode::raised) out_ += "^{";
    if (mode == Mode::lowered) out_ += "_{";
    mode_ = mode;
    last_ = out_.size();
  }

  std::string out_;
  std::size_t last_ = 0;  // where what was put last begins
  Mode mode_ = Mode::text;
};

/// Printable ASCII and the Latin letters of encoding T1.
bool is_plain(char32_t code) {
  constexpr std::array<char32_t, 9> kNotInT1 = {
      0x126, 0x127, 0x138, 0x13F, 0x140, 0x149, 0x166, 0x167, 0x17F};
  return (code >= 0x20 && code < 0x7F) ||
         (code >= 0xC0 && code <= 0x17F &&
          std::find(kNotInT1.begin(), kNotInT1.end(), code) == kNotInT1.end());
}

}  // namespace

std::string latex_text(std::string_view utf8) {
  Writer out;
  while (!utf8.empty()) {
    const std::string_view before = utf8;
    const char32_t code = take(utf8);
    if (const Entry* const entry = find(code)) {
      out.put(entry->mode, entry->latex);
    } else if (code == kCircumflex) {
      out.put_circumflex();
    } else if (is_plain(code)) {
      out.put(Mode::text, before.substr(0, before.size() - utf8.size()));
    } else {
      out.put(Mode::text, code == U'\n' || code == U'\t' ? " " : "?");
    }
  }
  return out.finish();
}

}  // namespace sid
