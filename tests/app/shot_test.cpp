#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <cairo.h>
#include <gtest/gtest.h>

#include "sid/app/window.hpp"
#include "sid/figure/theme.hpp"

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

struct Picture {
  int width = 0, height = 0;
  std::vector<Colour> pixels;
  const Colour& at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
};

Picture read_png(const std::string& path) {
  Picture picture;
  cairo_surface_t* const surface = cairo_image_surface_create_from_png(path.c_str());
  EXPECT_EQ(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS) << path;
  picture.width = cairo_image_surface_get_width(surface);
  picture.height = cairo_image_surface_get_height(surface);
  const unsigned char* const data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const unsigned char* const p = data + y * stride + 4 * x;
      picture.pixels.push_back({p[2], p[1], p[0], 255});
    }
  }
  cairo_surface_destroy(surface);
  return picture;
}

int distance(const Colour& a, const Colour& b) {
  return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)});
}

std::int64_t count(const Picture& picture, const Colour& colour, int tolerance) {
  return std::count_if(picture.pixels.begin(), picture.pixels.end(), [&](const Colour& pixel) {
    return distance(pixel, colour) <= tolerance;
  });
}

/// A run short enough to end in a blink, drawn offscreen. Skips where there is no EGL.
class Shot : public ::testing::Test {
 protected:
  Picture shoot(const std::string& theme, double scale = 1.0) {
    ShotOptions options;
    options.spec = start_spec();
    options.spec.run.replicas = 8;
    options.preset = "start";
    const test::TemporaryFolder folder;
    options.out = folder.file("shot.png");
    options.look.theme = theme;
    options.scale = scale;
    options.threads = 2;
    const Result<void> done = take_shot(options);
    if (!done) {
      message_ = to_string(done.error());
      return {};
    }
    return read_png(options.out);
  }
  std::string message_;
};

#define SHOOT(name, ...)                   \
  const Picture name = shoot(__VA_ARGS__); \
  if (name.pixels.empty()) GTEST_SKIP() << message_

TEST_F(Shot, ShowsEveryMethodInItsColour) {
  for (const bool dark : {true, false}) {
    SHOOT(picture, dark ? "dark" : "light");
    const sid::Theme& theme = dark ? dark_theme() : light_theme();
    EXPECT_EQ(picture.width, 1280);
    EXPECT_EQ(picture.height, 800);
    EXPECT_LE(distance(picture.at(2, 2), theme.window), 2);
    EXPECT_GT(count(picture, theme.panel, 2), 400000);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_GT(count(picture, theme.method[i], 6), 300) << "method " << i;
    }
  }
}

TEST_F(Shot, IsTheSameTwice) {
  SHOOT(first, "dark");
  SHOOT(second, "dark");
  // Only the line that says how long the run took may differ.
  std::int64_t different = 0;
  for (int y = 0; y < 700; ++y) {
    for (int x = 0; x < first.width; ++x) {
      different += distance(first.at(x, y), second.at(x, y)) > 3 ? 1 : 0;
    }
  }
  EXPECT_EQ(different, 0);
}

TEST_F(Shot, ScalesAsAWhole) {
  SHOOT(small, "dark");
  SHOOT(large, "dark", 2.0);
  ASSERT_EQ(large.width, 2560);
  // Blocks of 40 logical pixels have nearly the same mean colour at both scales.
  const auto mean = [](const Picture& picture, int x0, int y0, int size) {
    double sum = 0.0;
    for (int y = y0; y < y0 + size; ++y) {
      for (int x = x0; x < x0 + size; ++x) {
        const Colour& c = picture.at(x, y);
        sum += c.r + c.g + c.b;
      }
    }
    return sum / (3.0 * size * size);
  };
  int off = 0;
  for (int y = 0; y < 680; y += 40) {
    for (int x = 0; x < 1280; x += 40) {
      off += std::abs(mean(small, x, y, 40) - mean(large, 2 * x, 2 * y, 80)) > 16.0 ? 1 : 0;
    }
  }
  EXPECT_LT(off, 20) << "of 544 blocks";
}

TEST(TakeShot, RefusesWhatItCannotDo) {
  ShotOptions options;
  options.spec = start_spec();
  options.look.theme = "purple";
  EXPECT_FALSE(take_shot(options));
  options.look.theme = "dark";
  options.scale = 100.0;
  EXPECT_FALSE(take_shot(options));
  options.scale = 1.0;
  options.width = 0;
  EXPECT_FALSE(take_shot(options));
}

}  // namespace
}  // namespace sid::app
