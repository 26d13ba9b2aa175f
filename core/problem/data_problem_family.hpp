#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/example_loss.hpp"
#include "sid/problem/training_geometry.hpp"

namespace sid {

class DataProblem;

/// What lambda is in the lower level
///   l(w, lambda) = (1/n) sum_i omega_i phi(x_i^T w; y_i) + w^T D w / 2.
enum class Hyperparameter {
  one_lambda,       ///< D = lambda I, m = 1, omega = 1
  per_coordinate,   ///< D = diag(lambda), m = d, omega = 1
  example_weights,  ///< omega_i = sigmoid(lambda_i), m = n, D = weight_decay I (data
                    ///< hyper-cleaning)
};

enum class UpperScale { sum, mean };

/// Which bilevel problem is made of a data set. The upper level is
///   E(w) = a sum_j phi_E(x_j^T w; y_j) over the validation examples, a = 1 or 1/n_v.
struct DataProblemShape {
  ExampleLoss lower;  ///< logistic, or squares where lambda does not weight examples
  Hyperparameter hyperparameter = Hyperparameter::one_lambda;
  double weight_decay = 0.0;  ///< > 0; example_weights only
  ExampleLoss upper;
  UpperScale upper_scale = UpperScale::sum;

  bool operator==(const DataProblemShape&) const = default;
};

/// All problems that differ only in lambda, on one data set. Computes once what does not depend on
/// lambda: for d = 784 and n = 5000 some half a second; then `at` costs microseconds for one
/// lambda, and one eigenvalue for a vector. Immutable and safe to share between threads.
class DataProblemFamily : public std::enable_shared_from_this<DataProblemFamily> {
 public:
  /// Requires at least one training and one validation example and one column, equal numbers of
  /// columns, labels -1 and +1 for logistic losses. Fails with bad_input where numbers are too
  /// large for double precision or not finite, and with stopped within some ten milliseconds of a
  /// stop request.
  static Result<std::shared_ptr<const DataProblemFamily>> make(
      std::shared_ptr<const TrainValidation> data,
      DataProblemShape shape,
      const std::stop_token& stop = {});

  /// The problem at lambda (mean convention): length 1, d or n; positive for one_lambda and
  /// per_coordinate; finite. Fails with bad_input where L + tau overflows, and with stopped.
  Result<std::shared_ptr<const DataProblem>> at(const Vector& lambda,
                                                AlphaRule rule,
                                                const std::stop_token& stop = {}) const;
  /// The same value of lambda for every entry.
  Result<std::shared_ptr<const DataProblem>> at(double lambda,
                                                AlphaRule rule,
                                                const std::stop_token& stop = {}) const;

  const DataProblemShape& shape() const { return shape_; }
  const Dataset& train() const { return data_->train; }
  const Dataset& validation() const { return data_->validation; }
  Index dim() const { return train().cols(); }  ///< d
  Index lambda_size() const;                    ///< m
  double upper_factor() const;                  ///< a
  const ValidationGeometry& validation_geometry() const { return validation_; }
  /// Under omega = 1; null for example_weights.
  const std::shared_ptr<const TrainingGeometry>& training_geometry() const { return training_; }

 private:
  DataProblemFamily() = default;
  // L, tau and their kin (without alpha and q); std::nullopt when stopped.
  std::optional<Curvature> measure_curvature(const Dataset& train,
                                             const TrainingGeometry& geometry,
                                             const Vector& omega,
                                             const Vector& diagonal,
                                             const std::stop_token& stop) const;

  std::shared_ptr<const TrainValidation> data_;
  DataProblemShape shape_;
  std::shared_ptr<const TrainingGeometry> training_;
  ValidationGeometry validation_;
};

}  // namespace sid
