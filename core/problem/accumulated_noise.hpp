#pragma once

#include <cstdint>
#include <span>

#include "sid/math/types.hpp"

namespace sid {

/// Additive noise of unit covariance that enters at every step and decays afterwards, for pairs of
/// eigenvalues h of a Hessian: with steps s_0, s_1, ...
///   K_ij' = (1 - s h_i)(1 - s h_j) K_ij + s^2,  K = 0 at the start.
/// In a basis of eigenvectors the covariance of SGD with additive noise of covariance S is the
/// entrywise product of S and K. Entries with i <= j are kept. The same bits on every processor.
class AccumulatedNoise {
 public:
  explicit AccumulatedNoise(const ConstVectorRef& eigenvalues);

  /// Takes the steps one after the other: at most some 1.5 operations a nanosecond and pair; 64
  /// steps of 784 eigenvalues take about ten milliseconds at worst. Allocates only while more steps
  /// are given than before.
  void advance(std::span<const double> steps);
  /// Takes `count` equal steps at once, as powers of K -> r K + c, which take log2(count) times the
  /// work of two steps. Nothing cancels.
  void repeat(double step, std::int64_t count);
  /// Steps that are best given at once.
  static constexpr std::int64_t kPiece = 64;
  /// Runs of equal steps that `repeat` takes in less time than `advance`.
  static constexpr std::int64_t kRepeatFrom = 64;

  /// The symmetric matrix S with its entries below the diagonal set to zero and those above
  /// doubled: sum_of(upper_weights(S)) is the sum of S_ij K_ij over all i and j.
  static Matrix upper_weights(const Matrix& symmetric);
  double sum_of(const Matrix& upper_weights) const;
  double diagonal(Index i) const { return k_(i, i); }

 private:
  void fill_factors(std::span<const double> steps);

  Index dim_;
  Vector eigenvalues_;  // padded with zeros to whole groups
  Matrix k_;            // padded rows x padded columns; groups above or on the diagonal are in use
  Matrix factors_;      // 1 - s h: a column of (steps x group) entries for every group
  Vector squares_;      // s^2
};

}  // namespace sid
