#include "sid/app/render/grid_cache.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/figure/ticks.hpp"

#include "core/figure/recording_painter.hpp"

namespace sid::app {
namespace {

std::vector<PlotPanel> plots() {
  std::vector<PlotPanel> out(4);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].id = "mse/" + std::to_string(i);
    out[i].y.min = 1e-12;
    set_ticks(out[i], 100.0, 1000.0);
  }
  return out;
}

TEST(GridCache, LaysOutOnlyWhatChanged) {
  GridCache cache;
  testing::RecordingPainter painter;
  int made = 0;
  const auto fit = [&](const char* name, const GridKey& key) -> const SizedGrid& {
    return cache.fit(name, key, painter, {}, [&] {
      ++made;
      return plots();
    });
  };
  GridKey key{.version = 1, .panel = 0, .columns = 2, .area = {{0, 0}, {600, 300}}};
  fit("main", key);
  fit("main", key);
  EXPECT_EQ(made, 1);
  fit("side", key);
  EXPECT_EQ(made, 2);
  GridKey other = key;
  other.version = 2;
  fit("main", other);
  other.panel = 1;
  fit("main", other);
  other.columns = 1;
  fit("main", other);
  other.scale = 2.0F;
  fit("main", other);
  other.area.Max.x = 601.0F;
  fit("main", other);
  EXPECT_EQ(made, 7);
  cache.clear();
  fit("main", other);
  EXPECT_EQ(made, 8);
}

TEST(GridCache, MakesTicksForTheSizeOnScreen) {
  GridCache cache;
  testing::RecordingPainter painter;
  const auto labels = [&](float height) {
    const GridKey key{.version = 1, .panel = 0, .columns = 2, .area = {{0, 0}, {600, height}}};
    const SizedGrid& sized = cache.fit("main", key, painter, {}, plots);
    int count = 0;
    for (const Tick& tick : sized.plots[0].y.ticks) count += tick.text.empty() ? 0 : 1;
    return count;
  };
  EXPECT_GE(labels(200.0F), 2);
  EXPECT_LT(labels(200.0F), labels(800.0F));
}

}  // namespace
}  // namespace sid::app
