#pragma once

#include <string>

#include "sid/app/state/app_state.hpp"
#include "sid/figure/figure.hpp"

namespace sid::app {

/// Moving about in a plot. All functions return limits in data units; log axes move in decades,
/// and nothing leaves the range that doubles can show.

/// Zooms one axis by `factor` (< 1: closer) about the data value `about`. Stops at what doubles can
/// tell apart and at what they can hold, and finds back from axes beyond.
AxisLimits zoomed(const Axis& axis, double about, double factor);
/// Shifts one axis so that what was at `from` is at `to`, no farther than doubles reach.
AxisLimits panned(const Axis& axis, double from, double to);

/// The limits in force for a plot: x limits are shared by all plots, y limits by the plots of one
/// quantity ("mse", "lower", "linear") that share them already, so that small multiples stay
/// comparable where they are.
void set_limits(ViewState& view,
                const std::vector<PlotPanel>& plots,
                const std::string& plot_id,
                const PanelLimits& limits);

/// Remembers the present view, so that view_back() returns to it. Call when a gesture begins.
void remember_view(ViewState& view);
/// The same for gestures of many small steps: steps of one `name` less than a second apart are
/// remembered once. `now`: seconds, on any clock that does not go back.
void remember_view(ViewState& view, const std::string& name, double now);
bool view_back(ViewState& view);
bool view_forward(ViewState& view);
/// The first view of the history; view_forward() goes through those that came after it.
bool view_home(ViewState& view);
/// Leaves a gesture that has moved the view since remember_view(): back to where it began, as if it
/// had not been.
void cancel_gesture(ViewState& view);

/// Zooms a plot about a point in data units; `factor` < 1: closer.
void zoom_plot(ViewState& view,
               const std::vector<PlotPanel>& plots,
               const PlotPanel& plot,
               double x,
               double y,
               double factor);
/// Moves what is seen of a plot by these shares of its axes, to the right and up.
void pan_plot(ViewState& view,
              const std::vector<PlotPanel>& plots,
              const PlotPanel& plot,
              double right,
              double up);
/// The value in the middle of an axis.
double middle_of(const Axis& axis);
/// Fitted axes and no history: limits of other axes or of another experiment mean nothing.
void forget_views(ViewState& view);
/// Errors, or bounds over errors. The y axes are fitted, for they mean something else; view_back()
/// returns to the ones before.
void set_y_value(ViewState& view, YValue value);
/// Back to fitted axes.
void fit(ViewState& view, FitKind kind);

/// Opens the heat map beside the plots, or closes it.
void toggle_map(ViewState& view);

/// "mse" of "mse/3".
std::string quantity_stem(const std::string& plot_id);

}  // namespace sid::app
