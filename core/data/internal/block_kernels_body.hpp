// The kernels for eight vectors at once. Included by row_kernels_body.hpp, whose Lanes, load and
// store they use.

/// Native vectors of the eight columns that are worked on together: four partial sums of two
/// vectors each leave half of sixteen registers for the rest.
constexpr std::int64_t kTogether = kParts < 2 ? kParts : 2;
constexpr std::int64_t kPieceWidth = kTogether * kNativeWidth;

/// Residues modulo 8 of the partial sums in the order of the tree that combines them:
/// ((s0+s4)+(s2+s6)) + ((s1+s5)+(s3+s7)).
constexpr int kResidue[2][4] = {{0, 4, 2, 6}, {1, 5, 3, 7}};

struct Piece {
  Native part[kTogether];
};

SID_INLINE Piece load_piece(const double* p) {
  Piece piece;
  for (std::int64_t v = 0; v < kTogether; ++v) {
    piece.part[v] = *reinterpret_cast<const UnalignedNative*>(p + v * kNativeWidth);
  }
  return piece;
}

SID_INLINE void store_piece(const Piece& piece, double* out) {
  for (std::int64_t v = 0; v < kTogether; ++v) {
    *reinterpret_cast<UnalignedNative*>(out + v * kNativeWidth) = piece.part[v];
  }
}

SID_INLINE Piece zero_piece() {
  return {};
}

SID_INLINE void add_product(Piece& sum, double a, const Piece& b) {
  for (std::int64_t v = 0; v < kTogether; ++v) sum.part[v] += a * b.part[v];
}

SID_INLINE Piece times(double a, const Piece& b) {
  Piece out;
  for (std::int64_t v = 0; v < kTogether; ++v) out.part[v] = a * b.part[v];
  return out;
}

SID_INLINE Piece plus(const Piece& a, const Piece& b) {
  Piece out;
  for (std::int64_t v = 0; v < kTogether; ++v) out.part[v] = a.part[v] + b.part[v];
  return out;
}

SID_INLINE Piece combine_half(const Piece* s) {
  return plus(plus(s[0], s[1]), plus(s[2], s[3]));
}

SID_INLINE void fetch(const PackedByteList& list, std::int64_t j) {
  if (j >= list.count) return;
  const std::int64_t row = list.rows != nullptr ? list.rows[j] : j;
  const std::int64_t begin = 4 * list.begin[2 * row];
  const std::int64_t end = 4 * list.begin[2 * row + 2];
  for (std::int64_t k = begin; k < end; k += 32) __builtin_prefetch(list.columns + k);
  for (std::int64_t k = begin; k < end; k += 64) __builtin_prefetch(list.bytes + k);
}

void dot_packed(const PackedByteList& list, const double* block, double* out) {
  for (std::int64_t j = 0; j < list.count; ++j) {
    fetch(list, j + 4);
    const std::int64_t* begin = list.begin + 2 * (list.rows != nullptr ? list.rows[j] : j);
    for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
      Piece halves[2];
      for (std::int64_t half = 0; half < 2; ++half) {
        Piece sums[4] = {zero_piece(), zero_piece(), zero_piece(), zero_piece()};
        const std::uint16_t* columns = list.columns + 4 * begin[half];
        const std::uint16_t* end = list.columns + 4 * begin[half + 1];
        const std::uint8_t* bytes = list.bytes + 4 * begin[half];
        for (; columns != end; columns += 4, bytes += 4) {
          for (std::int64_t q = 0; q < 4; ++q) {
            const double* entry = block + 8 * static_cast<std::int64_t>(columns[q]) + at;
            add_product(sums[q], list.values[bytes[q]], load_piece(entry));
          }
        }
        halves[half] = combine_half(sums);
      }
      store_piece(times(list.scale, plus(halves[0], halves[1])), out + 8 * j + at);
    }
  }
}

void add_packed(const PackedByteList& list, const double* factors, double* block) {
  // The stores might change the list, for all the compiler knows.
  const double* const values = list.values;
  for (std::int64_t j = 0; j < list.count; ++j) {
    fetch(list, j + 4);
    const std::int64_t* begin = list.begin + 2 * (list.rows != nullptr ? list.rows[j] : j);
    for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
      const Piece factor = times(list.scale, load_piece(factors + 8 * j + at));
      const std::uint16_t* columns = list.columns + 4 * begin[0];
      const std::uint16_t* end = list.columns + 4 * begin[2];
      const std::uint8_t* bytes = list.bytes + 4 * begin[0];
      for (; columns != end; columns += 4, bytes += 4) {
        // All four are loaded before one is stored: a load waits for a store before it where their
        // addresses agree in the lowest bits. The columns of a tuple differ.
        double* entries[4];
        Piece sums[4];
        for (std::int64_t q = 0; q < 4; ++q) {
          entries[q] = block + 8 * static_cast<std::int64_t>(columns[q]) + at;
          sums[q] = load_piece(entries[q]);
        }
        for (std::int64_t q = 0; q < 4; ++q) add_product(sums[q], values[bytes[q]], factor);
        for (std::int64_t q = 0; q < 4; ++q) store_piece(sums[q], entries[q]);
      }
    }
  }
}

