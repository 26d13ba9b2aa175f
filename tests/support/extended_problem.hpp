#pragma once

#include <cmath>
#include <limits>

#include <Eigen/Cholesky>

#include "sid/problem/data_problem.hpp"

#include "support/random_problem.hpp"

namespace sid::testing {

using Extended = long double;
using ExtendedVector = Eigen::Matrix<Extended, Eigen::Dynamic, 1>;
using ExtendedMatrix = Eigen::Matrix<Extended, Eigen::Dynamic, Eigen::Dynamic>;

/// Whether the type below has more digits than double: where it has not, what rounding does in
/// double cannot be seen with it, and tests that compare with it have nothing to say.
inline constexpr bool kExtendedIsWider =
    std::numeric_limits<Extended>::digits > std::numeric_limits<double>::digits;

/// A small data problem written out in long double, to see what rounding does in double. The
/// weights of examples are those of its lambda.
class ExtendedProblem {
 public:
  explicit ExtendedProblem(const DataProblem& problem)
      : shape_(problem.family().shape()),
        x_(training_rows(problem).cast<Extended>()),
        y_(problem.family().train().labels.cast<Extended>()),
        yv_(problem.family().validation().labels.cast<Extended>()),
        diagonal_(problem.regulariser().cast<Extended>()),
        omega_(ExtendedVector::Ones(x_.rows())),
        complements_(ExtendedVector::Zero(x_.rows())),
        factor_(problem.family().upper_factor()) {
    const FeatureMatrix& v = problem.family().validation().features;
    xv_.resize(v.rows(), v.cols());
    for (Index i = 0; i < v.rows(); ++i) {
      for (Index j = 0; j < v.cols(); ++j) xv_(i, j) = v.at(i, j);
    }
    if (shape_.hyperparameter != Hyperparameter::example_weights) return;
    for (Index i = 0; i < x_.rows(); ++i) {
      omega_(i) = sigmoid(static_cast<Extended>(problem.lambda()[i]));
      complements_(i) = sigmoid(-static_cast<Extended>(problem.lambda()[i]));
    }
  }

  ExtendedVector lower_gradient(const ExtendedVector& w) const {
    const ExtendedVector slopes = omega_.cwiseProduct(first(shape_.lower, x_ * w, y_));
    return x_.transpose() * slopes / rows() + diagonal_.cwiseProduct(w);
  }
  ExtendedMatrix hessian(const ExtendedVector& w) const {
    const ExtendedVector z = x_ * w;
    ExtendedMatrix out = diagonal_.asDiagonal();
    for (Index i = 0; i < x_.rows(); ++i) {
      const Extended s = sigmoid(z(i));
      const Extended curvature =
          shape_.lower.kind == LossKind::logistic ? s * sigmoid(-z(i)) : Extended{1};
      out += omega_(i) * curvature / rows() * x_.row(i).transpose() * x_.row(i);
    }
    return out;
  }
  ExtendedVector cross_transpose(const ExtendedVector& w, const ExtendedVector& v) const {
    switch (shape_.hyperparameter) {
      case Hyperparameter::one_lambda:
        return ExtendedVector::Constant(1, w.dot(v));
      case Hyperparameter::per_coordinate:
        return w.cwiseProduct(v);
      case Hyperparameter::example_weights:
        break;
    }
    const ExtendedVector slopes = omega_.cwiseProduct(first(shape_.lower, x_ * w, y_));
    return complements_.cwiseProduct(slopes).cwiseProduct(x_ * v) / rows();
  }
  ExtendedVector upper_gradient(const ExtendedVector& w) const {
    return factor_ * (xv_.transpose() * first(shape_.upper, xv_ * w, yv_));
  }
  /// By Newton's method from the given point, near the solution.
  ExtendedVector hypergradient(ExtendedVector w) const {
    for (int i = 0; i < 8; ++i) w -= hessian(w).llt().solve(lower_gradient(w));
    const ExtendedVector q = hessian(w).llt().solve(upper_gradient(w));
    return -cross_transpose(w, q);
  }

 private:
  static Extended sigmoid(Extended u) { return 1 / (1 + std::exp(-u)); }
  static ExtendedVector first(const ExampleLoss& loss,
                              const ExtendedVector& z,
                              const ExtendedVector& y) {
    ExtendedVector out(z.size());
    for (Index i = 0; i < z.size(); ++i) {
      const Extended r = z(i) - y(i);
      const Extended scaled = r / static_cast<Extended>(loss.delta);
      switch (loss.kind) {
        case LossKind::logistic:
          out(i) = -y(i) * sigmoid(-y(i) * z(i));
          break;
        case LossKind::squares:
          out(i) = r;
          break;
        case LossKind::pseudo_huber:
          out(i) = r / std::sqrt(1 + scaled * scaled);
          break;
      }
    }
    return out;
  }
  Extended rows() const { return static_cast<Extended>(x_.rows()); }

  DataProblemShape shape_;
  ExtendedMatrix x_, xv_;
  ExtendedVector y_, yv_, diagonal_, omega_, complements_;
  Extended factor_;
};

}  // namespace sid::testing
