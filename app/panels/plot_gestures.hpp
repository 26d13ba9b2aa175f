#pragma once

#include "sid/app/panels/ui.hpp"
#include "sid/figure/draw_panel.hpp"

namespace sid::app {

/// Gestures on a drawn plot: left drag moves it, Shift or right drag frames a box, Esc leaves
/// either, the wheel zooms about the pointer (Shift: x alone, Ctrl: y alone), a horizontal wheel
/// moves along x, double click fits, a click selects the hyperparameter of a small multiple. Sets
/// the cursor of the view while the pointer is inside. What plot_handles.hpp takes is left to it.
void interact_with_plot(const Ui& ui, const PlotPanel& plot, const PlotGeometry& geometry);
/// The same for a plot among others than those of the present figure, whose limits move together:
/// selects nothing, but returns whether it was pressed.
bool interact_with_plot(const Ui& ui,
                        const PlotPanel& plot,
                        const PlotGeometry& geometry,
                        const std::vector<PlotPanel>& plots);

}  // namespace sid::app
