#include "support/random_problem.hpp"

#include <utility>

#include "sid/random/stream.hpp"

namespace sid::testing {

std::shared_ptr<const DataProblem> random_problem(const RandomProblem& wanted) {
  Stream stream({.seed = wanted.seed});
  const auto dataset = [&](Index rows, LossKind loss) {
    DenseDouble m{.rows = rows, .cols = wanted.columns, .values = {}};
    for (Index i = 0; i < rows * wanted.columns; ++i) m.values.push_back(stream.normal());
    Dataset data;
    data.features = FeatureMatrix(std::move(m));
    data.labels.resize(rows);
    for (double& label : data.labels) {
      label = loss == LossKind::logistic ? stream.sign() : stream.normal();
    }
    return data;
  };
  auto data = std::make_shared<TrainValidation>();
  data->train = dataset(wanted.rows, wanted.shape.lower.kind);
  data->validation = dataset(wanted.validation_rows, wanted.shape.upper.kind);
  const auto family = DataProblemFamily::make(std::move(data), wanted.shape).value();
  Vector lambda(family->lambda_size());
  for (double& value : lambda) {
    const bool weights = wanted.shape.hyperparameter == Hyperparameter::example_weights;
    value = weights ? stream.normal() : 0.1 + 0.3 * stream.uniform();
  }
  return family->at(lambda, AlphaRule::optimal).value();
}

std::vector<DataProblemShape> all_shapes() {
  const ExampleLoss logistic{LossKind::logistic}, squares{LossKind::squares};
  const ExampleLoss huber{LossKind::pseudo_huber, 0.8};
  return {
      {squares, Hyperparameter::one_lambda, 0.0, squares, UpperScale::sum},
      {squares, Hyperparameter::per_coordinate, 0.0, huber, UpperScale::mean},
      {logistic, Hyperparameter::one_lambda, 0.0, logistic, UpperScale::sum},
      {logistic, Hyperparameter::per_coordinate, 0.0, squares, UpperScale::mean},
      {logistic, Hyperparameter::example_weights, 0.2, logistic, UpperScale::mean},
      {logistic, Hyperparameter::example_weights, 0.2, huber, UpperScale::sum},
  };
}

Matrix training_rows(const DataProblem& problem) {
  const FeatureMatrix& x = problem.family().train().features;
  Matrix out(x.rows(), x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < x.cols(); ++j) out(i, j) = x.at(i, j);
  }
  return out;
}

Matrix hessian_at(const DataProblem& problem, const Vector& w) {
  const Index d = problem.lower_dim();
  Matrix out(d, d);
  for (Index j = 0; j < d; ++j) problem.hessian_vector(w, Vector::Unit(d, j), out.col(j));
  return out;
}

}  // namespace sid::testing
