#include "sid/problem/accumulated_noise.hpp"

#include <algorithm>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
#define SID_INLINE __attribute__((always_inline)) inline
#define SID_HAS_TARGETS 1
#else
#define SID_INLINE inline
#endif

// Eigenvalues are taken in groups; a block of K is one group of rows and half a group of columns,
// whose values stay in registers while all steps pass.
constexpr Index kGroup = 8;
constexpr Index kColumns = 4;

Index groups_of(Index dim) {
  return (dim + kGroup - 1) / kGroup;
}

/// `rows` and `columns`: kGroup factors a step; `k`: column by column with `stride`.
SID_INLINE void advance_block(const double* rows,
                              const double* columns,
                              const double* squares,
                              Index steps,
                              double* k,
                              Index stride) {
  double block[kColumns][kGroup];
  for (Index c = 0; c < kColumns; ++c) {
    for (Index i = 0; i < kGroup; ++i) block[c][i] = k[c * stride + i];
  }
  for (Index u = 0; u < steps; ++u) {
    const double* row = rows + u * kGroup;
    const double* column = columns + u * kGroup;
    const double square = squares[u];
    for (Index c = 0; c < kColumns; ++c) {
      const double factor = column[c];
      for (Index i = 0; i < kGroup; ++i) {
        block[c][i] = (row[i] * factor) * block[c][i] + square;
      }
    }
  }
  for (Index c = 0; c < kColumns; ++c) {
    for (Index i = 0; i < kGroup; ++i) k[c * stride + i] = block[c][i];
  }
}

/// k <- r^count k + c (1 + r + ... + r^(count-1)), r the products of rows and columns.
SID_INLINE void repeat_block(const double* rows,
                             const double* columns,
                             double square,
                             std::int64_t count,
                             double* k,
                             Index stride) {
  for (Index c = 0; c < kColumns; ++c) {
    double* block = k + c * stride;
    double ratio[kGroup], add[kGroup];
    for (Index i = 0; i < kGroup; ++i) {
      ratio[i] = rows[i] * columns[c];
      add[i] = square;
    }
    for (std::int64_t left = count; left > 0; left /= 2) {
      if (left % 2 != 0) {
        for (Index i = 0; i < kGroup; ++i) block[i] = ratio[i] * block[i] + add[i];
      }
      for (Index i = 0; i < kGroup; ++i) {
        add[i] = ratio[i] * add[i] + add[i];
        // A power this small does not matter; subnormal numbers would take many times longer.
        const double square_of_ratio = ratio[i] * ratio[i];
        ratio[i] = square_of_ratio < 1e-290 ? 0.0 : square_of_ratio;
      }
    }
  }
}

struct Blocks {
  const double* factors;  // steps * kGroup of one group after the other
  const double* squares;
  Index steps;
  std::int64_t repetitions;  // of the one step; 0: advance
  double* k;
  Index groups;
};

SID_INLINE void work(const Blocks& b) {
  const Index stride = b.groups * kGroup;
  for (Index j = 0; j < b.groups; ++j) {
    const double* columns = b.factors + j * b.steps * kGroup;
    for (Index part = 0; part < kGroup; part += kColumns) {
      for (Index i = 0; i <= j; ++i) {
        const double* rows = b.factors + i * b.steps * kGroup;
        double* k = b.k + (j * kGroup + part) * stride + i * kGroup;
        if (b.repetitions > 0) {
          repeat_block(rows, columns + part, b.squares[0], b.repetitions, k, stride);
        } else {
          advance_block(rows, columns + part, b.squares, b.steps, k, stride);
        }
      }
    }
  }
}

// The loops are compiled once more for wider registers. Only the width differs: every pair goes
// through the same operations in the same order, so the bits agree.
#ifdef SID_HAS_TARGETS
__attribute__((target("avx2"))) void work_avx2(const Blocks& b) {
  work(b);
}
__attribute__((target("avx512f,prefer-vector-width=512"))) void work_avx512(const Blocks& b) {
  work(b);
}
#endif

void work_any(const Blocks& b) {
#ifdef SID_HAS_TARGETS
  static const bool avx512 = __builtin_cpu_supports("avx512f") != 0;
  static const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  if (avx512) return work_avx512(b);
  if (avx2) return work_avx2(b);
#endif
  work(b);
}

}  // namespace

AccumulatedNoise::AccumulatedNoise(const ConstVectorRef& eigenvalues)
    : dim_(eigenvalues.size()),
      eigenvalues_(Vector::Zero(groups_of(eigenvalues.size()) * kGroup)),
      k_(Matrix::Zero(eigenvalues_.size(), eigenvalues_.size())) {
  eigenvalues_.head(dim_) = eigenvalues;
}

void AccumulatedNoise::fill_factors(std::span<const double> steps) {
  const auto count = static_cast<Index>(steps.size());
  const Index groups = groups_of(dim_);
  factors_.resize(count * kGroup, groups);
  squares_.resize(count);
  for (Index u = 0; u < count; ++u) {
    const double s = steps[static_cast<std::size_t>(u)];
    squares_[u] = s * s;
    for (Index g = 0; g < groups; ++g) {
      factors_.col(g).segment(u * kGroup, kGroup) =
          (1.0 - s * eigenvalues_.segment(g * kGroup, kGroup).array()).matrix();
    }
  }
}

void AccumulatedNoise::advance(std::span<const double> steps) {
  if (steps.empty()) return;
  fill_factors(steps);
  work_any({factors_.data(), squares_.data(), squares_.size(), 0, k_.data(), groups_of(dim_)});
}

void AccumulatedNoise::repeat(double step, std::int64_t count) {
  SID_EXPECTS(count >= 0, "the number of steps cannot be negative");
  if (count == 0) return;
  fill_factors(std::span(&step, 1));
  work_any({factors_.data(), squares_.data(), 1, count, k_.data(), groups_of(dim_)});
}

Matrix AccumulatedNoise::upper_weights(const Matrix& symmetric) {
  Matrix out = 2.0 * symmetric;
  out.diagonal() = symmetric.diagonal();
  out.triangularView<Eigen::StrictlyLower>().setZero();
  return out;
}

double AccumulatedNoise::sum_of(const Matrix& upper_weights) const {
  SID_EXPECTS(upper_weights.rows() == dim_ && upper_weights.cols() == dim_,
              "there is one weight a pair");
  double sum = 0.0;
  for (Index j = 0; j < dim_; ++j) {
    sum += upper_weights.col(j).head(j + 1).dot(k_.col(j).head(j + 1));
  }
  return sum;
}

}  // namespace sid
