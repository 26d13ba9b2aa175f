#include "sid/problem/bilevel_problem.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/problem/component_constants.hpp"
#include "sid/problem/component_oracle.hpp"
#include "sid/problem/exact_moments.hpp"

namespace sid {

void apply_alpha_rule(Curvature& curvature, AlphaRule rule) {
  const double L = curvature.L;
  const double tau = curvature.tau;
  SID_EXPECTS(tau > 0.0 && tau <= L, "strong convexity must be positive and at most smoothness");
  switch (rule) {
    case AlphaRule::optimal:
      curvature.alpha = 2.0 / (L + tau);
      curvature.q = (L - tau) / (L + tau);
      break;
    case AlphaRule::inverse_smoothness:
      curvature.alpha = 1.0 / L;
      curvature.q = (L - tau) / L;
      break;
  }
}

Result<double> BilevelProblem::linear_system_squared_error(
    const ConstVectorRef& w, const ConstVectorRef& v, const LinearSolveOptions& options) const {
  LinearSolveOptions tight = options;
  tight.relative_residual = LinearSolveOptions{}.relative_residual;
  return (v - solve_linear_system(w, tight)).squaredNorm();
}

std::unique_ptr<ComponentOracle> BilevelProblem::make_component_oracle() const {
  return nullptr;
}

std::optional<ComponentConstants> BilevelProblem::component_constants(const Reference&) const {
  return std::nullopt;
}

DerivativeLipschitz BilevelProblem::derivative_lipschitz(const std::stop_token&) const {
  return {};
}

PointBounds BilevelProblem::point_bounds(const ConstVectorRef&,
                                         CrossNorm,
                                         const std::stop_token&) const {
  return {};
}

Result<ExactMoments> BilevelProblem::exact_moments(const ExactQuery&) const {
  return fail(ErrorCode::not_found, "No closed form is known for this problem.");
}

Result<PredictedMoments> BilevelProblem::predicted_moments(const ExactQuery&) const {
  return fail(ErrorCode::not_found, "No linearisation is known for this problem.");
}

StabilityEdges BilevelProblem::stability_edges(const Reference&,
                                               const OracleSettings&,
                                               const std::stop_token&) const {
  return {};
}

}  // namespace sid
