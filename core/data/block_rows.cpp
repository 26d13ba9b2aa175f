#include "sid/data/block_rows.hpp"

#include <type_traits>
#include <utility>
#include <variant>

#include "sid/data/internal/packed_bytes.hpp"
#include "sid/data/internal/row_kernels.hpp"
#include "sid/math/contract.hpp"

namespace sid {

namespace {

using internal::BlockKernels;
using internal::RowList;
using internal::SparseRowList;

const BlockKernels& kernels() {
  return internal::row_kernels().block;
}

/// Calls `use` with the rows as the kernels want them.
template <class Use>
void with_rows(const FeatureMatrix& features, std::span<const std::int32_t> rows, Use use) {
  const auto count = static_cast<std::int64_t>(rows.size());
  std::visit(
      [&](const auto& m) {
        using Storage = std::decay_t<decltype(m)>;
        if constexpr (std::is_same_v<Storage, SparseRows>) {
          use(SparseRowList{
              m.row_begin.data(), m.columns.data(), m.values.data(), rows.data(), count});
        } else if constexpr (std::is_same_v<Storage, DenseBytes>) {
          use(RowList<std::uint8_t>{m.bytes.data(), m.cols, m.scale, rows.data(), count});
        } else {
          using T = typename std::decay_t<decltype(m.values)>::value_type;
          use(RowList<T>{m.values.data(), m.cols, 1.0, rows.data(), count});
        }
      },
      features.storage());
}

void dot(const RowList<std::uint8_t>& list, const double* strip, double* out) {
  kernels().dot_bytes(list, strip, out);
}
void dot(const RowList<float>& list, const double* strip, double* out) {
  kernels().dot_floats(list, strip, out);
}
void dot(const RowList<double>& list, const double* strip, double* out) {
  kernels().dot_doubles(list, strip, out);
}
void dot(const SparseRowList& list, const double* strip, double* out) {
  kernels().dot_sparse(list, strip, out);
}

void add(const RowList<std::uint8_t>& list, const double* factors, double* strip) {
  kernels().add_bytes(list, factors, strip);
}
void add(const RowList<float>& list, const double* factors, double* strip) {
  kernels().add_floats(list, factors, strip);
}
void add(const RowList<double>& list, const double* factors, double* strip) {
  kernels().add_doubles(list, factors, strip);
}
void add(const SparseRowList& list, const double* factors, double* strip) {
  kernels().add_sparse(list, factors, strip);
}

}  // namespace

BlockRows::BlockRows(const FeatureMatrix& features) : BlockRows(*make(features, {})) {}

std::shared_ptr<const BlockRows> BlockRows::make(const FeatureMatrix& features,
                                                 const std::stop_token& stop) {
  const std::shared_ptr<BlockRows> out(new BlockRows);
  out->features_ = &features;
  if (const auto* bytes = std::get_if<DenseBytes>(&features.storage())) {
    if (auto packed = internal::pack_bytes(*bytes, stop)) {
      out->packed_ = std::make_shared<const internal::PackedBytes>(*std::move(packed));
    }
  }
  if (stop.stop_requested()) return nullptr;
  return out;
}

void BlockRows::dot_rows(std::span<const std::int32_t> rows,
                         const double* strip,
                         double* out) const {
  if (packed_) {
    kernels().dot_packed(
        packed_->list(rows.data(), static_cast<std::int64_t>(rows.size())), strip, out);
  } else {
    with_rows(*features_, rows, [&](const auto& list) { dot(list, strip, out); });
  }
}

void BlockRows::add_rows(std::span<const std::int32_t> rows,
                         const double* factors,
                         double* strip) const {
  if (packed_) {
    kernels().add_packed(
        packed_->list(rows.data(), static_cast<std::int64_t>(rows.size())), factors, strip);
  } else {
    with_rows(*features_, rows, [&](const auto& list) { add(list, factors, strip); });
  }
}

std::int64_t BlockRows::memory_bytes() const {
  return packed_ ? packed_->memory_bytes() : 0;
}

void relax(const StripRelaxation& how, Index rows, double* strip) {
  std::array<double, kStripWidth> keep{};
  for (std::size_t c = 0; c < keep.size(); ++c) keep[c] = 1.0 - how.step[c] * how.uniform[c];
  kernels().relax(
      {keep.data(), how.step.data(), how.diagonal, how.gain.data(), how.shift}, rows, strip);
}

std::array<double, kStripWidth> squared_norms(const double* strip, Index rows) {
  std::array<double, kStripWidth> out{};
  kernels().squared_norms(strip, rows, out.data());
  return out;
}

void solve_cholesky(const double* factor, Index dim, Index columns, double* strip) {
  SID_EXPECTS(columns >= 1 && columns <= kStripWidth, "a strip has eight columns");
  const internal::TriangularFactor lower{factor, dim};
  kernels().solve_lower(lower, columns, strip);
  kernels().solve_lower_transposed(lower, columns, strip);
}

}  // namespace sid
