#include "sid/problem/data_problem_family.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/math/numbers.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/problem/logistic_loss.hpp"

namespace sid {
namespace {

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::stopped, "The run was stopped.");
}

void check_labels(const Dataset& data, const ExampleLoss& loss) {
  if (loss.kind != LossKind::logistic) return;
  SID_EXPECTS((data.labels.array().abs() == 1.0).all(), "logistic losses need labels -1 and +1");
}

void check(const TrainValidation& data, const DataProblemShape& shape) {
  SID_EXPECTS(data.train.rows() >= 1 && data.validation.rows() >= 1,
              "a data problem needs training and validation examples");
  SID_EXPECTS(data.train.cols() >= 1, "a data problem needs at least one feature");
  SID_EXPECTS(data.train.cols() == data.validation.cols(),
              "training and validation examples must have equal numbers of features");
  SID_EXPECTS(data.train.labels.size() == data.train.rows() &&
                  data.validation.labels.size() == data.validation.rows(),
              "there must be one label an example");
  SID_EXPECTS(shape.lower.kind != LossKind::pseudo_huber,
              "the lower level has logistic or squared loss");
  SID_EXPECTS(shape.upper.delta > 0.0, "the pseudo-Huber width must be positive");
  SID_EXPECTS(shape.hyperparameter != Hyperparameter::example_weights || shape.weight_decay > 0.0,
              "example weights need a positive weight decay");
  SID_EXPECTS(shape.hyperparameter != Hyperparameter::example_weights ||
                  shape.lower.kind == LossKind::logistic,
              "example weights need a loss with bounded slope in the lower level");
  check_labels(data.train, shape.lower);
  check_labels(data.validation, shape.upper);
}

bool finite(const TrainingGeometry& g) {
  return std::isfinite(g.largest.value) && std::isfinite(g.norm_weighted_largest) &&
         std::isfinite(g.second_moment) && std::isfinite(g.max_curvature);
}

bool finite(const ValidationGeometry& g) {
  return std::isfinite(g.largest) && std::isfinite(g.sum_of_norms) &&
         std::isfinite(g.labelled_sum_norm);
}

tl::unexpected<Error> overflow(const std::string& what) {
  return fail(ErrorCode::bad_input,
              "The feature values of the " + what +
                  " examples are not finite or so large that their squares overflow double "
                  "precision. Rescale the features, for example to the interval [0, 1].");
}

}  // namespace

Result<std::shared_ptr<const DataProblemFamily>> DataProblemFamily::make(
    std::shared_ptr<const TrainValidation> data,
    DataProblemShape shape,
    const std::stop_token& stop) {
  SID_EXPECTS(data != nullptr, "a family needs data");
  check(*data, shape);
  std::shared_ptr<DataProblemFamily> family(new DataProblemFamily);
  family->data_ = std::move(data);
  family->shape_ = shape;
  if (shape.hyperparameter != Hyperparameter::example_weights) {
    std::optional<TrainingGeometry> g = measure_training(family->train(), Vector(), stop);
    if (!g) return stopped();
    if (!finite(*g)) return overflow("training");
    family->training_ = std::make_shared<const TrainingGeometry>(*std::move(g));
  }
  const std::optional<ValidationGeometry> v = measure_validation(family->validation(), stop);
  if (!v) return stopped();
  if (!finite(*v)) return overflow("validation");
  family->validation_ = *v;
  return std::shared_ptr<const DataProblemFamily>(std::move(family));
}

Index DataProblemFamily::lambda_size() const {
  switch (shape_.hyperparameter) {
    case Hyperparameter::one_lambda:
      return 1;
    case Hyperparameter::per_coordinate:
      return dim();
    case Hyperparameter::example_weights:
      return train().rows();
  }
  return 0;
}

double DataProblemFamily::upper_factor() const {
  return shape_.upper_scale == UpperScale::sum ? 1.0
                                               : 1.0 / static_cast<double>(validation().rows());
}

