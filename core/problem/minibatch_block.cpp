#include "sid/problem/minibatch_block.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

constexpr auto kWidth = static_cast<std::size_t>(kStripWidth);

bool one_number(const DataProblem& problem) {
  return problem.curvature().tau_R == problem.curvature().D_max;
}

/// labels[8 * j + c] = label of rows[j], for every c.
void spread_labels(const Vector& all, std::span<const std::int32_t> rows, double* labels) {
  for (std::size_t j = 0; j < rows.size(); ++j) {
    std::fill_n(labels + kWidth * j, kWidth, all[rows[j]]);
  }
}

/// values[8 * j + c] *= scale[c].
void scale_columns(std::size_t rows, const std::array<double, kWidth>& scale, double* values) {
  for (std::size_t j = 0; j < rows; ++j) {
    for (std::size_t c = 0; c < kWidth; ++c) values[kWidth * j + c] *= scale[c];
  }
}

}  // namespace

MinibatchBlock::MinibatchBlock(std::vector<const DataProblem*> problems,
                               std::shared_ptr<const BlockRows> rows,
                               Index capacity)
    : problems_(std::move(problems)),
      rows_(std::move(rows)),
      all_labels_(problems_.front()->family().train().labels),
      loss_(problems_.front()->family().shape().lower),
      capacity_(capacity),
      labels_(static_cast<std::size_t>(capacity) * kWidth),
      products_(labels_.size()),
      factors_(labels_.size()),
      curvature_(rows_->rows(), columns()),
      stamp_(static_cast<std::size_t>(rows_->rows()), 0),
      missing_(static_cast<std::size_t>(capacity)) {
  const DataProblemFamily& family = problems_.front()->family();
  SID_EXPECTS(rows_->rows() == family.train().rows() && rows_->cols() == family.dim(),
              "the rows are those of the problems");
  bool all_uniform = true;
  for (const DataProblem* problem : problems_) {
    SID_EXPECTS(&problem->family() == &family, "problems of a block differ in lambda alone");
    all_uniform = all_uniform && one_number(*problem);
  }
  uniform_.resize(static_cast<std::size_t>(curvature_.strips()));
  if (!all_uniform) diagonal_ = ColumnBlock(family.dim(), columns());
  const bool weighted = problems_.front()->example_weights().size() > 0;
  if (weighted) omega_ = ColumnBlock(rows_->rows(), columns());
  for (Index c = 0; c < columns(); ++c) {
    const DataProblem& problem = *problems_[static_cast<std::size_t>(c)];
    const auto strip = static_cast<std::size_t>(c / kStripWidth);
    uniform_[strip][static_cast<std::size_t>(c % kStripWidth)] = problem.regulariser()[0];
    if (!all_uniform) diagonal_.set(c, problem.regulariser());
    if (weighted) omega_.set(c, problem.example_weights());
  }
}

void MinibatchBlock::lower_step(std::span<const std::int32_t> rows,
                                std::span<const double> steps,
                                ColumnBlock& w) {
  SID_EXPECTS(static_cast<Index>(rows.size()) <= capacity_,
              "the minibatch is larger than the block was made for");
  SID_EXPECTS(steps.size() == problems_.size() && w.columns() == columns(),
              "there is one step a column");
  spread_labels(all_labels_, rows, labels_.data());
  const auto entries = static_cast<Index>(rows.size() * kWidth);
  for (Index s = 0; s < w.strips(); ++s) {
    rows_->dot_rows(rows, w.strip(s), products_.data());
    loss_.first(products_.data(), labels_.data(), factors_.data(), entries);
    weigh(rows, s);
    StripRelaxation how = relaxation(s);
    std::array<double, kWidth> scale{};
    const std::size_t first = static_cast<std::size_t>(s) * kWidth;
    for (std::size_t c = 0; c < std::min(kWidth, steps.size() - first); ++c) {
      how.step[c] = steps[first + c];
      scale[c] = -steps[first + c] / static_cast<double>(rows.size());
    }
    scale_columns(rows.size(), scale, factors_.data());
    relax(how, w.rows(), w.strip(s));
    rows_->add_rows(rows, factors_.data(), w.strip(s));
  }
}

void MinibatchBlock::freeze(const ColumnBlock& w) {
  SID_EXPECTS(w.columns() == columns() && w.rows() == rows_->cols(), "w has one column a problem");
  frozen_w_ = &w;
  if (++generation_ == 0) {  // the counter came round: no old stamp may look current
    std::fill(stamp_.begin(), stamp_.end(), 0U);
    generation_ = 1;
  }
}

