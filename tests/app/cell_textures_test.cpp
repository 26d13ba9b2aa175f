#include "sid/app/render/cell_textures.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

/// Keeps the pixels of the last texture.
class LastTexture final : public TextureStore {
 public:
  ImTextureID create(std::span<const std::uint8_t> rgba, int w, int h) override {
    pixels.assign(rgba.begin(), rgba.end());
    width = w;
    height = h;
    ++alive;
    return reinterpret_cast<ImTextureID>(++next);
  }
  void destroy(ImTextureID texture) override { alive -= texture != nullptr ? 1 : 0; }
  std::vector<std::uint8_t> pixels;
  int width = 0, height = 0, alive = 0;
  std::intptr_t next = 0;
};

constexpr Colour kRed{255, 0, 0, 255}, kBlue{0, 0, 255, 128};

TEST(CellTextures, PaintsEveryPixelOfItsCell) {
  LastTexture store;
  CellTextures textures(store);
  const std::array<Colour, 2> colours = {kRed, kBlue};
  const CellPicture picture = textures.get({{10, 12, 17}, {3, 5}, colours});
  EXPECT_EQ(store.width, 7);
  EXPECT_EQ(store.height, 2);
  EXPECT_EQ(picture.area.Min.x, 10.0F);
  EXPECT_EQ(picture.area.Max.y, 5.0F);
  for (std::ptrdiff_t y = 0; y < 2; ++y) {
    for (std::ptrdiff_t x = 0; x < 7; ++x) {
      const std::uint8_t* const p = store.pixels.data() + 4 * (7 * y + x);
      EXPECT_EQ(p[0], x < 2 ? 255 : 0);
      EXPECT_EQ(p[3], x < 2 ? 255 : 128);
    }
  }
}

TEST(CellTextures, KeepsTheLatestAndGivesAllBack) {
  LastTexture store;
  {
    CellTextures textures(store);
    const std::array<Colour, 1> colours = {kRed};
    const CellPicture first = textures.get({{0, 4}, {0, 4}, colours});
    EXPECT_EQ(textures.get({{0, 4}, {0, 4}, colours}).texture, first.texture);
    EXPECT_EQ(store.alive, 1);
    for (int i = 5; i < 40; ++i) textures.get({{0, i}, {0, 4}, colours});
    EXPECT_LE(store.alive, 8);
    textures.clear();
    EXPECT_EQ(store.alive, 0);
    textures.get({{0, 4}, {0, 4}, colours});
  }
  EXPECT_EQ(store.alive, 0);
}

TEST(CellTextures, MakesNothingOfNothing) {
  LastTexture store;
  CellTextures textures(store);
  const std::array<Colour, 1> colours = {kRed};
  EXPECT_EQ(textures.get({{5, 5}, {0, 4}, colours}).texture, nullptr);
  EXPECT_EQ(textures.get({{0, 4}, {0, 2000000000}, colours}).texture, nullptr);
  EXPECT_EQ(textures.get({{}, {}, {}}).texture, nullptr);
  EXPECT_EQ(store.alive, 0);
}

}  // namespace
}  // namespace sid::app
