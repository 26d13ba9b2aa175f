#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sid/math/types.hpp"

namespace sid::testing {

/// Mean and mean square of independent vectors, for tests of their expectation.
class VectorSample {
 public:
  explicit VectorSample(Index size) : sum_(Vector::Zero(size)), squares_(Vector::Zero(size)) {}

  void add(const Vector& value) {
    sum_ += value;
    squares_ += value.cwiseAbs2();
    total_ += value.squaredNorm();
    fourth_ += value.squaredNorm() * value.squaredNorm();
    ++count_;
  }
  /// Largest |mean - expected| in standard errors; entries without spread must agree to rounding.
  double worst_z(const Vector& expected) const {
    const auto n = static_cast<double>(count_);
    const Vector mean = sum_ / n;
    double worst = 0.0;
    for (Index i = 0; i < mean.size(); ++i) {
      const double variance = std::max(0.0, squares_[i] / n - mean[i] * mean[i]);
      const double error = std::sqrt(variance / n) + 1e-12 * (1.0 + std::abs(expected[i]));
      worst = std::max(worst, std::abs(mean[i] - expected[i]) / error);
    }
    return worst;
  }
  double mean_square() const { return total_ / static_cast<double>(count_); }
  double mean_square_error() const {
    const auto n = static_cast<double>(count_);
    return std::sqrt(std::max(0.0, fourth_ / n - mean_square() * mean_square()) / n);
  }
  /// E||x - E x||^2, unbiased.
  double variance() const {
    const auto n = static_cast<double>(count_);
    return (total_ - sum_.squaredNorm() / n) / (n - 1.0);
  }

 private:
  Vector sum_, squares_;
  double total_ = 0.0, fourth_ = 0.0;
  std::int64_t count_ = 0;
};

}  // namespace sid::testing
