#pragma once

#include <map>
#include <span>
#include <string>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/figure.hpp"
#include "sid/run/run_comparison.hpp"

namespace sid {

enum class CompareArrangement {
  one_plot,      ///< the measured curves of all runs in one plot a hyperparameter
  side_by_side,  ///< one plot a run, all with the same axes, at most four in a row
};
enum class CompareValue {
  errors,
  ratio,  ///< each error over that of the same method in the first run; 1 is marked
};

struct CompareOptions {
  CompareArrangement arrangement = CompareArrangement::one_plot;
  CompareValue value = CompareValue::errors;
  /// Axes, band, hidden curves and limits, as of any figure; of the quantities the first. Bounds,
  /// exact curves, floors and the accuracy of the reference are drawn side by side only. `panels`
  /// picks among the hyperparameters that the runs have in common. Looseness is not for here.
  FigureOptions figure;
  bool operator==(const CompareOptions&) const = default;
};

/// Colours and markers of methods in a comparison: by label, as in the first run that has it, so
/// that one colour is one method in all runs.
std::map<std::string, MethodStyle> shared_styles(std::span<const ComparedRun> runs);

/// Several runs in one figure. Colour is the method; the run is told by its letter at the end of
/// each curve and by the marker (the fifth's follows the first's), side by side by the title. The
/// first run has no curves of its own in ratios. Plot ids are "compare" or "compare/<number of the
/// hyperparameter>", side by side "runs/<number of the plot>"; Series::key is "<letter>/" and the
/// key of the curve in the run's own figure ("B/1/measured"). The caption names the runs, what is
/// not alike, and how ratios were made. Pure.
///   runs: 1 to 26, with different letters.
///   comparison: compare_runs() of them with the same quantity and axis.
Figure build_comparison(std::span<const ComparedRun> runs,
                        const RunComparison& comparison,
                        const CompareOptions& options);

/// The axis of compare_runs() that fits a figure's x unit.
RatioAxis ratio_axis(XUnit unit);

}  // namespace sid
