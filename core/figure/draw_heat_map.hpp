#pragma once

#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// The cells of `map` cut to the plot: colours by its colour axis, a neutral ground below the
/// hatches of diverged cells, nothing where a cell is pending.
void draw_heat_map(Painter& painter,
                   const HeatMap& map,
                   const PlotGeometry& geometry,
                   const Theme& theme,
                   double stroke_scale);

/// Ground of diverged cells.
Colour diverged_ground(const Theme& theme);
/// The hatches alone.
void draw_hatches(Painter& painter,
                  const HeatMap& map,
                  const PlotGeometry& geometry,
                  const Theme& theme,
                  double stroke_scale);

/// Lines of slope one over the diverged cells, `spacing` points apart across: each as long as it
/// runs through such cells, and anchored to the plot, so that neighbours continue each other.
struct HatchLine {
  Point from, to;
};
std::vector<HatchLine> hatch_lines(const HeatMap& map,
                                   const PlotGeometry& geometry,
                                   double spacing);

/// Room right of the axes for the colour bar with its ticks and title, in points.
double colour_bar_width(Painter& painter, const HeatMap& map, const DrawOptions& options);
/// The bar, as high as the axes, at their right.
void draw_colour_bar(Painter& painter,
                     const HeatMap& map,
                     const Rect& plot,
                     const Theme& theme,
                     const DrawOptions& options);

/// Distance between the axes and the bar, and the bar's width, in tick font sizes.
inline constexpr double kBarGap = 1.0;
inline constexpr double kBarWidth = 1.1;

}  // namespace sid
