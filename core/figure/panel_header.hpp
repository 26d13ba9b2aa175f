#pragma once

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// What stands above the axes: the title at the left, so that titles of a row line up, and at the
/// right a note for every curve outside the axes: its stroke, an arrow and its number. Outside,
/// notes never cover data. All notes of a plot have the fullest form that leaves them on the
/// title's line: a sentence, a stroke with a number, or an arrow with a number. Further lines, up
/// to three, lie above; an ellipsis stands for what finds no room there.

/// Height above axes of `plot_width` points, with a small distance to whatever lies above.
double header_height(Painter& painter,
                     const PlotPanel& panel,
                     const DrawOptions& options,
                     double plot_width);

/// Draws them above the axes `plot`.
void draw_header(Painter& painter,
                 const PlotPanel& panel,
                 const Rect& plot,
                 const Theme& theme,
                 const DrawOptions& options);

}  // namespace sid
