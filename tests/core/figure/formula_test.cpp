#include "sid/figure/formula.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = fs::path(SID_SOURCE_DIR) / "assets" / "formulas";

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

FormulaColours on_white() {
  return {{20, 20, 20, 255}, {}, 0.0};
}

/// Sum of opacities, and of red minus blue of visible pixels.
struct Ink {
  double alpha = 0.0, red_minus_blue = 0.0;
};
Ink ink(const Raster& r, const Rect& box) {
  Ink out;
  for (int y = 0; y < r.height; ++y) {
    for (int x = 0; x < r.width; ++x) {
      if (!box.contains({x + 0.5, y + 0.5})) continue;
      const auto* p = &r.rgba[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(r.width) +
                                   static_cast<std::size_t>(x))];
      out.alpha += p[3] / 255.0;
      out.red_minus_blue += p[3] / 255.0 * (p[0] - p[2]) / 255.0;
    }
  }
  return out;
}
Rect whole(const Raster& r) {
  return {0.0, 0.0, static_cast<double>(r.width), static_cast<double>(r.height)};
}

TEST(Formula, LoadsEveryFileOfTheAssets) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".svg") continue;
    ++count;
    auto formula = Formula::load(entry.path());
    ASSERT_TRUE(formula) << to_string(formula.error());
    const FormulaExtent size = formula->extent(20.0);
    EXPECT_GT(size.width, 20.0) << entry.path();
    EXPECT_LT(size.width, 60.0 * 20.0) << entry.path();
    EXPECT_GT(size.height, 15.0) << entry.path();
    EXPECT_GT(ink(formula->raster(20.0, on_white()), {0, 0, 1e4, 1e4}).alpha, 30.0);
    EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension(".tex"))) << entry.path();
  }
  EXPECT_GE(count, 20);
}

TEST(Formula, KeepsItsInkInsideItsMargins) {
  auto formula = Formula::load(kFolder / "theorem-3-4.svg");
  ASSERT_TRUE(formula);
  const Raster r = formula->raster(40.0, on_white());
  const double all = ink(r, whole(r)).alpha;
  const double inner =
      ink(r, {1.0, 1.0, static_cast<double>(r.width) - 2.0, static_cast<double>(r.height) - 2.0})
          .alpha;
  EXPECT_DOUBLE_EQ(all, inner);
}

TEST(Formula, ColoursItsTermsByClassAndMarksThemById) {
  auto formula = Formula::load(kFolder / "theorem-3-4-live.svg");
  ASSERT_TRUE(formula);
  FormulaColours colours = on_white();
  colours.classes = {{"term-lower", {255, 0, 0, 255}}, {"term-linear", {0, 0, 255, 255}}};
  const Raster r = formula->raster(24.0, colours);
  const FormulaExtent size = formula->extent(24.0);
  double last = 0.0;
  for (const std::string name : {"jacobian", "lower", "linear", "product"}) {
    const auto term = formula->element("t-" + name, 24.0);
    const auto hole = formula->element("h-" + name, 24.0);
    ASSERT_TRUE(term && hole) << name;
    EXPECT_GT(term->x, last) << "terms stand in the order of the formula";
    last = term->right();
    EXPECT_LE(term->right(), size.width);
    EXPECT_LE(term->bottom(), size.height + 1e-6);
    EXPECT_NEAR(hole->width, 4.6 * 24.0, 0.5);
    EXPECT_NEAR(hole->height, 1.1 * 24.0, 0.5);
    EXPECT_GE(term->width, hole->width - 0.5);
    EXPECT_TRUE(term->contains({hole->x + hole->width / 2.0, hole->y + hole->height / 2.0}));
    // Live numbers are written there: nothing may be drawn.
    EXPECT_EQ(ink(r, *hole).alpha, 0.0) << name;
    const Ink drawn = ink(r, *term);
    EXPECT_GT(drawn.alpha, 50.0);
    if (name == "lower") {
      EXPECT_GT(drawn.red_minus_blue, 0.9 * drawn.alpha);
    } else if (name == "linear") {
      EXPECT_LT(drawn.red_minus_blue, -0.9 * drawn.alpha);
    } else {
      EXPECT_NEAR(drawn.red_minus_blue, 0.0, 0.01 * drawn.alpha);
    }
  }
}

