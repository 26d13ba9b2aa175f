#include "sid/app/platform/fonts.hpp"

#include <array>
#include <cmath>
#include <initializer_list>
#include <memory>

#include <fontconfig/fontconfig.h>
#include <imgui_freetype.h>

namespace sid::app {
namespace {

// Latin, combining marks, Greek, punctuation, super- and subscripts, letterlike, arrows,
// operators, brackets, shapes, marks. Must outlive the atlas build.
constexpr ImWchar kRanges[] = {0x1D62, 0x1D6A, 0x0020, 0x017F, 0x02C6, 0x02DC, 0x0300, 0x0303,
                               0x0370, 0x03FF, 0x2010, 0x2033, 0x2070, 0x209C, 0x2102, 0x211D,
                               0x2190, 0x21D4, 0x2200, 0x22FF, 0x2308, 0x230B, 0x25A0, 0x25FF,
                               0x2713, 0x2715, 0x27E8, 0x27E9, 0};
// Without ‖, which Inter draws as one bar at text sizes; the symbol font's is two.
constexpr ImWchar kOwnRanges[] = {0x1D62, 0x1D6A, 0x0020, 0x017F, 0x02C6, 0x02DC, 0x0300, 0x0303,
                                  0x0370, 0x03FF, 0x2010, 0x2015, 0x2017, 0x2033, 0x2070, 0x209C,
                                  0x2102, 0x211D, 0x2190, 0x21D4, 0x2200, 0x22FF, 0x2308, 0x230B,
                                  0x25A0, 0x25FF, 0x2713, 0x2715, 0x27E8, 0x27E9, 0};

struct Face {
  FontFile file;
  FontFile symbols;
};

ImFont* bake(const FontFile& file, const FontFile& symbols, float pixels) {
  ImFontAtlas* const atlas = ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.FontNo = file.index;
  config.PixelSnapH = false;
  ImFont* const font =
      file.path.empty() ? atlas->AddFontDefault()
                        : atlas->AddFontFromFileTTF(file.path.c_str(), pixels, &config, kOwnRanges);
  if (!symbols.path.empty()) {
    ImFontConfig merge;
    merge.MergeMode = true;
    merge.FontNo = symbols.index;
    atlas->AddFontFromFileTTF(symbols.path.c_str(), pixels, &merge, kRanges);
  }
  return font;
}

/// Seats combining marks above capitals. Dear ImGui does not position marks; in these texts they
/// stand on Φ and Ψ only, so one place serves all.
void seat_marks(ImFont& font) {
  const ImFontGlyph* const base = font.FindGlyphNoFallback(0x03A6);
  if (base == nullptr) return;
  const float centre = 0.5F * (base->X0 + base->X1) - base->AdvanceX;
  const float floor = base->Y0 - 0.5F;
  for (ImFontGlyph& glyph : font.Glyphs) {
    if (glyph.Codepoint < 0x0300 || glyph.Codepoint > 0x0303) continue;
    const float width = glyph.X1 - glyph.X0, height = glyph.Y1 - glyph.Y0;
    glyph.X0 = std::round(centre - 0.5F * width);
    glyph.X1 = glyph.X0 + width;
    glyph.Y1 = std::round(floor);
    glyph.Y0 = glyph.Y1 - height;
    glyph.AdvanceX = 0.0F;
    font.IndexAdvanceX[static_cast<int>(glyph.Codepoint)] = 0.0F;
  }
}

FontFile first_of(std::initializer_list<const char*> families, int weight, std::string& warning) {
  const char* const wanted = *families.begin();
  for (const char* family : families) {
    FontFile file = find_font(family, weight);
    if (file.path.empty()) continue;
    if (family != wanted && warning.empty()) {
      warning = std::string("The font family ") + wanted + " is not installed; using " + family +
                ". Install fonts-inter, fonts-dejavu-core and fonts-jetbrains-mono.";
    }
    return file;
  }
  warning = std::string("No font for ") + wanted +
            " was found, so Greek letters and symbols are missing. Install fonts-inter, "
            "fonts-dejavu-core and fonts-jetbrains-mono.";
  return {};
}

}  // namespace

FontFile find_font(const char* family, int weight) {
  using Pattern = std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)>;
  const Pattern pattern(FcPatternCreate(), &FcPatternDestroy);
  const auto* const name = reinterpret_cast<const FcChar8*>(family);
  FcPatternAddString(pattern.get(), FC_FAMILY, name);
  FcPatternAddInteger(pattern.get(), FC_WEIGHT, weight);
  FcPatternAddInteger(pattern.get(), FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(pattern.get(), FC_VARIABLE, FcFalse);
  FcConfigSubstitute(nullptr, pattern.get(), FcMatchPattern);
  FcDefaultSubstitute(pattern.get());
  FcResult result = FcResultNoMatch;
  const Pattern match(FcFontMatch(nullptr, pattern.get(), &result), &FcPatternDestroy);
  if (!match) return {};
  // Fontconfig always finds some font: only the family that was asked for counts.
  FcChar8* found = nullptr;
  bool same = false;
  for (int i = 0; FcPatternGetString(match.get(), FC_FAMILY, i, &found) == FcResultMatch; ++i) {
    same = same || FcStrCmpIgnoreCase(found, name) == 0;
  }
  FcChar8* path = nullptr;
  int index = 0;
  if (!same || FcPatternGetString(match.get(), FC_FILE, 0, &path) != FcResultMatch) return {};
  FcPatternGetInteger(match.get(), FC_INDEX, 0, &index);
  return {reinterpret_cast<const char*>(path), family, index};
}

Fonts build_fonts(float scale) {
  ImFontAtlas* const atlas = ImGui::GetIO().Fonts;
  atlas->Clear();
  atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;

  Fonts fonts;
  fonts.scale = scale;
  const FontFile regular =
      first_of({"Inter", "Noto Sans", "DejaVu Sans"}, FC_WEIGHT_REGULAR, fonts.warning);
  const FontFile bold =
      first_of({"Inter", "Noto Sans", "DejaVu Sans"}, FC_WEIGHT_DEMIBOLD, fonts.warning);
  const FontFile mono =
      first_of({"JetBrains Mono", "DejaVu Sans Mono"}, FC_WEIGHT_REGULAR, fonts.warning);
  const FontFile symbols = first_of({"DejaVu Sans"}, FC_WEIGHT_REGULAR, fonts.warning);
  const auto pixels = [scale](float size) { return std::round(size * scale); };
  fonts.body = bake(regular, symbols, pixels(15.0F));
  fonts.heading = bake(bold, symbols, pixels(15.0F));
  fonts.title = bake(bold, symbols, pixels(18.0F));
  fonts.small = bake(regular, symbols, pixels(13.0F));
  fonts.tiny = bake(regular, symbols, pixels(10.0F));
  fonts.number = bake(mono, symbols, pixels(14.0F));
  atlas->Build();
  for (ImFont* font : atlas->Fonts) seat_marks(*font);
  return fonts;
}

}  // namespace sid::app
