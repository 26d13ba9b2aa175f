#include "sid/problem/polled_products.hpp"

#include <algorithm>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"

namespace sid {
namespace {

constexpr Index kStrip = 32;

}  // namespace

std::optional<Matrix> polled_product(const ConstMatrixRef& a,
                                     const ConstMatrixRef& b,
                                     const std::stop_token& stop) {
  SID_EXPECTS(a.cols() == b.rows(), "the factors of a product must fit together");
  fix_block_sizes();
  Matrix out(a.rows(), b.cols());
  for (Index first = 0; first < b.cols(); first += kStrip) {
    if (stop.stop_requested()) return std::nullopt;
    const Index width = std::min(kStrip, b.cols() - first);
    out.middleCols(first, width).noalias() = a * b.middleCols(first, width);
  }
  return out;
}

std::optional<Matrix> polled_congruence(const Matrix& u,
                                        const Matrix& m,
                                        const std::stop_token& stop) {
  const std::optional<Matrix> half = polled_product(m, u, stop);
  if (!half) return std::nullopt;
  Matrix out(u.cols(), u.cols());
  // Rows down to the strip's last column are enough.
  for (Index first = 0; first < u.cols(); first += kStrip) {
    if (stop.stop_requested()) return std::nullopt;
    const Index width = std::min(kStrip, u.cols() - first);
    const Index rows = first + width;
    out.block(0, first, rows, width).noalias() =
        u.leftCols(rows).transpose() * half->middleCols(first, width);
  }
  mirror_upper(out);
  return out;
}

void mirror_upper(Matrix& m) {
  for (Index j = 0; j < m.cols(); ++j) {
    for (Index i = 0; i < j; ++i) m(j, i) = m(i, j);
  }
}

void mirror_lower(Matrix& m) {
  for (Index j = 0; j < m.cols(); ++j) {
    for (Index i = 0; i < j; ++i) m(i, j) = m(j, i);
  }
}

}  // namespace sid
