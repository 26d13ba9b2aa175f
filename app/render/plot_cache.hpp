#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <imgui.h>
#include <imgui_internal.h>

#include "sid/app/platform/fonts.hpp"
#include "sid/app/platform/style.hpp"
#include "sid/app/render/formula_textures.hpp"
#include "sid/figure/draw_panel.hpp"

namespace sid::app {

/// Of a pair of axes.
struct AxesSize {
  double width = 0.0, height = 0.0;
};

/// Vertices of plots, kept while nothing about them changes: a pointer moving over a plot costs a
/// copy, not a drawing. Of plots with very many vertices a picture is kept as well, where there is
/// a graphics driver: then it costs one rectangle.
class PlotCache {
 public:
  PlotCache() = default;
  PlotCache(const PlotCache&) = delete;
  PlotCache& operator=(const PlotCache&) = delete;
  ~PlotCache() { clear(); }

  /// Draws `plot` into `area` (pixels) of the current window's list. `version` names the state of
  /// the figure; equal arguments reuse the vertices. With `ticked`, the plot gets ticks for axes of
  /// that size, in logical pixels and a function of `area`; else it is drawn with those it has.
  const PlotGeometry& draw(const PlotPanel& plot,
                           std::uint64_t version,
                           const ImRect& area,
                           Appearance appearance,
                           const DrawOptions& options,
                           const Fonts& fonts,
                           FormulaTextures& formulas,
                           std::optional<AxesSize> ticked = {});
  /// Where the plot was last drawn, in logical pixels; null if it was not.
  const PlotGeometry* geometry(const std::string& plot_id) const;
  /// How many times vertices were rebuilt.
  std::int64_t rebuilds() const { return rebuilds_; }
  void clear();

 private:
  struct Entry {
    std::uint64_t version = 0;
    ImRect area;
    Appearance appearance = Appearance::dark;
    float scale = 0.0F;
    std::string emphasised;
    Margins margins;
    bool title = true, y_labels = true, x_labels = true;
    std::unique_ptr<ImDrawList> list;
    PlotGeometry geometry;
    ImTextureID picture = nullptr;  ///< of `list`, made when it is used again
    bool pictured = false;          ///< it was tried
  };
  void drop_picture(Entry& entry);
  /// Adds the plot to the window's list, from the picture where there is one.
  void show(Entry& entry);

  std::map<std::string, Entry> entries_;
  TextureStore* store_ = nullptr;  // of the pictures
  std::int64_t rebuilds_ = 0;
};

/// Adds the commands of `source` to `target`.
void append_draw_list(ImDrawList& target, const ImDrawList& source);

}  // namespace sid::app
