#include "sid/app/render/texture_band.hpp"

#include <array>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/app/platform/imgui_context.hpp"

namespace sid::app {
namespace {

using Parts = std::vector<std::pair<ImVec2, ImVec2>>;

Parts parts(const std::vector<ImVec2>& upper,
            const std::vector<ImVec2>& lower,
            float slope,
            float offset) {
  Parts found;
  lines_inside(upper, lower, slope, offset, [&](ImVec2 a, ImVec2 b) { found.emplace_back(a, b); });
  return found;
}

TEST(LinesInside, CutsALineAtTheChains) {
  const std::vector<ImVec2> upper = {{0, 10}, {50, 10}, {100, 10}};
  const std::vector<ImVec2> lower = {{0, 40}, {50, 40}, {100, 40}};
  const Parts level = parts(upper, lower, 0.0F, 20.0F);
  ASSERT_EQ(level.size(), 1U) << "one part across the vertex";
  EXPECT_FLOAT_EQ(level[0].first.x, 0.0F);
  EXPECT_FLOAT_EQ(level[0].second.x, 100.0F);
  const Parts falling = parts(upper, lower, -1.0F, 60.0F);
  ASSERT_EQ(falling.size(), 1U);
  EXPECT_FLOAT_EQ(falling[0].first.x, 20.0F);
  EXPECT_FLOAT_EQ(falling[0].first.y, 40.0F);
  EXPECT_FLOAT_EQ(falling[0].second.x, 50.0F);
  EXPECT_FLOAT_EQ(falling[0].second.y, 10.0F);
  EXPECT_TRUE(parts(upper, lower, 0.0F, 9.0F).empty());
  EXPECT_TRUE(parts(upper, lower, 0.0F, 41.0F).empty());
}

TEST(LinesInside, LeavesGapsWhereTheStripIsThin) {
  // Two lenses that touch at x = 50.
  const std::vector<ImVec2> upper = {{0, 20}, {25, 0}, {50, 20}, {75, 0}, {100, 20}};
  const std::vector<ImVec2> lower = {{0, 20}, {25, 40}, {50, 20}, {75, 40}, {100, 20}};
  const Parts found = parts(upper, lower, 0.0F, 10.0F);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FLOAT_EQ(found[0].first.x, 12.5F);
  EXPECT_FLOAT_EQ(found[0].second.x, 37.5F);
  EXPECT_FLOAT_EQ(found[1].first.x, 62.5F);
}

TEST(TextureBand, StaysInsideTheStrip) {
  const ImGuiScope imgui;
  ImGui::GetIO().DisplaySize = {400, 300};
  const std::vector<ImVec2> upper = {{20, 30}, {120, 60}, {220, 20}};
  const std::vector<ImVec2> lower = {{20, 200}, {120, 210}, {220, 90}};
  for (const Texture texture :
       {Texture::plain, Texture::diagonal, Texture::dots, Texture::stripes}) {
    ImDrawList list(ImGui::GetDrawListSharedData());
    list._ResetForNewFrame();
    list.PushClipRectFullScreen();
    list.PushTextureID(nullptr);
    fill_texture_band(list, upper, lower, texture, {0.9F, 0.4F, 0.1F, 1.0F}, 1.0F);
    EXPECT_GT(list.VtxBuffer.Size, texture == Texture::plain ? 2 : 50);
    for (const ImDrawVert& v : list.VtxBuffer) {
      const float x = v.pos.x;
      const float top = x < 120 ? 30 + (x - 20) * 0.3F : 60 - (x - 120) * 0.4F;
      const float bottom = x < 120 ? 200 + (x - 20) * 0.1F : 210 - (x - 120) * 1.2F;
      // Lines are a little wider than themselves.
      EXPECT_GE(v.pos.y, top - 3.0F) << "texture " << static_cast<int>(texture);
      EXPECT_LE(v.pos.y, bottom + 3.0F) << "texture " << static_cast<int>(texture);
    }
  }
}

}  // namespace
}  // namespace sid::app
