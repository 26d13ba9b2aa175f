#include "sid/app/render/stroker.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <imgui_internal.h>

#include "sid/app/platform/imgui_context.hpp"

namespace sid::app {
namespace {

/// A draw list to stroke into, outside of any frame.
class Stroker : public ::testing::Test {
 protected:
  Stroker() : list_(ImGui::GetDrawListSharedData()) {
    list_._ResetForNewFrame();
    list_.Flags |= ImDrawListFlags_AllowVtxOffset;
    list_.PushClipRectFullScreen();
    list_.PushTextureID(nullptr);
  }

  /// Area of the opaque parts plus half of the fringe: what the eye sees as ink.
  double ink() const {
    double total = 0.0;
    for (const ImDrawCmd& command : list_.CmdBuffer) {
      for (unsigned i = 0; i < command.ElemCount; i += 3) {
        const auto corner = [&](unsigned k) -> const ImDrawVert& {
          const ImDrawIdx index = list_.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)];
          return list_.VtxBuffer[static_cast<int>(command.VtxOffset + index)];
        };
        const ImDrawVert &a = corner(0), &b = corner(1), &c = corner(2);
        const double area = 0.5 * std::abs((b.pos.x - a.pos.x) * (c.pos.y - a.pos.y) -
                                           (c.pos.x - a.pos.x) * (b.pos.y - a.pos.y));
        const auto alpha = [](const ImDrawVert& v) {
          return static_cast<double>(v.col >> IM_COL32_A_SHIFT) / 255.0;
        };
        total += area * (alpha(a) + alpha(b) + alpha(c)) / 3.0;
      }
    }
    return total;
  }

  ImVec2 lowest() const {
    ImVec2 low = {0, -1e9F};
    for (const ImDrawVert& v : list_.VtxBuffer) {
      if (v.pos.y > low.y) low = v.pos;
    }
    return low;
  }

  static constexpr ImU32 kInk = IM_COL32(255, 255, 255, 255);
  ImGuiScope imgui_;
  ImDrawList list_;
};

TEST_F(Stroker, CoversLengthTimesWidth) {
  const std::vector<ImVec2> line = {{10, 10}, {110, 10}};
  stroke_polyline(list_, line, kInk, 3.0F);
  EXPECT_NEAR(ink(), 300.0, 1.0);
}

TEST_F(Stroker, ThinsLinesBelowAPixelByOpacity) {
  const std::vector<ImVec2> line = {{10, 10}, {110, 10}};
  stroke_polyline(list_, line, kInk, 0.5F);
  EXPECT_NEAR(ink(), 50.0, 1.0);
}

TEST_F(Stroker, NeverOvershootsASpike) {
  const std::vector<ImVec2> spike = {{10, 10}, {12, 100}, {14, 10}};
  stroke_polyline(list_, spike, kInk, 2.0F);
  EXPECT_LE(lowest().y, 100.0F + 1.0F + 0.6F);
}

TEST_F(Stroker, DashesByArcLengthThroughTheCorners) {
  const std::vector<ImVec2> corner = {{0, 0}, {50, 0}, {50, 50}};
  const std::vector<float> dash = {6.0F, 4.0F};
  stroke_dashed(list_, corner, kInk, 2.0F, dash);
  EXPECT_NEAR(ink(), 0.6 * 100.0 * 2.0, 6.0);
}

TEST_F(Stroker, IgnoresRepeatedPoints) {
  const std::vector<ImVec2> line = {{10, 10}, {10, 10}, {60, 10}, {60, 10}, {110, 10}};
  stroke_polyline(list_, line, kInk, 3.0F);
  EXPECT_NEAR(ink(), 300.0, 1.0);
  for (const ImDrawVert& v : list_.VtxBuffer) {
    EXPECT_TRUE(std::isfinite(v.pos.x) && std::isfinite(v.pos.y));
  }
}

TEST_F(Stroker, DrawsLongNoisyLinesInChunks) {
  std::vector<ImVec2> noise;
  noise.reserve(50000);
  for (int i = 0; i < 50000; ++i) {
    noise.emplace_back(static_cast<float>(i) * 1.5F, i % 2 == 0 ? 10.0F : 90.0F);
  }
  stroke_polyline(list_, noise, kInk, 1.5F);
  EXPECT_GT(list_.VtxBuffer.Size, 400000);
  EXPECT_GT(list_.CmdBuffer.Size, 5);
}

TEST_F(Stroker, FillsColumnsThatALineCrossesManyTimes) {
  std::vector<ImVec2> noise;
  noise.reserve(50000);
  for (int i = 0; i < 50000; ++i) {
    noise.emplace_back(static_cast<float>(i) * 0.02F, i % 2 == 0 ? 10.0F : 90.0F);
  }
  stroke_polyline(list_, noise, kInk, 2.0F);
  EXPECT_NEAR(ink(), 1000.0 * 82.0, 100.0) << "a pixel more above and below: half the width";
  EXPECT_LE(lowest().y, 90.0F + 1.0F + 0.6F);
  EXPECT_LT(list_.VtxBuffer.Size, 5000);
}

TEST_F(Stroker, JoinsFilledColumnsToTheStrokesBesideThem) {
  // Level, then noise, then level again: every column of pixels has ink at the height of the line.
  std::vector<ImVec2> line = {{0, 50}, {100, 50}};
  for (int i = 0; i < 2000; ++i) {
    line.emplace_back(100.0F + static_cast<float>(i) * 0.05F, i % 2 == 0 ? 40.0F : 60.0F);
  }
  line.emplace_back(200, 50);
  line.emplace_back(300, 50);
  stroke_polyline(list_, line, kInk, 2.0F);
  EXPECT_NEAR(ink(), 100.0 * 2.0 + 100.0 * 22.0 + 100.0 * 2.0, 60.0);
  std::vector<bool> covered(300, false);
  for (const ImDrawCmd& command : list_.CmdBuffer) {
    for (unsigned i = 0; i < command.ElemCount; i += 3) {
      float left = 1e9F, right = -1e9F;
      for (unsigned k = 0; k < 3; ++k) {
        const ImDrawIdx index = list_.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)];
        const float x = list_.VtxBuffer[static_cast<int>(command.VtxOffset + index)].pos.x;
        left = std::min(left, x);
        right = std::max(right, x);
      }
      for (int x = 0; x < 300; ++x) {
        const float centre = static_cast<float>(x) + 0.5F;
        if (centre >= left && centre <= right) covered[static_cast<std::size_t>(x)] = true;
      }
    }
  }
  EXPECT_EQ(std::count(covered.begin(), covered.end(), false), 0);
}

TEST_F(Stroker, FillsBandsWithoutSeams) {
  std::vector<ImVec2> upper, lower;
  for (int i = 0; i <= 40; ++i) {
    upper.emplace_back(static_cast<float>(i), 10.0F);
    lower.emplace_back(static_cast<float>(i), 30.0F);
  }
  fill_band(list_, upper, lower, kInk);
  EXPECT_NEAR(ink(), 40.0 * 20.0, 1.0);
}

TEST_F(Stroker, DrawsNothingOfPointsAndInvisibleInk) {
  const std::vector<ImVec2> point = {{10, 10}};
  stroke_polyline(list_, point, kInk, 3.0F);
  const std::vector<ImVec2> line = {{10, 10}, {20, 10}};
  stroke_polyline(list_, line, IM_COL32(255, 255, 255, 0), 3.0F);
  EXPECT_EQ(list_.VtxBuffer.Size, 0);
}

}  // namespace
}  // namespace sid::app
