// The window and the files draw the same figure: what the stroker makes of it in triangles and what
// cairo makes of it in paths differ by anti-aliasing alone.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include <cairo.h>
#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "sid/app/platform/fonts.hpp"
#include "sid/app/platform/imgui_context.hpp"
#include "sid/app/platform/textures.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/figure/cairo_painter.hpp"
#include "sid/figure/draw_panel.hpp"
#include "sid/figure/heat_map.hpp"
#include "sid/figure/ticks.hpp"

namespace sid::app {
namespace {

constexpr int kWidth = 420, kHeight = 300, kFine = 4;

using Rgb = std::array<double, 3>;

struct Picture {
  int width = 0, height = 0;
  std::vector<Rgb> pixels;
  Picture(int w, int h, const Colour& ground)
      : width(w),
        height(h),
        pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h),
               {double(ground.r), double(ground.g), double(ground.b)}) {}
  Rgb& at(int x, int y) {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
  const Rgb& at(int x, int y) const { return const_cast<Picture&>(*this).at(x, y); }
};

double distance(const Rgb& a, const Rgb& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

/// Keeps what is drawn with it.
class KeptTextures final : public TextureStore {
 public:
  struct Texture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgba;
  };
  ImTextureID create(std::span<const std::uint8_t> rgba, int width, int height) override {
    const auto id = reinterpret_cast<ImTextureID>(++next_);
    textures_[id] = {width, height, {rgba.begin(), rgba.end()}};
    return id;
  }
  void destroy(ImTextureID texture) override { textures_.erase(texture); }
  const Texture* find(ImTextureID texture) const {
    const auto found = textures_.find(texture);
    return found == textures_.end() ? nullptr : &found->second;
  }

 private:
  std::intptr_t next_ = 5000;
  std::map<ImTextureID, Texture> textures_;
};

/// What a graphics card does with a draw list, several samples a pixel each way; glyphs left out.
class Rasteriser {
 public:
  Rasteriser(const Colour& ground, const KeptTextures& textures)
      : fine_(kWidth * kFine, kHeight * kFine, ground), textures_(textures) {}

  void draw(const ImDrawList& list) {
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (const ImDrawCmd& command : list.CmdBuffer) {
      texture_ = textures_.find(command.TextureId);
      for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
        std::array<const ImDrawVert*, 3> v{};
        bool plain = true;
        for (unsigned k = 0; k < 3; ++k) {
          const ImDrawIdx index = list.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)];
          v[k] = &list.VtxBuffer[static_cast<int>(command.VtxOffset + index)];
          plain = plain && v[k]->uv.x == white.x && v[k]->uv.y == white.y;
        }
        if (plain || texture_ != nullptr) triangle(*v[0], *v[1], *v[2], command.ClipRect);
      }
    }
  }

  Picture picture() const {
    Picture out(kWidth, kHeight, {});
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        Rgb sum{};
        for (int j = 0; j < kFine * kFine; ++j) {
          const Rgb& sample = fine_.at(x * kFine + j % kFine, y * kFine + j / kFine);
          for (std::size_t c = 0; c < 3; ++c) sum[c] += sample[c] / (kFine * kFine);
        }
        out.at(x, y) = sum;
      }
    }
    return out;
  }

 private:
  void triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, const ImVec4& clip) {
    const auto cross = [](ImVec2 o, ImVec2 p, double x, double y) {
      return (double(p.x) - double(o.x)) * (y - double(o.y)) -
             (double(p.y) - double(o.y)) * (x - double(o.x));
    };
    const double area = cross(a.pos, b.pos, double(c.pos.x), double(c.pos.y));
    if (area == 0.0) return;
    const auto low = [](float p, float q, float r, float edge) {
      return static_cast<int>(std::floor(std::max(std::min({p, q, r}), edge) * kFine));
    };
    const auto high = [](float p, float q, float r, float edge) {
      return static_cast<int>(std::ceil(std::min(std::max({p, q, r}), edge) * kFine));
    };
    const int x0 = std::max(0, low(a.pos.x, b.pos.x, c.pos.x, clip.x));
    const int x1 = std::min(fine_.width, high(a.pos.x, b.pos.x, c.pos.x, clip.z));
    const int y0 = std::max(0, low(a.pos.y, b.pos.y, c.pos.y, clip.y));
    const int y1 = std::min(fine_.height, high(a.pos.y, b.pos.y, c.pos.y, clip.w));
    const auto channel = [](ImU32 colour, int shift) {
      return static_cast<double>((colour >> shift) & 0xFFU);
    };
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) {
        const double px = (x + 0.5) / kFine, py = (y + 0.5) / kFine;
        const double u = cross(b.pos, c.pos, px, py) / area;
        const double v = cross(c.pos, a.pos, px, py) / area;
        const double w = 1.0 - u - v;
        if (u < 0.0 || v < 0.0 || w <= 0.0) continue;  // one edge open: none is drawn twice
        const auto mixed = [&](int shift) {
          return u * channel(a.col, shift) + v * channel(b.col, shift) + w * channel(c.col, shift);
        };
        const double alpha = mixed(IM_COL32_A_SHIFT) / 255.0;
        Rgb& pixel = fine_.at(x, y);
        if (texture_ != nullptr) {
          const auto at = [&](float p, float q, float r, int size) {
            const double share = u * double(p) + v * double(q) + w * double(r);
            return std::clamp(static_cast<int>(share * size), 0, size - 1);
          };
          const int column = at(a.uv.x, b.uv.x, c.uv.x, texture_->width);
          const int row = at(a.uv.y, b.uv.y, c.uv.y, texture_->height);
          const std::uint8_t* const texel =
              texture_->rgba.data() +
              4 * (static_cast<std::ptrdiff_t>(row) * texture_->width + column);
          for (std::size_t k = 0; k < 3; ++k) {
            pixel[k] += alpha * texel[3] / 255.0 * (texel[k] - pixel[k]);
          }
          continue;
        }
        constexpr std::array<int, 3> kShifts = {
            IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT};
        for (std::size_t k = 0; k < 3; ++k) {
          pixel[k] += alpha * (mixed(kShifts[k]) - pixel[k]);
        }
      }
    }
  }

  Picture fine_;
  const KeptTextures& textures_;
  const KeptTextures::Texture* texture_ = nullptr;
};

