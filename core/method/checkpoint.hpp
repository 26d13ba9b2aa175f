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

}  // namespace sid
