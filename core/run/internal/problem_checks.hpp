#pragma once

#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::internal {

/// The [problem] and [data] parts of validate().
void check_problem(SpecChecker& check, const RunSpec& spec);

}  // namespace sid::internal
