#pragma once

#include <cstddef>
#include <optional>

#include "sid/figure/build_figure.hpp"
#include "sid/run/outer_snapshot.hpp"

namespace sid {

struct OuterFigureOptions {
  /// Outer step whose estimated slopes are drawn as tangents; nothing: the last one all replicas
  /// have come to and estimated at.
  std::optional<std::int64_t> tangents_at;
  bool excess = false;  ///< first plot: f − f* instead of the squared distance to theta*
  double plot_width = 420.0, plot_height = 260.0;  ///< as FigureOptions
  bool operator==(const OuterFigureOptions&) const = default;
};

/// The outer loop as a figure: what its methods reach for how many samples, and how they get there.
///   "outer/error": mean of ||theta_s - theta*||² over replicas with its interval against epochs
///     (f(lambda_s) - f(lambda*) where theta* is not certified, or asked for);
///   "outer/value": f(lambda) over the box, exact, for one lambda; the point that each method's
///     first replica has come to; at one outer step the tangent by every replica's estimate, and
///     the exact one of the loop with exact gradients. Several lambdas: the mean of f(lambda_s)
///     against epochs.
///   "outer/path", one lambda: mean of lambda_s (of theta_s, drawn as lambda) ∓ one standard
///     deviation over replicas against s, with the path of exact gradients and lambda*.
/// `run` may be at any stage; plots say what they wait for. Pure.
Figure build_outer_figure(const OuterSnapshot& run, const OuterFigureOptions& options = {});

}  // namespace sid
