#include "sid/data/column_block.hpp"

#include <algorithm>
#include <new>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

constexpr std::align_val_t kCacheLine{64};

using Column = Eigen::Map<Vector, 0, Eigen::InnerStride<kStripWidth>>;
using ConstColumn = Eigen::Map<const Vector, 0, Eigen::InnerStride<kStripWidth>>;

}  // namespace

void ColumnBlock::Release::operator()(double* values) const {
  ::operator delete[](values, kCacheLine);
}

ColumnBlock::ColumnBlock(Index rows, Index columns) : rows_(rows), columns_(columns) {
  SID_EXPECTS(rows >= 0 && columns >= 0, "A block has no negative size.");
  const auto size = static_cast<std::size_t>(rows * strips() * kStripWidth);
  values_.reset(static_cast<double*>(::operator new[](size * sizeof(double), kCacheLine)));
  set_zero();
}

double& ColumnBlock::at(Index row, Index column) {
  SID_CHECK(row >= 0 && row < rows_ && column >= 0 && column < columns_,
            "An entry lies inside the block.");
  return strip(column / kStripWidth)[row * kStripWidth + column % kStripWidth];
}

void ColumnBlock::get(Index column, VectorRef out) const {
  SID_EXPECTS(column >= 0 && column < columns_ && out.size() == rows_,
              "A column of a block has the block's rows.");
  out = ConstColumn(strip(column / kStripWidth) + column % kStripWidth, rows_);
}

void ColumnBlock::set(Index column, const ConstVectorRef& values) {
  SID_EXPECTS(column >= 0 && column < columns_ && values.size() == rows_,
              "A column of a block has the block's rows.");
  Column(strip(column / kStripWidth) + column % kStripWidth, rows_) = values;
}

void ColumnBlock::set_zero() {
  std::fill_n(values_.get(), rows_ * strips() * kStripWidth, 0.0);
}

void ColumnBlock::set_zero(Index column) {
  SID_EXPECTS(column >= 0 && column < columns_, "A column lies inside the block.");
  Column(strip(column / kStripWidth) + column % kStripWidth, rows_).setZero();
}

}  // namespace sid
