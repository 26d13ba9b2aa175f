#pragma once

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// How one series stands out or steps back.
struct CurveLook {
  double stroke_scale = 1.0;
  double alpha = 1.0;       ///< of the whole curve
  bool emphasised = false;  ///< stronger stroke and band
  double casing = 0.0;      ///< rim in the ground's colour at either side of the stroke, in points
};

/// The band of a series, cut to the plot. On log axes a lower edge that is not positive is cut at
/// the bottom of the plot. A lone point has a bar instead.
void draw_band(Painter& painter,
               const Series& series,
               const PlotGeometry& geometry,
               const Theme& theme,
               const CurveLook& look);

/// The line of a series, cut to the plot in double precision, broken where values cannot be shown.
void draw_line(Painter& painter,
               const Series& series,
               const PlotGeometry& geometry,
               const Theme& theme,
               const CurveLook& look);

/// Markers at the points of a series, hollow where it says so; where points crowd, as many as
/// stay apart (the last point always has one).
void draw_markers(Painter& painter,
                  const Series& series,
                  const PlotGeometry& geometry,
                  const Theme& theme,
                  const CurveLook& look);

/// Width of a marker in points.
double marker_size(double stroke_scale);

/// One marker in the colours of `colour`, filled or hollow.
void draw_marker(Painter& painter,
                 Point centre,
                 Marker shape,
                 Colour colour,
                 bool hollow,
                 const Theme& theme,
                 double stroke_scale);

/// Stroke of a role with its colour at `stroke_scale`.
Stroke series_stroke(SeriesRole role, int colour, const Theme& theme, const CurveLook& look);

}  // namespace sid
