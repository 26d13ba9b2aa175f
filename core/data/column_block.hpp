#pragma once

#include <memory>

#include "sid/math/types.hpp"

namespace sid {

/// Columns that a cache line of doubles holds: so many vectors are worked on together.
inline constexpr Index kStripWidth = 8;

/// Several vectors of equal length side by side: strips of eight columns, in each of which the
/// columns are adjacent. Entry i of column c is strip(c / 8)[8 * i + c % 8]. Strips begin at cache
/// lines. Columns that make up the last strip are zero, unless somebody writes there.
class ColumnBlock {
 public:
  ColumnBlock() = default;
  ColumnBlock(Index rows, Index columns);  ///< all zero

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  Index strips() const { return (columns_ + kStripWidth - 1) / kStripWidth; }
  double* strip(Index s) { return values_.get() + s * rows_ * kStripWidth; }
  const double* strip(Index s) const { return values_.get() + s * rows_ * kStripWidth; }

  double& at(Index row, Index column);
  void get(Index column, VectorRef out) const;  ///< out: rows
  void set(Index column, const ConstVectorRef& values);
  void set_zero();
  void set_zero(Index column);

 private:
  struct Release {
    void operator()(double* values) const;
  };
  Index rows_ = 0, columns_ = 0;
  std::unique_ptr<double[], Release> values_;
};

}  // namespace sid
