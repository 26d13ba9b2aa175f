#include "sid/app/render/grid_cache.hpp"

#include <utility>

#include "sid/app/render/imgui_painter.hpp"

namespace sid::app {

bool GridCache::same(const GridKey& a, const GridKey& b) {
  return a.version == b.version && a.panel == b.panel && a.columns == b.columns &&
         a.scale == b.scale && a.area.Min.x == b.area.Min.x && a.area.Min.y == b.area.Min.y &&
         a.area.Max.x == b.area.Max.x && a.area.Max.y == b.area.Max.y;
}

void GridCache::lay_out(Entry& entry,
                        const GridKey& key,
                        Painter& painter,
                        const DrawOptions& options,
                        std::vector<PlotPanel> plots) {
  const Rect area = to_points(key.area, key.scale);
  fit_grid_ticks(painter, plots, key.columns, area, options);
  entry.sized.grid = lay_out_grid(painter, plots, key.columns, area, options);
  entry.sized.plots = std::move(plots);
  entry.key = key;
  entry.made = true;
}

}  // namespace sid::app
