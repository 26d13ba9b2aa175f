#pragma once

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// Size of an axis title before turning, in points; both 0 if the axis has none.
struct AxisTitleExtent {
  double length = 0.0;  ///< along the reading direction
  double height = 0.0;  ///< across it
};

/// The typeset formula where it is at hand, else the words.
AxisTitleExtent axis_title_extent(Painter& painter, const Axis& axis, const FontSizes& fonts);

/// Draws it about `centre`; vertical titles read upwards.
void draw_axis_title(Painter& painter,
                     const Axis& axis,
                     Point centre,
                     bool vertical,
                     const Theme& theme,
                     const FontSizes& fonts);

}  // namespace sid
