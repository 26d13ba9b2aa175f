#include "sid/figure/theme.hpp"

#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sid {
namespace {

const std::vector<std::pair<std::string, const Theme*>>& themes() {
  static const std::vector<std::pair<std::string, const Theme*>> all = {{"light", &light_theme()},
                                                                        {"dark", &dark_theme()}};
  return all;
}

TEST(Theme, KeepsContrastOfThreeAgainstItsPanel) {
  for (const auto& [name, theme] : themes()) {
    for (std::size_t i = 0; i < theme->method.size(); ++i) {
      EXPECT_GE(contrast_ratio(theme->method[i], theme->panel), 3.0) << name << " method " << i;
    }
    for (const Colour c :
         {theme->ink, theme->accent, theme->good, theme->warning, theme->stop, theme->axis}) {
      EXPECT_GE(contrast_ratio(c, theme->panel), 3.0) << name;
    }
    // Text is read, not only seen: 4.5 as WCAG asks for small type.
    for (const Colour ground : {theme->panel, theme->window, theme->raised}) {
      EXPECT_GE(contrast_ratio(theme->ink, ground), 7.0) << name;
      EXPECT_GE(contrast_ratio(theme->muted, ground), 4.5) << name;
    }
    EXPECT_GE(contrast_ratio(theme->on_accent, theme->accent), 4.5) << name;
  }
}

TEST(Theme, KeepsMethodColoursApartInEveryKindOfColourVision) {
  for (const auto& [name, theme] : themes()) {
    std::vector<Colour> colours(theme->method.begin(), theme->method.end());
    colours.push_back(theme->ink);
    for (const ColourVision vision : {ColourVision::normal,
                                      ColourVision::protanopia,
                                      ColourVision::deuteranopia,
                                      ColourVision::tritanopia}) {
      for (std::size_t i = 0; i < colours.size(); ++i) {
        for (std::size_t j = i + 1; j < colours.size(); ++j) {
          EXPECT_GE(colour_distance(simulate(colours[i], vision), simulate(colours[j], vision)),
                    16.0)
              << name << ", colours " << i << " and " << j << ", vision "
              << static_cast<int>(vision);
        }
      }
    }
  }
}

TEST(Theme, CarriesMeaningByStrokeAndMarkerToo) {
  std::set<std::vector<double>> strokes;
  for (const SeriesRole role : {SeriesRole::measured,
                                SeriesRole::exact,
                                SeriesRole::bound,
                                SeriesRole::floor,
                                SeriesRole::trust}) {
    const RoleStroke s = role_stroke(role);
    std::vector<double> shape = {s.width, s.alpha, static_cast<double>(s.dash.count)};
    shape.insert(shape.end(), s.dash.lengths.begin(), s.dash.lengths.end());
    EXPECT_TRUE(strokes.insert(shape).second);
  }
  std::set<Marker> markers;
  for (int slot = 0; slot < static_cast<int>(kMethodColours); ++slot) {
    EXPECT_TRUE(markers.insert(slot_marker(slot)).second);
  }
}

TEST(ColourScience, AgreesWithKnownValues) {
  const Colour white{255, 255, 255, 255}, black{0, 0, 0, 255};
  EXPECT_NEAR(contrast_ratio(white, black), 21.0, 1e-12);
  EXPECT_NEAR(colour_distance(white, black), 100.0, 1e-3);
  // CIELAB of sRGB red is (53.24, 80.09, 67.20).
  EXPECT_NEAR(colour_distance({255, 0, 0, 255}, black), std::hypot(53.24, 80.09, 67.20), 0.05);
  // The rows of the matrices add to one: greys stay.
  const Colour grey{128, 128, 128, 255};
  for (const ColourVision vision :
       {ColourVision::protanopia, ColourVision::deuteranopia, ColourVision::tritanopia}) {
    EXPECT_LE(colour_distance(simulate(grey, vision), grey), 0.5);
  }
  // Red and green of equal lightness collapse for protanopes, not for tritanopes.
  const Colour red{190, 60, 40, 255}, green{70, 110, 40, 255};
  EXPECT_LT(colour_distance(simulate(red, ColourVision::protanopia),
                            simulate(green, ColourVision::protanopia)),
            0.5 * colour_distance(red, green));
}

}  // namespace
}  // namespace sid
