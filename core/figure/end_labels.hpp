#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"
#include "sid/figure/theme.hpp"

namespace sid {

/// Labels at the ends of curves (Series::end_label). Those of curves that reach the right side of
/// the axes stand in a column beyond it, each at the height of its curve or as near as the others
/// leave room; more than twelve have further columns. Those of curves that end earlier stand right
/// of their last point. No two overlap: a label that finds no room is left out.

/// A label before it has its place: the last point of its curve inside the axes, and its size.
struct EndLabel {
  std::size_t series = 0;  ///< index among panel.series
  Point end;
  double width = 0.0;
  Rect place;           ///< once it has one
  bool placed = false;  ///< false: left out
};

/// The labels of the visible curves of `panel` that have one and end inside the axes; places come
/// with place_end_labels(). `character`: width of one character, in units of the tick font size.
std::vector<EndLabel> end_labels(const PlotPanel& panel,
                                 const PlotGeometry& geometry,
                                 const FontSizes& fonts,
                                 double character);

/// Gives labels their places. Heights are that of a line in `fonts.tick`.
///   room: width of the margin right of the axes.
void place_end_labels(std::span<EndLabel> labels,
                      const Rect& plot,
                      double room,
                      const FontSizes& fonts);

/// Width that end labels take right of the axes; 0 without any.
double end_label_room(Painter& painter, const PlotPanel& panel, const FontSizes& fonts);

/// Draws the labels in the colours of their curves, with a thin line from the end of the curve
/// where they stand apart from it.
void draw_end_labels(Painter& painter,
                     const PlotPanel& panel,
                     const PlotGeometry& geometry,
                     const Theme& theme,
                     const DrawOptions& options);

/// Width of one character of an end label where no painter can measure it, in units of the tick
/// font size: that of a broad capital.
inline constexpr double kEndLabelCharacter = 0.72;
/// Height of a label's line and its distance from the axes, in the same units.
inline constexpr double kEndLabelLine = 1.15, kEndLabelGap = 0.35;

}  // namespace sid
