#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sid/theory/direct_bound.hpp"
#include "sid/theory/evaluate.hpp"
#include "sid/theory/noise_constants.hpp"

namespace sid::internal {

/// Whether bounds of a quantity may be drawn at all, before any of their own conditions.
struct Coverage {
  Verdict verdict = Verdict::holds;
  std::string reason;

  bool open() const { return verdict == Verdict::holds || verdict == Verdict::holds_on_ball; }
};

/// One of the two stochastic fixed-point iterations with everything its bounds need.
struct Subproblem {
  Quantity quantity = Quantity::lower_level;
  std::string subject;   ///< "lower level", "linear system"
  std::string suffix;    ///< of curve ids: "", "_linear"
  std::string step_key;  ///< spec key of its schedule inside the method: "step", "linear_step"
  StepSizeSchedule schedule;
  double alpha = 0.0;
  std::vector<std::int64_t> at;  ///< t or k of each checkpoint
  SourcedNoise paper, sharpened, theorem43;
  std::optional<DirectBound> direct;  ///< absent where its constants are not known
  double direct_initial = 0.0;
  /// Curvatures and noise in `direct` are those of the problem itself, not bounds of them: beyond
  /// its step limit the expected error does grow.
  bool exact_curvature = false;
  /// Largest constant eta at which the expected error still contracts; infinite: not known.
  double stability = kInfinity;
  bool stability_exact = false;  ///< everywhere; else in the linearisation at w(lambda)
  Coverage coverage;

  /// Largest eta at which the direct bound contracts; infinite where there is none.
  double contraction_limit() const { return direct ? direct->step_limit() / alpha : kInfinity; }
  bool linear_system() const { return quantity == Quantity::linear_system; }
  const SourcedNoise& ladder_noise(Ladder ladder) const {
    return ladder == Ladder::paper ? paper : sharpened;
  }
};

/// Whether lower_solver decides about the lower level: steps of other families are those of a
/// schedule.
inline bool chooses_solver(const TheoryInput& input) {
  return input.family == MethodFamily::inexact || input.lower_solver != LowerIteration::gradient;
}

/// TheoryInput, digested.
struct Setting {
  const TheoryInput& input;

  bool fixed_point() const { return input.family == MethodFamily::fixed_point; }
  /// The lower level has a solver with a rate of its own (internal/inexact_rates.hpp).
  bool chosen_solver() const { return chooses_solver(input); }
  /// The lower level is that of SID or of exact steps.
  bool usual_lower_level() const {
    return input.family != MethodFamily::variance_reduced && !chosen_solver();
  }
  bool has_linear_system() const {
    return input.family != MethodFamily::iterative_differentiation &&
           input.family != MethodFamily::stochastic_differentiation;
  }

  ProblemConstants constants;   ///< noise-free for batch methods
  double m2 = 0.0;              ///< of the average of J samples
  Coverage general;             ///< independent draws, fixed split
  Coverage lipschitz;           ///< general, and A(iv) with B(iv)
  double ball_eta = kInfinity;  ///< largest eta that keeps w_t in the ball or box
  Subproblem lower, linear;
};

/// Every noise constant zero, as exact steps have them.
void remove_noise(ProblemConstants& constants);

Setting make_setting(const TheoryInput& input);
/// With these constants in place of those of the input; of batch steps they are without noise.
Setting make_setting(const TheoryInput& input, const ProblemConstants& used);

}  // namespace sid::internal
