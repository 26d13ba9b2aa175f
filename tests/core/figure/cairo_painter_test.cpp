#include "sid/figure/cairo_painter.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <cairo.h>
#include <gtest/gtest.h>

namespace sid {
namespace {

/// A white picture of 200 by 100 points with `scale` pixels per point.
class Picture {
 public:
  explicit Picture(int scale = 1)
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 200 * scale, 100 * scale)),
        context_(cairo_create(surface_)),
        painter_(context_, fonts(), formulas(), 1.0 / scale) {
    cairo_set_source_rgb(context_, 1.0, 1.0, 1.0);
    cairo_paint(context_);
    cairo_scale(context_, scale, scale);
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  ~Picture() {
    cairo_destroy(context_);
    cairo_surface_destroy(surface_);
  }

  Painter& painter() { return painter_; }

  /// Darkness in [0, 1] of the pixel at these pixel coordinates.
  double dark(int x, int y) {
    cairo_surface_flush(surface_);
    const unsigned char* data = cairo_image_surface_get_data(surface_);
    const unsigned char* p =
        data + static_cast<std::ptrdiff_t>(y) * cairo_image_surface_get_stride(surface_) + 4 * x;
    return 1.0 - (p[0] + p[1] + p[2]) / (3.0 * 255.0);
  }

  /// Sum of darkness over a rectangle of pixels.
  double dark(int x0, int y0, int x1, int y1) {
    double sum = 0.0;
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) sum += dark(x, y);
    }
    return sum;
  }

  static const FontSet& fonts() {
    static const FontSet set;
    return set;
  }
  static FormulaLibrary& formulas() {
    static FormulaLibrary library(std::string(SID_SOURCE_DIR) + "/assets/formulas");
    return library;
  }

 private:
  cairo_surface_t* surface_;
  cairo_t* context_;
  CairoPainter painter_;
};

constexpr Colour kBlack{0, 0, 0, 255};

TEST(CairoPainter, SnapsRulesToWholePixels) {
  for (const int scale : {1, 2, 3}) {
    Picture picture(scale);
    picture.painter().rule({50.3, 0.0}, {50.3, 100.0}, kBlack, 0.6);
    int full = 0, partial = 0;
    for (int x = 0; x < 200 * scale; ++x) {
      const double d = picture.dark(x, 50);
      full += d > 0.99 ? 1 : 0;
      partial += d > 0.01 && d < 0.99 ? 1 : 0;
    }
    EXPECT_EQ(partial, 0) << scale;
    EXPECT_EQ(full, std::max(1, static_cast<int>(std::lround(0.6 * scale)))) << scale;
  }
}

TEST(CairoPainter, CarriesDashesAcrossVertices) {
  // The same straight line with one and with many segments must look the same.
  Picture one, many;
  const Stroke stroke{kBlack, 3.0, {{8.0, 5.0}, 2}};
  std::vector<Point> points;
  for (int i = 0; i <= 60; ++i) points.push_back({10.0 + 3.0 * i, 50.0});
  many.painter().polyline(points, stroke);
  one.painter().polyline(std::vector<Point>{{10.0, 50.0}, {190.0, 50.0}}, stroke);
  double difference = 0.0;
  int changes = 0;
  for (int x = 0; x < 200; ++x) {
    difference += std::abs(one.dark(x, 50) - many.dark(x, 50));
    changes += x > 0 && (one.dark(x, 50) > 0.5) != (one.dark(x - 1, 50) > 0.5) ? 1 : 0;
  }
  EXPECT_LT(difference, 0.5);
  EXPECT_NEAR(changes, 2 * 180 / 13, 3);
}

TEST(CairoPainter, FillsBandsWithoutSeams) {
  Picture picture;
  std::vector<Point> upper, lower;
  for (int i = 0; i <= 36; ++i) {
    upper.push_back({10.0 + 5.0 * i + 0.37, 30.0});
    lower.push_back({10.0 + 5.0 * i + 0.37, 70.0});
  }
  picture.painter().band(upper, lower, {0, 0, 0, 51});
  for (int x = 20; x < 180; ++x) EXPECT_NEAR(picture.dark(x, 50), 0.2, 0.01) << x;
}

