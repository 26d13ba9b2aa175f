#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sid/method/checkpoint.hpp"

namespace sid {

enum class GridSpacing { log, linear };

/// `count` distinct ascending integers from 1 to `last`, the last of them `last`: evenly spaced in
/// the logarithm (pushed apart where rounding would merge them) or linearly. Fewer if last < count:
/// then 1, 2, ..., last. Requires count >= 1, last >= 1; count = 1 gives {last}.
std::vector<std::int64_t> spaced_grid(GridSpacing spacing, std::int64_t count, std::int64_t last);

/// Checkpoints (t_i, k_i): t_i from `grid` (ascending, >= 1, its last entry t_last), k_i in the
/// ratio k_last/t_last to t_i, rounded, at least 1; k_i = t_i where k_last = t_last, as in the
/// paper. `samples_per_step` over `population` is the cost of one step in epochs: b/n for
/// minibatches of b, 1 for batch steps (n/n). Requires k_last >= 1.
std::vector<Checkpoint> make_checkpoints(std::span<const std::int64_t> grid,
                                         std::int64_t k_last,
                                         std::int64_t samples_per_step,
                                         std::int64_t population);

}  // namespace sid
