#include "sid/problem/equilibrium_constants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"
#include "sid/problem/extreme_eigenvalues.hpp"

namespace sid {
namespace {

// What rounding may add to or take from sums of `terms` numbers and what is made of them, relative
// to the sum of sizes: a sum of N terms is off by at most about N eps.
double rounding_of(Index terms) {
  return (static_cast<double>(terms) + 64.0) * std::numeric_limits<double>::epsilon();
}

// Factor by which a constant made of such sums is raised, so that it stays a bound.
double room(Index terms) {
  return 1.0 + rounding_of(terms);
}

constexpr double kTanhBend = 0.76980035891950105;  // 4/(3 sqrt 3), sup |tanh''|

double top(const Matrix& symmetric) {
  return std::max(0.0, largest_eigenvalue(symmetric)->value);
}

// Largest eigenvalue of a covariance, from its second moment and the product of the means, which
// rounding may leave a little indefinite.
double top_of_difference(const Matrix& second, const Matrix& mean_product, Index terms) {
  Matrix difference = second - mean_product;
  const double rounding = rounding_of(terms) * second.trace();
  difference.diagonal().array() += rounding;
  return top(difference);
}

double square(double x) {
  return x * x;
}

double largest_column(const Matrix& rows) {
  return std::sqrt(rows.colwise().squaredNorm().maxCoeff());
}

}  // namespace

double spectral_norm(const Matrix& m) {
  fix_block_sizes();
  const Matrix gram = m.rows() < m.cols() ? Matrix(m * m.transpose()) : Matrix(m.transpose() * m);
  return room(m.size()) * std::sqrt(top(gram));
}

EquilibriumGeometry equilibrium_geometry(const EquilibriumParameters& p) {
  fix_block_sizes();
  const Index d = p.weights.rows(), n = p.weights.cols() / d;
  const auto count = static_cast<double>(n);
  const Index terms = p.weights.size() + p.coupling.size();
  const double raised = room(terms);
  EquilibriumGeometry g;
  Matrix mean_rows = Matrix::Zero(d, d), outer = Matrix::Zero(d, d);
  Matrix mean_coupling = Matrix::Zero(p.coupling.rows(), d);
  double norms = 0.0, coupling = 0.0;
  for (Index i = 0; i < n; ++i) {
    const auto rows = p.weights.middleCols(i * d, d);  // A_i^T
    const auto cross = p.coupling.middleCols(i * d, d);
    const double norm = spectral_norm(rows), frobenius = cross.norm();
    g.L_hat = std::max(g.L_hat, norm);
    g.nu1 += largest_column(rows) * norm / count;
    g.nu2 += std::min(largest_column(rows) * frobenius, largest_column(cross) * norm) / count;
    norms += norm * norm / count;
    coupling += frobenius * frobenius / count;
    mean_rows += rows / count;
    mean_coupling += cross / count;
    outer += rows.transpose() * rows / count;
    g.mean_weights += rows.norm() / count;
    g.mean_coupling += frobenius / count;
  }
  g.nu1 *= raised * kTanhBend;
  g.nu2 *= raised * kTanhBend;
  g.mean_weights *= raised;
  g.mean_coupling *= raised;
  const Matrix inner = mean_gram(p.weights);
  g.q = raised * std::sqrt(top(inner));
  g.w_growth =
      raised * 0.25 *
      square(std::sqrt(top_of_difference(inner, mean_rows * mean_rows.transpose(), terms)) + g.q);
  g.v_growth =
      raised * 0.25 *
      square(std::sqrt(top_of_difference(outer, mean_rows.transpose() * mean_rows, terms)) +
             std::sqrt(norms));
  const double variance =
      std::max(0.0, coupling - mean_coupling.squaredNorm()) + rounding_of(terms) * coupling;
  g.cross_variance = raised * 0.25 * square(std::sqrt(variance) + std::sqrt(coupling));
  return g;
}

std::shared_ptr<const EquilibriumVariances> equilibrium_variances(const EquilibriumMap& map,
                                                                  const Vector& w,
                                                                  const Vector& v) {
  fix_block_sizes();
  const Index d = map.dim(), m = map.upper_dim();
  const auto n = static_cast<Index>(map.count());
  const auto count = static_cast<double>(n);
  const Matrix jacobian = map.jacobian(w), cross = map.cross_jacobian(w);
  Vector value(d);
  map.value(w, value);
  auto out = std::make_shared<EquilibriumVariances>();
  Matrix linear = Matrix::Zero(d, d), coupling = Matrix::Zero(d, d);
  Vector image(d), part(m);
  for (Index i = 0; i < n; ++i) {
    image = -value;
    map.add_value(i, w, 1.0, image);
    out->value += image.squaredNorm() / count;
    const Matrix change = map.component_jacobian(i, w) - jacobian;
    out->linear += (change.transpose() * v).squaredNorm() / count;
    linear.noalias() += change * change.transpose() / count;
    const Matrix cross_change = map.component_cross(i, w) - cross;
    part.noalias() = cross_change.transpose() * v;
    out->cross += part.squaredNorm() / count;
    coupling.noalias() += cross_change * cross_change.transpose() / count;
  }
  out->linear_top = top(linear);
  out->cross_top = top(coupling);
  out->norm_cross = spectral_norm(cross);
  return out;
}

ProblemConstants equilibrium_constants(const EquilibriumGeometry& g,
                                       const EquilibriumMap& map,
                                       const Reference& reference,
                                       const OracleSettings& settings,
                                       double theta) {
  SID_EXPECTS(theta > 0.0, "Young's parameter must be positive");
  auto at = std::dynamic_pointer_cast<const EquilibriumVariances>(reference.cache);
  if (at == nullptr) at = equilibrium_variances(map, reference.w, reference.v);
  const EquilibriumParameters& p = map.parameters();
  const double gap = 1.0 - g.q;
  ProblemConstants c;
  c.gradient_map = false;
  c.theta = theta;
  c.alpha = 1.0;
  c.q = g.q;
  c.L = 1.0 + g.q;
  c.tau = gap;
  c.L_max = c.L_max0 = 1.0 + std::max(g.L_hat, g.q);
  c.L_hat = g.L_hat;
  c.nu1 = g.nu1;
  c.nu2 = g.nu2;
  c.mu1 = 1.0;
  c.L_E = c.L_E_global = room(1) * p.huber_delta * std::sqrt(static_cast<double>(map.dim()));
  c.norm_w = reference.w.norm();
  c.norm_v = reference.v.norm();
  Vector upper(map.dim());
  for (Index r = 0; r < map.dim(); ++r) {
    const double residual = reference.w(r) - p.target(r);
    upper(r) = residual / std::sqrt(1.0 + square(residual / p.huber_delta));
  }
  c.norm_c = upper.norm();
  c.L_Phi = at->norm_cross;

  c.f_b = variance_factor(settings.sampling, map.count(), settings.minibatch);
  c.independent_draws = settings.sampling != Sampling::reshuffle;
  c.m2 = c.f_b * g.cross_variance;
  c.m2_at_solution = c.f_b * at->cross_top;
  c.floor_exact = c.f_b * at->cross;
  c.V_star_b = c.f_b * at->value;
  c.sigma1_prime = c.sigma1_prime_paper = c.f_b * static_cast<double>(map.dim());
  c.w_noise = {{.h = c.tau, .variance = c.f_b * g.w_growth},
               {.h = c.L, .variance = c.f_b * g.w_growth}};

  const double per_residual = (1.0 + 1.0 / theta) / (gap * gap);
  c.v_noise_star = c.f_b * at->linear;
  c.sigma1_v_at_w = (1.0 + theta) * c.v_noise_star;
  c.sigma2_v_at_w = per_residual * c.f_b * at->linear_top;
  c.norm_v_squared_sup = square(c.L_E / gap);
  c.V_star_v_global = c.f_b * g.v_growth * c.norm_v_squared_sup;
  c.sigma1_v_global = (1.0 + theta) * c.V_star_v_global;
  c.sigma2_v_global = per_residual * c.f_b * g.v_growth;
  c.v_noise = {{.h = c.tau, .variance = c.f_b * g.v_growth},
               {.h = c.L, .variance = c.f_b * g.v_growth}};
  fill_theorem_constants(c);
  return c;
}

}  // namespace sid
