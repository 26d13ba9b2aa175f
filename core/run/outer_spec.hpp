#pragma once

#include <cstdint>
#include <optional>

#include "sid/method/outer_coordinate.hpp"

namespace sid {

/// The outer loop: lambda is optimised by projected steps along the estimates of every method,
///   theta <- clip(theta - h_s df/dtheta, box),   h_s = step / (1 + s/decay),
/// in theta = log lambda or lambda itself (method/bilevel_loop.hpp). Hyperparameters are in the
/// convention of problem.lower_loss, as problem.lambda is.
struct OuterSpec {
  /// Default: logarithm where lambda regularises, lambda where it weights examples.
  std::optional<OuterCoordinate> coordinate;
  /// h > 0; default: the first exact step is kDefaultFirstStep long in its largest entry.
  std::optional<double> step;
  double decay = 0.0;  ///< s0 >= 0 outer steps over which h halves first; 0: constant
  /// Box of every entry of lambda; default: default_box() of outer_problem.hpp.
  std::optional<double> low, high;
  std::int64_t steps = 50;               ///< outer steps
  std::optional<double> start;           ///< of every entry; default: the first panel's lambda
  std::optional<std::int64_t> t, k;      ///< inner steps; default: the method's, else run's
  bool warm_start = false;               ///< w_0 of an outer step is w_t of the one before
  std::optional<std::int64_t> replicas;  ///< default: run.replicas
  bool operator==(const OuterSpec&) const = default;
};

inline constexpr double kDefaultFirstStep = 0.5;

}  // namespace sid
