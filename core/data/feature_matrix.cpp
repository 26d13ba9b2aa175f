#include "sid/data/feature_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "sid/data/internal/byte_groups.hpp"
#include "sid/data/internal/pieces.hpp"
#include "sid/data/internal/row_kernels.hpp"
#include "sid/math/contract.hpp"

namespace sid {

namespace {

using internal::ByteGroups;
using internal::GroupedByteList;
using internal::row_kernels;
using internal::RowList;
using internal::SparseRowList;

template <class T>
std::int64_t ssize(const std::vector<T>& values) {
  return static_cast<std::int64_t>(values.size());
}

const std::vector<std::uint8_t>& entries(const DenseBytes& m) {
  return m.bytes;
}
const std::vector<float>& entries(const DenseFloat& m) {
  return m.values;
}
const std::vector<double>& entries(const DenseDouble& m) {
  return m.values;
}
double scale_of(const DenseBytes& m) {
  return m.scale;
}
double scale_of(const DenseFloat&) {
  return 1.0;
}
double scale_of(const DenseDouble&) {
  return 1.0;
}

/// `count` rows: those listed, or the consecutive ones from `first` where `rows` is null.
template <class Dense>
auto row_list(const Dense& m, Index first, const std::int32_t* rows, std::int64_t count) {
  using T = typename std::decay_t<decltype(entries(m))>::value_type;
  return RowList<T>{entries(m).data() + first * m.cols, m.cols, scale_of(m), rows, count};
}

SparseRowList row_list(const SparseRows& m,
                       Index first,
                       const std::int32_t* rows,
                       std::int64_t count) {
  return {m.row_begin.data() + first, m.columns.data(), m.values.data(), rows, count};
}

void dot(const GroupedByteList& rows, const double* w, double* out) {
  row_kernels().dot_grouped_bytes(rows, w, out);
}
void dot(const RowList<std::uint8_t>& rows, const double* w, double* out) {
  row_kernels().dot_bytes(rows, w, out);
}
void dot(const RowList<float>& rows, const double* w, double* out) {
  row_kernels().dot_floats(rows, w, out);
}
void dot(const RowList<double>& rows, const double* w, double* out) {
  row_kernels().dot_doubles(rows, w, out);
}
void dot(const SparseRowList& rows, const double* w, double* out) {
  row_kernels().dot_sparse(rows, w, out);
}

void add(const GroupedByteList& rows, const double* factors, double* out) {
  row_kernels().add_grouped_bytes(rows, factors, out);
}
void add(const RowList<std::uint8_t>& rows, const double* factors, double* out) {
  row_kernels().add_bytes(rows, factors, out);
}
void add(const RowList<float>& rows, const double* factors, double* out) {
  row_kernels().add_floats(rows, factors, out);
}
void add(const RowList<double>& rows, const double* factors, double* out) {
  row_kernels().add_doubles(rows, factors, out);
}
void add(const SparseRowList& rows, const double* factors, double* out) {
  row_kernels().add_sparse(rows, factors, out);
}

/// Calls `use` with the rows as the kernels want them: those listed, or `count` from `first`.
template <class Use>
void with_rows(const FeatureMatrix::Storage& storage,
               const ByteGroups* groups,
               Index first,
               const std::int32_t* rows,
               std::int64_t count,
               Use use) {
  if (groups != nullptr) {
    use(GroupedByteList{row_list(std::get<DenseBytes>(storage), first, rows, count),
                        groups->row_begin.data() + first,
                        groups->group.data(),
                        groups->bytes.data()});
  } else {
    std::visit([&](const auto& m) { use(row_list(m, first, rows, count)); }, storage);
  }
}

template <class Dense>
void check(const Dense& m, const std::stop_token&) {
  SID_EXPECTS(m.rows >= 0 && m.cols >= 0, "A matrix has no negative size.");
  SID_EXPECTS(ssize(entries(m)) == m.rows * m.cols, "A dense matrix has rows * cols values.");
}

void check(const SparseRows& m, const std::stop_token& stop) {
  SID_EXPECTS(m.rows >= 0 && m.cols >= 0, "A matrix has no negative size.");
  SID_EXPECTS(m.cols <= std::numeric_limits<std::int32_t>::max(),
              "A sparse matrix has at most 2^31-1 columns.");
  SID_EXPECTS(ssize(m.row_begin) == m.rows + 1, "A sparse matrix has rows + 1 row beginnings.");
  SID_EXPECTS(m.columns.size() == m.values.size(), "Every sparse value has one column.");
  SID_EXPECTS(m.row_begin.front() == 0 && m.row_begin.back() == ssize(m.values),
              "The rows of a sparse matrix cover its values.");
  for (std::size_t i = 0; i + 1 < m.row_begin.size() && !stop.stop_requested(); ++i) {
    SID_EXPECTS(m.row_begin[i] <= m.row_begin[i + 1], "Row beginnings do not decrease.");
    std::int32_t previous = -1;
    for (std::int64_t k = m.row_begin[i]; k < m.row_begin[i + 1]; ++k) {
      const std::int32_t column = m.columns[static_cast<std::size_t>(k)];
      SID_EXPECTS(column > previous && column < m.cols, "Columns ascend within a sparse row.");
      previous = column;
    }
  }
}

/// Rows that fit a level-one cache together, so that each is read from memory once while the
/// columns are worked on block by block.
template <class Dense>
Index rows_a_pass(const Dense& m) {
  const Index row_bytes =
      std::max<Index>(1, m.cols * static_cast<Index>(sizeof(entries(m).front())));
  return std::clamp<Index>(24576 / row_bytes, 4, 256);
}
Index rows_a_pass(const SparseRows& m) {
  return std::max<Index>(1, m.rows);
}

template <class T>
std::vector<T> pick(const std::vector<T>& values, Index cols, std::span<const std::int32_t> rows) {
  std::vector<T> out;
  out.reserve(rows.size() * static_cast<std::size_t>(cols));
  for (const std::int32_t row : rows) {
    const auto begin = values.begin() + row * cols;
    out.insert(out.end(), begin, begin + cols);
  }
  return out;
}

FeatureMatrix::Storage select_rows(const DenseBytes& m, std::span<const std::int32_t> rows) {
  return DenseBytes{static_cast<Index>(rows.size()), m.cols, m.scale, pick(m.bytes, m.cols, rows)};
}
FeatureMatrix::Storage select_rows(const DenseFloat& m, std::span<const std::int32_t> rows) {
  return DenseFloat{static_cast<Index>(rows.size()), m.cols, pick(m.values, m.cols, rows)};
}
FeatureMatrix::Storage select_rows(const DenseDouble& m, std::span<const std::int32_t> rows) {
  return DenseDouble{static_cast<Index>(rows.size()), m.cols, pick(m.values, m.cols, rows)};
}
FeatureMatrix::Storage select_rows(const SparseRows& m, std::span<const std::int32_t> rows) {
  SparseRows out{static_cast<Index>(rows.size()), m.cols, {0}, {}, {}};
  for (const std::int32_t row : rows) {
    const std::int64_t begin = m.row_begin[static_cast<std::size_t>(row)];
    const std::int64_t end = m.row_begin[static_cast<std::size_t>(row) + 1];
    out.columns.insert(out.columns.end(), m.columns.begin() + begin, m.columns.begin() + end);
    out.values.insert(out.values.end(), m.values.begin() + begin, m.values.begin() + end);
    out.row_begin.push_back(ssize(out.values));
  }
  return out;
}

/// Up to kPanel rows times their weights (left) and as they are (right), packed for add_gram.
constexpr Index kPanel = 64;

struct GramPanel {
  Index depth = 0;
  std::vector<double> left, right;
};

template <class Dense>
void pack(const Dense& m, Index first, const double* weights, GramPanel& panel) {
  for (Index k = 0; k < panel.depth; ++k) {
    const auto* row = entries(m).data() + (first + k) * m.cols;
    for (Index j = 0; j < m.cols; ++j) {
      const double value = scale_of(m) * static_cast<double>(row[j]);
      const auto at = static_cast<std::size_t>((j / 8 * panel.depth + k) * 8 + j % 8);
      panel.left[at] = weights[k] * value;
      panel.right[at] = value;
    }
  }
}

template <class Dense>
Matrix gram(const Dense& m, const ConstVectorRef& weights) {
  const Index blocks = (m.cols + 7) / 8;
  const Index stride = 8 * blocks;
  std::vector<double> upper(static_cast<std::size_t>(stride * stride), 0.0);
  GramPanel panel;
  for (Index first = 0; first < m.rows; first += kPanel) {
    panel.depth = std::min(kPanel, m.rows - first);
    // Filled with zeros: the columns that make up whole blocks must not hold NaN.
    panel.left.assign(static_cast<std::size_t>(stride * panel.depth), 0.0);
    panel.right.assign(static_cast<std::size_t>(stride * panel.depth), 0.0);
    pack(m, first, weights.data() + first, panel);
    row_kernels().add_gram(
        panel.left.data(), panel.right.data(), panel.depth, blocks, upper.data());
  }
  Matrix out(m.cols, m.cols);
  for (Index i = 0; i < m.cols; ++i) {
    for (Index j = i; j < m.cols; ++j) {
      out(i, j) = out(j, i) = upper[static_cast<std::size_t>(i * stride + j)];
    }
  }
  return out;
}

Matrix gram(const SparseRows& m, const ConstVectorRef& weights) {
  Matrix out = Matrix::Zero(m.cols, m.cols);
  for (Index i = 0; i < m.rows; ++i) {
    const std::int64_t begin = m.row_begin[static_cast<std::size_t>(i)];
    const std::int64_t end = m.row_begin[static_cast<std::size_t>(i) + 1];
    for (std::int64_t a = begin; a < end; ++a) {
      const double left = weights[i] * m.values[static_cast<std::size_t>(a)];
      double* column = out.col(m.columns[static_cast<std::size_t>(a)]).data();
      for (std::int64_t b = a; b < end; ++b) {
        const auto at = static_cast<std::size_t>(b);
        column[m.columns[at]] += left * m.values[at];
      }
    }
  }
  out.triangularView<Eigen::StrictlyUpper>() = out.transpose();
  return out;
}

bool is_exactly_float(double value) {
  return std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()) &&
         static_cast<double>(static_cast<float>(value)) == value;
}

/// The non-zero values of a dense matrix; whole rows, but none after a stop is asked for.
SparseRows sparse_rows(Index rows,
                       Index cols,
                       const double* values,
                       std::int64_t nonzeros,
                       const std::stop_token& stop) {
  SparseRows out{0, cols, {0}, {}, {}};
  out.columns.reserve(static_cast<std::size_t>(nonzeros));
  out.values.reserve(static_cast<std::size_t>(nonzeros));
  for (; out.rows < rows && !stop.stop_requested(); ++out.rows) {
    for (Index j = 0; j < cols; ++j) {
      const double value = values[out.rows * cols + j];
      if (value == 0.0) continue;
      out.columns.push_back(static_cast<std::int32_t>(j));
      out.values.push_back(value);
    }
    out.row_begin.push_back(ssize(out.values));
  }
  return out;
}

}  // namespace

