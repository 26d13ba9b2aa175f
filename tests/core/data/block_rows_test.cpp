#include "sid/data/block_rows.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "sid/data/internal/packed_bytes.hpp"
#include "sid/data/internal/row_kernels.hpp"
#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

using internal::available_row_kernels;
using internal::RowKernels;

std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value == 0.0 ? 0.0 : value);  // either sign of zero
}

/// A matrix whose entries are not zero with probability `density`; row 0 is empty.
std::vector<double> entries(Stream& stream, Index rows, Index cols, double density) {
  std::vector<double> out(static_cast<std::size_t>(rows * cols), 0.0);
  for (auto i = static_cast<std::size_t>(cols); i < out.size(); ++i) {
    if (stream.uniform() < density) out[i] = stream.normal();
  }
  return out;
}

enum class Kind { bytes, floats, doubles, sparse };

FeatureMatrix make_matrix(Kind kind, Stream& stream, Index rows, Index cols, double density) {
  const std::vector<double> values = entries(stream, rows, cols, density);
  switch (kind) {
    case Kind::bytes: {
      DenseBytes m{rows, cols, 1.0 / 255.0, {}};
      for (const double x : values) {
        m.bytes.push_back(x == 0.0 ? std::uint8_t{0}
                                   : static_cast<std::uint8_t>(1 + stream.index_below(255)));
      }
      return FeatureMatrix(std::move(m));
    }
    case Kind::floats: {
      DenseFloat m{rows, cols, {}};
      for (const double x : values) m.values.push_back(static_cast<float>(x));
      return FeatureMatrix(std::move(m));
    }
    case Kind::doubles:
      return FeatureMatrix(DenseDouble{rows, cols, values});
    case Kind::sparse:
      break;
  }
  SparseRows m{rows, cols, {0}, {}, {}};
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < cols; ++j) {
      const double x = values[static_cast<std::size_t>(i * cols + j)];
      if (x == 0.0) continue;
      m.columns.push_back(static_cast<std::int32_t>(j));
      m.values.push_back(x);
    }
    m.row_begin.push_back(static_cast<std::int64_t>(m.values.size()));
  }
  return FeatureMatrix(std::move(m));
}

constexpr auto kWidth = static_cast<std::size_t>(kStripWidth);

ColumnBlock normal_block(Stream& stream, Index rows, Index columns) {
  ColumnBlock block(rows, columns);
  for (Index c = 0; c < columns; ++c) {
    for (Index i = 0; i < rows; ++i) block.at(i, c) = stream.normal();
  }
  return block;
}

/// Calls `use` with the kernels of one instruction set after the other, on these rows.
template <class Use>
void on_every_set(const FeatureMatrix& m, const std::vector<std::int32_t>& rows, Use use) {
  const auto count = static_cast<std::int64_t>(rows.size());
  for (const RowKernels* k : available_row_kernels()) {
    SCOPED_TRACE(k->name);
    if (const auto* bytes = std::get_if<DenseBytes>(&m.storage())) {
      const internal::RowList<std::uint8_t> list{
          bytes->bytes.data(), bytes->cols, bytes->scale, rows.data(), count};
      use(list, k->block.dot_bytes, k->block.add_bytes);
      if (const auto packed = internal::pack_bytes(*bytes)) {
        use(packed->list(rows.data(), count), k->block.dot_packed, k->block.add_packed);
      }
    } else if (const auto* floats = std::get_if<DenseFloat>(&m.storage())) {
      use(internal::RowList<float>{floats->values.data(), floats->cols, 1.0, rows.data(), count},
          k->block.dot_floats,
          k->block.add_floats);
    } else if (const auto* doubles = std::get_if<DenseDouble>(&m.storage())) {
      use(internal::RowList<double>{doubles->values.data(), doubles->cols, 1.0, rows.data(), count},
          k->block.dot_doubles,
          k->block.add_doubles);
    } else {
      const auto& sparse = std::get<SparseRows>(m.storage());
      use(internal::SparseRowList{sparse.row_begin.data(),
                                  sparse.columns.data(),
                                  sparse.values.data(),
                                  rows.data(),
                                  count},
          k->block.dot_sparse,
          k->block.add_sparse);
    }
  }
}

