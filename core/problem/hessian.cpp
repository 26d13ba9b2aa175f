#include "sid/problem/hessian.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "sid/data/column_block.hpp"
#include "sid/math/contract.hpp"
#include "sid/problem/conjugate_gradients.hpp"

namespace sid {

namespace {

/// out[c] = sum_i a[i] y[stride i + c] for kColumns columns: four interleaved partial sums, the
/// even ones and the odd ones put together, then what is left of a four in pairs, then a last one.
template <Index kColumns>
void dot_columns(const double* a, const double* y, Index stride, Index count, double* out) {
  double sums[4][kColumns] = {};
  const auto add = [&](Index q, Index i) {
    for (Index c = 0; c < kColumns; ++c) sums[q][c] += a[i] * y[stride * i + c];
  };
  Index i = 0;
  for (; i + 4 <= count; i += 4) {
    for (Index q = 0; q < 4; ++q) add(q, i + q);
  }
  for (Index q = 0; q < 2; ++q) {
    for (Index c = 0; c < kColumns; ++c) sums[q][c] += sums[q + 2][c];
  }
  if (i + 2 <= count) {
    add(0, i);
    add(1, i + 1);
    i += 2;
  }
  for (Index c = 0; c < kColumns; ++c) sums[0][c] += sums[1][c];
  if (i < count) add(0, i);
  for (Index c = 0; c < kColumns; ++c) out[c] = sums[0][c];
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
  factor_.resize(0, 0);
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
    factor_ = std::move(hessian);
  } else {
    factor_.resize(0, 0);
  }
  return good;
}

void HessianPreconditioner::set_diagonal(const ConstVectorRef& diagonal) {
  factor_.resize(0, 0);
  inverse_diagonal_ = diagonal.cwiseInverse();
}

void HessianPreconditioner::apply(const Vector& r, Vector& out) const {
  if (!dense()) {
    out = inverse_diagonal_.cwiseProduct(r);
    return;
  }
  out = r;
  const Index d = out.size();
  for (Index j = 0; j < d; ++j) {  // L y = r by columns
    out[j] /= factor_(j, j);
    out.tail(d - j - 1) -= out[j] * factor_.col(j).tail(d - j - 1);
  }
  for (Index j = d; j-- > 0;) {  // L^T x = y by the same columns
    double dot = 0.0;
    dot_columns<1>(&factor_(j, j) + 1, out.data() + j + 1, 1, d - j - 1, &dot);
    out[j] = (out[j] - dot) / factor_(j, j);
  }
}

void HessianPreconditioner::apply_to_strip(double* strip, Index columns) const {
  SID_EXPECTS(dense(), "a diagonal is applied column by column");
  SID_EXPECTS(columns >= 1 && columns <= kStripWidth, "a strip has eight columns");
  if (columns <= 2) {
    apply_to_columns<2>(strip);
  } else if (columns <= 4) {
    apply_to_columns<4>(strip);
  } else {
    apply_to_columns<8>(strip);
  }
}

template <Index kColumns>
void HessianPreconditioner::apply_to_columns(double* strip) const {
  constexpr Index kHalf = std::min<Index>(kColumns, 4);  // whose partial sums registers hold
  const Index d = factor_.rows();
  for (Index j = 0; j < d; ++j) {
    const double* column = &factor_(j, j);
    double* row = strip + kStripWidth * j;
    double y[kColumns];
    for (Index c = 0; c < kColumns; ++c) y[c] = row[c] /= column[0];
    for (Index i = 1; i < d - j; ++i) {
      for (Index c = 0; c < kColumns; ++c) row[kStripWidth * i + c] -= y[c] * column[i];
    }
  }
  for (Index j = d; j-- > 0;) {
    const double* column = &factor_(j, j);
    double* row = strip + kStripWidth * j;
    for (Index half = 0; half < kColumns; half += kHalf) {
      double dots[kHalf];
      dot_columns<kHalf>(column + 1, row + kStripWidth + half, kStripWidth, d - j - 1, dots);
      for (Index c = 0; c < kHalf; ++c) row[half + c] = (row[half + c] - dots[c]) / column[0];
    }
  }
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
