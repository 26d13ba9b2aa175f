#include "sid/method/checkpoint_grid.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

std::vector<std::int64_t> spaced_grid(GridSpacing spacing, std::int64_t count, std::int64_t last) {
  SID_EXPECTS(count >= 1 && last >= 1, "a grid needs at least one point and one iteration");
  count = std::min(count, last);
  std::vector<std::int64_t> grid;
  grid.reserve(static_cast<std::size_t>(count));
  std::int64_t previous = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t remaining = count - 1 - i;
    auto position = static_cast<double>(last);
    if (count > 1) {
      const double fraction = static_cast<double>(i) / static_cast<double>(count - 1);
      position = spacing == GridSpacing::log
                     ? portable_exp(fraction * portable_log(static_cast<double>(last)))
                     : 1.0 + fraction * static_cast<double>(last - 1);
    }
    // Distinct from below, and leaving room for the points still to come.
    const std::int64_t rounded = std::llround(position);
    previous = remaining == 0 ? last : std::min(std::max(rounded, previous + 1), last - remaining);
    grid.push_back(previous);
  }
  return grid;
}

std::vector<Checkpoint> make_checkpoints(std::span<const std::int64_t> grid,
                                         std::int64_t k_last,
                                         std::int64_t samples_per_step,
                                         std::int64_t population) {
  SID_EXPECTS(!grid.empty() && grid.front() >= 1, "checkpoints start at iteration 1 or later");
  SID_EXPECTS(std::is_sorted(grid.begin(), grid.end()), "checkpoints must ascend");
  SID_EXPECTS(k_last >= 1, "the linear system needs at least one step");
  SID_EXPECTS(samples_per_step >= 1 && population >= 1, "costs are counted in samples");
  const double ratio = static_cast<double>(k_last) / static_cast<double>(grid.back());
  std::vector<Checkpoint> checkpoints;
  checkpoints.reserve(grid.size());
  for (const std::int64_t t : grid) {
    const std::int64_t k =
        k_last == grid.back()
            ? t
            : std::max<std::int64_t>(1, std::llround(ratio * static_cast<double>(t)));
    const double steps = static_cast<double>(t) + static_cast<double>(k);
    checkpoints.push_back(
        {t, k, steps * static_cast<double>(samples_per_step) / static_cast<double>(population)});
  }
  return checkpoints;
}

}  // namespace sid
