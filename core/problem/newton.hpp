#pragma once

#include <stop_token>

#include "sid/problem/hessian.hpp"

namespace sid {

struct NewtonResult {
  Vector w;
  HessianPreconditioner preconditioner;  ///< of the Hessian near w
  bool converged = false;                ///< false also when stopped
};

/// w(lambda) to rounding, from w = 0.
///
/// Each step solves H s = -grad_1 l by conjugate gradients, preconditioned by the Cholesky factor
/// of the Hessian at an earlier point (at w = 0 first: a multiple of the family's Gram matrix plus
/// D, free for every lambda); the factor is renewed when the products since the last one have cost
/// about as much, and once more near the solution. Armijo's rule while the decrement
/// g^T H^-1 g exceeds 1e-14 |l|, then full steps until ||s|| < 1e-9 (1 + ||w||), then two more,
/// which reach rounding level; full steps that no longer shrink end the iteration too.
///
/// Choices depend on counts, never on the clock, so the result is deterministic.
NewtonResult minimise_lower_level(const DataProblem& problem, const std::stop_token& stop = {});

}  // namespace sid
