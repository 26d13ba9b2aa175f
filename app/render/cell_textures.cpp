#include "sid/app/render/cell_textures.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace sid::app {
namespace {

// Far beyond any screen; keeps a plot that is zoomed in by much from asking for gigabytes.
constexpr int kMostPixels = 16384;

std::vector<std::uint8_t> paint(const CellGrid& grid, int width, int height) {
  std::vector<std::uint8_t> rgba(static_cast<std::size_t>(width) *
                                 static_cast<std::size_t>(height) * 4);
  const std::size_t columns = grid.x.size() - 1;
  const auto stride = static_cast<std::size_t>(width) * 4;
  for (std::size_t row = 0; row + 1 < grid.y.size(); ++row) {
    const int top = grid.y[row] - grid.y.front(), bottom = grid.y[row + 1] - grid.y.front();
    if (bottom <= top) continue;
    std::uint8_t* const first = rgba.data() + static_cast<std::size_t>(top) * stride;
    std::uint8_t* at = first;
    for (std::size_t column = 0; column < columns; ++column) {
      const Colour c = grid.colours[row * columns + column];
      for (int x = grid.x[column]; x < grid.x[column + 1]; ++x) {
        for (const std::uint8_t component : {c.r, c.g, c.b, c.a}) *at++ = component;
      }
    }
    for (int y = top + 1; y < bottom; ++y) {
      std::copy_n(first, stride, first + static_cast<std::size_t>(y - top) * stride);
    }
  }
  return rgba;
}

}  // namespace

CellPicture CellTextures::get(const CellGrid& grid) {
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.x == grid.x && entry.y == grid.y &&
           std::ranges::equal(entry.colours, grid.colours);
  });
  if (known != entries_.end()) return known->picture;
  if (grid.x.size() < 2 || grid.y.size() < 2) return {};
  const int width = grid.x.back() - grid.x.front(), height = grid.y.back() - grid.y.front();
  if (width < 1 || height < 1 || width > kMostPixels || height > kMostPixels) return {};
  Entry entry{grid.x, grid.y, {grid.colours.begin(), grid.colours.end()}, {}};
  entry.picture.texture = textures_.create(paint(grid, width, height), width, height);
  entry.picture.area = {static_cast<float>(grid.x.front()),
                        static_cast<float>(grid.y.front()),
                        static_cast<float>(grid.x.back()),
                        static_cast<float>(grid.y.back())};
  if (entries_.size() >= kKept) {
    textures_.destroy(entries_.front().picture.texture);
    entries_.pop_front();
  }
  entries_.push_back(std::move(entry));
  return entries_.back().picture;
}

void CellTextures::clear() {
  for (const Entry& entry : entries_) textures_.destroy(entry.picture.texture);
  entries_.clear();
}

}  // namespace sid::app