FeatureMatrix::FeatureMatrix(Storage storage)
    : FeatureMatrix(*make(std::move(storage), std::stop_token())) {}

std::optional<FeatureMatrix> FeatureMatrix::make(Storage storage, const std::stop_token& stop) {
  FeatureMatrix out;
  std::visit([&](const auto& m) { check(m, stop); }, storage);
  out.storage_ = std::move(storage);
  if (const auto* bytes = std::get_if<DenseBytes>(&out.storage_)) {
    if (auto groups = internal::group_bytes(*bytes, stop)) {
      out.groups_ = std::make_shared<const ByteGroups>(*std::move(groups));
    }
  }
  if (stop.stop_requested()) return std::nullopt;
  return out;
}

Index FeatureMatrix::rows() const {
  return std::visit([](const auto& m) { return m.rows; }, storage_);
}

Index FeatureMatrix::cols() const {
  return std::visit([](const auto& m) { return m.cols; }, storage_);
}

double FeatureMatrix::at(Index row, Index column) const {
  SID_EXPECTS(row >= 0 && row < rows() && column >= 0 && column < cols(),
              "An entry lies inside the matrix.");
  if (const auto* sparse = std::get_if<SparseRows>(&storage_)) {
    const auto begin = sparse->columns.begin() + sparse->row_begin[static_cast<std::size_t>(row)];
    const auto end = sparse->columns.begin() + sparse->row_begin[static_cast<std::size_t>(row) + 1];
    const auto found = std::lower_bound(begin, end, static_cast<std::int32_t>(column));
    if (found == end || *found != column) return 0.0;
    return sparse->values[static_cast<std::size_t>(found - sparse->columns.begin())];
  }
  return std::visit(
      [&](const auto& m) {
        if constexpr (std::is_same_v<std::decay_t<decltype(m)>, SparseRows>) {
          return 0.0;
        } else {
          const auto position = static_cast<std::size_t>(row * m.cols + column);
          return scale_of(m) * static_cast<double>(entries(m)[position]);
        }
      },
      storage_);
}

