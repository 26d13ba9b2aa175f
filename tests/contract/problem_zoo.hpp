#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "sid/problem/bilevel_problem.hpp"

namespace sid::testing {

/// A family of problems in lambda, for suites that every problem must pass. The three dimensions
/// (d, m, n) differ so that a confusion of two shows.
struct ProblemEntry {
  std::string name;
  Vector lambda;  ///< a good value
  std::function<std::shared_ptr<const BilevelProblem>(const Vector& lambda, AlphaRule)> make;
};

/// Teaching problems with and without noise in lambda; every lower loss, hyperparameter, upper
/// level and feature storage.
const std::vector<ProblemEntry>& problem_zoo();

inline void PrintTo(const ProblemEntry& entry, std::ostream* os) {
  *os << entry.name;
}

}  // namespace sid::testing
