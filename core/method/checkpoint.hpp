#pragma once

#include <cstdint>
#include <vector>

namespace sid {

/// A point of a curve: SID (or batch) with t lower-level steps, then k linear-system steps from
/// v_0 = 0. `epochs` counts samples drawn by both solvers over the number of training examples:
/// (t + k) b / n for minibatches of b, t + k for batch steps (theory 5.1).
struct Checkpoint {
  std::int64_t t = 0;
  std::int64_t k = 0;
  double epochs = 0.0;

  bool operator==(const Checkpoint&) const = default;
};

}  // namespace sid
