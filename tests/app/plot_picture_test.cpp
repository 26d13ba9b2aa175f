// Plots with very many vertices are kept as pictures: these show what the vertices do.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <backends/imgui_impl_opengl3.h>
#include <gtest/gtest.h>

#include "sid/app/platform/imgui_context.hpp"
#include "sid/app/platform/offscreen.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/render/plot_cache.hpp"
#include "sid/figure/ticks.hpp"

namespace sid::app {
namespace {

constexpr int kWidth = 640, kHeight = 400;

/// Curves that jump between few points: a joint at each of them.
PlotPanel restless_plot() {
  PlotPanel plot;
  plot.id = "mse";
  plot.x.label = "epochs";
  plot.x.scale = AxisScale::linear;
  plot.x.min = 0.0;
  plot.x.max = 500.0;
  plot.y.min = 1e-4;
  plot.y.max = 1e2;
  for (int curve = 0; curve < 12; ++curve) {
    Series s;
    s.key = std::to_string(curve) + "/measured";
    s.colour = curve % 5;
    for (int i = 0; i < 500; ++i) {
      s.x.push_back(i);
      s.y.push_back(std::pow(10.0, std::sin(1.7 * i + curve) - 0.2 * curve));
      s.band_low.push_back(0.5 * s.y.back());
      s.band_high.push_back(2.0 * s.y.back());
    }
    plot.series.push_back(s);
  }
  set_ticks(plot, kWidth, kHeight);
  return plot;
}

TEST(PlotPicture, ShowsWhatTheVerticesDo) {
  auto made = Offscreen::create(kWidth, kHeight);
  if (!made) GTEST_SKIP() << made.error().message;
  const ImGuiScope imgui;
  ASSERT_TRUE(ImGui_ImplOpenGL3_Init("#version 330 core"));
  ImGui::GetIO().DisplaySize = {float(kWidth), float(kHeight)};
  ImGui::GetIO().DeltaTime = 1.0F / 60.0F;
  {
    const Fonts fonts = build_fonts(1.0F);
    GlTextures textures;
    FormulaTextures formulas(textures);
    PlotCache cache;
    DrawOptions options;
    options.fonts = baked_sizes();
    const PlotPanel plot = restless_plot();
    const auto frame = [&](std::uint64_t version) {
      ImGui_ImplOpenGL3_NewFrame();
      ImGui::NewFrame();
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
      ImGui::Begin("plot", nullptr, ImGuiWindowFlags_NoDecoration);
      // Not at whole pixels.
      const ImRect area{{3.25F, 2.5F}, {kWidth - 5.5F, kHeight - 7.25F}};
      cache.draw(plot, version, area, Appearance::light, options, fonts, formulas);
      ImGui::End();
      ImGui::Render();
      (*made)->clear(0.9F, 0.95F, 1.0F);
      ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
      return (*made)->pixels();
    };
    frame(1);  // formulas are loaded, the window gets its place
    const std::vector<std::uint8_t> drawn = frame(2);
    const int vertices = ImGui::GetDrawData()->TotalVtxCount;
    EXPECT_GT(vertices, 40'000);
    const std::vector<std::uint8_t> shown = frame(2);
    EXPECT_EQ(cache.rebuilds(), 2);
    EXPECT_LT(ImGui::GetDrawData()->TotalVtxCount, vertices / 100);
    ASSERT_EQ(shown.size(), drawn.size());
    int largest = 0;
    std::size_t ink = 0;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      largest = std::max(largest, std::abs(int{drawn[i]} - int{shown[i]}));
      if (drawn[i] != drawn[0]) ++ink;
    }
    EXPECT_LE(largest, 8) << "rounding of many thin layers";
    EXPECT_GT(ink, drawn.size() / 10);
    // Another state of the figure is drawn anew, and looks the same again.
    EXPECT_EQ(frame(3), drawn);
  }
  ImGui_ImplOpenGL3_Shutdown();
}

}  // namespace
}  // namespace sid::app