class RenderersAgree : public ::testing::Test {
 protected:
  RenderersAgree() : fonts_(build_fonts(1.0F)), formulas_(textures_) {
    options_.margins = Margins{16.0, 16.0, 16.0, 16.0};
    options_.title = options_.x_labels = options_.y_labels = false;
    options_.x_title = options_.y_title = options_.edge_notes = false;
  }

  Picture on_screen(const PlotPanel& plot, const Theme& theme) {
    ImGui::GetIO().DisplaySize = {float(kWidth), float(kHeight)};
    ImGui::GetIO().DeltaTime = 1.0F / 60.0F;
    ImGui::NewFrame();
    ImDrawList* const list = ImGui::GetForegroundDrawList();
    ImGuiPainter painter(*list, fonts_, formulas_);
    draw_panel(painter, plot, {0.0, 0.0, kWidth, kHeight}, theme, options_);
    Rasteriser rasteriser(theme.panel, textures_);
    rasteriser.draw(*list);
    ImGui::EndFrame();
    return rasteriser.picture();
  }

  Picture in_file(const PlotPanel& plot, const Theme& theme) {
    cairo_surface_t* const surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, kWidth, kHeight);
    cairo_t* const context = cairo_create(surface);
    const FontSet faces;
    FormulaLibrary formulas;
    CairoPainter painter(context, faces, formulas, 1.0);
    painter.fill_rect({0.0, 0.0, kWidth, kHeight}, theme.panel, 0.0);
    draw_panel(painter, plot, {0.0, 0.0, kWidth, kHeight}, theme, options_);
    cairo_destroy(context);
    cairo_surface_flush(surface);
    const unsigned char* const data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    Picture out(kWidth, kHeight, {});
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const unsigned char* const p =
            data + static_cast<std::ptrdiff_t>(y) * stride + 4 * static_cast<std::ptrdiff_t>(x);
        out.at(x, y) = {double(p[2]), double(p[1]), double(p[0])};
      }
    }
    cairo_surface_destroy(surface);
    return out;
  }

  ImGuiScope scope_;
  Fonts fonts_;
  KeptTextures textures_;
  FormulaTextures formulas_;
  DrawOptions options_;
};

