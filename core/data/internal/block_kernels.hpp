#pragma once

#include <cstdint>

#include "sid/data/internal/row_lists.hpp"

// Inner loops over rows of examples for eight vectors at once, compiled for several instruction
// sets. Vectors are the columns of a block: entry i of column c at block[8 * i + c].
//
// Every column goes through the additions that the kernels for one vector prescribe
// (row_kernels.hpp), so it has their bits whatever the other columns hold, on every instruction
// set; and triangular solves through those of HessianPreconditioner::apply. Zero bytes may be added
// or left out: that changes no bit of a finite column, except the sign of a zero.

namespace sid::internal {

/// Non-zero bytes of rows, four lists side by side: tuple k of a list has one entry of each of four
/// residues of the column number modulo 8, in ascending columns, made up with zero bytes in columns
/// of their residue, so that the four differ. Row i has tuples begin[2i] to begin[2i+1] of residues
/// 0, 4, 2, 6, then those to begin[2i+2] of 1, 5, 3, 7.
struct PackedByteList {
  const std::int64_t* begin;
  const std::uint16_t* columns;  ///< four a tuple
  const std::uint8_t* bytes;     ///< four a tuple
  const double* values;          ///< of the 256 bytes
  double scale;
  const std::int32_t* rows;  ///< null: 0 .. count-1
  std::int64_t count;
};

/// block[i] <- keep[i] block[i] + gain shift[i], entry by entry and column by column, the products
/// rounded. keep is the same for all i, or 1 - step diagonal[i].
struct BlockRelaxation {
  const double* keep;      ///< 8; used where diagonal is null
  const double* step;      ///< 8
  const double* diagonal;  ///< 8 rows, or null
  const double* gain;      ///< 8
  const double* shift;     ///< 8 rows, or null: nothing is added
};

/// L, a lower triangle by columns: dim entries of column 0, dim - 1 of column 1 from the diagonal
/// on, and so forth.
struct TriangularFactor {
  const double* entries;
  std::int64_t dim;
};

struct BlockKernels {
  /// out[8 * j + c] = x_{rows[j]}^T column c. block: 8 * cols, out: 8 * count, no aliasing.
  void (*dot_packed)(const PackedByteList& list, const double* block, double* out);
  void (*dot_bytes)(const RowList<std::uint8_t>& list, const double* block, double* out);
  void (*dot_floats)(const RowList<float>& list, const double* block, double* out);
  void (*dot_doubles)(const RowList<double>& list, const double* block, double* out);
  void (*dot_sparse)(const SparseRowList& list, const double* block, double* out);

  /// Column c += sum_j factors[8 * j + c] * x_{rows[j]}. factors: 8 * count, no aliasing.
  void (*add_packed)(const PackedByteList& list, const double* factors, double* block);
  void (*add_bytes)(const RowList<std::uint8_t>& list, const double* factors, double* block);
  void (*add_floats)(const RowList<float>& list, const double* factors, double* block);
  void (*add_doubles)(const RowList<double>& list, const double* factors, double* block);
  void (*add_sparse)(const SparseRowList& list, const double* factors, double* block);

  void (*relax)(const BlockRelaxation& how, std::int64_t rows, double* block);
  /// out[c] = ||column c||^2, added up in any order. out: 8.
  void (*squared_norms)(const double* block, std::int64_t rows, double* out);

  /// Column c of the block (dim rows) <- L^-1 column c, by columns of L, for c < columns at least.
  void (*solve_lower)(const TriangularFactor& factor, std::int64_t columns, double* block);
  /// The same with L^-T. A dot product keeps four partial sums: entry i below the diagonal goes to
  /// sum i mod 4; then s0+s2 and s1+s3 take a pair that is left, their sum a last entry.
  void (*solve_lower_transposed)(const TriangularFactor& factor,
                                 std::int64_t columns,
                                 double* block);
};

}  // namespace sid::internal