/// Columns of dense rows that are converted to double at once.
constexpr std::int64_t kBlockChunk = 256;

/// Columns first .. first + count - 1 of kRows rows, count a multiple of 8, are multiplied with the
/// block and added to their partial sums: sums[r][i % 8] is one of eight vectors.
template <std::int64_t kRows>
SID_INLINE void add_chunk_products(const double (*x)[kBlockChunk],
                                   std::int64_t count,
                                   const double* block,
                                   double (*sums)[8][8]) {
  for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
    for (const auto& residue : kResidue) {
      Piece piece[kRows][4];
      for (std::int64_t r = 0; r < kRows; ++r) {
        for (std::int64_t q = 0; q < 4; ++q) piece[r][q] = load_piece(&sums[r][residue[q]][at]);
      }
      for (std::int64_t i = 0; i < count; i += 8) {
        for (std::int64_t q = 0; q < 4; ++q) {
          const std::int64_t entry = i + residue[q];
          const Piece w = load_piece(block + 8 * entry + at);
          for (std::int64_t r = 0; r < kRows; ++r) add_product(piece[r][q], x[r][entry], w);
        }
      }
      for (std::int64_t r = 0; r < kRows; ++r) {
        for (std::int64_t q = 0; q < 4; ++q) store_piece(piece[r][q], &sums[r][residue[q]][at]);
      }
    }
  }
}

template <std::int64_t kRows, class T>
SID_INLINE void dot_block_group(const RowList<T>& list,
                                std::int64_t first,
                                const double* block,
                                double* out) {
  double sums[kRows][8][8] = {};
  double x[kRows][kBlockChunk];
  for (std::int64_t begin = 0; begin < list.cols; begin += kBlockChunk) {
    const std::int64_t left = list.cols - begin;
    const std::int64_t count = left < kBlockChunk ? left : kBlockChunk;
    const std::int64_t whole = count / 8 * 8;
    for (std::int64_t r = 0; r < kRows; ++r) {
      const T* row = row_of(list, first + r) + begin;
      for (std::int64_t i = 0; i < whole; i += 8) store(load(row + i), x[r] + i);
    }
    add_chunk_products<kRows>(x, whole, block + 8 * begin, sums);
    for (std::int64_t i = whole; i < count; ++i) {
      for (std::int64_t r = 0; r < kRows; ++r) {
        const auto value = static_cast<double>(row_of(list, first + r)[begin + i]);
        for (std::int64_t c = 0; c < 8; ++c)
          sums[r][i - whole][c] += value * block[8 * (begin + i) + c];
      }
    }
  }
  for (std::int64_t r = 0; r < kRows; ++r) {
    for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
      Piece halves[2];
      for (std::int64_t half = 0; half < 2; ++half) {
        Piece s[4];
        for (std::int64_t q = 0; q < 4; ++q) s[q] = load_piece(&sums[r][kResidue[half][q]][at]);
        halves[half] = combine_half(s);
      }
      store_piece(times(list.scale, plus(halves[0], halves[1])), out + 8 * (first + r) + at);
    }
  }
}

template <class T>
void dot_block(const RowList<T>& list, const double* block, double* out) {
  std::int64_t j = 0;
  for (; j + kBlockDotRows <= list.count; j += kBlockDotRows) {
    dot_block_group<kBlockDotRows>(list, j, block, out);
  }
  if constexpr (kBlockDotRows > 1) {
    for (; j < list.count; ++j) dot_block_group<1>(list, j, block, out);
  }
}

/// Eight entries of a row as doubles that can be read one by one.
SID_INLINE const double* eight_doubles(const double* row, double*) {
  return row;
}
template <class T>
SID_INLINE const double* eight_doubles(const T* row, double* values) {
  store(load(row), values);
  // Read back from memory, not permuted out of a register: that would take the unit that adds.
  __asm__("" : "+m"(*reinterpret_cast<double(*)[8]>(values)));
  return values;
}