Result<std::shared_ptr<const DataProblem>> DataProblemFamily::at(
    double lambda, AlphaRule rule, const std::stop_token& stop) const {
  return at(Vector::Constant(lambda_size(), lambda), rule, stop);
}

Result<std::shared_ptr<const DataProblem>> DataProblemFamily::at(
    const Vector& lambda, AlphaRule rule, const std::stop_token& stop) const {
  SID_EXPECTS(lambda.size() == lambda_size(), "lambda has the wrong length for this problem");
  SID_EXPECTS(lambda.allFinite(), "lambda must be finite");
  const bool weights = shape_.hyperparameter == Hyperparameter::example_weights;
  SID_EXPECTS(weights || lambda.minCoeff() > 0.0, "lambda must be positive");

  std::shared_ptr<DataProblem> problem(new DataProblem);
  problem->family_ = shared_from_this();
  problem->lambda_ = lambda;
  problem->rule_ = rule;
  problem->geometry_ = training_;
  problem->diagonal_ = weights              ? Vector::Constant(dim(), shape_.weight_decay)
                       : lambda.size() == 1 ? Vector::Constant(dim(), lambda[0])
                                            : lambda;
  if (weights) {
    problem->omega_ = lambda.unaryExpr([](double x) { return sigmoid(x); });
    problem->complements_ = lambda.unaryExpr([](double x) { return sigmoid(-x); });
    std::optional<TrainingGeometry> g = measure_training(train(), problem->omega_, stop);
    if (!g) return stopped();
    if (!finite(*g)) return overflow("training");
    problem->geometry_ = std::make_shared<const TrainingGeometry>(*std::move(g));
  }
  std::optional<Curvature> curvature =
      measure_curvature(train(), *problem->geometry_, problem->omega_, problem->diagonal_, stop);
  if (!curvature) return stopped();
  if (!std::isfinite(curvature->L + curvature->L_max)) {
    return fail(ErrorCode::bad_input,
                "lambda = " + format_shortest(lambda.maxCoeff()) +
                    " is so large that the curvature of the lower level overflows double "
                    "precision. Use a smaller value.");
  }
  apply_alpha_rule(*curvature, rule);
  problem->curvature_ = *curvature;
  return std::shared_ptr<const DataProblem>(std::move(problem));
}

std::optional<Curvature> DataProblemFamily::measure_curvature(const Dataset& train,
                                                              const TrainingGeometry& g,
                                                              const Vector& omega,
                                                              const Vector& diagonal,
                                                              const std::stop_token& stop) const {
  const double bound = shape_.lower.curvature_bound();
  const auto n = static_cast<double>(train.rows());
  Curvature c;
  c.tau_R = diagonal.minCoeff();
  c.D_max = diagonal.maxCoeff();
  c.L_max0 = bound * g.max_curvature;
  c.L_max = c.L_max0 + c.D_max;
  const bool squares = shape_.lower.kind == LossKind::squares;
  std::optional<Matrix> hessian;
  if ((squares || c.tau_R != c.D_max) && g.gram.size() > 0) {
    hessian = bound * g.gram;
    hessian->diagonal() += diagonal;
  }
  if (c.tau_R == c.D_max) {
    c.L = bound * g.largest.value + c.D_max;
    c.provenance = g.largest.provenance;
  } else {
    const Vector weights =
        omega.size() == 0 ? Vector::Constant(train.rows(), bound / n) : Vector(omega * (bound / n));
    const std::optional<EigenvalueBound> largest =
        hessian ? largest_eigenvalue(*hessian, stop)
                : largest_eigenvalue(WeightedRows(train.features, weights, diagonal), stop);
    if (!largest) return std::nullopt;
    c.L = largest->value;
    c.provenance = largest->provenance;
  }
  c.tau = squares && hessian ? std::max(c.tau_R, smallest_eigenvalue(*hessian)) : c.tau_R;
  c.L = std::max(c.L, c.tau);
  return c;
}

}  // namespace sid
