#pragma once

#include <string>
#include <vector>

#include "sid/figure/figure.hpp"

namespace sid::app {

/// A number of the readout with where it comes from.
struct ReadoutCell {
  bool present = false;
  bool visible = true;  ///< its curve is switched on
  double value = 0.0;
  double low = 0.0, high = 0.0;  ///< band, where there is one
  bool has_band = false;
  bool faded = false;  ///< of earlier settings
  double x = 0.0;      ///< the checkpoint's abscissa
};

/// One method at one checkpoint: what the table below the plot shows.
struct ReadoutRow {
  int method = 0;
  ReadoutCell measured, bound, exact;
  double bound_ratio = 0.0;  ///< bound / measured; 0 if one is absent or of earlier settings
  std::string bound_key, exact_key, measured_key;
  std::string bound_label, exact_label;
};

/// Values at the checkpoint nearest to `x` (on the plot's own x axis), each method at its own
/// nearest checkpoint: numbers shown are points of curves, never interpolated. With x not finite,
/// the last measured checkpoint (or the last of the bounds).
struct Readout {
  double x = 0.0;                ///< checkpoint of the nearest curve
  std::vector<ReadoutRow> rows;  ///< one per method, in order
};
Readout make_readout(const PlotPanel& plot, std::size_t methods, double x);

}  // namespace sid::app
