#include "support/data_vectors.hpp"

#include <stdexcept>
#include <utility>

namespace sid::testing {

Dataset dataset(const Json& rows, const Json& labels) {
  const Matrix x = matrix(rows);
  std::vector<double> row_major;
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < x.cols(); ++j) row_major.push_back(x(i, j));
  }
  Dataset out;
  out.features = make_features(x.rows(), x.cols(), std::move(row_major));
  out.labels = vector(labels);
  return out;
}

ExampleLoss example_loss(const Json& in) {
  const std::string kind = in["kind"].get<std::string>();
  if (kind == "logistic") return {.kind = LossKind::logistic};
  if (kind == "squares") return {.kind = LossKind::squares};
  if (kind == "huber") return {.kind = LossKind::pseudo_huber, .delta = number(in["delta"])};
  throw std::runtime_error("unknown loss " + kind);
}

std::shared_ptr<const DataProblemFamily> data_family(const std::string& name) {
  const Json& in = theory_vectors()["data_problems"][name]["inputs"];
  DataProblemShape shape;
  shape.lower = example_loss(in);
  shape.upper = example_loss(in["upper"]);
  shape.upper_scale = in["upper"]["mean"].get<bool>() ? UpperScale::mean : UpperScale::sum;
  const std::string regulariser = in["reg"].get<std::string>();
  if (regulariser == "vector") shape.hyperparameter = Hyperparameter::per_coordinate;
  if (regulariser == "clean") {
    shape.hyperparameter = Hyperparameter::example_weights;
    shape.weight_decay = number(in["c"]);
  }
  auto data = std::make_shared<TrainValidation>();
  data->train = dataset(in["X"], in["y"]);
  data->validation = dataset(in["upper"]["X"], in["upper"]["y"]);
  return DataProblemFamily::make(std::move(data), shape).value();
}

std::shared_ptr<const DataProblem> data_problem(const std::string& name, AlphaRule rule) {
  const Json& in = theory_vectors()["data_problems"][name]["inputs"];
  return data_family(name)->at(vector(in["lam"]), rule).value();
}

OracleSettings oracle_settings(const Json& constants) {
  return {
      .minibatch = constants["b"].get<std::int64_t>(),
      .sampling = constants["replace"].get<bool>() ? Sampling::iid : Sampling::without_replacement};
}

}  // namespace sid::testing
