#include "sid/data/internal/row_kernels.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "sid/data/internal/byte_groups.hpp"
#include "sid/random/stream.hpp"

namespace sid::internal {
namespace {

// The documented order of additions, written out plainly; every variant must give these bits.

template <class T>
double plain_dot(const RowList<T>& list, std::int64_t j, const double* w) {
  const T* row = list.data + (list.rows != nullptr ? list.rows[j] : j) * list.cols;
  double s[8] = {};
  for (std::int64_t i = 0; i < list.cols; ++i) s[i % 8] += static_cast<double>(row[i]) * w[i];
  return list.scale * (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])));
}

template <class T>
void plain_add(const RowList<T>& list, const double* factors, double* out) {
  for (std::int64_t j = 0; j < list.count; ++j) {
    const T* row = list.data + (list.rows != nullptr ? list.rows[j] : j) * list.cols;
    const double factor = factors[j] * list.scale;
    for (std::int64_t i = 0; i < list.cols; ++i) out[i] += factor * static_cast<double>(row[i]);
  }
}

double plain_sparse_dot(const SparseRowList& list, std::int64_t j, const double* w) {
  const std::int64_t row = list.rows != nullptr ? list.rows[j] : j;
  double s[8] = {};
  for (std::int64_t k = list.row_begin[row], lane = 0; k < list.row_begin[row + 1]; ++k, ++lane) {
    s[lane % 8] += list.values[k] * w[list.columns[k]];
  }
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

void expect_same_bits(const std::vector<double>& got,
                      const std::vector<double>& expected,
                      const char* what) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got[i]), std::bit_cast<std::uint64_t>(expected[i]))
        << what << ", entry " << i << ": " << got[i] << " and " << expected[i];
  }
}

std::vector<double> normals(Stream& stream, std::size_t count) {
  std::vector<double> out(count);
  for (double& value : out) value = stream.normal();
  return out;
}

template <class T>
T draw_entry(Stream& stream) {
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    return static_cast<std::uint8_t>(stream.index_below(256));
  } else {
    return static_cast<T>(stream.normal());
  }
}

template <class T>
struct Members;
template <>
struct Members<std::uint8_t> {
  static constexpr auto dot = &RowKernels::dot_bytes;
  static constexpr auto add = &RowKernels::add_bytes;
};
template <>
struct Members<float> {
  static constexpr auto dot = &RowKernels::dot_floats;
  static constexpr auto add = &RowKernels::add_floats;
};
template <>
struct Members<double> {
  static constexpr auto dot = &RowKernels::dot_doubles;
  static constexpr auto add = &RowKernels::add_doubles;
};

template <class T>
void check_dense(std::int64_t cols, std::int64_t count, bool listed) {
  Stream stream(StreamKey{.seed = static_cast<std::uint64_t>(cols * 100 + count)});
  constexpr std::int64_t kRows = 23;
  std::vector<T> data(static_cast<std::size_t>(kRows * cols));
  for (T& entry : data) entry = draw_entry<T>(stream);
  std::vector<std::int32_t> rows;
  for (std::int64_t j = 0; j < count; ++j) {
    rows.push_back(static_cast<std::int32_t>(stream.index_below(kRows)));
  }
  const RowList<T> list{data.data(), cols, 1.0 / 255.0, listed ? rows.data() : nullptr, count};
  // One entry further than the start of an allocation: no kernel may ask for alignment.
  const auto w = normals(stream, static_cast<std::size_t>(cols) + 1);
  const auto factors = normals(stream, static_cast<std::size_t>(count));
  const auto start = normals(stream, static_cast<std::size_t>(cols));
  std::vector<double> dots, sums = start;
  for (std::int64_t j = 0; j < count; ++j) dots.push_back(plain_dot(list, j, w.data() + 1));
  plain_add(list, factors.data(), sums.data());
  for (const RowKernels* kernels : available_row_kernels()) {
    std::vector<double> got(static_cast<std::size_t>(count), -1.0);
    (kernels->*Members<T>::dot)(list, w.data() + 1, got.data());
    expect_same_bits(got, dots, kernels->name);
    got = start;
    (kernels->*Members<T>::add)(list, factors.data(), got.data());
    expect_same_bits(got, sums, kernels->name);
  }
}

