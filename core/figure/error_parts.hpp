#pragma once

#include <array>
#include <optional>
#include <span>

#include "sid/figure/build_figure.hpp"

namespace sid {

/// The parts of the mean-square error, equation (11): MSE = bias² + E[V[·|w_t]] + V[E[·|w_t]].
enum class ErrorPart { bias_squared, mean_of_variance, variance_of_mean };

/// What belongs to a part: the theorem that bounds it, and curves of MethodTheory.
struct ErrorPartNames {
  ErrorPart part;
  const char* id;         ///< as the columns of parts.csv
  const char* title;      ///< of its plot: "3.2  E[V[·|wₜ]]"
  const char* statement;  ///< id of the theorem's TheoremStatement
  const char* bound;      ///< id of the bound's curve, squared for the bias
  const char* exact;      ///< id of the exact curve
};
inline constexpr std::array<ErrorPartNames, 3> kErrorParts = {
    ErrorPartNames{ErrorPart::bias_squared,
                   "bias_squared",
                   "3.1  bias²",
                   "theorem_3_1",
                   "bound_3_1_squared",
                   "exact_bias_squared"},
    ErrorPartNames{ErrorPart::mean_of_variance,
                   "mean_of_variance",
                   "3.2  E[V[·|wₜ]]",
                   "theorem_3_2",
                   "bound_3_2",
                   "exact_mean_of_variance"},
    ErrorPartNames{ErrorPart::variance_of_mean,
                   "variance_of_mean",
                   "3.3  V[E[·|wₜ]]",
                   "theorem_3_3",
                   "bound_3_3",
                   "exact_variance_of_mean"}};

/// A measured part with its 95 % interval, value ∓ t se: t is Student's quantile for R − 1 degrees
/// of freedom, se the jackknife error over R outer replicas. Estimates are unbiased, so both value
/// and `low` may be negative. NaN interval where R < 3.
struct PartEstimate {
  double value = 0.0;
  double low = 0.0, high = 0.0;
};
/// Nothing where the run did not measure the parts at this checkpoint.
std::optional<PartEstimate> part_estimate(const CurvePoint& point, ErrorPart part);

/// Of one method at one hyperparameter. Pointers may be null: nothing is known then.
struct ErrorPartsSource {
  const MethodTheory* theory = nullptr;
  std::span<const Checkpoint> checkpoints = {};  ///< of the curves of `theory`
  const MethodCurve* measured = nullptr;
  /// The method draws no samples: its whole error is bias, and is measured without the parts.
  bool deterministic = false;
  /// `theory` is of earlier settings, and that of the present ones on its way: drawn faded.
  bool faded = false;
  MethodStyle style;
};

/// One plot a part, in the order of kErrorParts, on common axes: measured solid with its interval,
/// the theorem's bound dashed, the exact part dotted where it is known. Ids are "parts/<id>". The
/// y axis is logarithmic, fits the measured and exact curves where there are any, takes in bounds
/// up to 10^4 above those, and shows at most twelve decades; a curve wholly outside becomes an edge
/// note with its number. Of `options` count x_unit and log_x. Plots that show no curve say why in
/// their note. Pure.
std::array<PlotPanel, 3> error_parts_plots(const ErrorPartsSource& source,
                                           const FigureOptions& options);

}  // namespace sid
