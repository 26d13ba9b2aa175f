// The kernels, written once over eight logical lanes. Included by one source per instruction set,
// inside an anonymous namespace, after that source has defined
//   Lanes             eight doubles: struct { Native part[kParts]; }
//   kDotRows          rows worked on at once in a dot product, a power of two
//   kAddVectors       logical vectors of the output kept in registers in a sum of rows
//   kGramRows, kGramVectors   the tile of a Gram matrix kept in registers
//   kBlockDotRows     dense rows worked on at once in products with a block of vectors
//   kBlockAddEntries  entries of a block kept in registers in a sum of dense rows, a divisor of 8
//   load(pointer)     eight consecutive bytes, floats or doubles as Lanes
//   gather(pointer, indices)

#define SID_INLINE inline __attribute__((always_inline))

SID_INLINE void store(const Lanes& lanes, double* out) {
  for (std::int64_t p = 0; p < kParts; ++p) {
    *reinterpret_cast<UnalignedNative*>(out + p * kNativeWidth) = lanes.part[p];
  }
}

SID_INLINE Lanes zero() {
  return {};
}

/// sum += a * b, rounding the product.
SID_INLINE void add_product(Lanes& sum, const Lanes& a, const Lanes& b) {
  for (std::int64_t p = 0; p < kParts; ++p) sum.part[p] += a.part[p] * b.part[p];
}

SID_INLINE void add_product(Lanes& sum, double a, const Lanes& b) {
  for (std::int64_t p = 0; p < kParts; ++p) sum.part[p] += a * b.part[p];
}

