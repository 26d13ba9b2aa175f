#include "sid/theory/internal/inexact_rates.hpp"

#include <algorithm>
#include <cmath>

namespace sid::internal {

InexactRates::InexactRates(const TheoryInput& input, const ProblemConstants& constants)
    : input_(input),
      constants_(constants),
      // Sensitivities move tau alone, at times beyond L.
      rate_{.q = constants.q,
            .kappa = std::max(1.0, constants.L / constants.tau),
            .quadratic = constants.nu1 == 0.0} {}

std::optional<double> InexactRates::distance(double t) const {
  const std::optional<double> factor = lower_factor(input_.lower_solver, rate_, t);
  if (!factor) return std::nullopt;
  return std::max(*factor * constants_.norm_w, input_.lower_tolerance.value_or(0.0));
}

std::optional<double> InexactRates::reach() const {
  const std::optional<double> growth = lower_growth(input_.lower_solver, rate_);
  if (!growth) return std::nullopt;
  return std::max(*growth * constants_.norm_w, input_.lower_tolerance.value_or(0.0));
}

double InexactRates::norm_upper_gradient() const {
  const std::optional<double> radius = reach();
  if (!radius) return constants_.L_E_global;
  return std::min(constants_.L_E_global, constants_.norm_c + constants_.mu1 * *radius);
}

/// ||v_k - v(w)|| <= ||residual||/(alpha tau) with alpha tau >= 1 - q.
double InexactRates::linear_error(double k) const {
  const double gap = 1.0 - constants_.q;
  const double by_rate =
      linear_factor(input_.linear_solver, rate_, k) * norm_upper_gradient() / gap;
  return std::max(by_rate, input_.linear_tolerance.value_or(0.0) / gap);
}

double InexactRates::residual(double k, double distance) const {
  const double start =
      std::min(constants_.L_E_global, constants_.norm_c + constants_.mu1 * distance);
  return std::max(residual_factor(input_.linear_solver, rate_, k) * start,
                  input_.linear_tolerance.value_or(0.0));
}

}  // namespace sid::internal
