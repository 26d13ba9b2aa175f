#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sid/theory/internal/one_step_rules.hpp"
#include "sid/theory/solution_based_bound.hpp"

namespace sid::internal {

/// rho_t and F_t at the ascending t in `at`.
struct MomentPath {
  std::vector<double> rho, fourth;
  std::int64_t pieces = 0;  ///< single steps and ranges of steps it was computed in
};

/// Runs `rule` from rho_0 = `initial` and FourthMoment from F_0 = initial^2 beside it. Where
/// `radius` is finite, ||w_t - w*|| <= radius always, and F_t <= radius^2 rho_t is used as well.
/// The first thousand steps are taken one by one; later ones together where they are alike, so that
/// a million steps take a few milliseconds and cost a few thousandths of F. Without noise what goes
/// down goes down by a factor, so ranges end only where the step changes, and equal steps cost
/// nothing.
MomentPath run_moments(OneStepRule& rule,
                       const FourthMoment& moment,
                       double initial,
                       double radius,
                       const StepSizeSchedule& schedule,
                       double alpha,
                       std::span<const std::int64_t> at);

/// What the theta of each step is best for: ||v||^2 and v^T Sigma_H v of one v.
struct LinearWeights {
  double initial = 0.0;
  double noise = 0.0;
};

struct SharesPath {
  std::vector<LinearErrorShares> values;
  std::int64_t pieces = 0;  ///< as in MomentPath
};

/// LinearErrorShares at the ascending k in `at`, with the theta that is best in each step for the
/// error of `weights`. `noisy`: the noise at other w may be positive where weights.noise is zero.
SharesPath run_shares(const DirectBound& map,
                      const LinearWeights& weights,
                      bool noisy,
                      const StepSizeSchedule& schedule,
                      double alpha,
                      std::span<const std::int64_t> at);

}  // namespace sid::internal
