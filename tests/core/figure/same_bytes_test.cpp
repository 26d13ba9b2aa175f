// One figure, one file: whatever was drawn before, and however the user's country writes numbers.
#include <array>
#include <clocale>
#include <cstdlib>
#include <locale>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "sid/figure/write_figure.hpp"

#include "core/figure/scene.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

constexpr std::array<FigureFormat, 7> kFormats = {FigureFormat::svg,
                                                  FigureFormat::pdf,
                                                  FigureFormat::png,
                                                  FigureFormat::tex,
                                                  FigureFormat::csv,
                                                  FigureFormat::json,
                                                  FigureFormat::npz};

/// With bands, bounds, a curve outside the axes, slopes, gaps and large numbers in the caption.
Figure everything() {
  RunSpec spec = testing::small_spec({0.5, 2.0});
  spec.run.iterations = 123'456;
  spec.run.seed = 1'234'567;
  testing::Scene scene(spec);
  scene.add(1, "bound_3_4", CurveKind::bound, 3.0);
  scene.add(2, "bound_3_4", CurveKind::bound, 1e9);
  scene.curve(2).points[3].hypergradient.mean = -1.0;
  FigureOptions options;
  options.slopes = true;
  options.fit = FitKind::data;
  Figure figure = scene.build(options);
  figure.title = "Number 1234.5";
  figure.metadata = "eta = 0.5";
  return figure;
}

using Files = std::array<std::string, kFormats.size()>;

Files render(const Figure& figure) {
  Files files;
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    FigureFileOptions options;
    options.format = kFormats[i];
    const auto bytes = render_figure(figure, options);
    EXPECT_TRUE(bytes);
    files[i] = bytes.value_or("");
  }
  return files;
}

void expect_same(const Files& a, const Files& b) {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    EXPECT_FALSE(a[i].empty());
    EXPECT_TRUE(a[i] == b[i]) << kFigureFormats[i];
  }
}

TEST(SameBytes, TwiceAndAfterOtherFigures) {
  const Files first = render(everything());
  Figure other = everything();
  other.panels.pop_back();
  other.title = "Another";
  (void)render(other);
  expect_same(first, render(everything()));
}

struct CommaNumbers : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(SameBytes, WhateverTheLocaleOfCxxStreams) {
  const Files plain = render(everything());
  const std::locale before = std::locale::global(std::locale(std::locale(), new CommaNumbers));
  const Files comma = render(everything());
  std::locale::global(before);
  expect_same(plain, comma);
}

TEST(SameBytes, WhateverTheLocaleOfTheSystem) {
  // Made on the spot where it is not installed.
  const test::TemporaryFolder folder;
  const std::string made =
      "localedef -i de_DE -f UTF-8 '" + folder.file("de_DE.UTF-8") + "' >/dev/null 2>&1";
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool changed = std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
  std::setlocale(LC_ALL, before.c_str());
  const bool own = !changed && std::system(made.c_str()) == 0;
  std::optional<test::ScopedVariable> path;
  if (own) path.emplace("LOCPATH", folder.path().c_str());
  const Files plain = render(everything());
  changed = std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
  const std::string point = std::localeconv()->decimal_point;
  const Files comma = render(everything());
  std::setlocale(LC_ALL, before.c_str());
  if (!changed) GTEST_SKIP() << "needs the locale de_DE.UTF-8 (Debian package locales)";
  EXPECT_EQ(point, ",");
  expect_same(plain, comma);
}

}  // namespace
}  // namespace sid
