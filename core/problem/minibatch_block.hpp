#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "sid/data/block_rows.hpp"
#include "sid/data/column_block.hpp"
#include "sid/problem/data_problem.hpp"

namespace sid {

/// MinibatchKernels for several problems that differ in lambda alone and see the same minibatches:
/// problem c owns column c of every block. A row is read and decoded once for eight columns, which
/// makes a step of eight columns two to three times as expensive as a step of one.
///
/// Every column has the bits of MinibatchKernels on that problem alone as long as it is finite
/// (except the sign of a zero); what is not finite stays in its column. Allocates nothing after
/// construction. Refers to the problems, which must outlive it.
///
/// Memory: n K doubles for the curvature weights of K columns (K rounded up to eights), n K more
/// where lambda weights examples, d K more where it differs between coordinates.
class MinibatchBlock {
 public:
  /// All problems belong to one family, whose training rows `rows` are; at least one. `capacity` is
  /// the largest number of rows of a call.
  MinibatchBlock(std::vector<const DataProblem*> problems,
                 std::shared_ptr<const BlockRows> rows,
                 Index capacity);

  Index columns() const { return static_cast<Index>(problems_.size()); }

  /// Column c: w <- w - steps[c] [ (1/b) sum_B omega g' x + D w ].  w: d x K; steps: K. A column
  /// whose step is 0 stays where it is.
  void lower_step(std::span<const std::int32_t> rows,
                  std::span<const double> steps,
                  ColumnBlock& w);

  /// The point of linear_step; `w` (d x K) must stay as it is until the next freeze.
  void freeze(const ColumnBlock& w);
  /// Column c: v <- v - etas[c] [ alpha_c ((1/b) sum_B omega g'' x x^T + D) v - c ] at the frozen
  /// w, with the alpha of problem c.  c, v: d x K, no aliasing; etas: K.
  void linear_step(std::span<const std::int32_t> rows,
                   std::span<const double> etas,
                   const ColumnBlock& c,
                   ColumnBlock& v);

 private:
  void weigh(std::span<const std::int32_t> rows, Index strip);
  StripRelaxation relaxation(Index strip) const;
  void complete_curvature(std::span<const std::int32_t> rows);

  std::vector<const DataProblem*> problems_;
  std::shared_ptr<const BlockRows> rows_;
  const Vector& all_labels_;
  ExampleLoss loss_;
  Index capacity_;
  std::vector<std::array<double, kStripWidth>> uniform_;  // by strip: D of columns with one number
  ColumnBlock diagonal_;                                  // D, where it is not one number
  ColumnBlock omega_;                                     // example weights, or empty
  std::vector<double> labels_, products_, factors_;       // eight a row of the minibatch
  const ColumnBlock* frozen_w_ = nullptr;
  ColumnBlock curvature_;  // omega phi'' of the rows stamped with generation_
  std::vector<std::uint32_t> stamp_;
  std::uint32_t generation_ = 0;
  std::vector<std::int32_t> missing_;
};

/// Column c of `out` = grad_1 E of column c of `w`, both d x K, for the upper level of `family`
/// with validation rows `rows`: the bits of DataProblem::upper_gradient. False if a stop, polled
/// every few hundred rows, came first. Allocates little.
bool upper_gradients(const DataProblemFamily& family,
                     const BlockRows& rows,
                     const ColumnBlock& w,
                     ColumnBlock& out,
                     const std::stop_token& stop);

}  // namespace sid