PlotPanel empty_plot() {
  PlotPanel plot;
  plot.x.min = 1.0;
  plot.x.max = 1000.0;
  plot.y.min = 1e-4;
  plot.y.max = 1e2;
  return plot;
}

/// Falls, with spikes up and down, and a gap.
Series spiky(SeriesRole role, int colour, double level) {
  Series s;
  s.key = "0/x";
  s.role = role;
  s.colour = colour;
  for (int i = 0; i <= 40; ++i) {
    s.x.push_back(std::pow(10.0, 3.0 * i / 40.0));
    s.y.push_back(level / s.x.back() * (i % 9 == 4 ? 30.0 : i % 11 == 7 ? 0.02 : 1.0));
  }
  s.y[20] = std::numeric_limits<double>::quiet_NaN();
  return s;
}

/// The ink of one column: where it lies on average, NaN where there is little, and how many rows
/// have some.
struct Ink {
  double centre = std::numeric_limits<double>::quiet_NaN();
  int rows = 0;
};

Ink ink_of_column(const Picture& picture, int x, const Rgb& ground) {
  double ink = 0.0, moment = 0.0;
  Ink out;
  for (int y = 0; y < picture.height; ++y) {
    const double here = distance(picture.at(x, y), ground);
    ink += here;
    moment += here * (y + 0.5);
    if (here > 20.0) ++out.rows;
  }
  if (ink > 60.0) out.centre = moment / ink;
  return out;
}

TEST_F(RenderersAgree, CurvesLieWithinHalfAPixel) {
  const Theme& theme = light_theme();
  PlotPanel plot = empty_plot();
  plot.series = {spiky(SeriesRole::measured, 1, 10.0)};
  // No frame and no grid: the curve alone.
  Theme bare = theme;
  bare.axis = bare.grid = bare.grid_minor = bare.panel;
  const Picture screen = on_screen(plot, bare), file = in_file(plot, bare);
  const Rgb ground = {double(bare.panel.r), double(bare.panel.g), double(bare.panel.b)};
  std::vector<Ink> a, b;
  for (int x = 0; x < kWidth; ++x) {
    a.push_back(ink_of_column(screen, x, ground));
    b.push_back(ink_of_column(file, x, ground));
  }
  int compared = 0;
  for (std::size_t x = 17; x + 17 < a.size(); ++x) {
    EXPECT_EQ(std::isnan(a[x].centre), std::isnan(b[x].centre)) << "column " << x;
    // At an end of the line half a column has ink.
    const bool inside = std::isfinite(a[x - 1].centre) && std::isfinite(a[x + 1].centre);
    if (!inside || !std::isfinite(a[x].centre) || !std::isfinite(b[x].centre)) continue;
    // Where the curve is steep, a little sideways is more upwards: a level stroke has four rows.
    EXPECT_NEAR(a[x].centre, b[x].centre, 0.5 * std::max(1.0, a[x].rows / 4.0)) << "column " << x;
    ++compared;
  }
  EXPECT_GT(compared, 300);
}

/// Shares of the pixels with ink in `a` that have no ink of about the same colour in `b` in the
/// same place or beside it.
double lonely(const Picture& a, const Picture& b, const Rgb& ground) {
  int ink = 0, alone = 0;
  for (int y = 1; y + 1 < a.height; ++y) {
    for (int x = 1; x + 1 < a.width; ++x) {
      if (distance(a.at(x, y), ground) < 70.0) continue;
      ++ink;
      double best = 255.0;
      for (int j = 0; j < 9; ++j) {
        best = std::min(best, distance(a.at(x, y), b.at(x - 1 + j % 3, y - 1 + j / 3)));
      }
      if (best > 50.0) ++alone;
    }
  }
  EXPECT_GT(ink, 2000);
  return static_cast<double>(alone) / std::max(ink, 1);
}

