#pragma once

#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/problem/extreme_eigenvalues.hpp"

namespace sid::testing {

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

// M - G^2 with M = (1/n) sum a_i^2 ||x_i||^2 x_i x_i^T and G = (1/n) sum a_i x_i x_i^T.
struct RowVariance {
  Matrix second_moment, variance;
};

inline RowVariance row_variance(const DataProblem& problem, const Vector& weights) {
  const FeatureMatrix& x = problem.family().train().features;
  const auto n = static_cast<double>(x.rows());
  const Vector squares = problem.geometry().row_norms.cwiseAbs2();
  const Matrix mean = *weighted_gram(x, (weights / n).eval());
  RowVariance out;
  out.second_moment = *weighted_gram(x, (weights.cwiseAbs2().cwiseProduct(squares) / n).eval());
  out.variance = out.second_moment - mean * mean;
  return out;
}

/// At w. Forms d x d matrices: a few passes over the data and eigenvalues, so for small d.
inline NoiseSummaries noise_summaries(const DataProblem& problem,
                                      const ConstVectorRef& w,
                                      const OracleSettings& settings) {
  SID_EXPECTS(settings.minibatch >= 1 && settings.minibatch <= problem.sample_count(),
              "a minibatch has between one and n examples");
  const auto n = static_cast<double>(problem.sample_count());
  const double f_b = variance_factor(settings.sampling, problem.sample_count(), settings.minibatch);
  const Vector omega = problem.example_weights().size() > 0
                           ? problem.example_weights()
                           : Vector::Ones(problem.family().train().rows());
  NoiseSummaries out;
  const RowVariance at_w = row_variance(problem, n * problem.hessian_weights(w));
  out.hessian_noise = f_b * largest_eigenvalue(at_w.variance)->value;
  out.hessian_noise_bound = out.hessian_noise;
  if (problem.family().shape().lower.kind == LossKind::logistic) {
    const RowVariance all = row_variance(problem, omega);
    const double root = std::sqrt(largest_eigenvalue(all.variance)->value) +
                        std::sqrt(largest_eigenvalue(all.second_moment)->value);
    out.hessian_noise_bound = f_b * root * root / 64.0;
  }
  if (problem.family().shape().hyperparameter == Hyperparameter::example_weights) {
    const Vector slopes = (omega.array() * (1.0 - omega.array())).matrix();
    out.m2_frobenius = problem.alpha() * problem.alpha() *
                       count_variance(settings, problem.sample_count()) *
                       slopes.cwiseProduct(problem.geometry().row_norms).squaredNorm();
  }
  return out;
}

}  // namespace sid::testing
