#include "sid/figure/figure_data.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sid/figure/internal/npz.hpp"
#include "sid/figure/write_figure.hpp"

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Series curve(const char* key, const char* label, std::vector<double> y) {
  Series s;
  s.key = key;
  s.label = label;
  s.x = {1.0, 10.0, 100.0};
  s.y = std::move(y);
  return s;
}

Figure figure_with_everything() {
  Figure figure;
  figure.title = "Test";
  figure.caption = "Means of 8 replicas.";
  figure.metadata = "sidlab 1\nseed = 7\n";
  PlotPanel plot;
  plot.id = "mse";
  plot.x.label = "epochs";
  plot.x.min = 1.0;
  plot.x.max = 50.0;
  plot.y.label = "E‖e‖²";
  plot.y.min = 1e-3;
  plot.y.max = 10.0;
  Series measured = curve("0/measured", "SID, \"const\"", {0.1, kNan, 1.0 / 3.0});
  measured.band_low = {0.05, kNan, 0.3};
  measured.band_high = {0.2, kNan, 0.4};
  Series bound = curve("0/bound", "Theorem 3.4", {1e5, 2.0, 1e-300});
  bound.role = SeriesRole::bound;
  Series hidden = curve("1/exact", "exact λ", {0.01, 0.02, 0.03});
  hidden.role = SeriesRole::exact;
  hidden.visible = false;
  Series faded = curve("1/bound", "of earlier settings", {0.5, 0.5, 0.5});
  faded.faded = true;
  plot.series = {measured, bound, hidden, faded};
  figure.panels = {plot};
  return figure;
}

std::vector<std::string> table_lines(const std::string& csv) {
  std::vector<std::string> out;
  std::istringstream in(csv);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] != '#') out.push_back(line);
  }
  return out;
}

TEST(FigureData, CsvHasEveryValueWithAllDigits) {
  const std::string csv =
      figure_data(figure_with_everything(), DataFormat::csv, DataRange::all).value();
  EXPECT_THAT(
      table_lines(csv),
      ElementsAre("plot,curve,label,role,x,value,low,high",
                  "mse,0/measured,\"SID, \"\"const\"\"\",measured,1,0.1,0.05,0.2",
                  "mse,0/measured,\"SID, \"\"const\"\"\",measured,10,,,",
                  "mse,0/measured,\"SID, \"\"const\"\"\",measured,100,0.3333333333333333,0.3,0.4",
                  "mse,0/bound,Theorem 3.4,bound,1,1e+05,,",
                  "mse,0/bound,Theorem 3.4,bound,10,2,,",
                  "mse,0/bound,Theorem 3.4,bound,100,1e-300,,",
                  "mse,1/exact,exact λ,exact,1,0.01,,",
                  "mse,1/exact,exact λ,exact,10,0.02,,",
                  "mse,1/exact,exact λ,exact,100,0.03,,"));
  EXPECT_THAT(csv,
              AllOf(HasSubstr("# mse: x = epochs (log axis from 1 to 50); value = E‖e‖² (log axis "
                              "from 0.001 to 10)\n"),
                    HasSubstr("# Means of 8 replicas.\n"),
                    HasSubstr("# sidlab 1\n# seed = 7\n")));
}

TEST(FigureData, VisibleIsWhatLiesInsideTheAxes) {
  const std::string csv =
      figure_data(figure_with_everything(), DataFormat::csv, DataRange::visible).value();
  EXPECT_THAT(table_lines(csv),
              ElementsAre("plot,curve,label,role,x,value,low,high",
                          "mse,0/measured,\"SID, \"\"const\"\"\",measured,1,0.1,0.05,0.2",
                          "mse,0/bound,Theorem 3.4,bound,10,2,,"));
}

TEST(FigureData, JsonIsTheSameAsATree) {
  const auto json = nlohmann::json::parse(
      figure_data(figure_with_everything(), DataFormat::json, DataRange::all).value());
  EXPECT_EQ(json["metadata"], "sidlab 1\nseed = 7\n");
  const auto& plot = json["plots"][0];
  EXPECT_EQ(plot["y"]["scale"], "log");
  EXPECT_EQ(plot["x"]["max"], 50.0);
  ASSERT_EQ(plot["curves"].size(), 3U);
  EXPECT_EQ(plot["curves"][0]["label"], "SID, \"const\"");
  EXPECT_TRUE(plot["curves"][0]["value"][1].is_null()) << "not a number is no number";
  EXPECT_EQ(plot["curves"][0]["value"][2].get<double>(), 1.0 / 3.0);
  EXPECT_EQ(plot["curves"][0]["high"][2], 0.4);
  EXPECT_EQ(plot["curves"][2]["visible"], false);
  EXPECT_FALSE(plot["curves"][1].contains("low"));
}

