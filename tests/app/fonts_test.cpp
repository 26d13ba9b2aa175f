#include "sid/app/platform/fonts.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <fontconfig/fontconfig.h>
#include <gtest/gtest.h>

#include "sid/app/platform/imgui_context.hpp"

namespace sid::app {
namespace {

/// Code points beyond ASCII inside the string literals of a C++ source, each with its line.
void collect(const std::filesystem::path& path, std::map<unsigned, std::string>& found) {
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::size_t comment = line.find("//");
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
        continue;
      }
      if (line[i] == '"') inside = !inside;
      if (!inside && i >= comment) break;
      const auto byte = static_cast<unsigned char>(line[i]);
      if (!inside || byte < 0xC0) continue;
      const int more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
      unsigned code = byte & (0x3FU >> static_cast<unsigned>(more));
      for (int k = 1; k <= more; ++k) {
        code = (code << 6U) |
               (static_cast<unsigned char>(line[i + static_cast<std::size_t>(k)]) & 0x3FU);
      }
      found.emplace(code, path.filename().string() + ":" + std::to_string(number));
    }
  }
}

TEST(Fonts, HaveEveryGlyphThatTheProgramWrites) {
  std::map<unsigned, std::string> found;
  const std::filesystem::path root(SID_SOURCE_DIR);
  for (const char* folder : {"app/panels",
                             "app/state",
                             "core/theory",
                             "core/figure",
                             "core/run",
                             "core/problem",
                             "core/math",
                             "core/io",
                             "core/method",
                             "core/data"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
        collect(entry.path(), found);
      }
    }
  }
  EXPECT_GT(found.size(), 20U);
  const ImGuiScope imgui;
  const Fonts fonts = build_fonts(1.0F);
  ASSERT_EQ(fonts.warning, "");
  for (const auto& [code, place] : found) {
    for (const ImFont* font : {fonts.body, fonts.heading, fonts.small, fonts.number}) {
      EXPECT_TRUE(code < 0x10000 &&
                  font->FindGlyphNoFallback(static_cast<ImWchar>(code)) != nullptr)
          << "U+" << std::hex << code << " of " << place << " is in no font of the window";
    }
  }
}

TEST(Fonts, AreFoundByTheirExactFamilyOnly) {
  EXPECT_FALSE(find_font("Inter", FC_WEIGHT_REGULAR).path.empty());
  EXPECT_TRUE(find_font("No Such Family", FC_WEIGHT_REGULAR).path.empty());
}

TEST(Fonts, HaveDigitsOfOneWidthForNumbers) {
  const ImGuiScope imgui;
  const Fonts fonts = build_fonts(2.0F);
  for (ImWchar digit = '1'; digit <= '9'; ++digit) {
    EXPECT_EQ(fonts.number->GetCharAdvance(digit), fonts.number->GetCharAdvance('0'));
  }
}

}  // namespace
}  // namespace sid::app