void MinibatchBlock::linear_step(std::span<const std::int32_t> rows,
                                 std::span<const double> etas,
                                 const ColumnBlock& c,
                                 ColumnBlock& v) {
  SID_EXPECTS(frozen_w_ != nullptr, "a linear system has a point");
  SID_EXPECTS(static_cast<Index>(rows.size()) <= capacity_,
              "the minibatch is larger than the block was made for");
  SID_EXPECTS(
      etas.size() == problems_.size() && v.columns() == columns() && c.columns() == columns(),
      "there is one step a column");
  complete_curvature(rows);
  for (Index s = 0; s < v.strips(); ++s) {
    rows_->dot_rows(rows, v.strip(s), products_.data());
    StripRelaxation how = relaxation(s);
    how.shift = c.strip(s);
    std::array<double, kWidth> scale{};
    const std::size_t first = static_cast<std::size_t>(s) * kWidth;
    for (std::size_t i = 0; i < std::min(kWidth, etas.size() - first); ++i) {
      const double alpha = problems_[first + i]->alpha();
      how.step[i] = etas[first + i] * alpha;
      how.gain[i] = etas[first + i];
      scale[i] = -etas[first + i] * alpha / static_cast<double>(rows.size());
    }
    const double* curvature = curvature_.strip(s);
    for (std::size_t j = 0; j < rows.size(); ++j) {
      const double* weights = curvature + kStripWidth * rows[j];
      for (std::size_t i = 0; i < kWidth; ++i) {
        factors_[kWidth * j + i] = scale[i] * weights[i] * products_[kWidth * j + i];
      }
    }
    relax(how, v.rows(), v.strip(s));
    rows_->add_rows(rows, factors_.data(), v.strip(s));
  }
}

void MinibatchBlock::weigh(std::span<const std::int32_t> rows, Index strip) {
  if (omega_.rows() == 0) return;
  const double* omega = omega_.strip(strip);
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const double* weights = omega + kStripWidth * rows[j];
    for (std::size_t c = 0; c < kWidth; ++c) factors_[kWidth * j + c] *= weights[c];
  }
}

StripRelaxation MinibatchBlock::relaxation(Index strip) const {
  StripRelaxation how;
  how.uniform = uniform_[static_cast<std::size_t>(strip)];
  if (diagonal_.rows() > 0) how.diagonal = diagonal_.strip(strip);
  return how;
}

void MinibatchBlock::complete_curvature(std::span<const std::int32_t> rows) {
  std::size_t count = 0;
  for (const std::int32_t row : rows) {
    if (stamp_[static_cast<std::size_t>(row)] == generation_) continue;
    stamp_[static_cast<std::size_t>(row)] = generation_;
    missing_[count++] = row;
  }
  if (count == 0) return;
  const std::span<const std::int32_t> missing(missing_.data(), count);
  spread_labels(all_labels_, missing, labels_.data());
  for (Index s = 0; s < curvature_.strips(); ++s) {
    rows_->dot_rows(missing, frozen_w_->strip(s), products_.data());
    loss_.second(
        products_.data(), labels_.data(), factors_.data(), static_cast<Index>(count * kWidth));
    weigh(missing, s);
    for (std::size_t j = 0; j < count; ++j) {
      std::copy_n(
          factors_.data() + kWidth * j, kWidth, curvature_.strip(s) + kStripWidth * missing[j]);
    }
  }
}

bool upper_gradients(const DataProblemFamily& family,
                     const BlockRows& rows,
                     const ColumnBlock& w,
                     ColumnBlock& out,
                     const std::stop_token& stop) {
  const Dataset& data = family.validation();
  SID_EXPECTS(rows.rows() == data.rows() && rows.cols() == w.rows(),
              "the rows are those of the validation examples");
  SID_EXPECTS(out.rows() == w.rows() && out.columns() == w.columns(), "out is as large as w");
  constexpr Index kPiece = 256;
  std::vector<std::int32_t> numbers(static_cast<std::size_t>(kPiece));
  std::vector<double> labels(numbers.size() * kWidth), slopes(labels.size());
  std::array<double, kWidth> scale{};
  scale.fill(family.upper_factor());
  out.set_zero();
  for (Index first = 0; first < data.rows(); first += kPiece) {
    if (stop.stop_requested()) return false;
    numbers.resize(static_cast<std::size_t>(std::min(kPiece, data.rows() - first)));
    std::iota(numbers.begin(), numbers.end(), static_cast<std::int32_t>(first));
    spread_labels(data.labels, numbers, labels.data());
    for (Index s = 0; s < w.strips(); ++s) {
      rows.dot_rows(numbers, w.strip(s), slopes.data());
      family.shape().upper.first(
          slopes.data(), labels.data(), slopes.data(), static_cast<Index>(numbers.size() * kWidth));
      scale_columns(numbers.size(), scale, slopes.data());
      rows.add_rows(numbers, slopes.data(), out.strip(s));
    }
  }
  return true;
}

}  // namespace sid