SID_INLINE double combine(const double* s) {
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

template <class T>
SID_INLINE const T* row_of(const RowList<T>& list, std::int64_t j) {
  return list.data + (list.rows != nullptr ? list.rows[j] : j) * list.cols;
}

/// Rows first .. first + kRows - 1 of the list, sharing the reads of w.
template <std::int64_t kRows, class T>
SID_INLINE void dot_group(const RowList<T>& list,
                          std::int64_t first,
                          const double* w,
                          double* out) {
  const T* rows[kRows];
  Lanes sums[kRows];
  for (std::int64_t r = 0; r < kRows; ++r) {
    rows[r] = row_of(list, first + r);
    sums[r] = zero();
  }
  std::int64_t i = 0;
  for (; i + 8 <= list.cols; i += 8) {
    const Lanes factor = load(w + i);
    for (std::int64_t r = 0; r < kRows; ++r) add_product(sums[r], load(rows[r] + i), factor);
  }
  for (std::int64_t r = 0; r < kRows; ++r) {
    double s[8];
    store(sums[r], s);
    for (std::int64_t k = i; k < list.cols; ++k) {
      s[k - i] += static_cast<double>(rows[r][k]) * w[k];
    }
    out[first + r] = list.scale * combine(s);
  }
}

template <class T>
void dot(const RowList<T>& list, const double* w, double* out) {
  std::int64_t j = 0;
  for (; j + kDotRows <= list.count; j += kDotRows) dot_group<kDotRows>(list, j, w, out);
  if constexpr (kDotRows > 2) {
    for (; j + 2 <= list.count; j += 2) dot_group<2>(list, j, w, out);
  }
  for (; j < list.count; ++j) dot_group<1>(list, j, w, out);
}

/// kVectors logical vectors of the output stay in registers while all rows are added to them.
template <std::int64_t kVectors, class T>
SID_INLINE void add_columns(const RowList<T>& list,
                            const double* factors,
                            std::int64_t first,
                            double* out) {
  Lanes sums[kVectors];
  for (std::int64_t v = 0; v < kVectors; ++v) sums[v] = load(out + first + 8 * v);
  for (std::int64_t j = 0; j < list.count; ++j) {
    const T* row = row_of(list, j) + first;
    const double factor = factors[j] * list.scale;
    for (std::int64_t v = 0; v < kVectors; ++v) add_product(sums[v], factor, load(row + 8 * v));
  }
  for (std::int64_t v = 0; v < kVectors; ++v) store(sums[v], out + first + 8 * v);
}

template <class T>
void add(const RowList<T>& list, const double* factors, double* out) {
  std::int64_t i = 0;
  for (; i + 8 * kAddVectors <= list.cols; i += 8 * kAddVectors) {
    add_columns<kAddVectors>(list, factors, i, out);
  }
  for (; i + 8 <= list.cols; i += 8) add_columns<1>(list, factors, i, out);
  for (; i < list.cols; ++i) {
    double sum = out[i];
    for (std::int64_t j = 0; j < list.count; ++j) {
      const double factor = factors[j] * list.scale;
      sum += factor * static_cast<double>(row_of(list, j)[i]);
    }
    out[i] = sum;
  }
}

void dot_grouped_bytes(const GroupedByteList& list, const double* w, double* out) {
  const RowList<std::uint8_t>& dense = list.dense;
  const std::int64_t whole = dense.cols / 8 * 8;
  for (std::int64_t j = 0; j < dense.count; ++j) {
    const std::int64_t row = dense.rows != nullptr ? dense.rows[j] : j;
    const std::int64_t end = list.row_begin[row + 1];
    Lanes sum = zero();
    for (std::int64_t k = list.row_begin[row]; k < end; ++k) {
      add_product(
          sum, load(list.bytes + 8 * k), load(w + 8 * static_cast<std::int64_t>(list.group[k])));
    }
    double s[8];
    store(sum, s);
    for (std::int64_t i = whole; i < dense.cols; ++i) {
      s[i - whole] += static_cast<double>(dense.data[row * dense.cols + i]) * w[i];
    }
    out[j] = dense.scale * combine(s);
  }
}

void add_grouped_bytes(const GroupedByteList& list, const double* factors, double* out) {
  const RowList<std::uint8_t>& dense = list.dense;
  for (std::int64_t j = 0; j < dense.count; ++j) {
    const std::int64_t row = dense.rows != nullptr ? dense.rows[j] : j;
    const std::int64_t end = list.row_begin[row + 1];
    const double factor = factors[j] * dense.scale;
    for (std::int64_t k = list.row_begin[row]; k < end; ++k) {
      double* at = out + 8 * static_cast<std::int64_t>(list.group[k]);
      Lanes sum = load(at);
      add_product(sum, factor, load(list.bytes + 8 * k));
      store(sum, at);
    }
    for (std::int64_t i = dense.cols / 8 * 8; i < dense.cols; ++i) {
      out[i] += factor * static_cast<double>(dense.data[row * dense.cols + i]);
    }
  }
}

void dot_sparse(const SparseRowList& list, const double* w, double* out) {
  for (std::int64_t j = 0; j < list.count; ++j) {
    const std::int64_t row = list.rows != nullptr ? list.rows[j] : j;
    const std::int64_t end = list.row_begin[row + 1];
    std::int64_t k = list.row_begin[row];
    Lanes sum = zero();
    for (; k + 8 <= end; k += 8) {
      add_product(sum, load(list.values + k), gather(w, list.columns + k));
    }
    double s[8];
    store(sum, s);
    for (std::int64_t lane = 0; k < end; ++k, ++lane)
      s[lane] += list.values[k] * w[list.columns[k]];
    out[j] = combine(s);
  }
}

void add_sparse(const SparseRowList& list, const double* factors, double* out) {
  for (std::int64_t j = 0; j < list.count; ++j) {
    const std::int64_t row = list.rows != nullptr ? list.rows[j] : j;
    const std::int64_t end = list.row_begin[row + 1];
    for (std::int64_t k = list.row_begin[row]; k < end; ++k) {
      out[list.columns[k]] += factors[j] * list.values[k];
    }
  }
}

/// kGramRows consecutive rows of block row `bi`, from its row `offset`, times kVectors block
/// columns from `bj`.
template <std::int64_t kVectors>
SID_INLINE void gram_tile(
    const double* left, const double* right, std::int64_t depth, std::int64_t stride, double* out) {
  Lanes sums[kGramRows][kVectors];
  for (std::int64_t r = 0; r < kGramRows; ++r) {
    for (std::int64_t v = 0; v < kVectors; ++v) sums[r][v] = load(out + r * stride + 8 * v);
  }
  for (std::int64_t k = 0; k < depth; ++k) {
    Lanes columns[kVectors];
    for (std::int64_t v = 0; v < kVectors; ++v) columns[v] = load(right + (v * depth + k) * 8);
    for (std::int64_t r = 0; r < kGramRows; ++r) {
      const double factor = left[k * 8 + r];
      for (std::int64_t v = 0; v < kVectors; ++v) add_product(sums[r][v], factor, columns[v]);
    }
  }
  for (std::int64_t r = 0; r < kGramRows; ++r) {
    for (std::int64_t v = 0; v < kVectors; ++v) store(sums[r][v], out + r * stride + 8 * v);
  }
}

void add_gram(
    const double* left, const double* right, std::int64_t depth, std::int64_t blocks, double* out) {
  const std::int64_t stride = 8 * blocks;
  for (std::int64_t bi = 0; bi < blocks; ++bi) {
    for (std::int64_t r = 0; r < 8; r += kGramRows) {
      const double* rows = left + bi * depth * 8 + r;
      double* line = out + (bi * 8 + r) * stride;
      std::int64_t bj = bi;
      for (; bj + kGramVectors <= blocks; bj += kGramVectors) {
        gram_tile<kGramVectors>(rows, right + bj * depth * 8, depth, stride, line + bj * 8);
      }
      for (; bj < blocks; ++bj) {
        gram_tile<1>(rows, right + bj * depth * 8, depth, stride, line + bj * 8);
      }
    }
  }
}

#include "sid/data/internal/block_kernels_body.hpp"

#define SID_ROW_KERNELS(name)                                                                \
  {                                                                                          \
    name, dot<std::uint8_t>, dot_grouped_bytes, dot<float>, dot<double>, dot_sparse,         \
        add<std::uint8_t>, add_grouped_bytes, add<float>, add<double>, add_sparse, add_gram, \
        SID_BLOCK_KERNELS                                                                    \
  }
