#pragma once

#include <functional>
#include <stop_token>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"
#include "sid/run/outer_problem.hpp"
#include "sid/run/value_curve.hpp"

namespace sid {

/// Where exact gradients lead from the start of a loop: a local minimum of f over the box.
struct OuterOptimum {
  Vector theta;        ///< m
  Vector lambda;       ///< m, in the spec's convention
  double value = 0.0;  ///< f(lambda)
  /// ||theta - clip(theta - df/dtheta)||: 0 at a minimum inside the box or at its walls.
  double stationarity = 0.0;
  bool at_wall = false;  ///< some entry lies on a wall of the box
  /// One lambda: df/dtheta, by exact solves, has a sign change within `width` around theta (0 at a
  /// wall). Several: stationarity has fallen to 1e-8 of what it was at the start.
  bool certified = false;
  double width = 0.0;
  std::int64_t solves = 0;  ///< exact solves that it took, those of the curve not counted
};

/// One lambda: the first zero of f' downhill from the start, or the wall. The curve brackets it;
/// exact derivatives narrow it down to 1e-11 max(1, |theta|).
Result<OuterOptimum> find_optimum(const OuterProblem& problem,
                                  const ValueCurve& curve,
                                  const std::stop_token& stop = {});

/// Any lambda: spectral projected gradients (Birgin, Martinez, Raydan, SIAM J. Optim. 10(4), 2000)
/// with a monotone line search, at most `most_solves` exact solves, from the start of the loop.
/// `each` is called with the solves so far after every step.
Result<OuterOptimum> find_optimum(const OuterProblem& problem,
                                  std::int64_t most_solves,
                                  const std::stop_token& stop = {},
                                  const std::function<void(std::int64_t solves)>& each = {});

}  // namespace sid
