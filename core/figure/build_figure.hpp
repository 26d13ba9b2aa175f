#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sid/figure/figure.hpp"
#include "sid/figure/ticks.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid {

enum class XUnit {
  epochs,      ///< samples drawn by both solvers over n (the paper's count)
  iterations,  ///< lower-level steps t
};
enum class YValue {
  error,      ///< the mean-square errors, and bounds beside them
  looseness,  ///< the primary bound divided by each measured and exact error; 1 is marked
};
enum class BandKind {
  ci95,  ///< 95 % interval of the mean, log-scale Student
  std,   ///< mean ± one standard deviation; its lower edge is cut at the axis where it is <= 0
  none,
};
enum class FitKind {
  data,  ///< measured and exact curves; bounds only while within 10^4 of them
  all,   ///< every finite value drawn
};

/// Limits the user chose; repaired where an axis cannot have them.
struct PanelLimits {
  std::optional<AxisLimits> x, y;
  bool operator==(const PanelLimits&) const = default;
};

/// What to show of an experiment, and how. Colours and sizes are the renderers' business.
struct FigureOptions {
  XUnit x_unit = XUnit::epochs;
  bool log_x = true;
  bool log_y = true;
  YValue y_value = YValue::error;
  BandKind band = BandKind::ci95;
  FitKind fit = FitKind::data;
  bool bounds = true;
  bool exact = true;
  bool floors = true;
  bool trust = true;                   ///< accuracy of the reference, and hollow points below it
  bool slopes = false;                 ///< triangles with the slope of every measured curve
  bool all_bounds = false;             ///< every bound the theory has, not only the primary ones
  std::set<std::string> extra_curves;  ///< TheoryCurve::id of further curves to draw
  std::vector<Quantity> quantities = {Quantity::hypergradient};
  /// Hyperparameter panels by index; empty: all, one plot each (small multiples).
  std::vector<std::size_t> panels;
  std::set<std::string> hidden;               ///< Series::key or Series::id of curves switched off
  std::map<std::string, PanelLimits> limits;  ///< by PlotPanel::id: fixed, not fitted
  /// About how large the axes of one plot will be drawn, in points: decides how many ticks have
  /// labels. set_ticks() refines it once the size is known.
  double plot_width = 420.0, plot_height = 260.0;
  bool operator==(const FigureOptions&) const = default;
};

/// Colour slot and marker of every method of `spec`, by its place in it: Batch 0, constant step 1,
/// decreasing 2, two-phase and bound-optimal 3; ITD, SAGA and FP-KM 3; conjugate gradients, SVRG,
/// Neumann series and stochastic ITD 4; further methods of one kind take the next free slots, and
/// once all are taken repeat colours with other markers. Never depends on the run.
struct MethodStyle {
  int colour = 0;
  Marker marker = Marker::circle;
  bool operator==(const MethodStyle&) const = default;
};
std::vector<MethodStyle> method_styles(const RunSpec& spec);

/// Of which experiment a theory is, where it is not the figure's: as many methods in the same
/// order, and as many hyperparameters. Its curves keep their own checkpoints and are drawn faded.
struct EarlierTheory {
  const RunSpec* spec = nullptr;
  const ProblemBench* bench = nullptr;
};

/// The figure of `spec` as data: one plot per quantity and hyperparameter. Pure.
///   bench: null while it is being prepared; the plots then say so.
///   snapshot: null for theory alone. Must be of a run of `spec` (same methods in the same order).
///   theory: [panel][method] as evaluate_theory gives it, on the same bench; may be empty.
///   earlier: null, or what `theory` is of while that of `spec` is being evaluated.
/// Measured curves are solid with markers and a band; bounds dashed in the same hue; exact curves
/// dotted; floors dash-dotted; the accuracy of the reference thin and grey. A bound whose
/// hypotheses fail is a legend row with the reason. Values an axis cannot show are gaps, counted
/// in the caption. With YValue::looseness each measured and exact curve is the bound of its method
/// over it, an interval [a, b] of the error becomes [bound/b, bound/a], and what lies below the
/// accuracy of the reference is left out. A curve wholly outside the axes becomes an edge note with
/// its number.
Figure build_figure(const RunSpec& spec,
                    const ProblemBench* bench,
                    const RunSnapshot* snapshot,
                    const std::vector<std::vector<MethodTheory>>& theory,
                    const FigureOptions& options = {},
                    const EarlierTheory* earlier = nullptr);

}  // namespace sid
