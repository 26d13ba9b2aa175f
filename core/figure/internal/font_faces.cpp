#include "sid/figure/internal/font_faces.hpp"

#include <array>
#include <initializer_list>

#include <cairo-ft.h>

namespace sid {

namespace {

/// Fontconfig always finds something: what it found counts only if the family is the one asked for.
bool load_face(const char* family, int weight, FontFace& out) {
  FcPattern* wanted = FcPatternCreate();
  FcPatternAddString(wanted, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddInteger(wanted, FC_WEIGHT, weight);
  FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(wanted, FC_VARIABLE, FcFalse);
  FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
  FcConfigSubstitute(nullptr, wanted, FcMatchPattern);
  FcDefaultSubstitute(wanted);
  FcResult result = FcResultMatch;
  FcPattern* found = FcFontMatch(nullptr, wanted, &result);
  FcPatternDestroy(wanted);
  if (found == nullptr) return false;
  FcChar8* name = nullptr;
  FcCharSet* characters = nullptr;
  if (FcPatternGetString(found, FC_FAMILY, 0, &name) != FcResultMatch ||
      FcPatternGetCharSet(found, FC_CHARSET, 0, &characters) != FcResultMatch ||
      std::string(reinterpret_cast<const char*>(name)) != family) {
    FcPatternDestroy(found);
    return false;
  }
  // Hinting would move glyphs to whole pixels of a screen that is not there.
  FcPatternDel(found, FC_HINT_STYLE);
  FcPatternAddInteger(found, FC_HINT_STYLE, FC_HINT_NONE);
  out = {cairo_ft_font_face_create_for_pattern(found), found, characters, family};
  return true;
}

void load_chain(std::initializer_list<const char*> families,
                int weight,
                std::vector<FontFace>& chain) {
  for (const char* family : families) {
    FontFace face;
    if (load_face(family, weight, face)) chain.push_back(face);
  }
}

/// Next code point; U+FFFD for malformed input. Advances `at` by at least one byte.
char32_t next_character(std::string_view s, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : -1;
  if (more < 0 || first > 0xF4) return 0xFFFD;
  char32_t c = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= s.size() || (byte(at) & 0xC0u) != 0x80u) return 0xFFFD;
    c = (c << 6) | (byte(at++) & 0x3Fu);
  }
  static constexpr std::array<char32_t, 4> kSmallest = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
  return surrogate || c > 0x10FFFF || c < kSmallest[static_cast<std::size_t>(more)] ? 0xFFFD : c;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace

bool FontFace::has(char32_t c) const {
  return FcCharSetHasChar(characters, c) != 0;
}

FontSet::State::~State() {
  for (std::vector<FontFace>* chain : {&regular, &semibold, &mono}) {
    for (FontFace& face : *chain) {
      cairo_font_face_destroy(face.face);
      FcPatternDestroy(face.pattern);
    }
  }
}

const std::vector<FontFace>& FontSet::State::of(FontRole role) const {
  switch (role) {
    case FontRole::semibold:
      return semibold;
    case FontRole::mono:
      return mono;
    case FontRole::regular:
    case FontRole::small:
      break;
  }
  return regular;
}

FontSet::FontSet() : state_(std::make_unique<State>()) {
  load_chain({"Inter", "Noto Sans", "DejaVu Sans"}, FC_WEIGHT_REGULAR, state_->regular);
  load_chain({"Inter", "Noto Sans", "DejaVu Sans"}, FC_WEIGHT_DEMIBOLD, state_->semibold);
  load_chain(
      {"JetBrains Mono", "DejaVu Sans Mono", "DejaVu Sans"}, FC_WEIGHT_REGULAR, state_->mono);
}

FontSet::FontSet(FontSet&&) noexcept = default;
FontSet& FontSet::operator=(FontSet&&) noexcept = default;
FontSet::~FontSet() = default;

std::string FontSet::family(FontRole role) const {
  const std::vector<FontFace>& chain = state_->of(role);
  return chain.empty() ? "" : chain.front().family;
}

namespace internal {

std::vector<FontRun> font_runs(std::string_view utf8, const std::vector<FontFace>& faces) {
  std::vector<FontRun> runs;
  if (faces.empty()) return runs;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_character(utf8, at);
    const bool combining = c >= 0x300 && c <= 0x36F;
    const FontFace* face = &faces.front();
    for (const FontFace& candidate : faces) {
      if (!candidate.has(c)) continue;
      face = &candidate;
      break;
    }
    if (runs.empty() || (runs.back().face != face && !combining)) runs.push_back({face, ""});
    append_utf8(runs.back().text, c < 0x20 ? U' ' : c);
  }
  return runs;
}

}  // namespace internal

}  // namespace sid
