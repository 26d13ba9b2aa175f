#pragma once

#include "sid/theory/internal/curves.hpp"

namespace sid::internal {

/// What each bound of solver_bounds.hpp, sgd_bounds.hpp and direct_bound.hpp says of one
/// subproblem at its checkpoints: values if its own hypotheses hold for the schedule, else the
/// sentence with the two numbers. Coverage is not looked at here.

/// `name` is how the theorem is called in sentences.
Outcome theorem_4_1(const Subproblem& sub, const SourcedNoise& noise, const char* name);
Outcome theorem_4_2(const Subproblem& sub, const SourcedNoise& noise, const char* name);
Outcome two_phase(const Subproblem& sub, const SourcedNoise& noise);
/// Whichever of the three speaks of the schedule; theorem_recursion for bound-optimal steps.
Outcome theorem_for_schedule(const Subproblem& sub, const SourcedNoise& noise);
Outcome theorem_recursion(const Subproblem& sub, const SourcedNoise& noise);
Outcome sharp_recursion(const Subproblem& sub, const SourcedNoise& noise);
Outcome direct(const Subproblem& sub);
/// At every step the smaller of the direct bound and the sharp recursion with the sharpened
/// constants. Both increase with the bound they start from, so the choice is free in each step.
Outcome smallest_one_step(const Subproblem& sub);
Outcome corollary_4_1(const Setting& setting, const Subproblem& sub);
Outcome bottou(const Setting& setting, const Subproblem& sub);

}  // namespace sid::internal