/// Entries first + begin, ... of the block, kBlockAddEntries of the eight from `first` on, stay in
/// registers while all rows are added to them.
template <class T>
SID_INLINE void add_block_entries(const RowList<T>& list,
                                  const double* factors,
                                  std::int64_t first,
                                  std::int64_t begin,
                                  double* block) {
  double* entries = block + 8 * (first + begin);
  for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
    Piece sums[kBlockAddEntries];
    for (std::int64_t e = 0; e < kBlockAddEntries; ++e) sums[e] = load_piece(entries + 8 * e + at);
    for (std::int64_t j = 0; j < list.count; ++j) {
      double values[8];
      const double* x = eight_doubles(row_of(list, j) + first, values) + begin;
      const Piece factor = times(list.scale, load_piece(factors + 8 * j + at));
      for (std::int64_t e = 0; e < kBlockAddEntries; ++e) add_product(sums[e], x[e], factor);
    }
    for (std::int64_t e = 0; e < kBlockAddEntries; ++e) store_piece(sums[e], entries + 8 * e + at);
  }
}

template <class T>
void add_block(const RowList<T>& list, const double* factors, double* block) {
  std::int64_t i = 0;
  for (; i + 8 <= list.cols; i += 8) {
    for (std::int64_t begin = 0; begin < 8; begin += kBlockAddEntries) {
      add_block_entries(list, factors, i, begin, block);
    }
  }
  for (; i < list.cols; ++i) {
    for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
      Piece sum = load_piece(block + 8 * i + at);
      for (std::int64_t j = 0; j < list.count; ++j) {
        const Piece factor = times(list.scale, load_piece(factors + 8 * j + at));
        add_product(sum, static_cast<double>(row_of(list, j)[i]), factor);
      }
      store_piece(sum, block + 8 * i + at);
    }
  }
}

void dot_block_sparse(const SparseRowList& list, const double* block, double* out) {
  for (std::int64_t j = 0; j < list.count; ++j) {
    const std::int64_t row = list.rows != nullptr ? list.rows[j] : j;
    const std::int64_t begin = list.row_begin[row];
    const std::int64_t end = list.row_begin[row + 1];
    const std::int64_t whole = begin + (end - begin) / 8 * 8;
    for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
      Piece halves[2];
      for (std::int64_t half = 0; half < 2; ++half) {
        const int* residue = kResidue[half];
        Piece sums[4] = {zero_piece(), zero_piece(), zero_piece(), zero_piece()};
        for (std::int64_t k = begin; k < whole; k += 8) {
          for (std::int64_t q = 0; q < 4; ++q) {
            const std::int64_t entry = k + residue[q];
            add_product(
                sums[q],
                list.values[entry],
                load_piece(block + 8 * static_cast<std::int64_t>(list.columns[entry]) + at));
          }
        }
        for (std::int64_t q = 0; q < 4; ++q) {
          const std::int64_t entry = whole + residue[q];
          if (entry >= end) continue;
          add_product(sums[q],
                      list.values[entry],
                      load_piece(block + 8 * static_cast<std::int64_t>(list.columns[entry]) + at));
        }
        halves[half] = combine_half(sums);
      }
      store_piece(plus(halves[0], halves[1]), out + 8 * j + at);
    }
  }
}

void add_block_sparse(const SparseRowList& list, const double* factors, double* block) {
  for (std::int64_t j = 0; j < list.count; ++j) {
    const std::int64_t row = list.rows != nullptr ? list.rows[j] : j;
    const std::int64_t end = list.row_begin[row + 1];
    for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
      const Piece factor = load_piece(factors + 8 * j + at);
      for (std::int64_t k = list.row_begin[row]; k < end; ++k) {
        double* entry = block + 8 * static_cast<std::int64_t>(list.columns[k]) + at;
        Piece sum = load_piece(entry);
        add_product(sum, list.values[k], factor);
        store_piece(sum, entry);
      }
    }
  }
}

void relax_block(const BlockRelaxation& how, std::int64_t rows, double* block) {
  for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
    const Piece step = load_piece(how.step + at);
    const Piece gain = load_piece(how.gain + at);
    Piece keep = load_piece(how.keep + at);
    for (std::int64_t i = 0; i < rows; ++i) {
      Piece x = load_piece(block + 8 * i + at);
      if (how.diagonal != nullptr) {
        const Piece diagonal = load_piece(how.diagonal + 8 * i + at);
        for (std::int64_t v = 0; v < kTogether; ++v)
          keep.part[v] = 1.0 - step.part[v] * diagonal.part[v];
      }
      for (std::int64_t v = 0; v < kTogether; ++v) x.part[v] *= keep.part[v];
      if (how.shift != nullptr) {
        const Piece shift = load_piece(how.shift + 8 * i + at);
        for (std::int64_t v = 0; v < kTogether; ++v) x.part[v] += gain.part[v] * shift.part[v];
      }
      store_piece(x, block + 8 * i + at);
    }
  }
}

