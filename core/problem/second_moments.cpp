#include "sid/problem/second_moments.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"
#include "sid/problem/polled_products.hpp"

namespace sid {
namespace {

Index packed_length(Index d) {
  return d * (d + 1) / 2;
}

struct Sizes {
  double n = 0.0, d = 0.0, packed = 0.0;
  /// Products with the rows are cheaper than with the formed fourth moments.
  bool by_rows() const { return 2.0 * n < packed; }
};

Sizes sizes_of(const DataProblem& problem) {
  return {.n = static_cast<double>(problem.sample_count()),
          .d = static_cast<double>(problem.lower_dim()),
          .packed = static_cast<double>(packed_length(problem.lower_dim()))};
}

// Entries (i, j), i <= j, column by column.
void pack_outer(const ConstVectorRef& x, VectorRef out) {
  Index at = 0;
  for (Index j = 0; j < x.size(); ++j) {
    out.segment(at, j + 1) = x[j] * x.head(j + 1);
    at += j + 1;
  }
}

/// Calls visit(rows, packed) for panels of examples: x_i as columns of `rows` (d), x_i x_i^T packed
/// as columns of `packed` (D), and the number of the first example. False when stopped.
template <class Visit>
bool for_panels(const FeatureMatrix& x, const std::stop_token& stop, const Visit& visit) {
  const Index d = x.cols();
  const Index length = packed_length(d);
  // About 1e7 multiplications a panel.
  const double square = static_cast<double>(length) * static_cast<double>(length);
  const Index width = std::clamp<Index>(static_cast<Index>(2e7 / square), 4, 256);
  Matrix rows(d, width), packed(length, width);
  for (Index first = 0; first < x.rows(); first += width) {
    if (stop.stop_requested()) return false;
    const Index count = std::min(width, x.rows() - first);
    rows.setZero();
    for (Index i = 0; i < count; ++i) {
      x.add_row(first + i, 1.0, rows.col(i));
      pack_outer(rows.col(i), packed.col(i));
    }
    visit(first, rows.leftCols(count), packed.leftCols(count));
  }
  return true;
}

}  // namespace

bool CurvatureMoments::affordable(const DataProblem& problem) {
  constexpr double kMaxCoefficients = 5e6;
  const Sizes s = sizes_of(problem);
  return s.packed * std::max(s.d, std::min(s.packed, s.n)) <= kMaxCoefficients;
}

double CurvatureMoments::construction_work(const DataProblem& problem) {
  const Sizes s = sizes_of(problem);
  return s.n * s.packed * ((s.by_rows() ? 1.0 : 0.5 * s.packed) + 2.0 * s.d);
}

double CurvatureMoments::step_work(const DataProblem& problem) {
  const Sizes s = sizes_of(problem);
  const double fourth = s.by_rows() ? 2.0 * s.n * s.packed : s.packed * s.packed;
  return fourth + s.packed * s.d + 4.0 * s.d * s.d * s.d + 200.0;
}

std::shared_ptr<const CurvatureMoments> CurvatureMoments::make(const DataProblem& problem,
                                                               const ConstVectorRef& w,
                                                               const std::stop_token& stop) {
  SID_EXPECTS(affordable(problem), "fourth moments of the rows are kept for small problems only");
  fix_block_sizes();
  const FeatureMatrix& x = problem.family().train().features;
  const Index d = x.cols();
  const Index length = packed_length(d);
  const auto n = static_cast<double>(x.rows());
  std::shared_ptr<CurvatureMoments> out(new CurvatureMoments);
  out->curvature_ = n * problem.hessian_weights(w);
  out->by_rows_ = sizes_of(problem).by_rows();
  out->fourth_ = Matrix::Zero(length, out->by_rows_ ? x.rows() : length);
  Vector data_part = Vector::Zero(length);
  Matrix scaled;
  const bool done = for_panels(
      x, stop, [&](Index first, const ConstMatrixRef& rows, const ConstMatrixRef& packed) {
        const Vector a = out->curvature_.segment(first, rows.cols());
        data_part.noalias() += packed * (a / n);
        scaled = packed * (a / std::sqrt(n)).asDiagonal();
        if (out->by_rows_) {
          out->fourth_.middleCols(first, rows.cols()) = scaled;
        } else {
          out->fourth_.selfadjointView<Eigen::Lower>().rankUpdate(scaled);
        }
      });
  if (!done) return nullptr;
  if (!out->by_rows_) mirror_lower(out->fourth_);
  out->data_part_.resize(d, d);
  unpack(data_part, out->data_part_);
  out->hessian_ = out->data_part_;
  out->hessian_.diagonal() += problem.regulariser();
  return out;
}

void CurvatureMoments::apply_fourth(const Matrix& p, Scratch& scratch, Vector& out) const {
  scratch.packed.resize(packed_size());
  for (Index j = 0, at = 0; j < p.cols(); at += ++j) {
    scratch.packed.segment(at, j) = 2.0 * p.col(j).head(j);  // both halves
    scratch.packed[at + j] = p(j, j);
  }
  if (by_rows_) {
    scratch.along.noalias() = fourth_.transpose() * scratch.packed;
    out.noalias() = fourth_ * scratch.along;
  } else {
    out.noalias() = fourth_ * scratch.packed;
  }
}

void CurvatureMoments::unpack(const Vector& packed, Matrix& out) {
  for (Index j = 0, at = 0; j < out.cols(); at += ++j) {
    for (Index i = 0; i <= j; ++i) out(i, j) = out(j, i) = packed[at + i];
  }
}

std::shared_ptr<const OffsetMoments> OffsetMoments::make(const DataProblem& problem,
                                                         const CurvatureMoments& curvature,
                                                         const ConstVectorRef& offsets,
                                                         const std::stop_token& stop) {
  const FeatureMatrix& x = problem.family().train().features;
  SID_EXPECTS(offsets.size() == x.rows(), "there is one offset an example");
  const auto n = static_cast<double>(x.rows());
  std::shared_ptr<OffsetMoments> out(new OffsetMoments);
  out->third_ = Matrix::Zero(curvature.packed_size(), x.cols());
  out->second_ = Vector::Zero(curvature.packed_size());
  out->mean_ = Vector::Zero(x.cols());
  Matrix scaled;
  const bool done = for_panels(
      x, stop, [&](Index first, const ConstMatrixRef& rows, const ConstMatrixRef& packed) {
        const auto a = curvature.curvature().segment(first, rows.cols());
        const auto b = offsets.segment(first, rows.cols());
        scaled = rows * ((2.0 / n) * a.cwiseProduct(b)).asDiagonal();
        out->third_.noalias() += packed * scaled.transpose();
        out->second_.noalias() += packed * (b.cwiseAbs2() / n);
        out->mean_.noalias() += rows * (b / n);
      });
  if (!done) return nullptr;
  return out;
}

Vector lower_offsets(const DataProblem& problem, const ConstVectorRef& w) {
  Vector predictions(problem.family().train().rows());
  problem.family().train().features.multiply(w, predictions);
  return problem.slopes(predictions);
}

Vector linear_offsets(const DataProblem& problem,
                      const CurvatureMoments& curvature,
                      const ConstVectorRef& v) {
  Vector along(problem.family().train().rows());
  problem.family().train().features.multiply(v, along);
  return along.cwiseProduct(curvature.curvature());
}

ErrorRecursion::ErrorRecursion(const CurvatureMoments& curvature,
                               const OffsetMoments& offsets,
                               double f_b,
                               const ConstVectorRef& start)
    : curvature_(curvature),
      offsets_(offsets),
      f_b_(f_b),
      mean_(start),
      covariance_(Matrix::Zero(start.size(), start.size())),
      packed_(curvature.packed_size()),
      image_(start.size()),
      pull_(start.size()),
      raw_(start.size(), start.size()),
      shrink_(start.size(), start.size()),
      product_(start.size(), start.size()),
      noise_(start.size(), start.size()) {
  SID_EXPECTS(start.size() == curvature.dim(), "the error has d entries");
  fix_block_sizes();
  scratch_.packed.resize(curvature.packed_size());
  scratch_.along.resize(curvature.curvature().size());
}

void ErrorRecursion::advance(std::span<const double> steps) {
  for (const double s : steps) step(s);
  // Subnormal numbers would take many times longer.
  mean_ = (mean_.array().abs() < 1e-290).select(0.0, mean_);
}

void ErrorRecursion::step(double s) {
  const Matrix& h0 = curvature_.data_hessian();
  shrink_ = -s * curvature_.hessian();
  shrink_.diagonal().array() += 1.0;
  if (f_b_ > 0.0) {
    raw_ = covariance_;
    raw_.noalias() += mean_ * mean_.transpose();
    curvature_.apply_fourth(raw_, scratch_, packed_);
    packed_.noalias() += offsets_.third() * mean_;
    packed_ += offsets_.second();
    CurvatureMoments::unpack(packed_, noise_);
    pull_ = offsets_.mean();
    pull_.noalias() += h0 * mean_;
    noise_.noalias() -= pull_ * pull_.transpose();
    product_.noalias() = h0 * covariance_;
    noise_.noalias() -= product_ * h0;
  }
  product_.noalias() = shrink_ * covariance_;
  raw_.noalias() = product_ * shrink_;
  if (f_b_ > 0.0) raw_ += (s * s * f_b_) * noise_;
  // Both halves are rounded differently; their mean keeps the covariance symmetric for ever.
  covariance_ = 0.5 * (raw_ + raw_.transpose());
  image_.noalias() = shrink_ * mean_;
  mean_.swap(image_);
}

}  // namespace sid
