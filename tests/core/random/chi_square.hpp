#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sid::test {

/// Pearson's statistic of counts against equal expectations.
inline double chi_square(const std::vector<std::int64_t>& counts) {
  double total = 0.0;
  for (const std::int64_t count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0.0;
  for (const std::int64_t count : counts) {
    const double difference = static_cast<double>(count) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

/// The value that a chi-square variable exceeds with probability about 1e-6 (Wilson and Hilferty,
/// 1931; 4.753 is that quantile of the normal distribution).
inline double chi_square_limit(std::size_t degrees_of_freedom) {
  const auto k = static_cast<double>(degrees_of_freedom);
  return k * std::pow(1.0 - 2.0 / (9.0 * k) + 4.753 * std::sqrt(2.0 / (9.0 * k)), 3);
}

}  // namespace sid::test
