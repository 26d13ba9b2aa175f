#include "sid/figure/write_figure.hpp"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include "sid/figure/build_figure.hpp"

#include "support/file_size_limit.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

namespace fs = std::filesystem;

Figure small_figure() {
  Figure figure;
  figure.title = "A < B & \"C\"";
  figure.caption = "Caption with λ and 95 %.";
  figure.metadata = "[problem]\nkind = \"quadratic\"  # <tag> & λ ]]>\n";
  PlotPanel panel;
  panel.id = "mse";
  panel.x.label = "epochs";
  panel.y.formula = "y-hypergradient";
  panel.x.min = 1.0;
  panel.x.max = 100.0;
  panel.y.min = 1e-4;
  panel.y.max = 1.0;
  Series s;
  s.key = "0/measured";
  s.marker = Marker::circle;
  s.x = {1, 10, 100};
  s.y = {1.0, 0.05, 1e-3};
  s.band_low = {0.5, 0.03, 5e-4};
  s.band_high = {2.0, 0.08, 2e-3};
  panel.series = {s};
  set_ticks(panel, 300.0, 200.0);
  figure.panels = {panel};
  LegendRow row;
  row.series_id = "0/measured";
  row.label = "SID";
  figure.key = {row};
  return figure;
}

FigureFileOptions with(FigureFormat format) {
  FigureFileOptions options;
  options.format = format;
  return options;
}

std::uint32_t word(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

TEST(RenderFigure, GivesTheSameBytesTwice) {
  for (const FigureFormat format :
       {FigureFormat::svg, FigureFormat::pdf, FigureFormat::png, FigureFormat::tex}) {
    const auto first = render_figure(small_figure(), with(format));
    const auto second = render_figure(small_figure(), with(format));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(*first == *second) << static_cast<int>(format);
    EXPECT_GT(first->size(), 2000u);
  }
}

TEST(RenderFigure, EmbedsTitleAndSpecIntoSvg) {
  const auto svg = render_figure(small_figure(), with(FigureFormat::svg));
  ASSERT_TRUE(svg);
  EXPECT_EQ(svg->rfind("<?xml", 0), 0u);
  EXPECT_NE(svg->find("<title>A &lt; B &amp; \"C\"</title>"), std::string::npos);
  EXPECT_NE(svg->find("kind = \"quadratic\"  # &lt;tag&gt; &amp; λ ]]&gt;"), std::string::npos);
  EXPECT_NE(svg->find("width=\"324pt\""), std::string::npos);
  EXPECT_EQ(svg->find("<image"), std::string::npos) << "formulas stay vector";
}

TEST(RenderFigure, EmbedsTitleAndFixedDateIntoPdf) {
  const auto pdf = render_figure(small_figure(), with(FigureFormat::pdf));
  ASSERT_TRUE(pdf);
  EXPECT_EQ(pdf->rfind("%PDF-", 0), 0u);
  EXPECT_NE(pdf->find("/Keywords"), std::string::npos);
  EXPECT_NE(pdf->find("20210413000000"), std::string::npos);
}

TEST(RenderFigure, EmbedsTheSpecIntoPngAsAValidChunk) {
  const auto png = render_figure(small_figure(), with(FigureFormat::png));
  ASSERT_TRUE(png);
  ASSERT_EQ(png->substr(1, 3), "PNG");
  EXPECT_EQ(word(*png, 16), 864u);  // 324 points at twice 96 pixels per inch
  bool found = false;
  std::size_t at = 8;
  while (at + 12 <= png->size()) {
    const std::size_t length = word(*png, at);
    const std::string type = png->substr(at + 4, 4);
    ASSERT_LE(at + 12 + length, png->size());
    const auto crc = crc32(
        0, reinterpret_cast<const Bytef*>(png->data() + at + 4), static_cast<uInt>(length + 4));
    EXPECT_EQ(word(*png, at + 8 + length), static_cast<std::uint32_t>(crc)) << type;
    if (type == "iTXt") {
      found = png->substr(at + 8, length).find(small_figure().metadata) != std::string::npos;
    }
    at += 12 + length;
  }
  EXPECT_EQ(at, png->size());
  EXPECT_TRUE(found);
}

TEST(RenderFigure, ScalesPngAndFollowsSizes) {
  FigureFileOptions options = with(FigureFormat::png);
  options.width_inches = 3.25;
  options.height_inches = 2.5;
  for (const double scale : {1.0, 2.0, 4.0}) {
    options.png_scale = scale;
    const auto png = render_figure(small_figure(), options);
    ASSERT_TRUE(png);
    EXPECT_EQ(word(*png, 16), static_cast<std::uint32_t>(std::lround(3.25 * 96.0 * scale)));
    EXPECT_EQ(word(*png, 20), static_cast<std::uint32_t>(std::lround(2.5 * 96.0 * scale)));
  }
  const auto light = render_figure(small_figure(), options);
  options.dark = true;
  EXPECT_FALSE(*light == *render_figure(small_figure(), options));
}

TEST(RenderFigure, RefusesSizesOutOfRange) {
  for (const double bad : {-1.0, 0.5, 1000.0, std::nan("")}) {
    FigureFileOptions options;
    options.width_inches = bad;
    const auto result = render_figure(small_figure(), options);
    ASSERT_FALSE(result) << bad;
    EXPECT_NE(result.error().message.find("width"), std::string::npos);
    options = {};
    options.png_scale = bad;
    EXPECT_FALSE(render_figure(small_figure(), options));
    options = {};
    options.font_points = bad;
    EXPECT_FALSE(render_figure(small_figure(), options));
  }
}

TEST(RenderFigure, DrawsEmptyAndHopelessFigures) {
  Figure empty;
  EXPECT_TRUE(render_figure(empty));
  Figure figure = small_figure();
  for (double& y : figure.panels[0].series[0].y) y = std::nan("");
  figure.panels[0].note = "No value is positive and finite.";
  EXPECT_TRUE(render_figure(figure));
}

TEST(WriteFigure, ReplacesTheFileWhole) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.write("figure.svg", "old");
  ASSERT_TRUE(write_figure(small_figure(), path));
  EXPECT_TRUE(folder.read("figure.svg") == *render_figure(small_figure()));
  EXPECT_EQ(folder.names().size(), 1u) << "no temporary file is left";
}