TEST(RowKernels, GiveTheSameBitsOnEveryInstructionSet) {
  ASSERT_FALSE(available_row_kernels().empty());
  for (const std::int64_t cols : {0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 64, 65, 100, 129, 784}) {
    for (const std::int64_t count : {0, 1, 2, 3, 4, 5, 7, 8, 23}) {
      for (const bool listed : {false, true}) {
        SCOPED_TRACE(testing::Message() << cols << " columns, " << count << " rows");
        check_dense<std::uint8_t>(cols, count, listed);
        check_dense<float>(cols, count, listed);
        check_dense<double>(cols, count, listed);
      }
    }
  }
}

TEST(RowKernels, GiveTheSameBitsForGroupedBytes) {
  Stream stream(StreamKey{.seed = 76});
  for (const Index cols : {8, 16, 61, 784}) {
    constexpr Index kRows = 19;
    DenseBytes matrix{kRows, cols, 1.0 / 255.0, {}};
    bool background = true;
    for (Index i = 0; i < kRows * cols; ++i) {
      if (stream.uniform() < 0.1) background = !background;
      matrix.bytes.push_back(background ? std::uint8_t{0}
                                        : static_cast<std::uint8_t>(stream.index_below(256)));
    }
    std::fill_n(matrix.bytes.begin(), 2 * cols, std::uint8_t{0});  // two empty rows
    const auto groups = group_bytes(matrix);
    ASSERT_TRUE(groups.has_value()) << cols;
    const std::vector<std::int32_t> rows = {0, 18, 5, 5, 1, 7};
    for (const bool listed : {false, true}) {
      const std::int64_t count = listed ? 6 : kRows;
      const RowList<std::uint8_t> list{
          matrix.bytes.data(), cols, matrix.scale, listed ? rows.data() : nullptr, count};
      const GroupedByteList grouped{
          list, groups->row_begin.data(), groups->group.data(), groups->bytes.data()};
      const auto w = normals(stream, static_cast<std::size_t>(cols));
      const auto factors = normals(stream, static_cast<std::size_t>(count));
      const auto start = normals(stream, static_cast<std::size_t>(cols));
      std::vector<double> dots, sums = start;
      for (std::int64_t j = 0; j < count; ++j) dots.push_back(plain_dot(list, j, w.data()));
      plain_add(list, factors.data(), sums.data());
      for (const RowKernels* kernels : available_row_kernels()) {
        std::vector<double> got(static_cast<std::size_t>(count));
        kernels->dot_grouped_bytes(grouped, w.data(), got.data());
        expect_same_bits(got, dots, kernels->name);
        got = start;
        kernels->add_grouped_bytes(grouped, factors.data(), got.data());
        expect_same_bits(got, sums, kernels->name);
      }
    }
  }
}

TEST(ByteGroups, AreMadeOnlyWhereTheyAreFew) {
  EXPECT_FALSE(group_bytes(DenseBytes{1, 16, 1.0, std::vector<std::uint8_t>(16, 1)}).has_value());
  EXPECT_FALSE(group_bytes(DenseBytes{3, 7, 1.0, std::vector<std::uint8_t>(21, 0)}).has_value());
  const Index wide = 8 * 65536;
  EXPECT_FALSE(
      group_bytes(DenseBytes{1, wide, 1.0, std::vector<std::uint8_t>(8 * 65536, 0)}).has_value());
  std::vector<std::uint8_t> bytes(32, 0);
  bytes[15] = 7;
  const auto groups = group_bytes(DenseBytes{2, 16, 1.0, bytes});
  ASSERT_TRUE(groups.has_value());
  EXPECT_EQ(groups->row_begin, (std::vector<std::int64_t>{0, 1, 1}));
  EXPECT_EQ(groups->group, (std::vector<std::uint16_t>{1}));
  EXPECT_EQ(groups->bytes, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 0, 7}));
  EXPECT_EQ(groups->memory_bytes(), 3 * 8 + 2 + 8);
}

