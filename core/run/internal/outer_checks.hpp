#pragma once

#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::internal {

/// The [outer] part of validate().
void check_outer(SpecChecker& check, const RunSpec& spec);

}  // namespace sid::internal
