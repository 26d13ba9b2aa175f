#include "sid/problem/full_passes.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

constexpr auto kWidth = static_cast<std::size_t>(kStripWidth);
constexpr Index kPiece = 256;  // rows that are multiplied by all columns before the next ones

Index strips_of(FullPasses::Problems problems) {
  return (static_cast<Index>(problems.size()) + kStripWidth - 1) / kStripWidth;
}

/// The problems of the columns of one strip.
FullPasses::Problems of_strip(FullPasses::Problems problems, Index strip) {
  const std::size_t first = static_cast<std::size_t>(strip) * kWidth;
  return problems.subspan(first, std::min(kWidth, problems.size() - first));
}

bool holds(const ColumnBlock& block, Index rows, FullPasses::Problems problems) {
  return block.rows() == rows && block.columns() >= static_cast<Index>(problems.size());
}

}  // namespace

FullPasses::FullPasses(const DataProblemFamily& family, std::shared_ptr<const BlockRows> rows)
    : family_(family),
      rows_(std::move(rows)),
      numbers_(static_cast<std::size_t>(family.train().rows())),
      labels_(static_cast<std::size_t>(std::min(kPiece, family.train().rows())) * kWidth),
      products_(labels_.size()) {
  SID_EXPECTS(
      rows_ != nullptr && rows_->rows() == family.train().rows() && rows_->cols() == family.dim(),
      "the rows are those of the family");
  std::iota(numbers_.begin(), numbers_.end(), 0);
}

bool FullPasses::lower_gradients(Problems problems,
                                 const ColumnBlock& w,
                                 ColumnBlock& out,
                                 const std::stop_token& stop) {
  check(problems);
  SID_EXPECTS(holds(w, family_.dim(), problems) && holds(out, family_.dim(), problems),
              "there is a column a problem");
  const auto n = static_cast<double>(numbers_.size());
  multiply_by_regularisers(problems, w, out);
  for (Index first = 0; first < rows_->rows(); first += kPiece) {
    if (stop.stop_requested()) return false;
    const std::span<const std::int32_t> rows = piece(first);
    const auto entries = static_cast<Index>(rows.size() * kWidth);
    spread_labels(rows);
    for (Index s = 0; s < strips_of(problems); ++s) {
      rows_->dot_rows(rows, w.strip(s), products_.data());
      family_.shape().lower.first(products_.data(), labels_.data(), products_.data(), entries);
      weigh(problems, s, rows, products_.data());
      for (Index i = 0; i < entries; ++i) products_[static_cast<std::size_t>(i)] /= n;
      rows_->add_rows(rows, products_.data(), out.strip(s));
    }
  }
  return true;
}

bool FullPasses::hessian_weights(Problems problems,
                                 const ColumnBlock& w,
                                 ColumnBlock& weights,
                                 const std::stop_token& stop) {
  check(problems);
  SID_EXPECTS(holds(w, family_.dim(), problems) && holds(weights, rows_->rows(), problems),
              "there is a column a problem");
  const auto n = static_cast<double>(numbers_.size());
  for (Index first = 0; first < rows_->rows(); first += kPiece) {
    if (stop.stop_requested()) return false;
    const std::span<const std::int32_t> rows = piece(first);
    const auto entries = static_cast<Index>(rows.size() * kWidth);
    spread_labels(rows);
    for (Index s = 0; s < strips_of(problems); ++s) {
      double* values = weights.strip(s) + kStripWidth * first;
      rows_->dot_rows(rows, w.strip(s), values);
      family_.shape().lower.second(values, labels_.data(), values, entries);
      weigh(problems, s, rows, values);
      for (Index i = 0; i < entries; ++i) values[i] /= n;
    }
  }
  return true;
}

bool FullPasses::hessian_products(Problems problems,
                                  const ColumnBlock& weights,
                                  const ColumnBlock& u,
                                  ColumnBlock& out,
                                  const std::stop_token& stop) {
  check(problems);
  SID_EXPECTS(holds(weights, rows_->rows(), problems) && holds(u, family_.dim(), problems) &&
                  holds(out, family_.dim(), problems),
              "there is a column a problem");
  multiply_by_regularisers(problems, u, out);
  for (Index first = 0; first < rows_->rows(); first += kPiece) {
    if (stop.stop_requested()) return false;
    const std::span<const std::int32_t> rows = piece(first);
    for (Index s = 0; s < strips_of(problems); ++s) {
      const double* factors = weights.strip(s) + kStripWidth * first;
      rows_->dot_rows(rows, u.strip(s), products_.data());
      for (std::size_t i = 0; i < rows.size() * kWidth; ++i) products_[i] *= factors[i];
      rows_->add_rows(rows, products_.data(), out.strip(s));
    }
  }
  return true;
}

std::span<const std::int32_t> FullPasses::piece(Index first) const {
  return std::span(numbers_).subspan(
      static_cast<std::size_t>(first),
      static_cast<std::size_t>(std::min(kPiece, rows_->rows() - first)));
}

void FullPasses::spread_labels(std::span<const std::int32_t> rows) {
  for (std::size_t j = 0; j < rows.size(); ++j) {
    std::fill_n(labels_.data() + kWidth * j, kWidth, family_.train().labels[rows[j]]);
  }
}

void FullPasses::check(Problems problems) const {
  SID_EXPECTS(!problems.empty(), "a block has a column");
  for (const DataProblem* problem : problems) {
    SID_EXPECTS(&problem->family() == &family_, "problems of a block differ in lambda alone");
  }
}

/// out = D u, column by column.
void FullPasses::multiply_by_regularisers(Problems problems,
                                          const ColumnBlock& u,
                                          ColumnBlock& out) const {
  for (Index s = 0; s < strips_of(problems); ++s) {
    const Problems here = of_strip(problems, s);
    std::fill_n(out.strip(s), kStripWidth * out.rows(), 0.0);
    for (std::size_t c = 0; c < here.size(); ++c) {
      const double* diagonal = here[c]->regulariser().data();
      const double* from = u.strip(s) + c;
      double* to = out.strip(s) + c;
      for (Index i = 0; i < out.rows(); ++i) {
        to[kStripWidth * i] = diagonal[i] * from[kStripWidth * i];
      }
    }
  }
}

/// Example weights, where lambda is those.
void FullPasses::weigh(Problems problems,
                       Index strip,
                       std::span<const std::int32_t> rows,
                       double* values) const {
  if (problems.front()->example_weights().size() == 0) return;
  const Problems here = of_strip(problems, strip);
  for (std::size_t c = 0; c < here.size(); ++c) {
    const double* omega = here[c]->example_weights().data() + rows.front();
    for (std::size_t j = 0; j < rows.size(); ++j) values[kWidth * j + c] *= omega[j];
  }
}

}  // namespace sid
