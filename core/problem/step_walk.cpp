#include "sid/problem/step_walk.hpp"

#include <numeric>

#include "sid/math/contract.hpp"

namespace sid {

double StepWalk::work(const StepSizes& sizes, std::span<const std::int64_t> targets) const {
  double work = 0.0;
  std::int64_t t = 0;
  for (const std::int64_t target : targets) {
    while (t < target) {
      const std::int64_t equal = std::min(sizes.equal_from(t), target - t);
      const bool repeated = equal >= repeat_from;
      const std::int64_t count = repeated ? equal : std::min(kLargestPiece, target - t);
      work += static_cast<double>(repeated ? repeat_from : count);
      t += count;
    }
  }
  return work;
}

void check_exact_query(const ExactQuery& query) {
  SID_EXPECTS(query.t.size() == query.k.size(), "t and k must be as long as each other");
  SID_EXPECTS(query.settings.minibatch >= 1, "a minibatch has at least one sample");
  SID_EXPECTS(query.jacobian_samples >= 0, "the number of samples cannot be negative");
  for (std::size_t i = 0; i < query.t.size(); ++i) {
    SID_EXPECTS(query.t[i] >= 0 && query.k[i] >= 0, "checkpoints cannot be negative");
    SID_EXPECTS(i == 0 || query.t[i] >= query.t[i - 1], "checkpoints must ascend in t");
  }
}

std::vector<std::size_t> order_by_k(std::span<const std::int64_t> k) {
  std::vector<std::size_t> order(k.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(
      order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return k[a] < k[b]; });
  return order;
}

std::vector<std::int64_t> ascending(std::span<const std::int64_t> k) {
  std::vector<std::int64_t> out(k.begin(), k.end());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace sid
