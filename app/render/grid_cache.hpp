#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <imgui_internal.h>

#include "sid/figure/panel_grid.hpp"

namespace sid::app {

/// Plots with ticks for their size on screen, and where they stand.
struct SizedGrid {
  std::vector<PlotPanel> plots;
  PanelGrid grid;
};

/// What a grid was laid out for.
struct GridKey {
  std::uint64_t version = 0;  ///< of the figure
  std::size_t panel = 0;      ///< hyperparameter shown, where it is one of several
  int columns = 1;
  ImRect area;  ///< pixels
  float scale = 1.0F;
};

/// Grids by name, laid out anew only when their key changes.
class GridCache {
 public:
  /// `make()` returns the plots of the grid; called only when needed. `options` must be the same
  /// for every call with this name.
  template <class Make>
  const SizedGrid& fit(const std::string& name,
                       const GridKey& key,
                       Painter& painter,
                       const DrawOptions& options,
                       Make&& make) {
    Entry& entry = entries_[name];
    if (!entry.made || !same(entry.key, key)) lay_out(entry, key, painter, options, make());
    return entry.sized;
  }
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    bool made = false;
    GridKey key;
    SizedGrid sized;
  };
  static bool same(const GridKey& a, const GridKey& b);
  static void lay_out(Entry& entry,
                      const GridKey& key,
                      Painter& painter,
                      const DrawOptions& options,
                      std::vector<PlotPanel> plots);
  std::map<std::string, Entry> entries_;
};

}  // namespace sid::app
