#include "sid/problem/data_problem.hpp"

#include "sid/problem/component_constants.hpp"
#include "sid/problem/data_component_oracle.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/data_derivative_bounds.hpp"
#include "sid/problem/data_oracle.hpp"
#include "sid/problem/data_reference.hpp"
#include "sid/problem/linear_error.hpp"
#include "sid/problem/linearised_error.hpp"

namespace sid {

std::string DataProblem::name() const {
  const bool logistic = family_->shape().lower.kind == LossKind::logistic;
  std::string model = logistic ? "logistic regression" : "ridge regression";
  switch (family_->shape().hyperparameter) {
    case Hyperparameter::one_lambda:
      return model + ", one lambda";
    case Hyperparameter::per_coordinate:
      return model + ", one lambda per coordinate";
    case Hyperparameter::example_weights:
      return model + ", one weight per example";
  }
  return model;
}

Vector DataProblem::slopes(const ConstVectorRef& predictions) const {
  const Dataset& train = family_->train();
  Vector out(train.rows());
  family_->shape().lower.first(predictions.data(), train.labels.data(), out.data(), train.rows());
  if (omega_.size() > 0) out.array() *= omega_.array();
  return out;
}

double DataProblem::lower_loss_at(const ConstVectorRef& w,
                                  const ConstVectorRef& predictions) const {
  const Dataset& train = family_->train();
  const ExampleLoss& loss = family_->shape().lower;
  double sum = 0.0;
  for (Index i = 0; i < train.rows(); ++i) {
    const double value = loss.value(predictions[i], train.labels[i]);
    sum += omega_.size() > 0 ? omega_[i] * value : value;
  }
  return sum / static_cast<double>(train.rows()) + 0.5 * w.dot(diagonal_.cwiseProduct(w));
}

Vector DataProblem::hessian_weights(const ConstVectorRef& w) const {
  const Dataset& train = family_->train();
  Vector out(train.rows());
  train.features.multiply(w, out);
  family_->shape().lower.second(out.data(), train.labels.data(), out.data(), train.rows());
  if (omega_.size() > 0) out.array() *= omega_.array();
  out /= static_cast<double>(train.rows());
  return out;
}

double DataProblem::lower_loss(const ConstVectorRef& w) const {
  Vector predictions(family_->train().rows());
  family_->train().features.multiply(w, predictions);
  return lower_loss_at(w, predictions);
}

void DataProblem::lower_gradient(const ConstVectorRef& w, VectorRef out) const {
  const FeatureMatrix& x = family_->train().features;
  Vector predictions(x.rows());
  x.multiply(w, predictions);
  const Vector weights = slopes(predictions) / static_cast<double>(x.rows());
  out = diagonal_.cwiseProduct(w);
  x.multiply_transpose_and_add(weights, out);
}

void DataProblem::hessian_vector(const ConstVectorRef& w,
                                 const ConstVectorRef& u,
                                 VectorRef out) const {
  Vector scratch;
  WeightedRows(family_->train().features, hessian_weights(w), diagonal_).multiply(u, scratch, out);
}

void DataProblem::cross_transpose(const ConstVectorRef& w,
                                  const ConstVectorRef& v,
                                  VectorRef out) const {
  switch (family_->shape().hyperparameter) {
    case Hyperparameter::one_lambda:
      out[0] = w.dot(v);
      return;
    case Hyperparameter::per_coordinate:
      out = w.cwiseProduct(v);
      return;
    case Hyperparameter::example_weights: {
      const FeatureMatrix& x = family_->train().features;
      Vector predictions(x.rows());
      x.multiply(w, predictions);
      const Vector weighted = slopes(predictions);  // omega g'
      x.multiply(v, predictions);
      out = (complements_.array() * weighted.array() * predictions.array() /
             static_cast<double>(x.rows()))
                .matrix();
      return;
    }
  }
}

double DataProblem::upper_loss(const ConstVectorRef& w) const {
  const Dataset& data = family_->validation();
  Vector predictions(data.rows());
  data.features.multiply(w, predictions);
  double sum = 0.0;
  for (Index j = 0; j < data.rows(); ++j) {
    sum += family_->shape().upper.value(predictions[j], data.labels[j]);
  }
  return family_->upper_factor() * sum;
}

void DataProblem::upper_gradient(const ConstVectorRef& w, VectorRef out) const {
  const Dataset& data = family_->validation();
  Vector slopes(data.rows());
  data.features.multiply(w, slopes);
  family_->shape().upper.first(slopes.data(), data.labels.data(), slopes.data(), data.rows());
  slopes *= family_->upper_factor();
  out.setZero();
  data.features.multiply_transpose_and_add(slopes, out);
}

Reference DataProblem::solve_reference(std::stop_token stop) const {
  return solve_data_reference(*this, stop);
}

Vector DataProblem::solve_linear_system(const ConstVectorRef& w,
                                        const LinearSolveOptions& options) const {
  return solve_data_linear_system(*this, w, options);
}

Result<double> DataProblem::linear_system_squared_error(const ConstVectorRef& w,
                                                        const ConstVectorRef& v,
                                                        const LinearSolveOptions& options) const {
  return data_linear_system_squared_error(*this, w, v, options);
}

ProblemConstants DataProblem::constants(const Reference& reference,
                                        const OracleSettings& settings,
                                        double theta) const {
  return data_constants(*this, reference, settings, theta);
}

DerivativeLipschitz DataProblem::derivative_lipschitz(const std::stop_token& stop) const {
  return data_derivative_lipschitz(*this, stop);
}

PointBounds DataProblem::point_bounds(const ConstVectorRef& w,
                                      CrossNorm cross_norm,
                                      const std::stop_token& stop) const {
  return data_point_bounds(*this, w, cross_norm, stop);
}

std::unique_ptr<StochasticOracle> DataProblem::make_oracle(const OracleSettings& settings) const {
  return make_data_oracle(*this, settings);
}

std::unique_ptr<ComponentOracle> DataProblem::make_component_oracle() const {
  return make_data_component_oracle(*this);
}

std::optional<ComponentConstants> DataProblem::component_constants(
    const Reference& reference) const {
  return data_component_constants(*this, reference);
}

Result<ExactMoments> DataProblem::exact_moments(const ExactQuery& query) const {
  return data_exact_moments(*this, query);
}

Result<PredictedMoments> DataProblem::predicted_moments(const ExactQuery& query) const {
  return data_predicted_moments(*this, query);
}

StabilityEdges DataProblem::stability_edges(const Reference& reference,
                                            const OracleSettings& settings,
                                            const std::stop_token& stop) const {
  return data_stability_edges(*this, reference, settings, stop);
}

}  // namespace sid
