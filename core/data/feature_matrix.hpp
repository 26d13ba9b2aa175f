#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <variant>
#include <vector>

#include "sid/math/types.hpp"

namespace sid {

namespace internal {
struct ByteGroups;
}

/// n rows of 8-bit values; entry (i, j) is scale * bytes[i*cols + j]. For images.
struct DenseBytes {
  Index rows = 0, cols = 0;
  double scale = 1.0;
  std::vector<std::uint8_t> bytes;  ///< row-major
};

/// n rows of single-precision values, row-major; used when every entry is exactly a float.
struct DenseFloat {
  Index rows = 0, cols = 0;
  std::vector<float> values;
};

/// n rows of double-precision values, row-major.
struct DenseDouble {
  Index rows = 0, cols = 0;
  std::vector<double> values;
};

/// Compressed sparse rows: entries row_begin[i] .. row_begin[i+1] of (column, value), columns
/// ascending within a row, no duplicates.
struct SparseRows {
  Index rows = 0, cols = 0;
  std::vector<std::int64_t> row_begin;  ///< rows + 1 entries
  std::vector<std::int32_t> columns;
  std::vector<double> values;
};

/// Rows of examples in the storage that suits the data. All arithmetic is double precision and
/// the value of an entry is the exactly stored one (bytes are scaled in double).
///
/// Every product below has a fixed order of additions (eight interleaved partial sums, combined in
/// a fixed tree) that does not depend on the processor, and no fused multiply-add, so the same
/// binary gives the same bits on every machine. Vector instructions are chosen at run time.
///
/// Rows of bytes may also be kept as their groups of eight neighbours that are not all zero, beside
/// the bytes; products then skip the other groups. For finite vectors that changes no bit, except
/// the sign of a zero; an infinite or not-a-number entry beside zeros alone is not passed on.
class FeatureMatrix {
 public:
  using Storage = std::variant<DenseBytes, DenseFloat, DenseDouble, SparseRows>;

  FeatureMatrix() = default;  ///< 0 rows, 0 columns
  /// Requires sizes that fit together and, for sparse rows, ascending columns below cols.
  explicit FeatureMatrix(Storage storage);
  /// The same, or nothing if `stop` asked for a stop, which is looked at about once a megabyte.
  static std::optional<FeatureMatrix> make(Storage storage, const std::stop_token& stop);

  Index rows() const;
  Index cols() const;
  const Storage& storage() const { return storage_; }

  double at(Index row, Index column) const;  ///< one entry; slow, for tests and readers

  /// out = X w.  out: rows, w: cols, no aliasing. Allocates nothing.
  void multiply(const ConstVectorRef& w, VectorRef out) const;
  /// out += X^T u.  out: cols, u: rows. Allocates nothing.
  void multiply_transpose_and_add(const ConstVectorRef& u, VectorRef out) const;

  double dot_row(Index row, const ConstVectorRef& w) const;     ///< x_row^T w
  void add_row(Index row, double factor, VectorRef out) const;  ///< out += factor * x_row
  double row_squared_norm(Index row) const;

  /// out_j = x_{rows[j]}^T w for a list of row numbers (repetitions allowed).
  /// out: as long as rows. Allocates nothing.
  void dot_rows(std::span<const std::int32_t> rows, const double* w, double* out) const;
  /// out += sum_j factors[j] * x_{rows[j]}.  out: cols, factors: as long as rows.
  void add_rows(std::span<const std::int32_t> rows, const double* factors, double* out) const;

  /// sum_i weights[i] x_i x_i^T, the d x d matrix (exactly symmetric). weights: rows, of any sign.
  /// rows * d^2 operations for dense rows, sum of squared row lengths for sparse ones.
  Matrix weighted_gram(const ConstVectorRef& weights) const;

  /// The listed rows, in the order of the list, as a new matrix of the same storage.
  FeatureMatrix select(std::span<const std::int32_t> rows) const;

  /// Bytes of memory that the values and indices occupy.
  std::int64_t memory_bytes() const;

 private:
  Storage storage_ = DenseDouble{};
  std::shared_ptr<const internal::ByteGroups> groups_;  // of DenseBytes, where worth while
};

/// The storage that suits dense values: DenseFloat where every entry is exactly a float and
/// DenseDouble otherwise; SparseRows where at most a quarter of the entries is non-zero. No value
/// changes, except that a sparse matrix does not keep the sign of a zero.
/// Requires rows * cols values.
FeatureMatrix make_features(Index rows, Index cols, std::vector<double> row_major);
/// The same, or nothing if `stop` asked for a stop, which is looked at about once a megabyte.
std::optional<FeatureMatrix> make_features(Index rows,
                                           Index cols,
                                           std::vector<double> row_major,
                                           const std::stop_token& stop);

}  // namespace sid
