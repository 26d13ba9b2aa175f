#include "sid/problem/weighted_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

// A piece of a Gram matrix takes some 1e8 operations, about five milliseconds: a stop is noticed
// within fifty also where the machine is busy.
Index rows_a_piece(Index cols) {
  const double rows = 1e8 / (static_cast<double>(cols) * static_cast<double>(cols) + 1.0);
  return std::max<Index>(64, static_cast<Index>(std::min(rows, 1e6)));
}

void add_squares(const FeatureMatrix& x, const Vector& weights, Vector& out) {
  std::visit(
      [&](const auto& m) {
        for (Index i = 0; i < m.rows; ++i) {
          const double weight = weights[i];
          if constexpr (std::is_same_v<std::decay_t<decltype(m)>, SparseRows>) {
            const auto begin = static_cast<std::size_t>(m.row_begin[static_cast<std::size_t>(i)]);
            const auto end = static_cast<std::size_t>(m.row_begin[static_cast<std::size_t>(i) + 1]);
            for (std::size_t k = begin; k < end; ++k) {
              out[m.columns[k]] += weight * m.values[k] * m.values[k];
            }
          } else if constexpr (std::is_same_v<std::decay_t<decltype(m)>, DenseBytes>) {
            const std::uint8_t* row = m.bytes.data() + i * m.cols;
            for (Index j = 0; j < m.cols; ++j) {
              const double value = m.scale * static_cast<double>(row[j]);
              out[j] += weight * value * value;
            }
          } else {
            const auto* row = m.values.data() + i * m.cols;
            for (Index j = 0; j < m.cols; ++j) {
              const auto value = static_cast<double>(row[j]);
              out[j] += weight * value * value;
            }
          }
        }
      },
      x.storage());
}

}  // namespace

WeightedRows::WeightedRows(const FeatureMatrix& features, Vector weights, Vector shift)
    : features_(&features), weights_(std::move(weights)), shift_(std::move(shift)) {
  SID_EXPECTS(weights_.size() == features.rows(), "there is one weight a row");
  SID_EXPECTS(shift_.size() == features.cols(), "the shift has one entry a column");
}

void WeightedRows::multiply(const ConstVectorRef& u, Vector& scratch, VectorRef out) const {
  scratch.resize(features_->rows());
  features_->multiply(u, scratch);
  scratch.array() *= weights_.array();
  out = shift_.cwiseProduct(u);
  features_->multiply_transpose_and_add(scratch, out);
}

std::optional<Matrix> WeightedRows::form(const std::stop_token& stop) const {
  std::optional<Matrix> m = weighted_gram(*features_, weights_, stop);
  if (m) m->diagonal() += shift_;
  return m;
}

Vector WeightedRows::diagonal() const {
  Vector out = shift_;
  add_squares(*features_, weights_, out);
  return out;
}

std::optional<Matrix> weighted_gram(const FeatureMatrix& features,
                                    const ConstVectorRef& weights,
                                    const std::stop_token& stop) {
  const Index n = features.rows();
  const Index piece = rows_a_piece(features.cols());
  if (n <= piece) {
    if (stop.stop_requested()) return std::nullopt;
    return features.weighted_gram(weights);
  }
  Matrix sum = Matrix::Zero(features.cols(), features.cols());
  std::vector<std::int32_t> rows;
  for (Index first = 0; first < n; first += piece) {
    if (stop.stop_requested()) return std::nullopt;
    const Index count = std::min(piece, n - first);
    rows.resize(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), static_cast<std::int32_t>(first));
    sum += features.select(rows).weighted_gram(weights.segment(first, count));
  }
  return sum;
}

std::optional<FeatureMatrix> absolute_values(const FeatureMatrix& features) {
  return std::visit(
      [](const auto& m) -> std::optional<FeatureMatrix> {
        if constexpr (std::is_same_v<std::decay_t<decltype(m)>, DenseBytes>) {
          if (m.scale >= 0.0) return std::nullopt;
          auto copy = m;
          copy.scale = -m.scale;
          return FeatureMatrix(std::move(copy));
        } else {
          const auto negative = [](auto value) { return value < 0; };
          if (std::none_of(m.values.begin(), m.values.end(), negative)) return std::nullopt;
          auto copy = m;
          for (auto& value : copy.values) value = std::abs(value);
          return FeatureMatrix(std::move(copy));
        }
      },
      features.storage());
}

}  // namespace sid
