#include "sid/problem/noise_summaries.hpp"

#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/extreme_eigenvalues.hpp"

namespace sid {
namespace {

// M - G^2 with M = (1/n) sum a_i^2 ||x_i||^2 x_i x_i^T and G = (1/n) sum a_i x_i x_i^T.
struct RowVariance {
  Matrix second_moment, variance;
};

RowVariance row_variance(const DataProblem& problem, const Vector& weights) {
  const FeatureMatrix& x = problem.family().train().features;
  const auto n = static_cast<double>(x.rows());
  const Vector squares = problem.geometry().row_norms.cwiseAbs2();
  const Matrix mean = *weighted_gram(x, (weights / n).eval());
  RowVariance out;
  out.second_moment = *weighted_gram(x, (weights.cwiseAbs2().cwiseProduct(squares) / n).eval());
  out.variance = out.second_moment - mean * mean;
  return out;
}

}  // namespace

NoiseSummaries noise_summaries(const DataProblem& problem,
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

}  // namespace sid
