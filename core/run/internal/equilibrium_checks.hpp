#pragma once

#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::internal {

/// Limits of the equilibrium problem's parameters, and settings of gradient steps that it lacks.
void check_equilibrium(SpecChecker& check, const ProblemSpec& problem);

}  // namespace sid::internal