/// Each of eight columns against the products of FeatureMatrix with that vector alone.
void compare(const FeatureMatrix& m, const std::vector<std::int32_t>& rows, Stream& stream) {
  const ColumnBlock start = normal_block(stream, m.cols(), kStripWidth);
  const ColumnBlock factors = normal_block(stream, static_cast<Index>(rows.size()), kStripWidth);
  std::vector<Vector> columns, sums;
  std::vector<std::vector<double>> dots;
  for (Index c = 0; c < kStripWidth; ++c) {
    columns.emplace_back(m.cols());
    start.get(c, columns.back());
    dots.emplace_back(rows.size());
    m.dot_rows(rows, columns.back().data(), dots.back().data());
    Vector factor(static_cast<Index>(rows.size()));
    factors.get(c, factor);
    sums.push_back(columns.back());
    m.add_rows(rows, factor.data(), sums.back().data());
  }
  const auto check = [&](const auto& dot, const auto& add) {
    std::vector<double> got(rows.size() * kWidth, -1.0);
    dot(start.strip(0), got.data());
    ColumnBlock block(m.cols(), kStripWidth);
    for (Index c = 0; c < kStripWidth; ++c) block.set(c, columns[static_cast<std::size_t>(c)]);
    add(factors.strip(0), block.strip(0));
    for (Index c = 0; c < kStripWidth; ++c) {
      const auto at = static_cast<std::size_t>(c);
      for (std::size_t j = 0; j < rows.size(); ++j) {
        ASSERT_EQ(bits(got[j * kWidth + at]), bits(dots[at][j])) << "row " << j << " column " << c;
      }
      for (Index i = 0; i < m.cols(); ++i) {
        ASSERT_EQ(bits(block.at(i, c)), bits(sums[at][i])) << "entry " << i << " column " << c;
      }
    }
  };
  on_every_set(m, rows, [&](const auto& list, auto dot, auto add) {
    check([&](const double* strip, double* out) { dot(list, strip, out); },
          [&](const double* f, double* strip) { add(list, f, strip); });
  });
  const BlockRows shared(m);
  check([&](const double* strip, double* out) { shared.dot_rows(rows, strip, out); },
        [&](const double* f, double* strip) { shared.add_rows(rows, f, strip); });
}

TEST(BlockRows, GiveEachColumnTheBitsOfItsOwnProducts) {
  Stream stream(StreamKey{.seed = 5});
  for (const Kind kind : {Kind::bytes, Kind::floats, Kind::doubles, Kind::sparse}) {
    for (const Index cols : {1, 2, 7, 8, 9, 12, 16, 31, 255, 256, 257, 300, 784}) {
      for (const double density : {0.0, 0.15, 0.45, 1.0}) {
        constexpr Index kRows = 13;
        const FeatureMatrix m = make_matrix(kind, stream, kRows, cols, density);
        for (const std::size_t count : {0U, 1U, 2U, 5U, 9U, 40U}) {
          std::vector<std::int32_t> rows(count);
          for (std::int32_t& row : rows) {
            row = static_cast<std::int32_t>(stream.index_below(kRows));
          }
          SCOPED_TRACE(testing::Message() << static_cast<int>(kind) << ": " << cols << " columns, "
                                          << count << " rows, density " << density);
          compare(m, rows, stream);
        }
      }
    }
  }
}

/// What add_packed relies on: it stores the four entries of a tuple after it has loaded them all.
TEST(BlockRows, PackFourDifferentColumnsATupleOfTheirOwnResidues) {
  constexpr int kResidues[2][4] = {{0, 4, 2, 6}, {1, 5, 3, 7}};
  Stream stream(StreamKey{.seed = 9});
  for (const Index cols : {8, 9, 11, 40, 100}) {
    for (const double density : {0.02, 0.2, 0.45}) {
      const FeatureMatrix m = make_matrix(Kind::bytes, stream, 20, cols, density);
      const auto& matrix = std::get<DenseBytes>(m.storage());
      const auto packed = internal::pack_bytes(matrix);
      if (!packed) continue;  // by chance more than half are not zero
      for (std::size_t list = 0; list + 1 < packed->begin.size(); ++list) {
        for (std::int64_t k = 4 * packed->begin[list]; k < 4 * packed->begin[list + 1]; ++k) {
          const auto at = static_cast<std::size_t>(k);
          const Index column = packed->columns[at];
          ASSERT_LT(column, cols);
          ASSERT_EQ(column % 8, kResidues[list % 2][k % 4]) << cols << " columns, list " << list;
          const std::uint8_t byte =
              matrix.bytes[list / 2 * static_cast<std::size_t>(cols) + packed->columns[at]];
          ASSERT_TRUE(packed->bytes[at] == 0 || packed->bytes[at] == byte);
        }
      }
    }
  }
  const FeatureMatrix narrow = make_matrix(Kind::bytes, stream, 30, 7, 0.2);
  EXPECT_FALSE(internal::pack_bytes(std::get<DenseBytes>(narrow.storage())));
}

