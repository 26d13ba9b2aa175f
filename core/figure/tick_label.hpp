#pragma once

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"

namespace sid {

// Lengths about ticks, in units of the tick font size, so that everything grows together.
inline constexpr double kTickLength = 0.42;
inline constexpr double kMinorTickLength = 0.22;
inline constexpr double kTickGap = 0.38;   ///< between tick and label
inline constexpr double kTitleGap = 0.75;  ///< between tick labels and axis title
inline constexpr double kCapHalf = 0.365;  ///< half the height of a digit

/// Width of a tick's label with its raised exponent, in points.
double tick_label_width(Painter& painter, const Tick& tick, const FontSizes& fonts);
/// Of the widest label of the axis' major ticks; 0 without any.
double widest_tick_label(Painter& painter, const Axis& axis, const FontSizes& fonts);
/// Draws the label from the beginning of its baseline.
void draw_tick_label(
    Painter& painter, const Tick& tick, Point start, Colour colour, const FontSizes& fonts);

}  // namespace sid
