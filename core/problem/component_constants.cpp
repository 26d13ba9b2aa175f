#include "sid/problem/component_constants.hpp"

#include <algorithm>
#include <cmath>

#include "sid/problem/data_constants.hpp"
#include "sid/problem/data_problem.hpp"

namespace sid {

ComponentConstants data_component_constants(const DataProblem& problem,
                                            const Reference& reference) {
  const FeatureMatrix& x = problem.family().train().features;
  const Curvature& k = problem.curvature();
  const auto n = static_cast<double>(x.rows());
  const Vector squares = problem.geometry().row_norms.cwiseAbs2();

  ComponentConstants c;
  c.count = x.rows();
  c.alpha = k.alpha;
  c.tau = k.tau;
  c.L_max0 = k.L_max0;
  c.L_max = k.L_max;

  Vector products(x.rows());
  x.multiply(reference.w, products);
  const Vector change = problem.slopes(Vector::Zero(x.rows())) - problem.slopes(products);
  Vector mean_change = Vector::Zero(x.cols());
  x.multiply_transpose_and_add((change / n).eval(), mean_change);
  const Vector pull = problem.regulariser().cwiseProduct(reference.w);
  c.lower_initial = reference.w.squaredNorm();
  c.lower_table = change.cwiseAbs2().dot(squares) / n;
  c.lower_whole_table =
      std::max(0.0, c.lower_table - 2.0 * pull.dot(mean_change) + pull.squaredNorm());

  x.multiply(reference.q, products);  // alpha v* = q*
  const Vector weighted = n * problem.hessian_weights(reference.w).cwiseProduct(products);
  c.linear_initial = reference.v.squaredNorm();
  c.linear_table = weighted.cwiseAbs2().dot(squares) / n;

  const double slope = upper_lipschitz(problem);
  const double norm = slope / (k.alpha * k.tau);
  c.linear_initial_sup = norm * norm;
  c.linear_table_sup = k.L_max0 == 0.0 ? 0.0 : k.L_max0 * slope * slope / (4.0 * k.tau_R);
  return c;
}

}  // namespace sid
