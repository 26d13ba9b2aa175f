#include "sid/problem/minibatch_kernels.hpp"

#include <algorithm>

#include "sid/math/contract.hpp"

namespace sid {

MinibatchKernels::MinibatchKernels(const DataProblem& problem, Index capacity)
    : problem_(problem),
      train_(problem.family().train()),
      loss_(problem.family().shape().lower),
      one_regulariser_(problem.curvature().tau_R == problem.curvature().D_max),
      products_(capacity),
      labels_(capacity),
      factors_(capacity),
      frozen_w_(Vector::Zero(problem.lower_dim())),
      curvature_(Vector::Zero(train_.rows())),
      stamp_(static_cast<std::size_t>(train_.rows()), 0),
      missing_(static_cast<std::size_t>(capacity)) {}

void MinibatchKernels::lower_step(std::span<const std::int32_t> rows, double step, VectorRef w) {
  predict(rows, w.data());
  const auto count = static_cast<Index>(rows.size());
  loss_.first(products_.data(), labels_.data(), factors_.data(), count);
  weigh(rows);
  factors_.head(count) *= -step / static_cast<double>(count);
  shrink(w, step);
  train_.features.add_rows(rows, factors_.data(), w.data());
}

void MinibatchKernels::freeze(const ConstVectorRef& w) {
  frozen_w_ = w;
  if (++generation_ == 0) {  // the counter came round: no old stamp may look current
    std::fill(stamp_.begin(), stamp_.end(), 0U);
    generation_ = 1;
  }
}

void MinibatchKernels::linear_step(std::span<const std::int32_t> rows,
                                   const ConstVectorRef& c,
                                   double alpha,
                                   double eta,
                                   VectorRef v) {
  complete_curvature(rows);
  train_.features.dot_rows(rows, v.data(), products_.data());
  const double scale = -eta * alpha / static_cast<double>(rows.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const auto at = static_cast<Index>(j);
    factors_[at] = scale * curvature_[rows[j]] * products_[at];
  }
  shrink(v, eta * alpha);
  v += eta * c;
  train_.features.add_rows(rows, factors_.data(), v.data());
}

void MinibatchKernels::add_cross_transpose(std::span<const std::int32_t> rows,
                                           const ConstVectorRef& w,
                                           const ConstVectorRef& v,
                                           double factor,
                                           VectorRef out) {
  const Vector& omega = problem_.example_weights();
  const Vector& complements = problem_.weight_complements();
  SID_EXPECTS(omega.size() > 0, "only example weights have a sampled derivative in lambda");
  predict(rows, w.data());
  const auto count = static_cast<Index>(rows.size());
  loss_.first(products_.data(), labels_.data(), factors_.data(), count);
  train_.features.dot_rows(rows, v.data(), products_.data());
  const double scale = factor / static_cast<double>(count);
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const auto at = static_cast<Index>(j);
    const double slope = omega[rows[j]] * complements[rows[j]];
    out[rows[j]] += scale * slope * factors_[at] * products_[at];
  }
}

void MinibatchKernels::predict(std::span<const std::int32_t> rows, const double* w) {
  SID_EXPECTS(static_cast<Index>(rows.size()) <= products_.size(),
              "the minibatch is larger than the kernels were made for");
  train_.features.dot_rows(rows, w, products_.data());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    labels_[static_cast<Index>(j)] = train_.labels[rows[j]];
  }
}

void MinibatchKernels::weigh(std::span<const std::int32_t> rows) {
  const Vector& omega = problem_.example_weights();
  if (omega.size() == 0) return;
  for (std::size_t j = 0; j < rows.size(); ++j) factors_[static_cast<Index>(j)] *= omega[rows[j]];
}

// x <- (I - step D) x.
void MinibatchKernels::shrink(VectorRef x, double step) const {
  const Vector& diagonal = problem_.regulariser();
  if (one_regulariser_) {
    x *= 1.0 - step * diagonal[0];
  } else {
    x.array() *= 1.0 - step * diagonal.array();
  }
}

void MinibatchKernels::complete_curvature(std::span<const std::int32_t> rows) {
  SID_EXPECTS(static_cast<Index>(rows.size()) <= products_.size(),
              "the minibatch is larger than the kernels were made for");
  std::size_t count = 0;
  for (const std::int32_t row : rows) {
    if (stamp_[static_cast<std::size_t>(row)] == generation_) continue;
    stamp_[static_cast<std::size_t>(row)] = generation_;
    missing_[count++] = row;
  }
  if (count == 0) return;
  const std::span<const std::int32_t> missing(missing_.data(), count);
  predict(missing, frozen_w_.data());
  loss_.second(
      products_.data(), labels_.data(), factors_.data(), static_cast<Index>(missing.size()));
  weigh(missing);
  for (std::size_t j = 0; j < missing.size(); ++j) {
    curvature_[missing[j]] = factors_[static_cast<Index>(j)];
  }
}

}  // namespace sid
