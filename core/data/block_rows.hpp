#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>

#include "sid/data/column_block.hpp"
#include "sid/data/feature_matrix.hpp"

namespace sid {

namespace internal {
struct PackedBytes;
}

/// The rows of a feature matrix, arranged for products with eight vectors at once: a row is read
/// and decoded once for a strip of a ColumnBlock instead of once for every vector. Images of bytes
/// are stored once more, without their zeros (three bytes for every other one, about two thirds of
/// the matrix); other storage is used where it lies.
///
/// Every column has the bits that FeatureMatrix gives for that vector alone, whatever the other
/// columns hold and however many there are, on every processor; except the sign of a zero, and
/// except in columns that are not finite. Such a column does not touch the others.
///
/// Refers to `features`, which must outlive it. Immutable; may be shared between threads. Products
/// allocate nothing.
class BlockRows {
 public:
  explicit BlockRows(const FeatureMatrix& features);
  /// The same, or null if `stop`, looked at after every row, asked for a stop.
  static std::shared_ptr<const BlockRows> make(const FeatureMatrix& features,
                                               const std::stop_token& stop);

  Index rows() const { return features_->rows(); }
  Index cols() const { return features_->cols(); }

  /// out[8 * j + c] = x_{rows[j]}^T column c.  strip: 8 * cols, out: 8 * rows.size(), no aliasing.
  void dot_rows(std::span<const std::int32_t> rows, const double* strip, double* out) const;
  /// Column c += sum_j factors[8 * j + c] * x_{rows[j]}, one row after the other.
  void add_rows(std::span<const std::int32_t> rows, const double* factors, double* strip) const;

  std::int64_t memory_bytes() const;  ///< beside those of the feature matrix

 private:
  BlockRows() = default;

  const FeatureMatrix* features_ = nullptr;
  std::shared_ptr<const internal::PackedBytes> packed_;  // of DenseBytes, where worth while
};

/// One step of an iteration on a strip, before the rows are added: column c of `strip` (8 * rows)
/// is multiplied by 1 - step[c] diagonal[c] and increased by gain[c] times column c of `shift`.
struct StripRelaxation {
  std::array<double, kStripWidth> step{}, gain{};
  std::array<double, kStripWidth> uniform{};  ///< diagonal of each column, if `diagonal` is null
  const double* diagonal = nullptr;           ///< 8 * rows, or null: the same for all entries
  const double* shift = nullptr;              ///< 8 * rows, or null: nothing is added
};
void relax(const StripRelaxation& how, Index rows, double* strip);

/// Squared norms of the columns of a strip, in an order of additions of their own.
std::array<double, kStripWidth> squared_norms(const double* strip, Index rows);

/// Each of the first `columns` (at most eight) columns c of a strip (8 * dim) becomes
/// (L L^T)^-1 c; the others may change. `factor` has the dim (dim + 1) / 2 entries of L by columns,
/// each from the diagonal on. The bits of a column are those of HessianPreconditioner::apply().
void solve_cholesky(const double* factor, Index dim, Index columns, double* strip);

}  // namespace sid
