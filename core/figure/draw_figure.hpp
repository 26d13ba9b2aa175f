#pragma once

#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/panel_grid.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// Parts of a figure besides its panels.
struct FigureLayout {
  bool title = true;
  bool key = true;  ///< condensed legend below the panels
  bool caption = true;
  bool operator==(const FigureLayout&) const = default;
};

/// Draws a whole figure: panels in a grid with aligned axes, condensed legend below, title above,
/// caption at the bottom. Returns one geometry per panel.
std::vector<PlotGeometry> draw_figure(Painter& painter,
                                      const Figure& figure,
                                      const Rect& area,
                                      const Theme& theme,
                                      const DrawOptions& options = {},
                                      const FigureLayout& layout = {});

/// The grid of panels alone, from the origin, in a figure of this size that has room for the other
/// parts of `layout` as well.
PanelGrid lay_out_plots(Painter& painter,
                        const Figure& figure,
                        double width,
                        double height,
                        const DrawOptions& options = {},
                        const FigureLayout& layout = {});

/// Height that `figure` wants at `width` points: panels at the golden ratio plus title, legend and
/// caption.
double preferred_height(Painter& painter,
                        const Figure& figure,
                        double width,
                        const DrawOptions& options = {},
                        const FigureLayout& layout = {});

}  // namespace sid
