#include "sid/problem/first_order_error.hpp"

namespace sid {
namespace {

// (E'' - T) x at w.
Vector upper_minus_third(const DataProblem& problem,
                         const Vector& predictions,
                         const Vector& along_q,
                         const Vector& w,
                         const Vector& x) {
  const DataProblemShape& shape = problem.family().shape();
  const Dataset& train = problem.family().train();
  const Dataset& validation = problem.family().validation();
  const Index n = train.rows();
  Vector out = Vector::Zero(problem.lower_dim());

  Vector curvature(validation.rows()), image(validation.rows());
  validation.features.multiply(w, curvature);
  shape.upper.second(
      curvature.data(), validation.labels.data(), curvature.data(), validation.rows());
  validation.features.multiply(x, image);
  image.array() *= problem.family().upper_factor() * curvature.array();
  validation.features.multiply_transpose_and_add(image, out);

  Vector third(n), along_x(n);
  shape.lower.third(predictions.data(), train.labels.data(), third.data(), n);
  if (problem.example_weights().size() > 0) third.array() *= problem.example_weights().array();
  train.features.multiply(x, along_x);
  third.array() *= -along_q.array() * along_x.array() / static_cast<double>(n);
  train.features.multiply_transpose_and_add(third, out);
  return out;
}

// C'[q] x: the change of C(w)^T q when w moves by x and q stays.
Vector cross_change(const DataProblem& problem,
                    const Vector& predictions,
                    const Vector& along_q,
                    const Vector& q,
                    const Vector& x) {
  switch (problem.family().shape().hyperparameter) {
    case Hyperparameter::one_lambda:
      return Vector::Constant(1, q.dot(x));
    case Hyperparameter::per_coordinate:
      return q.cwiseProduct(x);
    case Hyperparameter::example_weights:
      break;
  }
  const Dataset& train = problem.family().train();
  const Index n = train.rows();
  const Eigen::ArrayXd omega = problem.example_weights().array();
  Vector curvature(n), along_x(n);
  problem.family().shape().lower.second(
      predictions.data(), train.labels.data(), curvature.data(), n);
  train.features.multiply(x, along_x);
  return (omega * (1.0 - omega) * curvature.array() * along_q.array() * along_x.array() /
          static_cast<double>(n))
      .matrix();
}

}  // namespace

Vector first_order_error(const DataProblem& problem,
                         const Vector& w,
                         const Vector& q,
                         const HessianPreconditioner& preconditioner,
                         const std::stop_token& stop) {
  constexpr double kAccuracy = 1e-10;
  const FeatureMatrix& x = problem.family().train().features;
  const HessianProduct hessian(problem, w);
  Vector gradient(w.size()), residual(w.size()), image;
  problem.lower_gradient(w, gradient);
  problem.upper_gradient(w, residual);
  hessian(q, image);
  residual -= image;

  Vector distance = Vector::Zero(w.size());    // H^-1 grad_1 l
  Vector correction = Vector::Zero(w.size());  // H^-1 (c - H q)
  solve_hessian(hessian, preconditioner, gradient, kAccuracy, distance, stop);
  solve_hessian(hessian, preconditioner, residual, kAccuracy, correction, stop);
  const Vector q_at_w = q + correction;
  Vector predictions(x.rows()), along_q(x.rows());
  x.multiply(w, predictions);
  x.multiply(q_at_w, along_q);
  const Vector right = upper_minus_third(problem, predictions, along_q, w, distance);
  Vector change = Vector::Zero(w.size());
  solve_hessian(hessian, preconditioner, right, kAccuracy, change, stop);
  Vector estimate(problem.upper_dim());
  problem.cross_transpose(w, (correction - change).eval(), estimate);
  return estimate - cross_change(problem, predictions, along_q, q_at_w, distance);
}

}  // namespace sid
