#pragma once

#include <memory>
#include <span>
#include <stop_token>

#include "sid/problem/data_problem.hpp"

namespace sid {

/// Both iterations of SID, with the Hessian frozen at a point, are SGD with affine noise: for e =
/// w_t - w(lambda) or v_k - v and a step s,
///   e' = e - s [ H e + (1/b) sum_{i in B} xi_i(e) - mean ],  xi_i(e) = (a_i x_i^T e + b_i) x_i,
/// with curvatures a_i = omega_i phi''_i, H = H_0 + D, H_0 = (1/n) sum a_i x_i x_i^T, and offsets
///   b_i = omega_i phi'_i for w (exact for squares, else linearised at the solution),
///   b_i = a_i x_i^T v for the linear system (exact at the frozen w).
/// Mean m and covariance C of e then obey, for any steps,
///   m' = (I - s H) m,
///   C' = (I - s H) C (I - s H) + s^2 f_b [ (1/n) sum_i E(a_i x_i^T e + b_i)^2 x_i x_i^T
///                                          - H_0 C H_0 - g g^T ],   g = H_0 m + (1/n) sum b_i x_i,
/// f_b the variance factor of a minibatch: the bracket is the covariance of xi_i(e) over examples
/// and e. The sum over examples is linear in (C + m m^T, m, 1), so its coefficients are made once
/// (fourth, third and second moments of the rows) and a step costs D^2 operations, D = d(d+1)/2,
/// whatever n is (or 2 n D where that is less).

/// What both iterations share: curvature moments at a point. Immutable.
class CurvatureMoments {
 public:
  /// Whether the coefficients fit into some 40 MB: d up to 66, or more where n is small.
  static bool affordable(const DataProblem& problem);
  /// Multiplications that the construction of both kinds of moments and one step take, about.
  static double construction_work(const DataProblem& problem);
  static double step_work(const DataProblem& problem);

  /// At w; requires affordable(problem). Null when stopped.
  static std::shared_ptr<const CurvatureMoments> make(const DataProblem& problem,
                                                      const ConstVectorRef& w,
                                                      const std::stop_token& stop = {});

  Index dim() const { return hessian_.rows(); }
  Index packed_size() const { return fourth_.rows(); }       ///< D
  const Vector& curvature() const { return curvature_; }     ///< n, a_i
  const Matrix& hessian() const { return hessian_; }         ///< H
  const Matrix& data_hessian() const { return data_part_; }  ///< H_0

  /// Buffers of apply_fourth.
  struct Scratch {
    Vector packed, along;
  };
  /// out = (1/n) sum a_i^2 (x_i^T P x_i) x_i x_i^T, packed (D entries (i, j), i <= j, column by
  /// column), for symmetric P (d x d).
  void apply_fourth(const Matrix& p, Scratch& scratch, Vector& out) const;
  /// Writes the packed symmetric matrix to both halves of `out` (d x d).
  static void unpack(const Vector& packed, Matrix& out);

 private:
  CurvatureMoments() = default;
  Vector curvature_;
  Matrix hessian_, data_part_;
  bool by_rows_ = false;
  Matrix fourth_;  // D x D, (1/n) sum a^2 [x x^T][x x^T]^T, or where n is small D x n: its root
};

/// Offsets b_i of one iteration: the other coefficients. Immutable.
class OffsetMoments {
 public:
  /// `offsets` has n entries. Null when stopped.
  static std::shared_ptr<const OffsetMoments> make(const DataProblem& problem,
                                                   const CurvatureMoments& curvature,
                                                   const ConstVectorRef& offsets,
                                                   const std::stop_token& stop = {});
  const Matrix& third() const { return third_; }    ///< D x d, (1/n) sum 2 a_i b_i [x x^T] x^T
  const Vector& second() const { return second_; }  ///< D, (1/n) sum b_i^2 [x x^T]
  const Vector& mean() const { return mean_; }      ///< d, (1/n) sum b_i x_i

 private:
  OffsetMoments() = default;
  Matrix third_;
  Vector second_, mean_;
};

/// omega_i phi'_i at w (n): offsets of the lower level at its solution w.
Vector lower_offsets(const DataProblem& problem, const ConstVectorRef& w);
/// a_i x_i^T v (n): offsets of the linear system with the solution v.
Vector linear_offsets(const DataProblem& problem,
                      const CurvatureMoments& curvature,
                      const ConstVectorRef& v);

/// Mean and covariance of the error of one iteration. Refers to the moments it was made from.
class ErrorRecursion {
 public:
  /// Starts at the fixed error `start` (d).
  ErrorRecursion(const CurvatureMoments& curvature,
                 const OffsetMoments& offsets,
                 double f_b,
                 const ConstVectorRef& start);
  /// Takes the steps s = eta alpha in turn. Allocates nothing.
  void advance(std::span<const double> steps);

  const Vector& mean() const { return mean_; }
  const Matrix& covariance() const { return covariance_; }  ///< exactly symmetric
  double mean_square() const { return mean_.squaredNorm() + covariance_.trace(); }

 private:
  void step(double s);

  const CurvatureMoments& curvature_;
  const OffsetMoments& offsets_;
  double f_b_;
  Vector mean_;
  Matrix covariance_;
  CurvatureMoments::Scratch scratch_;
  Vector packed_, image_, pull_;
  Matrix raw_, shrink_, product_, noise_;
};

}  // namespace sid
