#pragma once

#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// The slopes at their end of the measured curves that are shown: of the line through log y against
/// log x that is best in the sense of least squares, over the longest stretch before the last point
/// inside the axes, a decade of x at most, in which the curve is straight: each point within twelve
/// per cent of the line, or the line within its band. -1 where an error falls like 1/t.
/// None where an axis is linear; none for a curve that is straight for less than three points and a
/// factor of two in x, or level.
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