TEST(BlockRows, PackImagesAndLeaveDenseOrWideBytesWhereTheyAre) {
  Stream stream(StreamKey{.seed = 6});
  const FeatureMatrix image = make_matrix(Kind::bytes, stream, 30, 100, 0.2);
  const BlockRows packed(image);
  EXPECT_GT(packed.memory_bytes(), 0);
  EXPECT_LT(packed.memory_bytes(), 4000);
  EXPECT_EQ(packed.rows(), 30);
  EXPECT_EQ(packed.cols(), 100);
  const FeatureMatrix dense = make_matrix(Kind::bytes, stream, 30, 100, 0.9);
  EXPECT_EQ(BlockRows(dense).memory_bytes(), 0);
  const FeatureMatrix wide = make_matrix(Kind::bytes, stream, 2, 70'000, 0.001);
  EXPECT_EQ(BlockRows(wide).memory_bytes(), 0);
  compare(wide, {1, 0, 1}, stream);
}

TEST(BlockRows, StopWhileTheyAreMade) {
  Stream stream(StreamKey{.seed = 7});
  const FeatureMatrix m = make_matrix(Kind::bytes, stream, 30, 100, 0.2);
  std::stop_source stop;
  EXPECT_NE(BlockRows::make(m, stop.get_token()), nullptr);
  stop.request_stop();
  EXPECT_EQ(BlockRows::make(m, stop.get_token()), nullptr);
}

TEST(BlockRows, KeepWhatIsNotFiniteInItsColumn) {
  Stream stream(StreamKey{.seed = 8});
  for (const Kind kind : {Kind::bytes, Kind::floats, Kind::doubles, Kind::sparse}) {
    const FeatureMatrix m = make_matrix(kind, stream, 9, 61, 0.3);
    const std::vector<std::int32_t> rows{1, 2, 2, 8};
    ColumnBlock clean = normal_block(stream, m.cols(), kStripWidth), dirty(m.cols(), kStripWidth);
    std::vector<double> factors(rows.size() * kWidth, 0.5);
    Vector column(m.cols());
    for (Index c = 0; c < kStripWidth; ++c) {
      clean.get(c, column);
      dirty.set(c, column);
    }
    dirty.set(3, Vector::Constant(m.cols(), std::numeric_limits<double>::quiet_NaN()));
    dirty.set(6, Vector::Constant(m.cols(), -std::numeric_limits<double>::infinity()));
    const BlockRows shared(m);
    std::vector<double> a(factors.size()), b(factors.size());
    shared.dot_rows(rows, clean.strip(0), a.data());
    shared.dot_rows(rows, dirty.strip(0), b.data());
    auto spoilt = factors;
    for (std::size_t j = 0; j < rows.size(); ++j) {
      spoilt[j * kWidth + 3] = spoilt[j * kWidth + 6] = std::numeric_limits<double>::quiet_NaN();
    }
    shared.add_rows(rows, factors.data(), clean.strip(0));
    shared.add_rows(rows, spoilt.data(), dirty.strip(0));
    for (const std::size_t c : {0U, 1U, 2U, 4U, 5U, 7U}) {
      for (std::size_t j = 0; j < rows.size(); ++j) {
        EXPECT_EQ(a[j * kWidth + c], b[j * kWidth + c]);
      }
      for (Index i = 0; i < m.cols(); ++i) {
        EXPECT_EQ(clean.at(i, static_cast<Index>(c)), dirty.at(i, static_cast<Index>(c)));
      }
    }
  }
}

ColumnBlock copy_of(const ColumnBlock& block) {
  ColumnBlock out(block.rows(), block.columns());
  Vector column(block.rows());
  for (Index c = 0; c < block.columns(); ++c) {
    block.get(c, column);
    out.set(c, column);
  }
  return out;
}

TEST(Strip, RelaxesLikeOneVector) {
  Stream stream(StreamKey{.seed = 9});
  for (const Index rows : {1, 5, 8, 100}) {
    for (const bool uniform : {false, true}) {
      for (const bool shifted : {false, true}) {
        const ColumnBlock diagonal = normal_block(stream, rows, kStripWidth);
        const ColumnBlock shift = normal_block(stream, rows, kStripWidth);
        ColumnBlock x = normal_block(stream, rows, kStripWidth);
        const ColumnBlock before = copy_of(x);
        StripRelaxation how;
        for (std::size_t c = 0; c < kWidth; ++c) {
          how.step[c] = stream.normal();
          how.gain[c] = stream.normal();
          how.uniform[c] = stream.normal();
        }
        if (!uniform) how.diagonal = diagonal.strip(0);
        if (shifted) how.shift = shift.strip(0);
        Vector column(rows);
        relax(how, rows, x.strip(0));
        const auto norms = squared_norms(x.strip(0), rows);
        for (Index c = 0; c < kStripWidth; ++c) {
          const auto at = static_cast<std::size_t>(c);
          Vector expected(rows), d(rows), add(rows);
          before.get(c, expected);
          diagonal.get(c, d);
          shift.get(c, add);
          if (uniform) {
            expected *= 1.0 - how.step[at] * how.uniform[at];
          } else {
            expected.array() *= 1.0 - how.step[at] * d.array();
          }
          if (shifted) expected += how.gain[at] * add;
          x.get(c, column);
          EXPECT_EQ(column, expected);
          EXPECT_NEAR(norms[at], column.squaredNorm(), 1e-13 * column.squaredNorm());
        }
      }
    }
  }
}

/// (L L^T)^-1 of one vector, one addition after the other in the order that the kernels state.
Vector solved_alone(const Matrix& lower, Vector x) {
  const Index d = x.size();
  for (Index j = 0; j < d; ++j) {
    x[j] /= lower(j, j);
    for (Index i = j + 1; i < d; ++i) x[i] -= lower(i, j) * x[j];
  }
  for (Index j = d; j-- > 0;) {
    const Index count = d - j - 1, whole = count / 4 * 4;
    std::array<double, 4> sums{};
    for (Index i = 0; i < whole; ++i) {
      sums[static_cast<std::size_t>(i % 4)] += lower(j + 1 + i, j) * x[j + 1 + i];
    }
    double even = sums[0] + sums[2], odd = sums[1] + sums[3];
    Index i = whole;
    if (i + 2 <= count) {
      even += lower(j + 1 + i, j) * x[j + 1 + i];
      odd += lower(j + 2 + i, j) * x[j + 2 + i];
      i += 2;
    }
    double sum = even + odd;
    if (i < count) sum += lower(j + 1 + i, j) * x[j + 1 + i];
    x[j] = (x[j] - sum) / lower(j, j);
  }
  return x;
}

TEST(Strip, SolvesWithATriangleLikeOneVectorOnEveryInstructionSet) {
  Stream stream(StreamKey{.seed = 10});
  for (const Index dim : {1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 64}) {
    Matrix lower = Matrix::Zero(dim, dim);
    std::vector<double> entries;
    for (Index j = 0; j < dim; ++j) {
      for (Index i = j; i < dim; ++i) {
        lower(i, j) = stream.normal() + (i == j ? 8.0 : 0.0);
        entries.push_back(lower(i, j));
      }
    }
    const ColumnBlock right = normal_block(stream, dim, kStripWidth);
    for (Index columns = 1; columns <= kStripWidth; ++columns) {
      const auto check = [&](const ColumnBlock& found, const char* name) {
        for (Index c = 0; c < columns; ++c) {
          Vector b(dim), x(dim);
          right.get(c, b);
          found.get(c, x);
          const Vector expected = solved_alone(lower, b);
          for (Index i = 0; i < dim; ++i) {
            ASSERT_EQ(bits(x[i]), bits(expected[i]))
                << name << " d = " << dim << " column " << c << " of " << columns;
          }
          EXPECT_LT((lower * (lower.transpose() * x) - b).norm(), 1e-9 * b.norm());
        }
      };
      for (const RowKernels* k : available_row_kernels()) {
        ColumnBlock x = copy_of(right);
        const internal::TriangularFactor factor{entries.data(), dim};
        k->block.solve_lower(factor, columns, x.strip(0));
        k->block.solve_lower_transposed(factor, columns, x.strip(0));
        check(x, k->name);
      }
      ColumnBlock x = copy_of(right);
      solve_cholesky(entries.data(), dim, columns, x.strip(0));
      check(x, "chosen");
    }
  }
  EXPECT_THROW(solve_cholesky(nullptr, 1, 9, nullptr), ContractViolation);
}

TEST(ColumnBlock, KeepsItsColumnsApart) {
  ColumnBlock block(5, 11);
  EXPECT_EQ(block.strips(), 2);
  for (Index c = 0; c < 11; ++c) block.set(c, Vector::Constant(5, static_cast<double>(c)));
  block.at(2, 9) = -1.0;
  block.set_zero(10);
  Vector column(5);
  block.get(9, column);
  EXPECT_EQ(column, (Vector(5) << 9, 9, -1, 9, 9).finished());
  block.get(10, column);
  EXPECT_EQ(column, Vector::Zero(5));
  block.get(8, column);
  EXPECT_EQ(column, Vector::Constant(5, 8.0));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.strip(0)) % 64, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.strip(1)) % 64, 0U);
  EXPECT_THROW(block.get(11, column), ContractViolation);
  EXPECT_THROW(block.set(0, Vector::Zero(4)), ContractViolation);
}

}  // namespace
}  // namespace sid