TEST(RowKernels, GiveTheSameBitsForSparseRows) {
  Stream stream(StreamKey{.seed = 77});
  constexpr std::int64_t kCols = 97;
  std::vector<std::int64_t> row_begin = {0};
  std::vector<std::int32_t> columns;
  for (std::int64_t row = 0; row < 30; ++row) {  // from empty rows to full ones
    for (std::int32_t column = 0; column < kCols; ++column) {
      if (stream.uniform() * 29.0 < static_cast<double>(row)) columns.push_back(column);
    }
    row_begin.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const auto values = normals(stream, columns.size());
  const auto w = normals(stream, kCols);
  const std::vector<std::int32_t> rows = {29, 0, 3, 3, 17, 5, 28, 1, 11};
  for (const bool listed : {false, true}) {
    const std::int64_t count = listed ? static_cast<std::int64_t>(rows.size()) : 30;
    const SparseRowList list{
        row_begin.data(), columns.data(), values.data(), listed ? rows.data() : nullptr, count};
    const auto factors = normals(stream, static_cast<std::size_t>(count));
    const auto start = normals(stream, kCols);
    std::vector<double> dots, sums = start;
    for (std::int64_t j = 0; j < count; ++j) {
      dots.push_back(plain_sparse_dot(list, j, w.data()));
      const std::int64_t row = listed ? rows[static_cast<std::size_t>(j)] : j;
      for (std::int64_t k = row_begin[static_cast<std::size_t>(row)];
           k < row_begin[static_cast<std::size_t>(row) + 1];
           ++k) {
        const auto at = static_cast<std::size_t>(k);
        sums[static_cast<std::size_t>(columns[at])] +=
            factors[static_cast<std::size_t>(j)] * values[at];
      }
    }
    for (const RowKernels* kernels : available_row_kernels()) {
      std::vector<double> got(static_cast<std::size_t>(count));
      kernels->dot_sparse(list, w.data(), got.data());
      expect_same_bits(got, dots, kernels->name);
      got = start;
      kernels->add_sparse(list, factors.data(), got.data());
      expect_same_bits(got, sums, kernels->name);
    }
  }
}

TEST(RowKernels, GiveTheSameBitsForGramMatrices) {
  Stream stream(StreamKey{.seed = 78});
  for (const std::int64_t blocks : {1, 2, 3, 5}) {
    for (const std::int64_t depth : {1, 2, 13, 64}) {
      const auto size = static_cast<std::size_t>(blocks * 8);
      const auto left = normals(stream, size * static_cast<std::size_t>(depth));
      const auto right = normals(stream, size * static_cast<std::size_t>(depth));
      const auto start = normals(stream, size * size);
      std::vector<double> expected = start;
      for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = i / 8 * 8; j < size; ++j) {
          for (std::size_t k = 0; k < static_cast<std::size_t>(depth); ++k) {
            const auto at = [&](std::size_t row) {
              return (row / 8 * static_cast<std::size_t>(depth) + k) * 8 + row % 8;
            };
            expected[i * size + j] += left[at(i)] * right[at(j)];
          }
        }
      }
      for (const RowKernels* kernels : available_row_kernels()) {
        std::vector<double> got = start;
        kernels->add_gram(left.data(), right.data(), depth, blocks, got.data());
        expect_same_bits(got, expected, kernels->name);
      }
    }
  }
}

TEST(RowKernels, DoNotFuseMultiplicationAndAddition) {
  // (1 + 2^-30)^2 - (1 + 2^-29) is 2^-60, which a rounded product loses and a fused one keeps.
  const double a = 1.0 + 0x1p-30;
  std::vector<double> row(16, 0.0), w(16, 0.0);
  row[0] = 1.0 + 0x1p-29;
  w[0] = -1.0;
  row[8] = a;
  w[8] = a;
  const RowList<double> list{row.data(), 16, 1.0, nullptr, 1};
  for (const RowKernels* kernels : available_row_kernels()) {
    double dot = -1.0;
    kernels->dot_doubles(list, w.data(), &dot);
    EXPECT_EQ(dot, 0.0) << kernels->name;
  }
}

TEST(RowKernels, PassOnNotANumberAndInfinity) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> w(20, 1.0);
  const std::vector<std::uint8_t> bytes(20, 1);
  const RowList<std::uint8_t> list{bytes.data(), 20, 1.0, nullptr, 1};
  for (const RowKernels* kernels : available_row_kernels()) {
    for (std::size_t at = 0; at < w.size(); ++at) {
      double dot = 0.0;
      w[at] = nan;
      kernels->dot_bytes(list, w.data(), &dot);
      EXPECT_TRUE(std::isnan(dot)) << kernels->name << " " << at;
      w[at] = -infinity;
      kernels->dot_bytes(list, w.data(), &dot);
      EXPECT_EQ(dot, -infinity) << kernels->name << " " << at;
      w[at] = 1.0;
    }
  }
}

}  // namespace
}  // namespace sid::internal