void FeatureMatrix::multiply(const ConstVectorRef& w, VectorRef out) const {
  SID_EXPECTS(w.size() == cols() && out.size() == rows(), "X w maps cols values to rows values.");
  with_rows(storage_, groups_.get(), 0, nullptr, rows(), [&](const auto& list) {
    dot(list, w.data(), out.data());
  });
}

void FeatureMatrix::multiply_transpose_and_add(const ConstVectorRef& u, VectorRef out) const {
  SID_EXPECTS(u.size() == rows() && out.size() == cols(), "X^T u maps rows values to cols values.");
  const Index pass = std::visit([](const auto& m) { return rows_a_pass(m); }, storage_);
  const Index n = rows();
  for (Index first = 0; first < n; first += pass) {
    const Index count = std::min(pass, n - first);
    with_rows(storage_, groups_.get(), first, nullptr, count, [&](const auto& list) {
      add(list, u.data() + first, out.data());
    });
  }
}

double FeatureMatrix::dot_row(Index row, const ConstVectorRef& w) const {
  SID_EXPECTS(row >= 0 && row < rows() && w.size() == cols(), "A row times a vector of cols.");
  double out = 0.0;
  with_rows(storage_, groups_.get(), row, nullptr, 1, [&](const auto& list) {
    dot(list, w.data(), &out);
  });
  return out;
}

