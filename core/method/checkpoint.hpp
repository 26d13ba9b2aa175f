#pragma once

#include <cstdint>
#include <vector>

namespace sid {

/// A point of a curve: SID (or batch) with t lower-level steps, then k linear-system steps from
/// v_0 = 0. `epochs` counts the samples drawn by both solvers over the number of training examples,
/// as the paper's figures do (one batch step on each subproblem is 2 epochs): (t + k) b / n for
/// minibatches of b, t + k for batch steps. The upper gradient and the final derivative in lambda
/// are not counted.
struct Checkpoint {
  std::int64_t t = 0;
  std::int64_t k = 0;
  double epochs = 0.0;

  bool operator==(const Checkpoint&) const = default;
};

/// What solvers did that end at a tolerance, be it before the steps of a checkpoint are taken.
struct StepsTaken {
  std::int64_t t = 0, k = 0;  ///< gradients at w, products for v
  bool lower_met = false;     ///< the lower level ended at its tolerance
  bool linear_met = false;    ///< so did the linear system

  bool operator==(const StepsTaken&) const = default;
};

/// Of two runs: the larger numbers of steps, and what both met.
constexpr StepsTaken most_steps(const StepsTaken& a, const StepsTaken& b) {
  return {.t = a.t > b.t ? a.t : b.t,
          .k = a.k > b.k ? a.k : b.k,
          .lower_met = a.lower_met && b.lower_met,
          .linear_met = a.linear_met && b.linear_met};
}

}  // namespace sid
