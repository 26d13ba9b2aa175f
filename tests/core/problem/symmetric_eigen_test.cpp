#include "sid/problem/symmetric_eigen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

Matrix random_symmetric(Index d, Index rank, std::uint64_t seed) {
  Stream stream({.seed = seed});
  Matrix x(d, rank);
  for (Index j = 0; j < rank; ++j) {
    for (Index i = 0; i < d; ++i) x(i, j) = stream.normal();
  }
  return x * x.transpose();
}

void expect_decomposed(const Matrix& m, double tolerance) {
  const auto eigen = symmetric_eigen(m);
  ASSERT_TRUE(eigen.has_value());
  const Matrix& u = eigen->vectors;
  const double norm = std::max(m.norm(), std::numeric_limits<double>::min());
  const Matrix rebuilt = u * eigen->values.asDiagonal() * u.transpose();
  EXPECT_LT((rebuilt - m).norm() / norm, tolerance);
  EXPECT_LT((u.transpose() * u - Matrix::Identity(m.rows(), m.cols())).norm(), tolerance);
  EXPECT_TRUE(std::is_sorted(eigen->values.begin(), eigen->values.end()));
}

TEST(SymmetricEigen, DecomposesFullAndDeficientMatricesOfManySizes) {
  for (const Index d : {1, 2, 3, 7, 31, 33, 100}) {
    expect_decomposed(random_symmetric(d, d, 5), 1e-13);
    // Equal eigenvalues, as where features are constant.
    Matrix deficient = random_symmetric(d, (d + 1) / 2, 6);
    deficient.diagonal().array() += 0.25;
    expect_decomposed(deficient, 1e-13);
  }
}

TEST(SymmetricEigen, KnowsDiagonalAndConstantMatrices) {
  const auto eigen = symmetric_eigen(Vector{{3.0, -1.0, 2.0, 2.0}}.asDiagonal());
  ASSERT_TRUE(eigen.has_value());
  EXPECT_EQ(eigen->values, (Vector{{-1.0, 2.0, 2.0, 3.0}}));
  EXPECT_EQ(eigen->vectors.cwiseAbs().sum(), 4.0);
  const auto ones = symmetric_eigen(Matrix::Ones(5, 5));
  ASSERT_TRUE(ones.has_value());
  EXPECT_NEAR(ones->values[4], 5.0, 1e-14);
  EXPECT_NEAR(ones->values[0], 0.0, 1e-14);
  expect_decomposed(Matrix::Zero(6, 6), 1e-15);
}

TEST(SymmetricEigen, DoesNotDependOnTheUnit) {
  const Matrix m = random_symmetric(20, 20, 8);
  const auto plain = symmetric_eigen(m);
  for (const int exponent : {-900, -300, 300, 900}) {
    const auto scaled = symmetric_eigen(m * std::ldexp(1.0, exponent));
    ASSERT_TRUE(scaled.has_value());
    EXPECT_EQ(scaled->vectors, plain->vectors);
    EXPECT_EQ(scaled->values, (plain->values * std::ldexp(1.0, exponent)).eval());
  }
}

// Entries over thirty orders of magnitude, and a coupling far below rounding.
TEST(SymmetricEigen, ConvergesForGradedMatrices) {
  Matrix graded = random_symmetric(30, 30, 9);
  for (Index i = 0; i < 30; ++i) {
    const double scale = std::pow(10.0, -static_cast<double>(i));
    graded.row(i) *= scale;
    graded.col(i) *= scale;
  }
  expect_decomposed(graded, 1e-13);
  Matrix coupled = Matrix::Zero(3, 3);
  coupled(0, 0) = 1.0;
  coupled(1, 2) = coupled(2, 1) = 1e-200;
  expect_decomposed(coupled, 1e-15);
}

TEST(SymmetricEigen, RefusesWhatIsNotFiniteAndStops) {
  Matrix broken = random_symmetric(4, 4, 1);
  broken(2, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(symmetric_eigen(broken).has_value());
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(symmetric_eigen(random_symmetric(4, 4, 1), source.get_token()).has_value());
  EXPECT_THROW((void)symmetric_eigen(Matrix(2, 3)), ContractViolation);
}

}  // namespace
}  // namespace sid
