#pragma once

#include <cstdint>
#include <span>

#include "sid/data/internal/block_kernels.hpp"
#include "sid/data/internal/row_lists.hpp"

// Inner loops over rows of examples, compiled for several instruction sets.
//
// Every kernel adds in one fixed order, so that all variants give the same bits:
//  - a dot product of rows keeps eight partial sums; entry i is multiplied and then added to sum i
//  mod 8 in
//    ascending i; the sums s are combined as ((s0+s4)+(s2+s6)) + ((s1+s5)+(s3+s7));
//  - a sum of scaled rows adds the rows one after the other in the order of the list;
//  - products are rounded before they are added (no fused multiply-add);
//  - what is not stored (zeros of sparse rows, groups of eight zero bytes) is not added. A zero
//    byte in a stored group is.
//
// This header is included by sources compiled for instruction sets that the processor at hand may
// lack. Those sources must not use inline functions with external linkage (the standard library's,
// say): the linker could keep the copy compiled for the richer instruction set for everybody.

namespace sid::internal {

struct RowKernels {
  const char* name;  ///< of the instruction set

  /// out[j] = x_{rows[j]}^T w. w: cols, out: count, no aliasing.
  void (*dot_bytes)(const RowList<std::uint8_t>& list, const double* w, double* out);
  void (*dot_grouped_bytes)(const GroupedByteList& list, const double* w, double* out);
  void (*dot_floats)(const RowList<float>& list, const double* w, double* out);
  void (*dot_doubles)(const RowList<double>& list, const double* w, double* out);
  void (*dot_sparse)(const SparseRowList& list, const double* w, double* out);

  /// out += sum_j factors[j] * x_{rows[j]}. factors: count, out: cols, no aliasing.
  void (*add_bytes)(const RowList<std::uint8_t>& list, const double* factors, double* out);
  void (*add_grouped_bytes)(const GroupedByteList& list, const double* factors, double* out);
  void (*add_floats)(const RowList<float>& list, const double* factors, double* out);
  void (*add_doubles)(const RowList<double>& list, const double* factors, double* out);
  void (*add_sparse)(const SparseRowList& list, const double* factors, double* out);

  /// out += L R^T restricted to the 8x8 blocks on and right of the diagonal.
  /// L and R are packed: entry (i, k), i < 8 * blocks, k < depth, at [(i/8 * depth + k) * 8 + i%8].
  /// out: row-major, 8 * blocks squared.
  void (*add_gram)(const double* left,
                   const double* right,
                   std::int64_t depth,
                   std::int64_t blocks,
                   double* out);

  BlockKernels block;  ///< for eight vectors at once
};

/// The variants that this processor can run, slowest first; the first runs on every processor.
std::span<const RowKernels* const> available_row_kernels();

/// The fastest of them.
const RowKernels& row_kernels();

// Defined where the target has them.
extern const RowKernels kPortableKernels;
extern const RowKernels kAvx2Kernels;
extern const RowKernels kAvx512Kernels;

}  // namespace sid::internal
