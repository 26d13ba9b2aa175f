#pragma once

#include <string>

#include "sid/figure/figure.hpp"
#include "sid/math/result.hpp"

namespace sid {

/// Which of a figure's values go into a data file.
enum class DataRange {
  all,      ///< every value of every curve, also of those that are switched off
  visible,  ///< curves that are switched on, where they lie inside the axes
};

enum class DataFormat {
  csv,   ///< a table with one line for every value
  json,  ///< a tree: plots, their axes, their curves
  npz,   ///< for numpy.load(): arrays "mse/1/measured/value" and so on
};

/// The numbers behind a figure; what it is drawn from, with all digits. Curves of earlier settings
/// (faded) are left out. The same figure gives the same bytes in every locale.
///
/// CSV: lines that start with # hold the axes of every plot and `figure.metadata`; then
///     plot,curve,label,role,x,value,low,high
/// (role: see role_name(); the level of a trust line is given at both ends of the x axis.)
/// RFC 4180, "." for decimals; low and high are the band; empty where there is none or where a
/// value is not finite.
/// JSON: {title, caption, metadata, plots: [{id, title, x: {label, scale, min, max}, y: ...,
///     curves: [{curve, label, role, visible, x, value, low, high}]}]}; null where not finite.
/// NPZ: arrays of float64 for every curve: "<plot>/<curve>/x", ".../value" and, with a band,
///     ".../low" and ".../high"; ".../label", ".../role", "caption" and "metadata" are texts.
/// Of a heat map:
///   CSV   plot,curve,label,role,x,y,value,state for the whole file: the cells (curve "cells", role
///         "cell", state "value", "diverged" or "pending"), then the curves over them, without
///         value
///   JSON  beside "curves": heat_map: {x, y, x_edges, y_edges, colour, values, states}, rows of
///         cells from the lowest y
///   NPZ   "<plot>/cells/x", ".../y", ".../x_edges", ".../y_edges", and matrices ".../value" and
///         ".../state" (0 pending, 1 value, 2 diverged), rows from the lowest y
/// `curve` is Series::key: the method's number from 0 and what is drawn of it.
/// Errors: an archive that cannot be made (no memory).
Result<std::string> figure_data(const Figure& figure, DataFormat format, DataRange range);

/// "measured", "exact", "prediction", "bound", "floor", "trust", "earlier run" or "pinned
/// run".
const char* role_name(const Series& series);

}  // namespace sid
