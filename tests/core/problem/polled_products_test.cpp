#include "sid/problem/polled_products.hpp"

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

Matrix random_matrix(Index rows, Index cols) {
  Stream stream({.seed = 3});
  Matrix m(rows, cols);
  for (Index j = 0; j < cols; ++j) {
    for (Index i = 0; i < rows; ++i) m(i, j) = stream.normal();
  }
  return m;
}

TEST(PolledProducts, AreProducts) {
  for (const Index size : {1, 31, 32, 33, 70}) {
    const Matrix a = random_matrix(size + 2, size), b = random_matrix(size, 2 * size + 1);
    const auto product = polled_product(a, b);
    ASSERT_TRUE(product.has_value());
    EXPECT_LT((*product - a.lazyProduct(b)).norm(), 1e-12 * (1.0 + product->norm()));
    const Matrix u = random_matrix(size, size);
    const Matrix m = u + u.transpose();
    const auto congruence = polled_congruence(u, m);
    ASSERT_TRUE(congruence.has_value());
    EXPECT_EQ(*congruence, congruence->transpose().eval());
    const Matrix inner = m.lazyProduct(u);
    EXPECT_LT((*congruence - u.transpose().lazyProduct(inner)).norm(),
              1e-12 * (1.0 + congruence->norm()));
  }
}

TEST(PolledProducts, StopAndRefuseWhatDoesNotFit) {
  std::stop_source source;
  source.request_stop();
  const Matrix m = Matrix::Identity(3, 3);
  EXPECT_FALSE(polled_product(m, m, source.get_token()).has_value());
  EXPECT_FALSE(polled_congruence(m, m, source.get_token()).has_value());
  EXPECT_THROW((void)polled_product(m, Matrix::Zero(2, 2)), ContractViolation);
}

TEST(PolledProducts, MirrorsCopyOneTriangleToTheOther) {
  Matrix upper{{1.0, 2.0}, {3.0, 4.0}}, lower = upper;
  mirror_upper(upper);
  mirror_lower(lower);
  EXPECT_EQ(upper, (Matrix{{1.0, 2.0}, {2.0, 4.0}}));
  EXPECT_EQ(lower, (Matrix{{1.0, 3.0}, {3.0, 4.0}}));
}

}  // namespace
}  // namespace sid
