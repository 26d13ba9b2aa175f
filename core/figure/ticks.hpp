#pragma once

#include <span>
#include <vector>

#include "sid/figure/figure.hpp"

namespace sid {

/// Data limits of one axis.
struct AxisLimits {
  double min = 0.0, max = 0.0;
  bool operator==(const AxisLimits&) const = default;
};

/// How much room an axis has for labels. All in points.
struct TickSpace {
  double length = 300.0;  ///< of the axis
  double pitch = 40.0;    ///< smallest comfortable distance between the centres of two labels
};

/// Limits an axis can have: finite, min < max, both positive on log axes. Swaps inverted limits,
/// widens equal ones (by half a decade each way, or by a tenth), replaces what cannot be used
/// (NaN, infinities, non-positive values on log axes) by something near the other end.
AxisLimits repair_limits(AxisLimits limits, AxisScale scale);

/// Limits that show the data with `margin` of their extent free at each end, measured in log space
/// on log axes; never narrower than a third of a decade there, so that rounding noise is not blown
/// up to the full height of a plot. Repairs its input as repair_limits does.
AxisLimits fit_limits(AxisLimits data, AxisScale scale, double margin = 0.06);

/// Ticks of an axis, for any limits (repaired first), from one unit in the last place to the whole
/// range of double: ascending, inside the limits, 2 to 12 of them major with distinct labels.
///   linear: steps of 1, 2 or 5 times a power of ten.
///   log, two decades and more inside: powers of ten, thinned where they crowd, with labels at 2
///     and 5 times them where there is room; base and exponent apart ("10", "−3"), or plain
///     numbers where all labels lie in [0.01, 10^5].
///   log, within a decade or so: 1-2-5 multiples or linear steps, as plain numbers.
/// Tick values are correctly rounded decimals: the label is the value.
std::vector<Tick> make_ticks(AxisLimits limits, AxisScale scale, const TickSpace& space = {});

/// Makes the ticks of both axes, and of a heat map's colours, for axes of this size in points with
/// labels in `font` points. Cheap enough for every frame.
void set_ticks(PlotPanel& plot, double width, double height, double font = 9.0);

}  // namespace sid
