#pragma once

#include "sid/problem/data_problem.hpp"

namespace sid {

/// Sizes of the noise that no bound uses; they say how much a bound gives away. f_b is the variance
/// factor of a minibatch (variance_factor), omega the weights of the examples.
struct NoiseSummaries {
  /// Frobenius variance of the derivative of the map in lambda, alpha^2 v sum (omega (1 - omega))^2
  /// ||x||^2 with v the variance of (how often an example is in the minibatch)/b: at least m2. 0
  /// where the derivative is free of noise.
  double m2_frobenius = 0.0;
  /// lambda_max(Sigma_H(w)), Sigma_H = f_b [(1/n) sum (omega phi'')^2 ||x||^2 x x^T - H_0^2]: the
  /// largest variance of a product H_B u of a unit vector with the Hessian of a minibatch.
  double hessian_noise = 0.0;
  /// Above lambda_max(Sigma_H(w)) for every w. Logistic loss: curvatures lie in [0, omega/4];
  /// centred at omega/8 the standard deviations add up to f_b/64 (sqrt lambda_max(M - G^2) +
  /// sqrt lambda_max(M))^2, M = (1/n) sum omega^2 ||x||^2 x x^T, G = (1/n) sum omega x x^T.
  /// Squares: hessian_noise, which does not depend on w.
  double hessian_noise_bound = 0.0;
};

/// At w. Forms d x d matrices: a few passes over the data and eigenvalues, so for small d.
NoiseSummaries noise_summaries(const DataProblem& problem,
                               const ConstVectorRef& w,
                               const OracleSettings& settings);

}  // namespace sid