TEST(Formula, TakesNewColoursWhenTheThemeChanges) {
  auto formula = Formula::load(kFolder / "y-lower.svg");
  ASSERT_TRUE(formula);
  const Raster red = formula->raster(30.0, {{255, 0, 0, 255}, {}, 0.0});
  const Raster blue = formula->raster(30.0, {{0, 0, 255, 255}, {}, 0.0});
  const Raster again = formula->raster(30.0, {{255, 0, 0, 255}, {}, 0.0});
  EXPECT_GT(ink(red, whole(red)).red_minus_blue, 20.0);
  EXPECT_LT(ink(blue, whole(blue)).red_minus_blue, -20.0);
  EXPECT_EQ(red.rgba, again.rgba);
  // A class that has no colour any more is ink again.
  FormulaColours marked = on_white();
  marked.classes = {{"term-start", {255, 0, 0, 255}}};
  auto theorem = Formula::load(kFolder / "theorem-4-1.svg");
  ASSERT_TRUE(theorem);
  const Raster before = theorem->raster(20.0, on_white());
  EXPECT_GT(ink(theorem->raster(20.0, marked), whole(before)).red_minus_blue, 50.0);
  EXPECT_EQ(theorem->raster(20.0, on_white()).rgba, before.rgba);
  const Raster bold = formula->raster(30.0, {{255, 0, 0, 255}, {}, 30.0});
  EXPECT_GT(ink(bold, whole(bold)).alpha, 1.1 * ink(red, whole(red)).alpha);
}

TEST(Formula, TurnsUpwards) {
  auto formula = Formula::load(kFolder / "y-hypergradient.svg");
  ASSERT_TRUE(formula);
  const Raster flat = formula->raster(20.0, on_white());
  const Raster upright = formula->raster(20.0, on_white(), true);
  EXPECT_EQ(flat.width, upright.height);
  EXPECT_EQ(flat.height, upright.width);
  EXPECT_NEAR(ink(flat, whole(flat)).alpha,
              ink(upright, whole(upright)).alpha,
              0.02 * ink(flat, whole(flat)).alpha);
}

TEST(Formula, RefusesWhatItCannotDraw) {
  EXPECT_FALSE(Formula::load(kFolder / "no-such-formula.svg"));
  EXPECT_FALSE(Formula::load(kFolder));
  EXPECT_FALSE(Formula::load(kFolder / "regenerate.mjs"));
  auto formula = Formula::load(kFolder / "y-lower.svg");
  ASSERT_TRUE(formula);
  EXPECT_FALSE(formula->element("t-none", 10.0));
  EXPECT_FALSE(formula->element("a b > *", 10.0));
  EXPECT_FALSE(formula->element("", 10.0));
  for (const double em : {0.0, -5.0, 1e9, std::nan("")}) {
    EXPECT_TRUE(formula->raster(em, on_white()).rgba.empty()) << em;
  }
}

TEST(FormulaLibrary, FindsByIdAndStaysInItsFolder) {
  FormulaLibrary library(kFolder);
  const Formula* first = library.find("theorem-4-1");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(library.find("theorem-4-1"), first);
  EXPECT_EQ(library.find("nothing"), nullptr);
  EXPECT_NE(library.last_error().find("nothing"), std::string::npos);
  EXPECT_EQ(library.find("../icon"), nullptr);
  EXPECT_EQ(library.find(""), nullptr);
}

TEST(Formulas, AreWhatTheirSourcesTypeset) {
  if (!fs::exists(kFolder / "node_modules" / "mathjax-full")) {
    GTEST_SKIP() << "mathjax-full is not installed in assets/formulas (npm ci); formulas are not "
                    "regenerated.";
  }
  if (std::system("node --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "node is not installed; formulas are not regenerated.";
  }
  const test::TemporaryFolder folder;
  const fs::path fresh = folder.file("formulas");
  const std::string command =
      "node '" + (kFolder / "regenerate.mjs").string() + "' '" + fresh.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::set<std::string> made;
  for (const auto& entry : fs::directory_iterator(fresh)) {
    const std::string name = entry.path().filename().string();
    made.insert(name);
    EXPECT_EQ(content(entry.path()), content(kFolder / name)) << name << " is out of date";
  }
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".svg") {
      EXPECT_TRUE(made.contains(entry.path().filename().string())) << entry.path();
    }
  }
}

}  // namespace
}  // namespace sid