TEST(CairoPainter, DrawsEveryMarkerAroundItsCentre) {
  for (const Marker shape :
       {Marker::square, Marker::circle, Marker::triangle, Marker::diamond, Marker::cross}) {
    Picture picture(2);
    picture.painter().marker({100.0, 50.0}, shape, 20.0, kBlack, kBlack, 1.0);
    double sum = 0.0, mx = 0.0;
    for (int y = 0; y < 200; ++y) {
      for (int x = 0; x < 400; ++x) {
        const double d = picture.dark(x, y);
        sum += d;
        mx += d * (x + 0.5);
      }
    }
    EXPECT_GT(sum, 60.0);
    EXPECT_NEAR(mx / sum, 200.0, 0.2);
    EXPECT_EQ(picture.dark(0, 0, 400, 60), 0.0);
    EXPECT_EQ(picture.dark(0, 140, 400, 200), 0.0);
  }
  Picture none;
  none.painter().marker({100.0, 50.0}, Marker::none, 20.0, kBlack, kBlack, 1.0);
  EXPECT_EQ(none.dark(0, 0, 200, 100), 0.0);
}

TEST(CairoPainter, MeasuresWhatItWrites) {
  Picture picture(2);
  Painter& painter = picture.painter();
  const TextStyle style{FontRole::regular, 20.0, kBlack, false};
  const std::string text = "mean 95 % interval";
  const TextExtent size = painter.measure(text, style);
  EXPECT_GT(size.width, 100.0);
  EXPECT_NEAR(size.ascent + size.descent, 24.0, 6.0);
  painter.text({5.0, 60.0}, text, style);
  EXPECT_GT(picture.dark(10, 80, static_cast<int>(2.0 * (5.0 + size.width)), 130), 100.0);
  EXPECT_LT(picture.dark(static_cast<int>(2.0 * (5.0 + size.width)) + 2, 0, 400, 200), 0.5);
  // Twice the size is twice the width: no hinting.
  TextStyle large = style;
  large.size = 40.0;
  EXPECT_NEAR(painter.measure(text, large).width, 2.0 * size.width, 1e-3 * size.width);
}

TEST(CairoPainter, FallsBackGlyphByGlyph) {
  Picture picture;
  Painter& painter = picture.painter();
  const TextStyle style{FontRole::regular, 16.0, kBlack, false};
  // Inter lacks the nabla: it comes from another face, and the words around it keep theirs.
  const double parts = painter.measure("E", style).width + painter.measure("∇", style).width +
                       painter.measure("f", style).width;
  EXPECT_NEAR(painter.measure("E∇f", style).width, parts, 1e-6);
  EXPECT_GT(painter.measure("∇", style).width, 4.0);
  // Malformed bytes and control characters are drawn as something, never passed on.
  for (const std::string bad : {"\xFF\xFE", "\xE2\x88", "a\nb\tc", "\xED\xA0\x80", "\xC0\x80"}) {
    EXPECT_GT(painter.measure(bad, style).width, 0.0);
    painter.text({10.0, 50.0}, bad, style);
  }
  EXPECT_EQ(painter.measure("", style).width, 0.0);
}

TEST(CairoPainter, ReadsUpwardsWhenVertical) {
  Picture picture;
  picture.painter().text({100.0, 95.0}, "upwards", {FontRole::regular, 16.0, kBlack, true});
  EXPECT_GT(picture.dark(80, 30, 106, 96), 50.0);
  EXPECT_LT(picture.dark(110, 0, 200, 100), 0.5);
  EXPECT_LT(picture.dark(0, 0, 80, 100), 0.5);
}

TEST(CairoPainter, ClipsUntilItIsTold) {
  Picture picture;
  Painter& painter = picture.painter();
  painter.push_clip({0.0, 0.0, 50.0, 100.0});
  painter.fill_rect({0.0, 0.0, 200.0, 100.0}, kBlack);
  painter.pop_clip();
  painter.fill_rect({150.0, 0.0, 10.0, 100.0}, kBlack, 0.0);
  EXPECT_NEAR(picture.dark(49, 50), 1.0, 0.01);
  EXPECT_NEAR(picture.dark(51, 50), 0.0, 0.01);
  EXPECT_NEAR(picture.dark(155, 50), 1.0, 0.01);
}

TEST(CairoPainter, PlacesFormulasByTheirCorner) {
  Picture picture;
  Painter& painter = picture.painter();
  const FormulaExtent size = painter.formula_extent("y-lower", 14.0);
  ASSERT_GT(size.width, 50.0);
  painter.formula({20.0, 30.0}, "y-lower", {14.0, kBlack, false});
  EXPECT_GT(
      picture.dark(20, 30, static_cast<int>(20 + size.width), static_cast<int>(30 + size.height)),
      50.0);
  EXPECT_LT(picture.dark(0, 0, 200, 29), 0.1);
  EXPECT_EQ(painter.formula_extent("none", 14.0).width, 0.0);
  painter.formula({20.0, 30.0}, "none", {14.0, kBlack, false});
}

}  // namespace
}  // namespace sid
