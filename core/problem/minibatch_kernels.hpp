#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// The arithmetic of one stochastic step of a data problem for a given list of rows, repetitions
/// allowed. Reads each row twice (dot products, then their weighted sum) and allocates nothing
/// after construction. Refers to the problem, which must outlive it.
///
/// Curvature weights omega_i phi''(x_i^T w) of a frozen w are computed when row i is first used and
/// kept until the next freeze, so a long linear solve pays at most n extra dot products and a short
/// one only for what it draws.
class MinibatchKernels {
 public:
  /// `capacity` is the largest number of rows of a call.
  MinibatchKernels(const DataProblem& problem, Index capacity);

  /// w <- w - step [ (1/b) sum_B omega g' x + D w ].
  void lower_step(std::span<const std::int32_t> rows, double step, VectorRef w);

  void freeze(const ConstVectorRef& w);
  /// v <- v - eta [ alpha ((1/b) sum_B omega g'' x x^T + D) v - c ] at the frozen w.
  void linear_step(std::span<const std::int32_t> rows,
                   const ConstVectorRef& c,
                   double alpha,
                   double eta,
                   VectorRef v);

  /// out += factor * C_B(w)^T v, for example weights: the i-th entry of C_B^T v is
  /// (times i occurs in B)/b omega_i (1 - omega_i) g'_i x_i^T v.
  void add_cross_transpose(std::span<const std::int32_t> rows,
                           const ConstVectorRef& w,
                           const ConstVectorRef& v,
                           double factor,
                           VectorRef out);

 private:
  void predict(std::span<const std::int32_t> rows, const double* w);
  void weigh(std::span<const std::int32_t> rows);
  void shrink(VectorRef x, double step) const;
  void complete_curvature(std::span<const std::int32_t> rows);

  const DataProblem& problem_;
  const Dataset& train_;
  ExampleLoss loss_;
  bool one_regulariser_;
  Vector products_, labels_, factors_;  // one entry a row of the minibatch
  Vector frozen_w_;
  Vector curvature_;  // omega phi'' of the rows stamped with generation_
  std::vector<std::uint32_t> stamp_;
  std::uint32_t generation_ = 1;
  std::vector<std::int32_t> missing_;
};

}  // namespace sid
