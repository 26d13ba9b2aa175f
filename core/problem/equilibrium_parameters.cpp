#include "sid/problem/equilibrium_parameters.hpp"

#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"
#include "sid/problem/extreme_eigenvalues.hpp"
#include "sid/random/stream.hpp"

namespace sid {

Matrix mean_gram(const Matrix& weights) {
  fix_block_sizes();
  const Index count = weights.cols() / weights.rows();
  return weights * weights.transpose() / static_cast<double>(count);
}

EquilibriumParameters make_equilibrium_parameters(const EquilibriumShape& shape, double lambda) {
  SID_EXPECTS(shape.dim >= 1, "the equilibrium problem needs at least one unit");
  SID_EXPECTS(shape.samples >= 1, "the number of components must be positive");
  SID_EXPECTS(shape.contraction > 0.0 && shape.contraction < 1.0,
              "a contraction constant lies in (0, 1)");
  SID_EXPECTS(shape.spread >= 0.0 && std::isfinite(shape.spread),
              "the spread must be finite and not negative");
  const Index d = shape.dim, rows = d * static_cast<Index>(shape.samples);
  Stream stream({.seed = shape.seed, .role = Role::data});
  EquilibriumParameters p;
  Matrix common(d, d);
  Vector coupling(d), offsets(d);
  p.target.resize(d);
  for (double& value : common.reshaped()) value = stream.normal();
  common.diagonal().array() += 2.0 * std::sqrt(static_cast<double>(d));
  for (double& value : coupling) value = stream.normal();
  for (double& value : offsets) value = stream.normal();
  for (double& value : p.target) value = 2.0 * stream.uniform() - 1.0;
  p.weights.resize(d, rows);
  p.coupling.resize(1, rows);
  p.offsets.resize(rows);
  for (Index row = 0; row < rows; ++row) {
    const Index r = row % d;
    for (Index j = 0; j < d; ++j) {
      p.weights(j, row) = common(j, r) + shape.spread * stream.normal();
    }
    p.coupling(0, row) = 0.5 * (coupling(r) + shape.spread * stream.normal());
    p.offsets(row) = 0.25 * (offsets(r) + shape.spread * stream.normal());
  }
  p.weights *= shape.contraction / std::sqrt(largest_eigenvalue(mean_gram(p.weights))->value);
  p.lambda = Vector::Constant(1, lambda);
  p.huber_delta = shape.huber_delta;
  return p;
}

}  // namespace sid
