#pragma once

#include "sid/problem/exact_moments.hpp"
#include "sid/problem/teaching_problem.hpp"

namespace sid {

/// Longest recursion that is computed: coordinates times steps of both processes, where equal steps
/// between two checkpoints are taken at once and count for 2048. A few seconds at most.
inline constexpr double kMaxExactWork = 1e9;

/// All statistics of BilevelProblem::exact_moments for this family. Fails with `stopped`, and with
/// bad_input where kMaxExactWork is exceeded.
Result<ExactMoments> teaching_exact_moments(const TeachingParameters& parameters,
                                            double alpha,
                                            const ExactQuery& query);

}  // namespace sid
