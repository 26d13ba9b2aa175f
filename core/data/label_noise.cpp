#include "sid/data/label_noise.hpp"

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {

Dataset with_label_noise(const Dataset& data, double fraction, std::uint64_t seed) {
  SID_EXPECTS(fraction >= 0.0 && fraction <= 1.0, "a fraction lies in [0, 1]");
  SID_EXPECTS((data.labels.array().abs() == 1.0).all(), "only classes can be turned");
  const auto n = static_cast<std::size_t>(data.rows());
  const auto turned = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(n)));
  if (turned == 0) return data;
  std::vector<std::size_t> rows(n);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  // Replica 1 of the role: the split itself has drawn from replica 0.
  Stream stream(StreamKey{.seed = seed, .role = Role::data, .replica = 1});
  Vector labels = data.labels;
  for (std::size_t i = 0; i < turned; ++i) {
    std::swap(rows[i], rows[i + static_cast<std::size_t>(stream.index_below(n - i))]);
    labels[static_cast<Index>(rows[i])] *= -1.0;
  }
  return make_dataset(data.features,
                      std::move(labels),
                      fmt::format("{}, {} labels of {} turned", data.description, turned, n));
}

}  // namespace sid
