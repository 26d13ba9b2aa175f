#pragma once

#include <optional>

#include "sid/theory/internal/setting.hpp"
#include "sid/theory/momentum_bounds.hpp"

namespace sid::internal {

/// What is proved of the solvers of a setting that chooses its own (Setting::chosen_solver), by
/// momentum_bounds.hpp. With a tolerance e a solver ends at the first point that is certain to be
/// within e; until then its rate holds, so the larger of the two always does.
class InexactRates {
 public:
  InexactRates(const TheoryInput& input, const ProblemConstants& constants);

  /// Bound of ||w - w(lambda)|| at t; nothing where the solver has none for this lower level.
  std::optional<double> distance(double t) const;
  /// The same for all t at once: the iterates never leave this ball around w(lambda).
  std::optional<double> reach() const;
  /// sup of ||grad_1 E|| over that ball, or everywhere where there is none; may be infinite.
  double norm_upper_gradient() const;
  /// Bound of ||v_k - v(w)|| for every w that w_t can be.
  double linear_error(double k) const;
  /// Bound of ||alpha H(w) v_k - grad_1 E(w)|| for ||w - w(lambda)|| <= distance.
  double residual(double k, double distance) const;

 private:
  const TheoryInput& input_;
  const ProblemConstants& constants_;
  SolverRate rate_;
};

/// Why distance() says nothing.
inline constexpr const char* kNoHeavyBallRate =
    "Heavy-ball steps have a proved rate for quadratic lower levels alone, such as ridge "
    "regression "
    "and the teaching problem; here the Hessian changes with w, and they need not converge. Use "
    "lower_solver = \"accelerated\", or a tolerance and run.certificate = true.";

}  // namespace sid::internal
