#include "sid/problem/hessian.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "sid/data/block_rows.hpp"
#include "sid/math/contract.hpp"
#include "sid/problem/conjugate_gradients.hpp"

namespace sid {

namespace {

/// The lower triangle by columns: half of the memory of a matrix.
Vector lower_triangle(const Matrix& m) {
  const Index d = m.rows();
  Vector out(d * (d + 1) / 2);
  Index at = 0;
  for (Index j = 0; j < d; at += d - j, ++j) out.segment(at, d - j) = m.col(j).tail(d - j);
  return out;
}

/// sum_i a[i] y[i]: four interleaved partial sums, the even ones and the odd ones put together,
/// then what is left of a four in pairs, then a last one; as strips are added up.
double dot_entries(const double* a, const double* y, Index count) {
  double sums[4] = {};
  Index i = 0;
  for (; i + 4 <= count; i += 4) {
    for (Index q = 0; q < 4; ++q) sums[q] += a[i + q] * y[i + q];
  }
  sums[0] += sums[2];
  sums[1] += sums[3];
  if (i + 2 <= count) {
    for (Index q = 0; q < 2; ++q) sums[q] += a[i + q] * y[i + q];
    i += 2;
  }
  sums[0] += sums[1];
  if (i < count) sums[0] += a[i] * y[i];
  return sums[0];
}

}  // namespace

HessianProduct::HessianProduct(const DataProblem& problem, const ConstVectorRef& w)
    : rows_(problem.family().train().features, problem.hessian_weights(w), problem.regulariser()) {}

void HessianProduct::operator()(const ConstVectorRef& u, Vector& out) const {
  out.resize(u.size());
  rows_.multiply(u, scratch_, out);
}

bool HessianPreconditioner::set(const WeightedRows& hessian,
                                const std::stop_token& stop,
                                Index dense_limit) {
  if (hessian.dim() <= dense_limit) {
    std::optional<Matrix> formed = hessian.form(stop);
    if (!formed) return false;
    if (set_from_matrix(*std::move(formed), stop)) return true;
  }
  if (stop.stop_requested()) return false;
  factor_.resize(0);
  inverse_diagonal_ = hessian.diagonal().cwiseInverse();
  return hessian.dim() > dense_limit;
}

bool HessianPreconditioner::set_at_origin(const DataProblem& problem, const std::stop_token& stop) {
  // At w = 0 every curvature weight of the logistic loss is omega/4, and of squares omega.
  if (problem.geometry().gram.size() > 0 && problem.lower_dim() <= kDenseLimit) {
    Matrix hessian = problem.family().shape().lower.curvature_bound() * problem.geometry().gram;
    hessian.diagonal() += problem.regulariser();
    return set_from_matrix(std::move(hessian), stop);
  }
  return set(HessianProduct(problem, Vector::Zero(problem.lower_dim())).rows(), stop);
}

bool HessianPreconditioner::set_from_matrix(Matrix hessian, const std::stop_token& stop) {
  inverse_diagonal_ = hessian.diagonal().cwiseInverse();
  const bool good = cholesky_in_place(hessian, stop) == CholeskyStatus::done;
  if (good) {
    factor_ = lower_triangle(hessian);
  } else {
    factor_.resize(0);
  }
  return good;
}

void HessianPreconditioner::set_diagonal(const ConstVectorRef& diagonal) {
  factor_.resize(0);
  inverse_diagonal_ = diagonal.cwiseInverse();
}

void HessianPreconditioner::apply(const Vector& r, Vector& out) const {
  if (!dense()) {
    out = inverse_diagonal_.cwiseProduct(r);
    return;
  }
  out = r;
  const Index d = out.size();
  const double* column = factor_.data();
  for (Index j = 0; j < d; column += d - j, ++j) {  // L y = r by columns
    out[j] /= column[0];
    out.tail(d - j - 1) -= out[j] * Eigen::Map<const Vector>(column + 1, d - j - 1);
  }
  for (Index j = d; j-- > 0;) {  // L^T x = y by the same columns
    column -= d - j;
    out[j] = (out[j] - dot_entries(column + 1, out.data() + j + 1, d - j - 1)) / column[0];
  }
}

void HessianPreconditioner::apply_to_strip(double* strip, Index columns) const {
  SID_EXPECTS(dense(), "a diagonal is applied column by column");
  solve_cholesky(factor_.data(), inverse_diagonal_.size(), columns, strip);
}

int products_worth_a_factor(const DataProblem& problem) {
  const FeatureMatrix& x = problem.family().train().features;
  const auto d = static_cast<double>(problem.lower_dim());
  const auto n = static_cast<double>(problem.sample_count());
  double row = d;
  double rate = 5.0;
  if (const auto* sparse = std::get_if<SparseRows>(&x.storage())) {
    row = static_cast<double>(sparse->values.size()) / n;
    rate = 1.0;
  }
  const double product = 2.0 * n * std::max(row, 1.0);
  return 2 + static_cast<int>((n * row * row + d * d * d / 3.0) / (rate * product));
}

double solve_hessian(const HessianProduct& hessian,
                     const HessianPreconditioner& preconditioner,
                     const Vector& b,
                     double relative_residual,
                     Vector& x,
                     const std::stop_token& stop) {
  const auto precondition = [&](const Vector& r, Vector& out) { preconditioner.apply(r, out); };
  return conjugate_gradients(hessian,
                             precondition,
                             b,
                             {.relative_residual = relative_residual, .max_products = 10000},
                             x,
                             stop)
      .residual_norm;
}

}  // namespace sid