void FeatureMatrix::add_row(Index row, double factor, VectorRef out) const {
  SID_EXPECTS(row >= 0 && row < rows() && out.size() == cols(), "A row adds to a vector of cols.");
  with_rows(storage_, groups_.get(), row, nullptr, 1, [&](const auto& list) {
    add(list, &factor, out.data());
  });
}

double FeatureMatrix::row_squared_norm(Index row) const {
  SID_EXPECTS(row >= 0 && row < rows(), "A row lies inside the matrix.");
  if (const auto* sparse = std::get_if<SparseRows>(&storage_)) {
    double sum = 0.0;
    const auto begin = static_cast<std::size_t>(sparse->row_begin[static_cast<std::size_t>(row)]);
    const auto end = static_cast<std::size_t>(sparse->row_begin[static_cast<std::size_t>(row) + 1]);
    for (std::size_t k = begin; k < end; ++k) sum += sparse->values[k] * sparse->values[k];
    return sum;
  }
  double sum = 0.0;
  std::visit(
      [&](const auto& m) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(m)>, SparseRows>) {
          const auto* values = entries(m).data() + row * m.cols;
          for (Index j = 0; j < m.cols; ++j) {
            const double value = scale_of(m) * static_cast<double>(values[j]);
            sum += value * value;
          }
        }
      },
      storage_);
  return sum;
}

