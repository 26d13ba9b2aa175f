#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "sid/data/block_rows.hpp"
#include "sid/data/column_block.hpp"
#include "sid/problem/data_problem.hpp"

namespace sid {

/// Derivatives over all training examples for several problems of one family and several points at
/// once: column c of every block belongs to problems[c], and problems may be repeated. A row is
/// read and decoded once for eight columns, and some hundred rows stay in a cache while all columns
/// are multiplied by them.
///
/// Every column has the bits of the same function of DataProblem (except the sign of a zero) as
/// long as it is finite, and what is not finite stays in its column. Allocates nothing after
/// construction. A call takes the first problems.size() columns, at most those of the blocks, and
/// leaves any others as they were, but for those in the same strip. False if a stop, polled every
/// few hundred rows, came first: then what is written is of no use.
///
/// Refers to the family. For one thread at a time.
class FullPasses {
 public:
  using Problems = std::span<const DataProblem* const>;

  /// `rows` are the training rows of the family.
  FullPasses(const DataProblemFamily& family, std::shared_ptr<const BlockRows> rows);

  const DataProblemFamily& family() const { return family_; }

  /// Column c of `out` = grad_1 l at column c of `w`. w, out: d x K, no aliasing.
  bool lower_gradients(Problems problems,
                       const ColumnBlock& w,
                       ColumnBlock& out,
                       const std::stop_token& stop);
  /// Column c of `weights` = omega g''/n at column c of `w`. w: d x K, weights: n x K.
  bool hessian_weights(Problems problems,
                       const ColumnBlock& w,
                       ColumnBlock& weights,
                       const std::stop_token& stop);
  /// Column c of `out` = (X^T diag(column c of weights) X + D) column c of `u`: the product with
  /// the Hessian of the point that the weights are from. weights: n x K; u, out: d x K, no
  /// aliasing.
  bool hessian_products(Problems problems,
                        const ColumnBlock& weights,
                        const ColumnBlock& u,
                        ColumnBlock& out,
                        const std::stop_token& stop);

 private:
  void check(Problems problems) const;
  std::span<const std::int32_t> piece(Index first) const;
  void multiply_by_regularisers(Problems problems, const ColumnBlock& u, ColumnBlock& out) const;
  void spread_labels(std::span<const std::int32_t> rows);
  void weigh(Problems problems,
             Index strip,
             std::span<const std::int32_t> rows,
             double* values) const;

  const DataProblemFamily& family_;
  std::shared_ptr<const BlockRows> rows_;
  std::vector<std::int32_t> numbers_;      // 0 .. n-1
  std::vector<double> labels_, products_;  // eight a row of a piece
};

}  // namespace sid
