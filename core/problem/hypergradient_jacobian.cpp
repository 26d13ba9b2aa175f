#include "sid/problem/hypergradient_jacobian.hpp"

#include <utility>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"
#include "sid/problem/polled_products.hpp"

namespace sid {
namespace {

Hyperparameter hyperparameter(const DataProblem& problem) {
  return problem.family().shape().hyperparameter;
}

}  // namespace

HypergradientJacobian::HypergradientJacobian(const DataProblem& problem,
                                             const ConstVectorRef& w,
                                             const ConstVectorRef& q)
    : w_(w), q_(q) {
  const DataProblemShape& shape = problem.family().shape();
  const Dataset& train = problem.family().train();
  const Dataset& validation = problem.family().validation();
  const Index n = train.rows();
  const auto count = static_cast<double>(n);
  upper_.resize(validation.rows());
  validation.features.multiply(w, upper_);
  shape.upper.second(upper_.data(), validation.labels.data(), upper_.data(), validation.rows());
  upper_ *= problem.family().upper_factor();

  Vector predictions(n), along_q(n);
  train.features.multiply(w, predictions);
  train.features.multiply(q, along_q);
  if (shape.lower.third_bound() > 0.0) {
    third_.resize(n);
    shape.lower.third(predictions.data(), train.labels.data(), third_.data(), n);
    if (problem.example_weights().size() > 0) third_.array() *= problem.example_weights().array();
    third_.array() *= -along_q.array() / count;
  }
  if (shape.hyperparameter != Hyperparameter::example_weights) return;
  const Eigen::ArrayXd weight_slopes =
      problem.example_weights().array() * problem.weight_complements().array();
  change_.resize(n);
  shape.lower.second(predictions.data(), train.labels.data(), change_.data(), n);
  change_.array() *= weight_slopes * along_q.array() / count;
  cross_.resize(n);
  shape.lower.first(predictions.data(), train.labels.data(), cross_.data(), n);
  cross_.array() *= weight_slopes / count;
}

Vector HypergradientJacobian::upper_minus_third(const DataProblem& problem,
                                                const ConstVectorRef& x) const {
  const FeatureMatrix& train = problem.family().train().features;
  const FeatureMatrix& validation = problem.family().validation().features;
  Vector out = Vector::Zero(x.size());
  Vector image(validation.rows());
  validation.multiply(x, image);
  image.array() *= upper_.array();
  validation.multiply_transpose_and_add(image, out);
  if (third_.size() > 0) {
    image.resize(train.rows());
    train.multiply(x, image);
    image.array() *= third_.array();
    train.multiply_transpose_and_add(image, out);
  }
  return out;
}

std::optional<Matrix> HypergradientJacobian::form_upper_minus_third(
    const DataProblem& problem, const std::stop_token& stop) const {
  std::optional<Matrix> out = weighted_gram(problem.family().validation().features, upper_, stop);
  if (!out || third_.size() == 0) return out;
  const std::optional<Matrix> third =
      weighted_gram(problem.family().train().features, third_, stop);
  if (!third) return std::nullopt;
  *out += *third;
  return out;
}

Vector HypergradientJacobian::cross_change(const DataProblem& problem,
                                           const ConstVectorRef& x) const {
  switch (hyperparameter(problem)) {
    case Hyperparameter::one_lambda:
      return Vector::Constant(1, q_.dot(x));
    case Hyperparameter::per_coordinate:
      return q_.cwiseProduct(x);
    case Hyperparameter::example_weights:
      break;
  }
  Vector along(change_.size());
  problem.family().train().features.multiply(x, along);
  return change_.cwiseProduct(along);
}

Vector HypergradientJacobian::cross_transpose(const DataProblem& problem,
                                              const ConstVectorRef& y) const {
  switch (hyperparameter(problem)) {
    case Hyperparameter::one_lambda:
      return Vector::Constant(1, w_.dot(y));
    case Hyperparameter::per_coordinate:
      return w_.cwiseProduct(y);
    case Hyperparameter::example_weights:
      break;
  }
  Vector along(cross_.size());
  problem.family().train().features.multiply(y, along);
  return cross_.cwiseProduct(along);
}

std::optional<HypergradientForms> HypergradientForms::make(const DataProblem& problem,
                                                           HypergradientJacobian jacobian,
                                                           const Solve& solve,
                                                           const std::stop_token& stop) {
  fix_block_sizes();
  HypergradientForms out(std::move(jacobian));
  const HypergradientJacobian& j = out.jacobian_;
  const double alpha = problem.alpha();
  if (hyperparameter(problem) == Hyperparameter::one_lambda) {
    // G = -q^T - ((E'' - T) H^-1 w)^T: one system instead of d.
    Matrix solved = j.w_;
    if (!solve(solved)) return std::nullopt;
    out.from_lower_.root = -j.q_ - j.upper_minus_third(problem, solved.col(0));
    out.from_linear_.root = -alpha * j.w_;
    return out;
  }
  std::optional<Matrix> right = j.form_upper_minus_third(problem, stop);
  if (!right || !solve(*right)) return std::nullopt;
  out.solved_ = *std::move(right);
  const Matrix& a = out.solved_;
  if (hyperparameter(problem) == Hyperparameter::per_coordinate) {
    Matrix g = j.w_.asDiagonal() * a;
    g.diagonal() += j.q_;
    std::optional<Matrix> square = polled_product(g.transpose(), g, stop);
    if (!square) return std::nullopt;
    out.from_lower_.matrix = *std::move(square);
    out.from_linear_.matrix = (alpha * j.w_).cwiseAbs2().asDiagonal();
    return out;
  }
  // G = -(diag(p) X + diag(r) X A), so G^T G = X^T p^2 X + (A^T X^T p r X + its transpose)
  // + A^T (X^T r^2 X) A.
  const FeatureMatrix& x = problem.family().train().features;
  const std::optional<Matrix> pp = weighted_gram(x, j.change_.cwiseAbs2(), stop);
  const std::optional<Matrix> pr = weighted_gram(x, j.change_.cwiseProduct(j.cross_), stop);
  const std::optional<Matrix> rr = weighted_gram(x, j.cross_.cwiseAbs2(), stop);
  if (!pp || !pr || !rr) return std::nullopt;
  std::optional<Matrix> inner = polled_product(*rr, a, stop);
  if (!inner) return std::nullopt;
  *inner += 2.0 * *pr;
  const std::optional<Matrix> rest = polled_product(a.transpose(), *inner, stop);
  if (!rest) return std::nullopt;
  out.from_lower_.matrix = *pp + 0.5 * (*rest + rest->transpose());
  out.from_linear_.matrix = (alpha * alpha) * *rr;
  return out;
}

Vector HypergradientForms::apply(const DataProblem& problem,
                                 const ConstVectorRef& e,
                                 const ConstVectorRef& u) const {
  if (from_lower_.root.size() > 0) {
    return Vector::Constant(1, from_lower_.root.dot(e) + from_linear_.root.dot(u));
  }
  // Both parts that C^T acts on together, so that they may cancel.
  const Vector inner = solved_ * e + problem.alpha() * u;
  return -jacobian_.cross_change(problem, e) - jacobian_.cross_transpose(problem, inner);
}

Vector HypergradientForms::apply_linear(const DataProblem& problem, const ConstVectorRef& u) const {
  return jacobian_.cross_transpose(problem, (-problem.alpha() * u).eval());
}

}  // namespace sid