void block_squared_norms(const double* block, std::int64_t rows, double* out) {
  for (std::int64_t at = 0; at < 8; at += kPieceWidth) {
    Piece sums[4] = {zero_piece(), zero_piece(), zero_piece(), zero_piece()};
    std::int64_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      for (std::int64_t q = 0; q < 4; ++q) {
        const Piece x = load_piece(block + 8 * (i + q) + at);
        for (std::int64_t v = 0; v < kTogether; ++v) sums[q].part[v] += x.part[v] * x.part[v];
      }
    }
    for (; i < rows; ++i) {
      const Piece x = load_piece(block + 8 * i + at);
      for (std::int64_t v = 0; v < kTogether; ++v) sums[0].part[v] += x.part[v] * x.part[v];
    }
    store_piece(combine_half(sums), out + at);
  }
}

/// sum_i a[i] y[8 i + c] over i < count: four interleaved partial sums, the even ones and the odd
/// ones put together, then what is left of a four in pairs, then a last one.
SID_INLINE Piece dot_entries(const double* a, const double* y, std::int64_t count) {
  Piece sums[4] = {zero_piece(), zero_piece(), zero_piece(), zero_piece()};
  std::int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::int64_t q = 0; q < 4; ++q)
      add_product(sums[q], a[i + q], load_piece(y + 8 * (i + q)));
  }
  sums[0] = plus(sums[0], sums[2]);
  sums[1] = plus(sums[1], sums[3]);
  if (i + 2 <= count) {
    for (std::int64_t q = 0; q < 2; ++q)
      add_product(sums[q], a[i + q], load_piece(y + 8 * (i + q)));
    i += 2;
  }
  sums[0] = plus(sums[0], sums[1]);
  if (i < count) add_product(sums[0], a[i], load_piece(y + 8 * i));
  return sums[0];
}

/// Rows j .. j + kColumns - 1 of the block are solved for and taken from those below them, one
/// after the other, while the entries of a row are in registers. `entries`: column j of the factor.
template <std::int64_t kColumns>
SID_INLINE const double* eliminate(const double* entries, std::int64_t count, double* row) {
  const double* column[kColumns];
  Piece y[kColumns];
  for (std::int64_t q = 0; q < kColumns; ++q) {
    column[q] = entries;
    entries += count - q;
    y[q] = load_piece(row + 8 * q);
    for (std::int64_t p = 0; p < q; ++p) {
      for (std::int64_t v = 0; v < kTogether; ++v) y[q].part[v] -= column[p][q - p] * y[p].part[v];
    }
    for (std::int64_t v = 0; v < kTogether; ++v) y[q].part[v] /= column[q][0];
    store_piece(y[q], row + 8 * q);
  }
  for (std::int64_t i = kColumns; i < count; ++i) {
    Piece x = load_piece(row + 8 * i);
    for (std::int64_t q = 0; q < kColumns; ++q) {
      for (std::int64_t v = 0; v < kTogether; ++v) x.part[v] -= column[q][i - q] * y[q].part[v];
    }
    store_piece(x, row + 8 * i);
  }
  return entries;
}

void solve_lower(const TriangularFactor& factor, std::int64_t columns, double* block) {
  constexpr std::int64_t kAtOnce = 4;
  for (std::int64_t at = 0; at < columns; at += kPieceWidth) {
    const double* entries = factor.entries;
    std::int64_t j = 0;
    for (; j + kAtOnce <= factor.dim; j += kAtOnce) {
      entries = eliminate<kAtOnce>(entries, factor.dim - j, block + 8 * j + at);
    }
    for (; j < factor.dim; ++j) entries = eliminate<1>(entries, factor.dim - j, block + 8 * j + at);
  }
}

void solve_lower_transposed(const TriangularFactor& factor, std::int64_t columns, double* block) {
  const double* entries = factor.entries + factor.dim * (factor.dim + 1) / 2;
  for (std::int64_t j = factor.dim; j-- > 0;) {
    entries -= factor.dim - j;
    for (std::int64_t at = 0; at < columns; at += kPieceWidth) {
      double* row = block + 8 * j + at;
      const Piece dot = dot_entries(entries + 1, row + 8, factor.dim - j - 1);
      Piece x = load_piece(row);
      for (std::int64_t v = 0; v < kTogether; ++v)
        x.part[v] = (x.part[v] - dot.part[v]) / entries[0];
      store_piece(x, row);
    }
  }
}

#define SID_BLOCK_KERNELS                                                                       \
  {                                                                                             \
    dot_packed, dot_block<std::uint8_t>, dot_block<float>, dot_block<double>, dot_block_sparse, \
        add_packed, add_block<std::uint8_t>, add_block<float>, add_block<double>,               \
        add_block_sparse, relax_block, block_squared_norms, solve_lower, solve_lower_transposed \
  }
