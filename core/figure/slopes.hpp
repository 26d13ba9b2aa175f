#pragma once

#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// The slopes of the measured curves that are shown: of the line through log y against log x that
/// is best in the sense of least squares, over what lies inside the axes, the last decade of x at
/// most. -1 where an error falls like 1/t. None where an axis is linear; none for a curve with
/// fewer than three positive values there, or within less than a factor of 1.5 in x.
std::vector<SlopeMark> slope_marks(const PlotPanel& plot);

/// A right triangle with the mark's slope, a little below its curve, and the number beside its
/// upright side. What would lie outside the axes is cut off.
void draw_slope(Painter& painter,
                const SlopeMark& mark,
                const PlotGeometry& geometry,
                const Theme& theme,
                const DrawOptions& options);

/// Distance of the triangle from the curve, in units of the tick font size.
inline constexpr double kSlopeDistance = 1.0;

}  // namespace sid
