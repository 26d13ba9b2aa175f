#pragma once

#include <span>

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

/// Estimates of the parts and their standard errors. That of bias_squared says little where it is
/// not far above S_B/R: an estimate near zero is then off by more than its standard error suggests.
/// Each estimate is unbiased, so bias_squared and variance_of_mean may come out negative when they
/// are below the noise; plot max(., 0) and say so where they are under one standard error.
struct Decomposition {
  ErrorParts value;
  ErrorParts standard_error;  ///< delete-one-outer-replica jackknife
  double between = 0.0;       ///< S_B, sample variance of the outer means
  double within = 0.0;        ///< S_W, mean sample variance inside outer replicas; NaN for K = 1
};

/// What each outer replica of w_t contributes.
struct OuterReplicas {
  ConstMatrixRef mean_errors;            ///< m x R, column r: E_r = (conditional mean) - truth
  std::span<const double> square_error;  ///< R, estimate of E[||estimate - truth||^2 | w_t]
  std::span<const double> within;        ///< R, estimate of V[estimate | w_t]; NaN: not known
  /// Inner replicas that a conditional mean averages over; infinite where it is exact.
  double inner = 1.0;
};

/// The parts from R >= 2 outer replicas: with E the mean of E_r,
///   MSE   = mean of square_error          E[V] = S_W = mean of within
///   S_B   = (1/(R-1)) sum_r ||E_r - E||^2     V[E] = S_B - S_W/inner
///   bias^2 = ||E||^2 - S_B/R               (the uncorrected ||E||^2 is too large by V/R)
/// Each is unbiased. Standard errors need R >= 3 and are NaN below: jackknife,
/// se^2 = ((R-1)/R) sum_r (theta_(r) - mean theta)^2.
Decomposition decompose_error(const OuterReplicas& outer);

/// The same from all estimates, nested: R outer replicas of w_t with K inner replicas of (v_k,
/// zeta) each. With G_rj the estimates, G_r their inner means, g the truth: E_r = G_r - g,
/// square_error_r = (1/K) sum_j ||G_rj - g||^2, within_r = (1/(K-1)) sum_j ||G_rj - G_r||^2, inner
/// = K, and bias^2 + E[V] + V[E] = MSE holds exactly. With K = 1 the two variances cannot be told
/// apart: both are NaN, MSE and bias^2 remain. Not in the paper; each follows from E[S_B] = V[E] +
/// E[V]/K.
///   estimates: m x (R K), column r K + j is G_rj; truth: m; R >= 2, K >= 1.
Decomposition decompose_error(const ConstMatrixRef& estimates,
                              Index inner_replicas,
                              const ConstVectorRef& truth);

}  // namespace sid
