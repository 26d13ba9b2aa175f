#pragma once

#include <memory>
#include <string>

#include "sid/problem/data_problem_family.hpp"

namespace sid {

/// A data problem at one lambda; made by DataProblemFamily::at.
///
/// With z = X w, g' = phi'(z; y), g'' = phi''(z; y):
///   grad_1 l = X^T (omega * g')/n + D w,    H u = X^T (omega * g'' * X u)/n + D u,
///   C^T v    = w^T v (one lambda), w * v (per coordinate), (1/n) omega (1-omega) * g' * X v.
/// Minibatches replace (1/n) sum over all by (1/b) sum over the batch in the data term only, so the
/// derivative in lambda is free of noise unless lambda weights examples.
class DataProblem final : public BilevelProblem {
 public:
  std::string name() const override;
  Index lower_dim() const override { return family_->dim(); }
  Index upper_dim() const override { return lambda_.size(); }
  std::int64_t sample_count() const override { return family_->train().rows(); }
  const Vector& lambda() const override { return lambda_; }
  const Curvature& curvature() const override { return curvature_; }
  AlphaRule alpha_rule() const override { return rule_; }

  double lower_loss(const ConstVectorRef& w) const override;
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override;
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override;
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       VectorRef out) const override;
  double upper_loss(const ConstVectorRef& w) const override;
  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override;

  /// Newton's method from w = 0 with conjugate gradients preconditioned by a Cholesky factor of an
  /// earlier Hessian (the diagonal above 1000 columns); see data_reference.hpp.
  Reference solve_reference(std::stop_token stop = {}) const override;

  /// Conjugate gradients; with options.near a handful of products near w(lambda).
  Vector solve_linear_system(const ConstVectorRef& w,
                             const LinearSolveOptions& options = {}) const override;
  Result<double> linear_system_squared_error(const ConstVectorRef& w,
                                             const ConstVectorRef& v,
                                             const LinearSolveOptions& options) const override;

  /// sigma2_v_at_w needs a d x d eigenvalue problem and is computed for d <= 200, infinite beyond.
  ProblemConstants constants(const Reference& reference,
                             const OracleSettings& settings,
                             double theta = 1.0) const override;

  DerivativeLipschitz derivative_lipschitz(const std::stop_token& stop = {}) const override;
  PointBounds point_bounds(const ConstVectorRef& w,
                           CrossNorm cross_norm = CrossNorm::exact,
                           const std::stop_token& stop = {}) const override;

  std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings& settings) const override;
  std::unique_ptr<ComponentOracle> make_component_oracle() const override;
  std::optional<ComponentConstants> component_constants(const Reference& reference) const override;

  /// E||w_t - w(lambda)||^2 alone, for squares; see linearised_error.hpp for these three.
  Result<ExactMoments> exact_moments(const ExactQuery& query) const override;
  Result<PredictedMoments> predicted_moments(const ExactQuery& query) const override;
  StabilityEdges stability_edges(const Reference& reference,
                                 const OracleSettings& settings,
                                 const std::stop_token& stop = {}) const override;

  const DataProblemFamily& family() const { return *family_; }
  const TrainingGeometry& geometry() const { return *geometry_; }
  const Vector& regulariser() const { return diagonal_; }   ///< d, the diagonal of D
  const Vector& example_weights() const { return omega_; }  ///< n, or empty where all are 1
  /// 1 - omega_i = sigmoid(-lambda_i) to the last bits, where the subtraction would leave none for
  /// a large lambda_i; n, or empty where lambda does not weight examples.
  const Vector& weight_complements() const { return complements_; }

  /// omega_i g''_i / n at w, the weights of the Hessian's data term (n).
  Vector hessian_weights(const ConstVectorRef& w) const;
  /// omega_i g'_i at w (n), given the predictions z = X w.
  Vector slopes(const ConstVectorRef& predictions) const;
  /// (1/n) sum omega phi(z_i; y_i) + w^T D w/2, given the predictions.
  double lower_loss_at(const ConstVectorRef& w, const ConstVectorRef& predictions) const;

 private:
  friend class DataProblemFamily;
  DataProblem() = default;

  std::shared_ptr<const DataProblemFamily> family_;
  std::shared_ptr<const TrainingGeometry> geometry_;
  Vector lambda_;
  Vector diagonal_;
  Vector omega_;
  Vector complements_;
  AlphaRule rule_ = AlphaRule::optimal;
  Curvature curvature_;
};

}  // namespace sid
