#pragma once

#include "sid/run/experiment.hpp"
#include "sid/theory/evaluate.hpp"

namespace sid::internal {

/// What theory needs of method number `position`, resolved at `panel`, without expectations. Refers
/// to method.checkpoints.
TheoryInput theory_input(const RunSpec& spec,
                         const Panel& panel,
                         const ResolvedMethod& method,
                         std::size_t position);

/// evaluate_method_theory in the spec's convention, with gaps where bounds end at rounding.
MethodTheory theory_for_display(const TheoryInput& input, const Panel& panel);

}  // namespace sid::internal
