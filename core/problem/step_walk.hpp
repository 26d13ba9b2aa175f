#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <vector>

#include "sid/problem/exact_moments.hpp"

namespace sid {

/// How a recursion over steps is walked through.
struct StepWalk {
  static constexpr std::int64_t kLargestPiece = 512;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  /// Runs of fewer equal steps are taken one by one: as fast, and the bits of a short run do not
  /// depend on where its checkpoints are.
  std::int64_t repeat_from = kNever;
  std::int64_t piece = kLargestPiece;  ///< steps between two looks at the stop token

  /// Takes the steps from `t` to `target` of one process: advance(span of s_t = eta_t * alpha) for
  /// those taken one by one, repeat(s, count) for runs of equal ones. Leaves t = target. False if
  /// stopped.
  template <class Advance, class Repeat>
  bool go(const StepSizes& sizes,
          double alpha,
          std::int64_t& t,
          std::int64_t target,
          const std::stop_token& stop,
          const Advance& advance,
          const Repeat& repeat) const {
    std::array<double, static_cast<std::size_t>(kLargestPiece)> steps{};
    while (t < target) {
      if (stop.stop_requested()) return false;
      const std::int64_t equal = std::min(sizes.equal_from(t), target - t);
      if (equal >= repeat_from) {
        sizes.fill(t, std::span(steps.data(), 1));
        repeat(steps[0] * alpha, equal);
        t += equal;
        continue;
      }
      const std::int64_t count = std::min(piece, target - t);
      const std::span<double> now(steps.data(), static_cast<std::size_t>(count));
      sizes.fill(t, now);
      for (double& step : now) step *= alpha;
      advance(std::span<const double>(now));
      t += count;
    }
    return true;
  }

  /// Steps that `go` takes for these ascending targets, where a run of equal steps counts for
  /// repeat_from.
  double work(const StepSizes& sizes, std::span<const std::int64_t> targets) const;
};

/// Throws ContractViolation unless the query is as its comments say.
void check_exact_query(const ExactQuery& query);

/// Checkpoint numbers in ascending order of k, so that one pass over the steps serves all.
std::vector<std::size_t> order_by_k(std::span<const std::int64_t> k);

/// k in ascending order.
std::vector<std::int64_t> ascending(std::span<const std::int64_t> k);

}  // namespace sid
