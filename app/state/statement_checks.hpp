#pragma once

#include <vector>

#include "sid/theory/report.hpp"
#include "sid/theory/statement.hpp"

namespace sid::app {

/// The checks of a statement's hypotheses, in their order, as its card shows them: of `theory`,
/// those that speak of the subproblem that the statement bounds (of both where it bounds the
/// hypergradient).
///
/// The "step" checks of `theory` are of the bound that feeds Theorem 3.4, which may allow larger
/// steps than the statement does, or smaller ones. Where the verdict on the statement contradicts
/// them, it stands in their place: a statement that applies has steps it allows, and one that does
/// not although every other hypothesis holds has steps it does not allow.
std::vector<AssumptionCheck> statement_checks(const TheoremStatement& statement,
                                              const MethodTheory& theory);

}  // namespace sid::app
