// Zero, negative and not finite values on a log axis: every renderer leaves a gap.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <cairo.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure_data.hpp"
#include "sid/figure/ticks.hpp"
#include "sid/figure/write_figure.hpp"

#include "core/figure/recording_painter.hpp"

namespace sid {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::RecordingPainter;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr std::size_t kPoints = 41, kHole = 20;

/// Points at equal distances on a log axis, up and down so that none is like its neighbours; that
/// in the middle is `value`.
PlotPanel plot_with(double value) {
  PlotPanel plot;
  plot.id = "mse";
  plot.x.min = 1.0;
  plot.x.max = 100.0;
  plot.y.min = 1e-4;
  plot.y.max = 1.0;
  Series s;
  s.key = "0/measured";
  for (std::size_t i = 0; i < kPoints; ++i) {
    s.x.push_back(std::pow(10.0, 2.0 * static_cast<double>(i) / (kPoints - 1)));
    s.y.push_back(i == kHole ? value : (i % 2 == 0 ? 0.1 : 0.15) / s.x.back());
    s.band_low.push_back(0.5 * s.y.back());
    s.band_high.push_back(2.0 * s.y.back());
  }
  plot.series = {s};
  set_ticks(plot, 300.0, 200.0);
  return plot;
}

Figure figure_with(double value) {
  Figure figure;
  figure.panels = {plot_with(value)};
  return figure;
}

/// Values a log axis cannot show.
const std::vector<double> kHoles = {0.0, -0.0, -1.0, -1e-300, kNan, kInf, -kInf};

using Path = std::vector<double>;  ///< x of the vertices of one connected line

/// The largest step from a vertex to the next one.
double largest_step(const std::vector<Path>& paths) {
  double step = 0.0;
  for (const Path& path : paths) {
    for (std::size_t i = 1; i < path.size(); ++i) {
      step = std::max(step, std::abs(path[i] - path[i - 1]));
    }
  }
  return step;
}

/// Both neighbours of the hole are drawn, each on its side, and nothing joins them.
void expect_gap(const std::function<std::vector<Path>(const Figure&)>& paths_of) {
  const std::vector<Path> whole = paths_of(figure_with(0.01));
  ASSERT_EQ(whole.size(), 1U);
  ASSERT_EQ(whole[0].size(), kPoints);
  for (const double hole : kHoles) {
    const std::vector<Path> broken = paths_of(figure_with(hole));
    ASSERT_EQ(broken.size(), 2U) << hole;
    EXPECT_EQ(broken[0].size(), kHole) << hole;
    EXPECT_EQ(broken[1].size(), kPoints - kHole - 1) << hole;
    EXPECT_LE(largest_step(broken), 1.01 * largest_step(whole)) << hole;
  }
}

std::string bytes_of(const Figure& figure, FigureFormat format) {
  FigureFileOptions options;
  options.format = format;
  options.layout = {.title = false, .key = false, .caption = false};
  const auto bytes = render_figure(figure, options);
  EXPECT_TRUE(bytes);
  return bytes ? *bytes : "";
}

TEST(Gaps, OfEveryPainter) {
  expect_gap([](const Figure& figure) {
    RecordingPainter painter;
    draw_panel(painter, figure.panels[0], {0.0, 0.0, 400.0, 260.0}, light_theme());
    std::vector<Path> paths;
    for (const auto& line : painter.lines) {
      Path& path = paths.emplace_back();
      for (const Point& p : line.points) path.push_back(p.x);
    }
    EXPECT_EQ(painter.strips.size(), paths.size()) << "the band breaks where the line does";
    EXPECT_TRUE(painter.finite);
    return paths;
  });
}

TEST(Gaps, OfSvg) {
  expect_gap([](const Figure& figure) {
    const std::string svg = bytes_of(figure, FigureFormat::svg);
    // Strokes in the colour of the first method, #0072B2, as cairo 1.16 and 1.18 write them.
    const std::regex stroke(R"re(<path [^>]*stroke(?::|=")rgb\(0%[^>]* d="([^"]*)")re");
    std::vector<Path> paths;
    for (std::sregex_iterator at(svg.begin(), svg.end(), stroke), end; at != end; ++at) {
      std::istringstream words((*at)[1].str());
      char command = 0;
      for (double x = 0.0, y = 0.0; words >> command >> x >> y;) {
        if (command == 'M') paths.emplace_back();
        paths.back().push_back(x);
      }
    }
    return paths;
  });
}

/// Page descriptions of a PDF file, inflated.
std::string contents_of(const std::string& pdf) {
  std::string out;
  for (std::size_t at = pdf.find("stream\n"); at != std::string::npos;
       at = pdf.find("stream\n", at + 7)) {
    std::string text(1 << 20, '\0');
    uLongf size = text.size();
    const int status = uncompress(reinterpret_cast<Bytef*>(text.data()),
                                  &size,
                                  reinterpret_cast<const Bytef*>(pdf.data() + at + 7),
                                  static_cast<uLong>(pdf.size() - at - 7));
    if (status == Z_OK) out += text.substr(0, size) + "\n";
  }
  return out;
}

