#pragma once

#include <cstddef>

#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::internal {

/// The part of validate() about spec.methods[position] alone.
void check_method(SpecChecker& check, const RunSpec& spec, std::size_t position);

}  // namespace sid::internal
