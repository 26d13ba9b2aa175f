#pragma once

#include "sid/math/result.hpp"
#include "sid/problem/data_problem.hpp"

namespace sid {

/// How much is spent on one error.
struct LinearErrorLimits {
  Index direct_columns = 2000;  ///< H(w) is factored for up to so many columns
  int products = 2000;          ///< with H(w), where it is not
};

/// See BilevelProblem::linear_system_squared_error. Solves H(w) e = H(w) v - grad_1 E(w)/alpha.
///
/// First by conjugate gradients, preconditioned by one of the Hessians that options.near keeps
/// (hessian_anchors.hpp). Where those have cost as much as a factorisation, or none serves, H(w)
/// itself is formed and factored, in pieces between which options.stop is polled: n = 5000 dense
/// rows, d = 785 take some fifth of a second. Above limits.direct_columns conjugate gradients go on
/// with the diagonal until ||residual|| <= 3 accuracy tau ||e||, which bounds the error, or
/// limits.products are spent. Choices depend on numbers and never on the clock.
Result<double> data_linear_system_squared_error(const DataProblem& problem,
                                                const ConstVectorRef& w,
                                                const ConstVectorRef& v,
                                                const LinearSolveOptions& options,
                                                const LinearErrorLimits& limits = {});

/// Divides b by a power of two that brings its largest entry to a size near one, and returns the
/// exponent: then iterates of any size that a run keeps have representable squares.
int bring_to_unit_size(Vector& b);

}  // namespace sid
