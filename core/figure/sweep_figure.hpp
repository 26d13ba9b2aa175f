#pragma once

#include <string>

#include "sid/figure/figure.hpp"
#include "sid/run/sweep.hpp"

namespace sid {

struct SweepFigureOptions {
  Quantity quantity = Quantity::hypergradient;
  bool log_colour = true;
  /// The map is of settings that are no more, or of a coarser grid that is being replaced.
  bool faded = false;
  bool operator==(const SweepFigureOptions&) const = default;
};

/// A sweep as a heat map: the error in every cell that is known, hatches over those that diverge,
/// limits of the bounds and the edge of stability as curves, and a diamond where `present` stands
/// (null: the spec of the sweep).
/// Cells that are not computed, or cannot be had, are empty. One plot, with id "sweep". Pure.
Figure build_sweep_figure(const SweepSnapshot& sweep,
                          const SweepFigureOptions& options = {},
                          const RunSpec* present = nullptr);

/// Series::key of an edge: "edge/paper", "edge/sharpened", "edge/stability"; and of the diamond.
std::string sweep_edge_key(const SweepEdge& edge);
inline constexpr const char* kSweepHereKey = "here";

/// A value of an axis in sentences: "0.3", "10", "1.25·10⁻⁵"; three digits unless it is whole.
std::string sweep_value_text(const SweepAxis& axis, double value);

}  // namespace sid
