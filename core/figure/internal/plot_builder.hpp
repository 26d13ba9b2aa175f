#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/figure.hpp"

namespace sid::internal {

/// Beyond this ratio of bound to error one axis cannot serve both: the data win.
inline constexpr double kFarAbove = 1e4;

/// Everything the plots of one hyperparameter panel are built from. Pointers outlive the builder.
struct PanelSource {
  std::size_t index = 0;  ///< among bench.panels
  const Panel* panel = nullptr;
  std::vector<bool> batch;                            ///< of methods: exact gradients
  std::vector<std::string> labels;                    ///< of methods
  std::vector<MethodStyle> styles;                    ///< of methods
  std::vector<std::vector<Checkpoint>> checkpoints;   ///< of methods, as resolved for the theory
  std::vector<const MethodCurve*> measured;           ///< of methods; null: no data
  const std::vector<MethodTheory>* theory = nullptr;  ///< of methods; may be null
  bool faded = false;                                 ///< the theory is of earlier settings
};

/// One plot before limits and ticks: its curves, and legend rows with what is absent and why.
struct PlotCurves {
  std::vector<Series> series;
  std::vector<LegendRow> legend;
  std::vector<std::string> curve_labels;  ///< one per series: "Theorem 3.4", empty for measured
  std::vector<int> methods;               ///< one per series: index of its method, or -1
  std::vector<bool> batch;                ///< one per series: of a method with exact gradients
  std::int64_t gaps = 0;
  double trust = 0.0;                ///< squared accuracy of the reference; 0: unknown
  bool trust_shown = false;          ///< it lies inside the axes
  bool hollow = false;               ///< some points lie below it
  bool noted = false;                ///< some curves lie outside the axes
  bool sloped = false;               ///< some curves have a triangle with their slope
  bool looseness = false;            ///< bounds divided by errors; the trust line is the one at 1
  std::vector<std::string> divided;  ///< names of the bounds that were divided, each once
};

/// Curves of one quantity at one hyperparameter.
PlotCurves collect_curves(const PanelSource& source,
                          Quantity quantity,
                          const std::string& plot_id,
                          const FigureOptions& options);

/// The bound of each method over its measured and exact errors, of curves that were collected with
/// options_for_looseness(options).
PlotCurves looseness_curves(const PlotCurves& errors,
                            const std::string& plot_id,
                            const FigureOptions& options);
FigureOptions options_for_looseness(FigureOptions options);

/// Limits of both axes by FigureOptions::fit. `growing`: more data will come, so that limits that
/// rest on data alone are rounded to whole powers of ten and seldom move.
struct PlotLimits {
  AxisLimits x, y;
  bool empty = false;  ///< no curve: the y range means nothing
};
PlotLimits fit_plot(const PlotCurves& curves,
                    const AxisLimits& x_data,
                    const FigureOptions& options,
                    bool growing);

/// One range for all plots of a row, where each of them would fill at least half of it; a range
/// that flattens the curves of some plot would compare nothing. std::nullopt for fewer than two.
std::optional<AxisLimits> shared_limits(const std::vector<AxisLimits>& limits, AxisScale scale);

/// Notes for bounds and exact curves that lie wholly above or below the axes, and for measured ones
/// that leave them. `method_labels` name whose curve it is; empty labels go without.
std::vector<EdgeNote> make_edge_notes(const PlotCurves& curves,
                                      const PlotLimits& limits,
                                      const std::vector<std::string>& method_labels);

/// Joins the legend rows of several plots: one row per key, drawn if it is anywhere. Of several
/// reasons for one absence the first is kept, with the number of further plots it concerns.
class LegendMerger {
 public:
  /// `where` names the plot in notes ("λ = 0.1"); empty where there is only one.
  void add(const std::vector<LegendRow>& rows, const std::string& where);
  std::vector<LegendRow> take();

 private:
  struct Entry {
    LegendRow row;
    std::string reason;  ///< of the first absence
    int absences = 0;
  };
  std::vector<Entry> entries_;
};

/// The legend condensed for print: methods, line styles, then what is absent and why.
std::vector<LegendRow> condense_legend(const std::vector<LegendRow>& legend,
                                       const std::vector<PlotCurves>& plots,
                                       bool measured);

/// Parameters, replicas, what the band is, gaps.
std::string make_caption(const RunSpec& spec,
                         const ProblemBench& bench,
                         const RunSnapshot* snapshot,
                         const std::vector<PlotCurves>& plots,
                         const FigureOptions& options);

/// Words and formula of an axis of this error.
void label_quantity(Axis& axis, Quantity quantity);

/// True where an axis of this scale can show the value.
bool can_show(double value, AxisScale scale);

AxisScale x_scale(const FigureOptions& options);
AxisScale y_scale(const FigureOptions& options);

}  // namespace sid::internal