TEST(WriteFigure, SaysWhyItCannotWrite) {
  const test::TemporaryFolder folder;
  const auto refusal = [&](const fs::path& path) {
    const Result<void> result = write_figure(small_figure(), path);
    EXPECT_FALSE(result) << path;
    return result ? std::string() : to_string(result.error());
  };
  EXPECT_NE(refusal(folder.path()).find("is a folder"), std::string::npos);
  EXPECT_NE(refusal(folder.file("none/a.svg")).find("does not exist"), std::string::npos);
  folder.write("file", "x");
  EXPECT_NE(refusal(folder.file("file/a.svg")).find("not a folder"), std::string::npos);
  const fs::path pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(refusal(pipe).find("not a regular file"), std::string::npos);
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_NE(refusal(folder.file(std::string(400, 'a'))).find("too long"), std::string::npos);
  EXPECT_FALSE(refusal("/proc/figure.svg").empty());
}

TEST(WriteFigure, LeavesTheOldFileWhenTheDiskIsFull) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.write("figure.png", "old");
  const Result<void> result = [&] {
    const test::FileSizeLimit full(1000);
    return write_figure(small_figure(), path, with(FigureFormat::png));
  }();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::io_failure);
  EXPECT_EQ(folder.names().size(), 1u);
  EXPECT_EQ(fs::file_size(path), 3u);
}

TEST(FigureFormat, IsReadFromItsName) {
  EXPECT_EQ(*parse_figure_format("svg"), FigureFormat::svg);
  EXPECT_EQ(*parse_figure_format(".PDF"), FigureFormat::pdf);
  EXPECT_EQ(*parse_figure_format("Png"), FigureFormat::png);
  EXPECT_EQ(*parse_figure_format(".tex"), FigureFormat::tex);
  const auto bad = parse_figure_format("gif");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("svg, pdf, png, tex, csv, json and npz"), std::string::npos);
}

TEST(PreviewFigure, FitsIntoItsRoomInTheProportionsOfTheFile) {
  FigureFileOptions options;
  options.width_inches = 4.0;
  options.height_inches = 2.0;
  const auto wide = preview_figure(small_figure(), options, 300, 300);
  ASSERT_TRUE(wide) << to_string(wide.error());
  EXPECT_EQ(wide->picture.width, 300);
  EXPECT_EQ(wide->picture.height, 150);
  EXPECT_EQ(wide->width_inches, 4.0);
  EXPECT_EQ(wide->height_inches, 2.0);
  EXPECT_EQ(wide->picture.rgba.size(), 4U * 300U * 150U);
  EXPECT_EQ(wide->picture.rgba[3], 255) << "a ground";
  options.transparent = true;
  EXPECT_EQ(preview_figure(small_figure(), options, 300, 300)->picture.rgba[3], 0);
  EXPECT_EQ(preview_figure(small_figure(), options, 600, 100)->picture.height, 100);
  EXPECT_TRUE(preview_figure(small_figure(), options, 0, -5)) << "no room is a dot";
}

TEST(PreviewFigure, NumbersHaveNone) {
  EXPECT_EQ(preview_figure(small_figure(), with(FigureFormat::npz), 100, 100).error().message,
            "csv, json and npz files hold numbers and have no picture.");
  FigureFileOptions huge;
  huge.width_inches = 1e6;
  EXPECT_FALSE(preview_figure(small_figure(), huge, 100, 100));
}

}  // namespace
}  // namespace sid
