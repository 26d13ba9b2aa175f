#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// One plot of a grid: its place, and which labels it carries.
struct GridCell {
  Rect area;
  DrawOptions options;  ///< with margins, so that axes line up
};

/// A y title that speaks for all rows of one quantity.
struct GridTitle {
  std::size_t panel = 0;  ///< whose y axis has the title
  Point centre;
};

struct PanelGrid {
  std::vector<GridCell> cells;  ///< one per panel, in order
  std::vector<GridTitle> y_titles;
};

/// Small multiples as in a paper's figure: all axes of one size, lined up in rows and columns. What
/// neighbours share stands once: the y title at the left, over all rows of one quantity; y numbers
/// at the left where a row has one y axis; x numbers and title below the lowest plot of a column
/// whose x axes agree; titles at the top of a column that has one. Panels fill rows from the left.
/// Y titles longer than the rows they stand at are left out rather than cut.
PanelGrid lay_out_grid(Painter& painter,
                       std::span<const PlotPanel> panels,
                       int columns,
                       const Rect& area,
                       const DrawOptions& options);

/// Height of the grid at `width` points when its axes are `aspect` times as wide as high.
double grid_height(Painter& painter,
                   std::span<const PlotPanel> panels,
                   int columns,
                   double width,
                   double aspect,
                   const DrawOptions& options);

/// Draws the y titles of a grid; cells are draw_panel's business.
void draw_grid_titles(Painter& painter,
                      std::span<const PlotPanel> panels,
                      const PanelGrid& grid,
                      const Theme& theme,
                      const FontSizes& fonts);

/// Makes the ticks of `panels` for the size that their axes have in this grid. Their labels change
/// the margins a little, so the layout is to be made again afterwards.
void fit_grid_ticks(Painter& painter,
                    std::span<PlotPanel> panels,
                    int columns,
                    const Rect& area,
                    const DrawOptions& options);

/// Distance between neighbouring cells, in points.
double grid_gap(const DrawOptions& options);

}  // namespace sid
