#include "sid/problem/equilibrium_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/problem/equilibrium_oracle.hpp"

namespace sid {

EquilibriumProblem::EquilibriumProblem(EquilibriumParameters parameters)
    : parameters_(std::move(parameters)),
      map_(parameters_),
      geometry_(equilibrium_geometry(parameters_)) {
  SID_EXPECTS(geometry_.q < 1.0, "the mean of the components must be a contraction");
  const double q = geometry_.q;
  curvature_.L = 1.0 + q;
  curvature_.tau = 1.0 - q;
  curvature_.L_max = curvature_.L_max0 = 1.0 + std::max(q, geometry_.L_hat);
  curvature_.alpha = 1.0;
  curvature_.q = q;
  curvature_.provenance = "mean of the components' Gram matrices";
}

std::string EquilibriumProblem::name() const {
  return "equilibrium of a tanh network";
}

double EquilibriumProblem::lower_loss(const ConstVectorRef&) const {
  return std::numeric_limits<double>::quiet_NaN();
}

void EquilibriumProblem::lower_gradient(const ConstVectorRef& w, VectorRef out) const {
  map_.value(w, out);
  out = w - out;
}

void EquilibriumProblem::hessian_vector(const ConstVectorRef& w,
                                        const ConstVectorRef& u,
                                        VectorRef out) const {
  map_.transpose_product(w, u, out);
  out = u - out;
}

void EquilibriumProblem::jacobian_vector(const ConstVectorRef& w,
                                         const ConstVectorRef& u,
                                         VectorRef out) const {
  map_.product(w, u, out);
  out = u - out;
}

void EquilibriumProblem::cross_transpose(const ConstVectorRef& w,
                                         const ConstVectorRef& v,
                                         VectorRef out) const {
  map_.cross_transpose(w, v, out);
  out = -out;
}

double EquilibriumProblem::upper_loss(const ConstVectorRef& w) const {
  const double delta = parameters_.huber_delta;
  double sum = 0.0;
  for (Index r = 0; r < w.size(); ++r) {
    const double x = (w(r) - parameters_.target(r)) / delta;
    // delta^2 (sqrt(1 + x^2) - 1) without its cancellation.
    sum += delta * delta * x * x / (std::sqrt(1.0 + x * x) + 1.0);
  }
  return sum;
}

void EquilibriumProblem::upper_gradient(const ConstVectorRef& w, VectorRef out) const {
  for (Index r = 0; r < w.size(); ++r) {
    const double residual = w(r) - parameters_.target(r);
    const double x = residual / parameters_.huber_delta;
    out(r) = residual / std::sqrt(1.0 + x * x);
  }
}

Vector EquilibriumProblem::curvature_of_upper(const ConstVectorRef& w) const {
  Vector out(w.size());
  for (Index r = 0; r < w.size(); ++r) {
    const double x = (w(r) - parameters_.target(r)) / parameters_.huber_delta;
    const double root = std::sqrt(1.0 + x * x);
    out(r) = 1.0 / (root * root * root);
  }
  return out;
}

ProblemConstants EquilibriumProblem::constants(const Reference& reference,
                                               const OracleSettings& settings,
                                               double theta) const {
  return equilibrium_constants(geometry_, map_, reference, settings, theta);
}

DerivativeLipschitz EquilibriumProblem::derivative_lipschitz(const std::stop_token&) const {
  return {.hessian = geometry_.nu1, .cross = geometry_.nu2, .upper_gradient = 1.0};
}

PointBounds EquilibriumProblem::point_bounds(const ConstVectorRef& w,
                                             CrossNorm,
                                             const std::stop_token&) const {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  constexpr double kFew = 16.0 * kEpsilon;
  const Index d = lower_dim(), rows = parameters_.weights.cols();
  const auto all = static_cast<double>(rows);
  // Of the argument of tanh: d products, m products and the offset. tanh is 1-Lipschitz and its
  // slope 2-Lipschitz at most; both are computed to a few units in the last place of 1.
  const double inner = static_cast<double>(d + upper_dim() + 4) * kEpsilon;
  double largest = 0.0;
  for (Index row = 0; row < rows; ++row) {
    const double moduli = parameters_.weights.col(row).cwiseAbs().dot(w.cwiseAbs()) +
                          parameters_.coupling.col(row).cwiseAbs().dot(lambda().cwiseAbs()) +
                          std::abs(parameters_.offsets(row));
    largest = std::max(largest, moduli);
  }
  const double unit = inner * largest + kFew;
  const double slope = 2.0 * unit + kFew + (all + 8.0) * kEpsilon;
  const double root = std::sqrt(static_cast<double>(d));
  return {.norm_cross = spectral_norm(map_.cross_jacobian(w)) + slope * geometry_.mean_coupling,
          .gradient_rounding = root * (unit + (all + 8.0) * kEpsilon) + kFew * w.norm(),
          .upper_rounding = kFew * (w.norm() + parameters_.target.norm()),
          .product_rounding = kFew + slope * geometry_.mean_weights,
          .cross_rounding = slope * geometry_.mean_coupling};
}

std::unique_ptr<StochasticOracle> EquilibriumProblem::make_oracle(
    const OracleSettings& settings) const {
  return make_equilibrium_oracle(map_, settings);
}

}  // namespace sid
