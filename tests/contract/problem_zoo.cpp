#include "contract/problem_zoo.hpp"

#include <cmath>
#include <cstdint>
#include <utility>

#include "sid/problem/data_problem.hpp"
#include "sid/problem/equilibrium_problem.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/random/stream.hpp"

namespace sid::testing {
namespace {

enum class Storage { doubles, floats, bytes, sparse };

FeatureMatrix features(Index rows, Index cols, Storage storage, Stream& stream) {
  const auto size = static_cast<std::size_t>(rows * cols);
  if (storage == Storage::bytes) {
    DenseBytes m{.rows = rows, .cols = cols, .scale = 1.0 / 255.0, .bytes = {}};
    for (std::size_t i = 0; i < size; ++i) {
      m.bytes.push_back(static_cast<std::uint8_t>(stream.index_below(256)));
    }
    return FeatureMatrix(std::move(m));
  }
  if (storage == Storage::floats) {
    DenseFloat m{.rows = rows, .cols = cols, .values = {}};
    for (std::size_t i = 0; i < size; ++i) m.values.push_back(static_cast<float>(stream.normal()));
    return FeatureMatrix(std::move(m));
  }
  if (storage == Storage::sparse) {
    SparseRows m{.rows = rows, .cols = cols, .row_begin = {0}, .columns = {}, .values = {}};
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < cols; ++j) {
        if ((i + 2 * j) % 3 == 0) continue;
        m.columns.push_back(static_cast<std::int32_t>(j));
        m.values.push_back(stream.normal());
      }
      m.row_begin.push_back(static_cast<std::int64_t>(m.columns.size()));
    }
    return FeatureMatrix(std::move(m));
  }
  DenseDouble m{.rows = rows, .cols = cols, .values = {}};
  for (std::size_t i = 0; i < size; ++i) m.values.push_back(stream.normal());
  return FeatureMatrix(std::move(m));
}

Dataset dataset(Index rows, Index cols, Storage storage, bool classes, Stream& stream) {
  Dataset data;
  data.features = features(rows, cols, storage, stream);
  data.labels.resize(rows);
  for (Index i = 0; i < rows; ++i) data.labels[i] = classes ? stream.sign() : stream.normal();
  return data;
}

ProblemEntry on_data(const std::string& name, DataProblemShape shape, Storage storage) {
  constexpr Index kTrain = 23, kValidation = 11, kColumns = 5;
  Stream stream({.seed = 7});
  auto data = std::make_shared<TrainValidation>();
  data->train = dataset(kTrain, kColumns, storage, shape.lower.kind == LossKind::logistic, stream);
  data->validation =
      dataset(kValidation, kColumns, storage, shape.upper.kind == LossKind::logistic, stream);
  const auto family = DataProblemFamily::make(std::move(data), shape).value();
  Vector lambda(family->lambda_size());
  for (double& value : lambda) {
    const bool weights = shape.hyperparameter == Hyperparameter::example_weights;
    value = weights ? stream.normal() : 0.1 + 0.3 * stream.uniform();
  }
  return {name, lambda, [family](const Vector& at, AlphaRule rule) {
            return std::shared_ptr<const BilevelProblem>(family->at(at, rule).value());
          }};
}

ProblemEntry teaching(const std::string& name, double noise_lambda) {
  return {name, Vector::Constant(1, 0.4), [noise_lambda](const Vector& at, AlphaRule rule) {
            return std::shared_ptr<const BilevelProblem>(make_teaching_problem(
                {.dim = 6, .noise_lambda = noise_lambda, .samples = 50, .seed = 4}, at[0], rule));
          }};
}

// d = 5, m = 2, n = 9.
ProblemEntry equilibrium() {
  return {"Equilibrium", Vector{{0.4, -0.7}}, [](const Vector& at, AlphaRule) {
            EquilibriumParameters p =
                make_equilibrium_parameters({.dim = 5, .samples = 9, .seed = 3}, 0.0);
            const Matrix once = p.coupling;
            p.coupling.resize(2, once.cols());
            p.coupling << once, once.reverse();
            p.lambda = at;
            return std::shared_ptr<const BilevelProblem>(
                std::make_shared<EquilibriumProblem>(std::move(p)));
          }};
}

std::vector<ProblemEntry> build() {
  const ExampleLoss logistic{LossKind::logistic}, squares{LossKind::squares};
  const ExampleLoss huber{LossKind::pseudo_huber, 0.8};
  const auto one = Hyperparameter::one_lambda;
  const auto many = Hyperparameter::per_coordinate;
  const auto weights = Hyperparameter::example_weights;
  const auto sum = UpperScale::sum, mean = UpperScale::mean;
  return {
      teaching("Teaching", 0.0),
      teaching("TeachingNoisyLambda", 0.5),
      on_data("LogisticDoubles", {logistic, one, 0.0, logistic, sum}, Storage::doubles),
      on_data("LogisticBytes", {logistic, one, 0.0, logistic, mean}, Storage::bytes),
      on_data("LogisticFloats", {logistic, many, 0.0, logistic, mean}, Storage::floats),
      on_data("LogisticSparse", {logistic, many, 0.0, logistic, sum}, Storage::sparse),
      on_data("LogisticSquaresUpper", {logistic, one, 0.0, squares, mean}, Storage::doubles),
      on_data("RidgeSquaresUpper", {squares, one, 0.0, squares, sum}, Storage::doubles),
      on_data("RidgeHuberUpper", {squares, many, 0.0, huber, mean}, Storage::sparse),
      on_data("ExampleWeights", {logistic, weights, 0.2, logistic, mean}, Storage::doubles),
      on_data("ExampleWeightsFloats", {logistic, weights, 0.2, huber, sum}, Storage::floats),
      equilibrium(),
  };
}

}  // namespace

const std::vector<ProblemEntry>& problem_zoo() {
  static const std::vector<ProblemEntry> zoo = build();
  return zoo;
}

}  // namespace sid::testing
