#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "sid/data/digits.hpp"
#include "sid/problem/data_problem_family.hpp"

#include "bench/table.hpp"

namespace sid::bench {

/// What the rows that time single steps have in common.
inline constexpr Index kRows = 5000, kCols = 784;
inline constexpr std::int64_t kBatch = 50;
inline constexpr std::size_t kLists = 512;  ///< minibatches in turn: every example is among them
inline constexpr double kLambda = 0.1, kStep = 0.05;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The digits in every storage, the problems made of them, and the minibatches.
class KernelSetting {
 public:
  KernelSetting();

  const Dataset& digits() const { return digits_; }
  const DenseBytes& bytes() const { return std::get<DenseBytes>(digits_.features.storage()); }
  const RowMajor& dense() const { return dense_; }
  double non_zero_per_row() const { return non_zero_; }
  std::span<const std::int32_t> rows(std::size_t turn) const { return lists_[turn % kLists]; }

  /// Logistic regression on the digits in this storage, and the problem at kLambda.
  std::shared_ptr<const DataProblemFamily> family(FeatureMatrix features) const;
  std::shared_ptr<const DataProblem> problem(FeatureMatrix features) const;

  FeatureMatrix as_floats() const;
  FeatureMatrix as_doubles() const;
  FeatureMatrix as_sparse() const;

 private:
  Dataset digits_;
  RowMajor dense_;
  double non_zero_ = 0.0;
  std::array<std::vector<std::int32_t>, kLists> lists_;
};

/// How a row of the table is measured against the ceilings.
struct Work {
  double flops = 0.0;
  double bytes = 0.0;      ///< read from the matrix by a step: every row once, then it is near
  std::size_t matrix = 0;  ///< bytes
};

/// Two products with a row, a multiplication and an addition an entry: of all entries, each of
/// `entry` bytes, and of those alone that are not zero.
Work dense_work(std::size_t entry);
Work sparse_work(const KernelSetting& setting);

std::size_t matrix_bytes(std::size_t entry);

}  // namespace sid::bench
