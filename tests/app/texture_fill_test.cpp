#include "sid/app/render/texture_fill.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "sid/app/platform/imgui_context.hpp"
#include "sid/app/platform/style.hpp"

namespace sid::app {
namespace {

constexpr std::array kTextures = {
    Texture::plain, Texture::diagonal, Texture::dots, Texture::stripes};

class TextureFill : public ::testing::Test {
 protected:
  /// Fills `area` and returns the number of vertices; checks that nothing shows beyond it.
  int fill(Texture texture, const ImRect& area, float scale) {
    ImDrawList list(ImGui::GetDrawListSharedData());
    list._ResetForNewFrame();
    list.PushClipRectFullScreen();
    list.PushTextureID(nullptr);
    fill_texture(list, area, texture, {0.9F, 0.4F, 0.1F, 1.0F}, scale);
    for (const ImDrawCmd& command : list.CmdBuffer) {
      for (unsigned i = 0; i < command.ElemCount; ++i) {
        const ImDrawIdx index = list.IdxBuffer[static_cast<int>(command.IdxOffset + i)];
        const ImVec2 at = list.VtxBuffer[static_cast<int>(command.VtxOffset + index)].pos;
        const ImRect clip(command.ClipRect);
        EXPECT_TRUE(area.Contains(clip) || (at.x >= area.Min.x && at.x <= area.Max.x &&
                                            at.y >= area.Min.y && at.y <= area.Max.y))
            << "a vertex at " << at.x << ", " << at.y << " that no clipping keeps inside";
      }
    }
    return list.VtxBuffer.Size;
  }

  ImGuiScope imgui_;
};

TEST_F(TextureFill, StaysInsideItsAreaAtAnyScale) {
  ImGui::GetIO().DisplaySize = {400, 300};
  for (const Texture texture : kTextures) {
    for (const float scale : {1.0F, 1.5F, 2.0F}) {
      EXPECT_GT(fill(texture, {{10, 20}, {180.5F, 30}}, scale), 0);
      EXPECT_GT(fill(texture, {{10.3F, 20}, {11.0F, 30}}, scale), 0);
    }
  }
}

TEST_F(TextureFill, TellsFourPartsApartWithoutColour) {
  ImGui::GetIO().DisplaySize = {400, 300};
  std::set<int> shapes;
  for (const Texture texture : kTextures) shapes.insert(fill(texture, {{0, 0}, {80, 8}}, 1.0F));
  EXPECT_EQ(shapes.size(), kTextures.size());
}

}  // namespace
}  // namespace sid::app
