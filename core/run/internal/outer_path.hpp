#pragma once

#include <cstddef>
#include <memory>

#include "sid/method/hypergradient_path.hpp"
#include "sid/run/outer_problem.hpp"

namespace sid::internal {

/// What one outer step of method number `method` takes.
struct OuterBudget {
  std::int64_t t = 1, k = 1;
  std::int64_t samples = 0;  ///< of one estimate
  bool deterministic = false;
};
OuterBudget outer_budget(const OuterProblem& problem, std::size_t method);

/// The path of method number `method` at `at`, a problem of the loop, with the step sizes that it
/// has there; not yet started. `at` must outlive it.
std::unique_ptr<HypergradientPath> outer_path(const OuterProblem& problem,
                                              std::size_t method,
                                              const BilevelProblem& at);

}  // namespace sid::internal