TEST_F(RenderersAgree, BandsMarkersDashesAndGridAreTheSame) {
  for (const bool dark : {false, true}) {
    const Theme& theme = dark ? dark_theme() : light_theme();
    PlotPanel plot = empty_plot();
    int colour = 0;
    for (const SeriesRole role : {SeriesRole::bound,
                                  SeriesRole::floor,
                                  SeriesRole::measured,
                                  SeriesRole::exact,
                                  SeriesRole::pinned}) {
      Series s = spiky(role, colour, std::pow(10.0, colour - 1.0));
      if (role == SeriesRole::measured) {
        s.marker = Marker::diamond;
        for (const double y : s.y) {
          s.band_low.push_back(0.5 * y);
          s.band_high.push_back(2.0 * y);
        }
      }
      plot.series.push_back(s);
      ++colour;
    }
    set_ticks(plot, kWidth, kHeight);
    const Picture screen = on_screen(plot, theme), file = in_file(plot, theme);
    const Rgb ground = {double(theme.panel.r), double(theme.panel.g), double(theme.panel.b)};
    EXPECT_LT(lonely(screen, file, ground), 0.02) << "tips of spikes apart";
    EXPECT_LT(lonely(file, screen, ground), 0.02);
    double difference = 0.0;
    for (std::size_t i = 0; i < screen.pixels.size(); ++i) {
      difference += distance(screen.pixels[i], file.pixels[i]);
    }
    EXPECT_LT(difference / static_cast<double>(screen.pixels.size()), 4.0) << "of 255, on average";
  }
}

TEST_F(RenderersAgree, WhatALogAxisCannotShowIsAGap) {
  Theme bare = light_theme();
  bare.axis = bare.grid = bare.grid_minor = bare.panel;
  const Rgb ground = {double(bare.panel.r), double(bare.panel.g), double(bare.panel.b)};
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double hole :
       {0.0, -0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), infinity, -infinity}) {
    PlotPanel plot = empty_plot();
    Series s;
    s.key = "0/measured";
    for (int i = 0; i <= 40; ++i) {
      s.x.push_back(std::pow(10.0, 3.0 * i / 40.0));
      s.y.push_back(i == 20 ? hole : 1.0 / s.x.back());
    }
    plot.series = {s};
    for (const Picture& picture : {on_screen(plot, bare), in_file(plot, bare)}) {
      std::vector<int> empty;
      for (int x = 20; x + 20 < kWidth; ++x) {
        if (ink_of_column(picture, x, ground).rows == 0) empty.push_back(x);
      }
      // Two of forty steps over 388 pixels, in the middle, and no other column.
      ASSERT_FALSE(empty.empty()) << hole;
      EXPECT_NEAR(empty.front(), 0.5 * kWidth - 9.7, 2.0) << hole;
      EXPECT_NEAR(empty.back(), 0.5 * kWidth + 9.7, 2.0) << hole;
      EXPECT_EQ(empty.back() - empty.front() + 1, static_cast<int>(empty.size())) << hole;
    }
  }
}

TEST_F(RenderersAgree, HeatMapsAreTheSame) {
  for (const bool dark : {false, true}) {
    const Theme& theme = dark ? dark_theme() : light_theme();
    PlotPanel plot = empty_plot();
    HeatMap map;
    for (int i = 0; i < 13; ++i) map.x.push_back(std::pow(10.0, 0.12 + 2.8 * i / 13.0));
    map.y = {2e-4, 1e-3, 3e-2, 1.0, 30.0};  // rows of unequal height
    map.x_edges = cell_edges(map.x, AxisScale::log);
    map.y_edges = cell_edges(map.y, AxisScale::log);
    for (std::size_t i = 0; i < map.x.size() * map.y.size(); ++i) {
      map.values.push_back(std::pow(10.0, static_cast<double>(i * 7 % 13) - 6.0));
      map.states.push_back(i % 11 == 3   ? CellState::diverged
                           : i % 11 == 5 ? CellState::pending
                                         : CellState::value);
    }
    map.colour.min = 1e-6;
    map.colour.max = 1e6;
    plot.heat = map;
    plot.series = {spiky(SeriesRole::bound, -1, 10.0), spiky(SeriesRole::exact, -1, 0.1)};
    const Picture screen = on_screen(plot, theme), file = in_file(plot, theme);
    const Rgb ground = {double(theme.panel.r), double(theme.panel.g), double(theme.panel.b)};
    EXPECT_LT(lonely(screen, file, ground), 0.01);
    EXPECT_LT(lonely(file, screen, ground), 0.01);
    double difference = 0.0;
    for (std::size_t i = 0; i < screen.pixels.size(); ++i) {
      difference += distance(screen.pixels[i], file.pixels[i]);
    }
    EXPECT_LT(difference / static_cast<double>(screen.pixels.size()), 5.0) << "of 255, on average";
  }
}

}  // namespace
}  // namespace sid::app
