#pragma once

#include <memory>

#include "sid/method/hypergradient_path.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/method/solver_path.hpp"
#include "sid/run/experiment.hpp"

namespace sid::internal {

/// What a SID path needs to know of a method.
SidSettings sid_settings(const ResolvedMethod& method);

/// What runs one replica of `method` at `panel`, not yet started. The panel's problem must outlive
/// it. Throws ContractViolation where the problem is not one that the method is for: validate() and
/// validate_against_data() say so before.
std::unique_ptr<HypergradientPath> make_path(const Panel& panel, const ResolvedMethod& method);

/// What gives E[v_k | w_t] of the method's own linear solver, exactly and without draws: the same
/// steps with the whole data. They are affine in all that was drawn before and unbiased given it.
/// Null where nothing is random given w_t.
std::unique_ptr<LinearSolver> make_conditional_mean(const Panel& panel,
                                                    const ResolvedMethod& method);

}  // namespace sid::internal
