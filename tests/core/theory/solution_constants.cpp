#include "core/theory/solution_constants.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>

namespace sid::testing {

double step_with(const DirectBound& bound, double before, double s, double theta) {
  return (1.0 - bound.loss(s, theta)) * before + (1.0 + theta) * s * s * bound.V_star();
}

double reference_theta(const VectorCase& c, double s) {
  if (c.constant("tau") != c.constant("tau_R")) return 1.0;
  const double rest = 2.0 - s * (c.constant("L") + c.constant("tau") + c.constant("c_b"));
  return s * c.constant("c_b") / rest;
}

ProblemConstants solution_constants(const VectorCase& c) {
  ProblemConstants p = data_constants(c);
  const Json& in = (*c.problem)["inputs"];
  const bool logistic = in["kind"] == "logistic";
  const Matrix x = matrix(in["X"]);
  const Vector y = vector(in["y"]);
  const Json& reference = (*c.problem)["reference"];
  const Vector w = vector(reference["w_star"]);
  const Vector v = vector(reference["q_star_Hinv_c"]) / p.alpha;
  const auto n = static_cast<double>(x.rows());
  Vector omega = Vector::Ones(x.rows());
  if (in["reg"] == "clean") {
    const Vector lambda = vector(in["lam"]);
    for (Index i = 0; i < x.rows(); ++i) omega[i] = 1.0 / (1.0 + std::exp(-lambda[i]));
  }
  p.curvature_bound = logistic ? 0.25 : 1.0;
  p.curvature_slope = logistic ? 1.0 / (6.0 * std::sqrt(3.0)) : 0.0;
  Matrix fourth = Matrix::Zero(x.cols(), x.cols()), slope = fourth, noise = fourth;
  Matrix draws(x.cols(), x.rows());
  double largest = 0.0, mean = 0.0;
  for (Index i = 0; i < x.rows(); ++i) {
    const Vector row = x.row(i).transpose();
    const double size = omega[i] * row.norm();
    fourth += size * size / n * row * row.transpose();
    slope += std::pow(size * row.dot(v), 2.0) / n * row * row.transpose();
    const double z = row.dot(w);
    const double g = logistic ? -y[i] / (1.0 + std::exp(y[i] * z)) : z - y[i];
    draws.col(i) = omega[i] * g * row;
    largest = std::max(largest, size);
    mean += size / n;
  }
  p.fourth_moment = Eigen::SelfAdjointEigenSolver<Matrix>(fourth).eigenvalues().maxCoeff();
  p.slope_moment =
      logistic ? Eigen::SelfAdjointEigenSolver<Matrix>(slope).eigenvalues().maxCoeff() : 0.0;
  p.noise_reach_star = (draws.colwise() - draws.rowwise().mean()).colwise().norm().maxCoeff();
  p.noise_reach = logistic ? (1.0 - 1.0 / n) * largest + mean : kInfinity;
  p.radius = number((*c.problem)["ball"]["R"]);
  p.radius_step_limit = number((*c.problem)["ball"]["s_limit"]);
  return p;
}

}  // namespace sid::testing
