#pragma once

#include "sid/theory/direct_bound.hpp"
#include "sid/theory/solution_based_bound.hpp"

#include "core/theory/vector_cases.hpp"

namespace sid::testing {

/// One step with a given theta, by the formula of direct_bound.hpp.
double step_with(const DirectBound& bound, double before, double s, double theta);

/// The reference picks the smallest theta at which the flat end decides where tau = tau_R,
///   1 + theta = (2 - s (L + tau)) / (2 - s (L + tau + c_b)),
/// and theta = 1 elsewhere.
double reference_theta(const VectorCase& c, double s);

/// ProblemConstants of a data problem with those of the solution-based bound, by their definitions
/// from the data of the reference file.
ProblemConstants solution_constants(const VectorCase& c);

}  // namespace sid::testing