TEST(FigureData, LabelsThatAreNoTextCostNothing) {
  Figure figure = figure_with_everything();
  figure.panels[0].series[0].label = "bad \xFF\xC3 bytes";
  for (const DataFormat format : {DataFormat::csv, DataFormat::json, DataFormat::npz}) {
    EXPECT_TRUE(figure_data(figure, format, DataRange::all));
  }
  const auto json =
      nlohmann::json::parse(figure_data(figure, DataFormat::json, DataRange::all).value());
  EXPECT_THAT(json["plots"][0]["curves"][0]["label"].get<std::string>(), HasSubstr("bytes"));
}

TEST(FigureData, EmptyFiguresAreFilesToo) {
  EXPECT_THAT(table_lines(figure_data({}, DataFormat::csv, DataRange::all).value()),
              ElementsAre("plot,curve,label,role,x,value,low,high"));
  EXPECT_TRUE(
      nlohmann::json::parse(figure_data({}, DataFormat::json, DataRange::all).value())["plots"]
          .empty());
  EXPECT_TRUE(figure_data({}, DataFormat::npz, DataRange::visible));
}

TEST(FigureData, SameFigureSameBytes) {
  for (const DataFormat format : {DataFormat::csv, DataFormat::json, DataFormat::npz}) {
    EXPECT_EQ(figure_data(figure_with_everything(), format, DataRange::all).value(),
              figure_data(figure_with_everything(), format, DataRange::all).value());
  }
}

TEST(FigureData, GoesByTheFormatOfAFile) {
  FigureFileOptions options;
  options.format = parse_figure_format(".CSV").value();
  options.width_inches = 1e9;  // of pictures alone
  EXPECT_EQ(render_figure(figure_with_everything(), options).value(),
            figure_data(figure_with_everything(), DataFormat::csv, DataRange::all).value());
  EXPECT_THAT(parse_figure_format("gif").error().message,
              HasSubstr("known are svg, pdf, png, tex, csv, json and npz."));
}

TEST(Npz, TwoArraysOfOneNameAreRefused) {
  internal::NpzWriter archive;
  archive.add("a", {1.0});
  archive.add("a", {2.0});
  const auto bytes = archive.bytes();
  ASSERT_FALSE(bytes);
  EXPECT_THAT(bytes.error().message, HasSubstr("the archive could not be made"));
}

TEST(Npz, NumpyLoadsIt) {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "needs Python with NumPy (Debian package python3-numpy)";
  }
  const test::TemporaryFolder folder;
  const std::string path = folder.file("figure.npz"), said = folder.file("said.txt");
  {
    std::ofstream out(path, std::ios::binary);
    out << figure_data(figure_with_everything(), DataFormat::npz, DataRange::all).value();
  }
  const std::string script = folder.write(
      "read.py",
      "import numpy, sys\n"
      "data = numpy.load(sys.argv[1], allow_pickle=False)\n"
      "print(sorted(data.files))\n"
      "print(data['mse/0/measured/value'].dtype, repr(data['mse/0/measured/value'].tolist()))\n"
      "print(repr(data['mse/0/measured/high'].tolist()))\n"
      "print(ascii(data['mse/1/exact/label'].item()))\n"
      "print(repr(data['metadata'].item()))\n");
  const std::string command = "/usr/bin/python3 '" + script + "' '" + path + "' > '" + said + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream in(said);
  std::array<std::string, 5> lines;
  for (std::string& line : lines) std::getline(in, line);
  EXPECT_THAT(lines[0], HasSubstr("'mse/0/bound/value', 'mse/0/bound/x', 'mse/0/measured/high'"));
  EXPECT_THAT(lines[0], Not(HasSubstr("1/bound")));
  EXPECT_EQ(lines[1], "float64 [0.1, nan, 0.3333333333333333]");
  EXPECT_EQ(lines[2], "[0.2, nan, 0.4]");
  EXPECT_EQ(lines[3], "'exact \\u03bb'");
  EXPECT_EQ(lines[4], "'sidlab 1\\nseed = 7\\n'");
}

}  // namespace
}  // namespace sid
