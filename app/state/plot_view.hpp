#pragma once

#include <string>

#include "sid/app/state/app_state.hpp"
#include "sid/figure/figure.hpp"

namespace sid::app {

/// Moving about in a plot. All functions return limits in data units; log axes move in decades,
/// and nothing leaves the range that doubles can show.

/// Zooms one axis by `factor` (< 1: closer) about the data value `about`.
AxisLimits zoomed(const Axis& axis, double about, double factor);
/// Shifts one axis so that what was at `from` is at `to`.
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
bool view_back(ViewState& view);
bool view_forward(ViewState& view);
/// Fitted axes and no history: limits of other axes or of another experiment mean nothing.
void forget_views(ViewState& view);
/// Errors, or bounds over errors. The y axes are fitted, for they mean something else; view_back()
/// returns to the ones before.
void set_y_value(ViewState& view, YValue value);
/// Back to fitted axes.
void fit(ViewState& view, FitKind kind);

/// "mse" of "mse/3".
std::string quantity_stem(const std::string& plot_id);

}  // namespace sid::app