void FeatureMatrix::dot_rows(std::span<const std::int32_t> rows,
                             const double* w,
                             double* out) const {
  const auto count = static_cast<std::int64_t>(rows.size());
  with_rows(
      storage_, groups_.get(), 0, rows.data(), count, [&](const auto& list) { dot(list, w, out); });
}

void FeatureMatrix::add_rows(std::span<const std::int32_t> rows,
                             const double* factors,
                             double* out) const {
  const auto count = static_cast<std::int64_t>(rows.size());
  with_rows(storage_, groups_.get(), 0, rows.data(), count, [&](const auto& list) {
    add(list, factors, out);
  });
}

Matrix FeatureMatrix::weighted_gram(const ConstVectorRef& weights) const {
  SID_EXPECTS(weights.size() == rows(), "There is one weight a row.");
  return std::visit([&](const auto& m) { return gram(m, weights); }, storage_);
}

FeatureMatrix FeatureMatrix::select(std::span<const std::int32_t> rows) const {
  for (const std::int32_t row : rows) {
    SID_EXPECTS(row >= 0 && row < this->rows(), "A selected row lies inside the matrix.");
  }
  return FeatureMatrix(std::visit([&](const auto& m) { return select_rows(m, rows); }, storage_));
}

std::int64_t FeatureMatrix::memory_bytes() const {
  if (const auto* sparse = std::get_if<SparseRows>(&storage_)) {
    return ssize(sparse->row_begin) * 8 + ssize(sparse->columns) * 4 + ssize(sparse->values) * 8;
  }
  const std::int64_t groups = groups_ ? groups_->memory_bytes() : 0;
  return groups +
         std::visit(
             [](const auto& m) {
               if constexpr (std::is_same_v<std::decay_t<decltype(m)>, SparseRows>) {
                 return std::int64_t{0};
               } else {
                 return ssize(entries(m)) * static_cast<std::int64_t>(sizeof(entries(m).front()));
               }
             },
             storage_);
}

FeatureMatrix make_features(Index rows, Index cols, std::vector<double> row_major) {
  return *make_features(rows, cols, std::move(row_major), std::stop_token());
}

std::optional<FeatureMatrix> make_features(Index rows,
                                           Index cols,
                                           std::vector<double> row_major,
                                           const std::stop_token& stop) {
  const std::int64_t size = ssize(row_major);
  SID_EXPECTS(rows >= 0 && cols >= 0 && size == rows * cols,
              "A dense matrix has rows * cols values.");
  const double* values = row_major.data();
  std::int64_t zeros = 0;
  bool floats = true;
  internal::in_pieces(size, stop, [&](std::int64_t begin, std::int64_t end) {
    zeros += std::count(values + begin, values + end, 0.0);
    floats = floats && std::all_of(values + begin, values + end, is_exactly_float);
  });
  if (stop.stop_requested()) return std::nullopt;
  if (size > 0 && 4 * (size - zeros) <= size && cols <= std::numeric_limits<std::int32_t>::max()) {
    return FeatureMatrix::make(sparse_rows(rows, cols, values, size - zeros, stop), stop);
  }
  if (floats) {
    auto single = internal::copy_in_pieces<float>(values, size, stop);
    if (stop.stop_requested()) return std::nullopt;
    return FeatureMatrix::make(DenseFloat{rows, cols, std::move(single)}, stop);
  }
  return FeatureMatrix::make(DenseDouble{rows, cols, std::move(row_major)}, stop);
}

}  // namespace sid
