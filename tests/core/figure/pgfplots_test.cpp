#include <cmath>
#include <cstdlib>
#include <limits>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/figure/write_figure.hpp"

#include "core/figure/scene.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::Scene;

Figure bounds_and_bands() {
  Scene scene(testing::small_spec({0.5, 2.0}));
  scene.add(1, "bound_3_4", CurveKind::bound, 1.0);
  Figure figure = scene.build();
  figure.title = "100 % of λ_1 {sic}";
  figure.metadata = "seed = 2021\n[[method]]  # 50 %";
  return figure;
}

std::string tex_of(const Figure& figure, FigureFileOptions options = {}) {
  options.format = FigureFormat::tex;
  const auto bytes = render_figure(figure, options);
  EXPECT_TRUE(bytes);
  return bytes ? *bytes : "";
}

/// What TeX would refuse: groups, environments and formulas that do not close.
void expect_well_formed(const std::string& tex) {
  int depth = 0, dollars = 0;
  bool comment = false;
  std::vector<std::string> open;
  for (std::size_t i = 0; i < tex.size(); ++i) {
    const char c = tex[i];
    if (c == '\n') comment = false;
    if (comment) continue;
    if (c == '%') comment = true;
    if (c == '$') ++dollars;
    if (c == '{') ++depth;
    if (c == '}') --depth;
    ASSERT_GE(depth, 0) << tex.substr(i > 80 ? i - 80 : 0, 160);
    if (c != '\\') continue;
    for (const std::string word : {"begin{", "end{"}) {
      if (tex.compare(i + 1, word.size(), word) != 0) continue;
      const std::size_t from = i + 1 + word.size();
      const std::string name = tex.substr(from, tex.find('}', from) - from);
      if (word == "begin{") {
        open.push_back(name);
      } else {
        ASSERT_FALSE(open.empty());
        ASSERT_EQ(open.back(), name);
        open.pop_back();
      }
    }
    ++i;  // what is escaped opens and closes nothing
  }
  EXPECT_EQ(depth, 0);
  EXPECT_EQ(dollars % 2, 0);
  EXPECT_TRUE(open.empty());
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Pgfplots, IsAWholeDocumentWithOneAxisAPanel) {
  const Figure figure = bounds_and_bands();
  const std::string tex = tex_of(figure);
  expect_well_formed(tex);
  EXPECT_EQ(count(tex, "\\begin{axis}"), figure.panels.size());
  EXPECT_NE(tex.find("\\documentclass"), std::string::npos);
  EXPECT_NE(tex.find("100 \\% of $\\lambda $\\_1 \\{sic\\}"), std::string::npos);
  EXPECT_NE(tex.find("% seed = 2021\n% [[method]]  # 50 %\n"), std::string::npos);
  EXPECT_NE(tex.find("dash pattern={on "), std::string::npos) << "bounds are dashed";
  EXPECT_NE(tex.find("fill opacity="), std::string::npos) << "bands";
  EXPECT_NE(tex.find("mark=triangle*"), std::string::npos);
  EXPECT_EQ(tex.find("nan"), std::string::npos);
  EXPECT_EQ(tex.find("inf"), std::string::npos);
}

TEST(Pgfplots, HoldsTheValuesOfTheCurves) {
  Figure figure = bounds_and_bands();
  PlotPanel& plot = figure.panels.front();
  Series& series = plot.series.front();
  for (Series& s : plot.series) s.visible = &s == &series;
  series.band_low.clear();
  series.band_high.clear();
  const std::string tex = tex_of(figure);
  const std::size_t from = tex.find("only marks");
  ASSERT_NE(from, std::string::npos);
  const std::string marks = tex.substr(from, tex.find("};", from) - from);
  const std::regex pair(R"(\(([^,()]+),([^,()]+)\))");
  std::size_t found = 0;
  for (std::sregex_iterator at(marks.begin(), marks.end(), pair), end; at != end; ++at) {
    const double x = std::strtod((*at)[1].str().c_str(), nullptr);
    const double y = std::strtod((*at)[2].str().c_str(), nullptr);
    bool known = false;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      known = known || (std::abs(x - series.x[i]) <= 1e-8 * std::abs(series.x[i]) &&
                        std::abs(y - series.y[i]) <= 1e-8 * std::abs(series.y[i]));
    }
    EXPECT_TRUE(known) << x << ", " << y;
    ++found;
  }
  EXPECT_GE(found, 2U);
}

TEST(Pgfplots, BreaksCurvesAtGapsAndKeepsFarValuesNear) {
  Figure figure = bounds_and_bands();
  Series& series = figure.panels.front().series.front();
  series.band_low.clear();
  series.band_high.clear();
  ASSERT_GE(series.y.size(), 4U);
  series.y[1] = std::numeric_limits<double>::quiet_NaN();
  series.y[2] = 1e300;
  const std::string tex = tex_of(figure);
  expect_well_formed(tex);
  EXPECT_EQ(tex.find("nan"), std::string::npos);
  EXPECT_EQ(tex.find("e+300"), std::string::npos) << "TeX cannot go there";
}

TEST(Pgfplots, IsTheSameTwiceAndDarkWhereAsked) {
  const Figure figure = bounds_and_bands();
  EXPECT_EQ(tex_of(figure), tex_of(figure));
  FigureFileOptions dark;
  dark.dark = true;
  EXPECT_NE(tex_of(figure, dark).find("\\pagecolor"), std::string::npos);
  EXPECT_EQ(tex_of(figure).find("\\pagecolor"), std::string::npos);
}

TEST(Pgfplots, Compiles) {
  if (std::system("command -v pdflatex >/dev/null && kpsewhich standalone.cls pgfplots.sty "
                  ">/dev/null") != 0) {
    GTEST_SKIP() << "needs pdflatex with standalone and pgfplots (Debian packages "
                    "texlive-latex-extra, texlive-pictures)";
  }
  Figure figure = bounds_and_bands();
  for (const char32_t first : {0x21U, 0xA1U, 0x370U, 0x2000U, 0x2070U, 0x2190U, 0x2200U}) {
    for (char32_t c = first; c < first + 0x60; ++c) {
      if (c < 0x7F) {
        figure.title += static_cast<char>(c);
      } else if (c >= 0xA1) {
        if (c >= 0x800) figure.title += static_cast<char>(0xE0 | (c >> 12));
        figure.title += static_cast<char>(c >= 0x800 ? 0x80 | ((c >> 6) & 0x3F) : 0xC0 | (c >> 6));
        figure.title += static_cast<char>(0x80 | (c & 0x3F));
      }
    }
    figure.title += ' ';
  }
  PlotPanel& near = figure.panels.front();  // ticks at 2·10ᵏ
  near.y.min = 1.1e-5;
  near.y.max = 7.3e-5;
  PlotPanel& far = figure.panels.back();
  far.x.scale = AxisScale::linear;
  far.x.min = -3e7;
  far.x.max = 4e7;
  const test::TemporaryFolder folder;
  FigureFileOptions options;
  options.format = FigureFormat::tex;
  ASSERT_TRUE(write_figure(figure, folder.file("figure.tex"), options));
  const std::string command = "cd '" + folder.path() +
                              "' && pdflatex -interaction=nonstopmode -halt-on-error figure.tex "
                              ">log.txt 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << folder.read("log.txt");
  EXPECT_EQ(folder.read("figure.pdf").rfind("%PDF-", 0), 0U);
}

}  // namespace
}  // namespace sid
