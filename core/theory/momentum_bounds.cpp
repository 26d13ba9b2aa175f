#include "sid/theory/momentum_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/theory/deterministic_bounds.hpp"

namespace sid {
namespace {

double chebyshev_rate(double kappa) {
  SID_EXPECTS(kappa >= 1.0, "a condition number is at least one");
  const double root = std::sqrt(kappa);
  return (root - 1.0) / (root + 1.0);
}

/// rate^t (1 + t (1 + rate)).
double double_root(double rate, double t) {
  return contraction_power(rate, t) * (1.0 + t * (1.0 + rate));
}

/// At least the largest double_root over all real t >= 0.
double largest_double_root(double rate) {
  if (rate <= 0.0) return 1.0;
  const double decay = -portable_log(rate);
  const double at = 1.0 / decay - 1.0 / (1.0 + rate);
  return at <= 0.0 ? 1.0 : std::max(1.0, double_root(rate, at) * (1.0 + 1e-12));
}

double accelerated_rate(double kappa) {
  SID_EXPECTS(kappa >= 1.0, "a condition number is at least one");
  return 1.0 - 1.0 / std::sqrt(kappa);
}

}  // namespace

double heavy_ball_factor(double kappa, double t) {
  return double_root(chebyshev_rate(kappa), t);
}

double accelerated_factor(const SolverRate& rate, double t) {
  if (t == 0.0) return 1.0;
  const double r = accelerated_rate(rate.kappa);
  const double general = std::sqrt((rate.kappa + 1.0) * contraction_power(r, t));
  return rate.quadratic ? std::min(general, double_root(r, t)) : general;
}

std::optional<double> lower_factor(LowerIteration iteration, const SolverRate& rate, double t) {
  switch (iteration) {
    case LowerIteration::heavy_ball:
      if (!rate.quadratic) return std::nullopt;
      return heavy_ball_factor(rate.kappa, t);
    case LowerIteration::accelerated:
      return accelerated_factor(rate, t);
    case LowerIteration::gradient:
      break;
  }
  return contraction_power(rate.q, t);
}

std::optional<double> lower_growth(LowerIteration iteration, const SolverRate& rate) {
  switch (iteration) {
    case LowerIteration::heavy_ball:
      if (!rate.quadratic) return std::nullopt;
      return largest_double_root(chebyshev_rate(rate.kappa));
    case LowerIteration::accelerated: {
      const double r = accelerated_rate(rate.kappa);
      const double general = std::max(1.0, std::sqrt((rate.kappa + 1.0) * r));
      return rate.quadratic ? std::min(general, largest_double_root(r)) : general;
    }
    case LowerIteration::gradient:
      break;
  }
  return 1.0;
}

double linear_factor(LinearIteration iteration, const SolverRate& rate, double k) {
  switch (iteration) {
    case LinearIteration::heavy_ball:
      return heavy_ball_factor(rate.kappa, k);
    case LinearIteration::conjugate_gradients:
      return conjugate_gradient_rate(rate.kappa, k);
    case LinearIteration::gradient:
      break;
  }
  return contraction_power(rate.q, k);
}

double residual_factor(LinearIteration iteration, const SolverRate& rate, double k) {
  switch (iteration) {
    case LinearIteration::heavy_ball:
      return heavy_ball_factor(rate.kappa, k);
    case LinearIteration::conjugate_gradients: {
      if (k == 0.0) return 1.0;
      const double root = std::sqrt(rate.kappa);
      return 2.0 * root * contraction_power((root - 1.0) / (root + 1.0), k);
    }
    case LinearIteration::gradient:
      break;
  }
  return contraction_power(rate.q, k);
}

}  // namespace sid
