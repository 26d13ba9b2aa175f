#pragma once

#include "sid/math/types.hpp"

namespace sid {

/// The parts of the mean-square error of a hypergradient estimate, equation (11) of the paper:
/// MSE = ||bias||^2 + E[V[estimate | w_t]] + V[E[estimate | w_t]].
struct ErrorParts {
  double mean_square_error = 0.0;  ///< E||estimate - truth||^2
  double bias_squared = 0.0;       ///< ||E[estimate] - truth||^2
  double mean_of_variance = 0.0;   ///< E[V[estimate | w_t]], noise of v_k and of the last sample
  double variance_of_mean = 0.0;   ///< V[E[estimate | w_t]], noise of w_t
};

/// Estimates of the parts and their standard errors. Each estimate is unbiased, so bias_squared and
/// variance_of_mean may come out negative when they are below the noise; plot max(., 0) and say so
/// where they are under one standard error.
struct Decomposition {
  ErrorParts value;
  ErrorParts standard_error;  ///< delete-one-outer-replica jackknife
  double between = 0.0;       ///< S_B, sample variance of the outer means
  double within = 0.0;        ///< S_W, mean sample variance inside outer replicas; NaN for K = 1
};

/// Nested estimators from R outer replicas of w_t with K inner replicas of (v_k, zeta) each.
/// With G_rj the estimates, G_r the inner means, G the grand mean, g the truth:
///   MSE   = (1/RK) sum ||G_rj - g||^2          S_W = (1/(R(K-1))) sum_rj ||G_rj - G_r||^2
///   S_B   = (1/(R-1)) sum_r ||G_r - G||^2      E[V] = S_W,  V[E] = S_B - S_W/K
///   bias^2 = ||G - g||^2 - S_B/R               (the uncorrected ||G - g||^2 is too large by V/R)
/// and bias^2 + E[V] + V[E] = MSE holds exactly. With K = 1 the two variances cannot be told apart:
/// both are NaN, MSE and bias^2 remain. Not in the paper; each follows from
/// E[S_B] = V[E] + E[V]/K.
///   estimates: m x (R K), column r K + j is G_rj; truth: m; R >= 2, K >= 1. Standard errors need
///   R >= 3 and are NaN below. Jackknife: se^2 = ((R-1)/R) sum_r (theta_(r) - mean theta)^2.
Decomposition decompose_error(const ConstMatrixRef& estimates,
                              Index inner_replicas,
                              const ConstVectorRef& truth);

}  // namespace sid
