#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// Data values to points along one axis and back, in double precision.
struct AxisMap {
  AxisScale scale = AxisScale::linear;
  double min = 0.0, max = 1.0;        ///< data; as in the Axis
  double at_min = 0.0, at_max = 1.0;  ///< points

  /// NaN for values the axis cannot show (not finite, or not positive on a log axis).
  double to_point(double value) const;
  /// The same for every value, bit by bit, with the logarithms of the limits taken once.
  void to_points(std::span<const double> values, std::span<double> out) const;
  /// Inverse; a point outside the plot extrapolates, saturating at the range of double.
  double to_value(double point) const;
};

/// Where a panel was drawn: for crosshair, zoom and hit tests.
struct PlotGeometry {
  Rect plot;  ///< inside the axes
  AxisMap x, y;
};

/// Space around the axes, in points.
struct Margins {
  double left = 0.0, right = 0.0, top = 0.0, bottom = 0.0;
};

/// Font sizes in points. Painters with baked fonts set them to what they have.
struct FontSizes {
  double title = 11.0;
  double label = 10.0;     ///< axis labels, legend, formulas
  double tick = 9.0;       ///< tick labels, edge notes
  double exponent = 6.75;  ///< raised exponents of tick labels
  double caption = 8.5;
};

struct DrawOptions {
  FontSizes fonts;
  double stroke_scale = 1.0;  ///< multiplies widths, dashes and markers
  std::string emphasised;     ///< Series::key drawn last and stronger; others fade
  bool title = true;          ///< panel title above the axes
  bool x_labels = true;       ///< x tick labels and axis title
  bool y_labels = true;       ///< y tick labels
  bool x_title = true;        ///< the title of the x axis alone
  bool y_title = true;        ///< the title of the y axis
  bool edge_notes = true;     ///< notes on curves outside the axes
  /// Fixed margins, so that axes of neighbouring panels line up; measured where absent.
  std::optional<Margins> margins;
};

/// Visible series, the lowest first. Their bands lie under all lines, their markers over them.
std::vector<const Series*> series_in_order(const PlotPanel& panel);

/// Space the labels of `panel` need in an area of this width.
Margins measure_margins(Painter& painter,
                        const PlotPanel& panel,
                        const DrawOptions& options,
                        double width);

/// Draws one pair of axes into `area`: grid, bands, curves cut to the plot in double precision,
/// markers, ticks, labels, and above the axes title and notes. Values that an axis cannot show
/// break the curve. Computes nothing but positions.
PlotGeometry draw_panel(Painter& painter,
                        const PlotPanel& panel,
                        const Rect& area,
                        const Theme& theme,
                        const DrawOptions& options = {});

/// The stroke, marker and band of a legend row, centred in `area`.
void draw_sample(Painter& painter,
                 const LegendRow& row,
                 const Rect& area,
                 const Theme& theme,
                 double stroke_scale = 1.0);

}  // namespace sid
