#pragma once

namespace sid {

/// How a deterministic method approaches w(lambda) with one gradient a step; momentum.hpp has
/// the formulas, core/theory/momentum_bounds.hpp their rates.
enum class LowerIteration {
  gradient,     ///< w_{t+1} = Phi(w_t, lambda)
  heavy_ball,   ///< Polyak's momentum; a rate is proved for quadratic lower levels only
  accelerated,  ///< Nesterov's momentum for strongly convex functions
};

/// How it solves alpha H(w_t) v = grad_1 E(w_t) with one Hessian-vector product a step.
enum class LinearIteration {
  gradient,    ///< v_{j+1} = v_j + (c - alpha H v_j), the fixed-point iteration
  heavy_ball,  ///< Polyak's momentum
  conjugate_gradients,
};

}  // namespace sid
