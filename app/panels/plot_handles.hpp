#pragma once

#include "sid/app/panels/ui.hpp"
#include "sid/figure/draw_panel.hpp"

namespace sid::app {

/// The mouse on the handles that the frame before drew: what is dragged becomes an edit, one for
/// each drag. Call inside the window of the plots before they are drawn, so that bounds follow in
/// the same frame, and before the gestures of the plots, which get what no handle takes.
void drag_plot_handles(const Ui& ui);

/// Draws the handles of a plot of the selected hyperparameter over it, and keeps where they are.
void draw_plot_handles(const Ui& ui, const PlotPanel& plot, const PlotGeometry& geometry);

}  // namespace sid::app