TEST(Gaps, OfPdf) {
  expect_gap([](const Figure& figure) {
    // Paths in the colour of the first method: "0 0.447059 0.698039 RG".
    std::istringstream words(contents_of(bytes_of(figure, FigureFormat::pdf)));
    std::vector<Path> paths, pending;
    std::vector<double> numbers;
    bool ours = false;
    for (std::string word; words >> word;) {
      char* end = nullptr;
      const double number = std::strtod(word.c_str(), &end);
      if (end != word.c_str() && *end == '\0') {
        numbers.push_back(number);
        continue;
      }
      const std::size_t n = numbers.size();
      if (word == "RG" && n >= 3) ours = numbers[n - 3] == 0.0 && numbers[n - 1] > 0.69;
      if (word == "m" && n >= 2) pending.emplace_back();
      if ((word == "m" || word == "l") && n >= 2 && !pending.empty()) {
        pending.back().push_back(numbers[n - 2]);
      }
      if (word == "S" && ours) paths.insert(paths.end(), pending.begin(), pending.end());
      if (word == "S" || word == "f" || word == "f*" || word == "n") pending.clear();
      numbers.clear();
    }
    return paths;
  });
}

TEST(Gaps, OfPgfplots) {
  expect_gap([](const Figure& figure) {
    const std::string tex = bytes_of(figure, FigureFormat::tex);
    const std::regex plot(R"(\\addplot\[draw=\{rgb[^\]]*\] coordinates \{([^}]*)\})");
    const std::regex point(R"(\(([^,()]+),[^,()]+\))");
    std::vector<Path> paths;
    for (std::sregex_iterator at(tex.begin(), tex.end(), plot), end; at != end; ++at) {
      const std::string text = (*at)[1].str();
      Path& path = paths.emplace_back();
      for (std::sregex_iterator p(text.begin(), text.end(), point); p != end; ++p) {
        path.push_back(std::log10(std::strtod((*p)[1].str().c_str(), nullptr)));
      }
    }
    return paths;
  });
}

/// Columns of a PNG between the first and the last with ink of the first method that have none.
int empty_columns(const std::string& png) {
  struct Rest {
    const char* at;
    std::size_t size;
  } rest{png.data(), png.size()};
  cairo_surface_t* const surface = cairo_image_surface_create_from_png_stream(
      [](void* from, unsigned char* to, unsigned int size) {
        auto& r = *static_cast<Rest*>(from);
        if (r.size < size) return CAIRO_STATUS_READ_ERROR;
        std::copy_n(r.at, size, to);
        r.at += size;
        r.size -= size;
        return CAIRO_STATUS_SUCCESS;
      },
      &rest);
  const int width = cairo_image_surface_get_width(surface);
  const int height = cairo_image_surface_get_height(surface);
  const unsigned char* const data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  std::vector<bool> inked;
  for (int x = 0; x < width; ++x) {
    bool ink = false;
    for (int y = 0; y < height; ++y) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(y) * stride + std::ptrdiff_t{4} * x;
      const unsigned char* const p = data + at;
      ink = ink || (p[2] < 40 && p[0] > 150);  // #0072B2, not its band
    }
    inked.push_back(ink);
  }
  cairo_surface_destroy(surface);
  const auto first = std::find(inked.begin(), inked.end(), true);
  const auto last = std::find(inked.rbegin(), inked.rend(), true).base();
  return static_cast<int>(std::count(first, last, false));
}

TEST(Gaps, OfPng) {
  EXPECT_EQ(empty_columns(bytes_of(figure_with(0.01), FigureFormat::png)), 0);
  for (const double hole : kHoles) {
    // Two steps of at least 300/40 points, at 192 pixels per inch.
    EXPECT_GT(empty_columns(bytes_of(figure_with(hole), FigureFormat::png)), 25) << hole;
  }
}

TEST(Gaps, OfNumbersInsideTheAxes) {
  for (const double hole : kHoles) {
    const Figure figure = figure_with(hole);
    const auto visible = [&](DataFormat format) {
      return figure_data(figure, format, DataRange::visible).value();
    };
    const std::string csv = visible(DataFormat::csv);
    EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), 2 + kPoints - 1)
        << hole;
    const auto json = nlohmann::json::parse(visible(DataFormat::json));
    EXPECT_EQ(json["plots"][0]["curves"][0]["value"].size(), kPoints - 1) << hole;
    EXPECT_EQ(visible(DataFormat::npz), visible(DataFormat::npz));
  }
}

TEST(Gaps, AreStillNumbersInTheTablesOfAllNumbers) {
  // What no axis can show is data all the same, and no number has no digits.
  EXPECT_THAT(figure_data(figure_with(-1.0), DataFormat::csv, DataRange::all).value(),
              HasSubstr("measured,10,-1,-0.5,-2\n"));
  for (const double hole : {kNan, kInf, -kInf}) {
    const std::string csv = figure_data(figure_with(hole), DataFormat::csv, DataRange::all).value();
    EXPECT_THAT(csv, HasSubstr("measured,10,,,\n"));
    EXPECT_THAT(csv, Not(HasSubstr("nan")));
    EXPECT_THAT(csv, Not(HasSubstr("inf")));
    const auto json = nlohmann::json::parse(
        figure_data(figure_with(hole), DataFormat::json, DataRange::all).value());
    EXPECT_TRUE(json["plots"][0]["curves"][0]["value"][kHole].is_null());
  }
}

}  // namespace
}  // namespace sid
