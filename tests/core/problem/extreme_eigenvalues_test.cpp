#include "sid/problem/extreme_eigenvalues.hpp"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "sid/random/stream.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

// Rows of standard normal numbers, or their absolute values.
FeatureMatrix random_rows(Index rows, Index cols, bool positive, std::uint64_t seed) {
  Stream stream({.seed = seed});
  std::vector<double> values(static_cast<std::size_t>(rows * cols));
  for (double& value : values) {
    value = stream.normal();
    if (positive) value = std::abs(value);
  }
  return make_features(rows, cols, std::move(values));
}

double exact_largest(const WeightedRows& rows) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(*rows.form(), Eigen::EigenvaluesOnly)
      .eigenvalues()
      .maxCoeff();
}

struct Shape {
  Index rows, cols;
  bool positive;
  const char* provenance;
};

class LargestEigenvalue : public ::testing::TestWithParam<Shape> {};
INSTANTIATE_TEST_SUITE_P(Shapes,
                         LargestEigenvalue,
                         ::testing::Values(Shape{5, 3, false, "dense eigenvalues"},
                                           Shape{3, 40, false, "dense eigenvalues"},
                                           Shape{50, 256, true, "dense eigenvalues"},
                                           Shape{400, 300, false, "Lanczos, certified by Cholesky"},
                                           Shape{40, 300, false, "Lanczos, certified by Cholesky"},
                                           Shape{400, 300, true, "Collatz-Wielandt"},
                                           Shape{7, 500, true, "Collatz-Wielandt"}));

TEST_P(LargestEigenvalue, IsNotBelowTheTruthAndClose) {
  const Shape shape = GetParam();
  const FeatureMatrix x = random_rows(shape.rows, shape.cols, shape.positive, 11);
  for (const double spread : {0.0, 1.0}) {
    Vector shift = Vector::Constant(shape.cols, 0.3);
    for (Index j = 0; j < shape.cols; ++j) shift[j] += spread * std::abs(std::sin(double(j)));
    const WeightedRows rows(x, Vector::Constant(shape.rows, 1.0 / double(shape.rows)), shift);
    const double truth = exact_largest(rows);
    const EigenvalueBound bound = *largest_eigenvalue(rows);
    EXPECT_GE(bound.value, truth * (1.0 - 1e-14));
    EXPECT_LE(bound.value, truth * (1.0 + 1e-10));
    EXPECT_STREQ(bound.provenance, shape.provenance);
  }
}

TEST(LargestEigenvalueOfWideData, IsBoundedWithoutAMatrix) {
  // 5000 columns: no matrix is formed. The truth comes from the 20 x 20 matrix X X^T.
  for (const bool positive : {true, false}) {
    const FeatureMatrix x = random_rows(20, 5000, positive, 3);
    const WeightedRows rows(x, Vector::Ones(20), Vector::Zero(5000));
    Matrix dense(20, 5000);
    for (Index i = 0; i < 20; ++i) {
      for (Index j = 0; j < 5000; ++j) dense(i, j) = x.at(i, j);
    }
    const double truth =
        Eigen::SelfAdjointEigenSolver<Matrix>(dense * dense.transpose()).eigenvalues().maxCoeff();
    const EigenvalueBound bound = *largest_eigenvalue(rows);
    EXPECT_GE(bound.value, truth * (1.0 - 1e-14));
    if (positive) {
      EXPECT_LE(bound.value, truth * (1.0 + 1e-10));
    }
  }
}

TEST(LargestEigenvalueOfSpecialData, CopesWithZerosAndRepeatedEigenvalues) {
  const FeatureMatrix zero = make_features(4, 300, std::vector<double>(1200, 0.0));
  const WeightedRows nothing(zero, Vector::Ones(4), Vector::Zero(300));
  EXPECT_EQ(largest_eigenvalue(nothing)->value, 0.0);
  const WeightedRows shift_only(zero, Vector::Ones(4), Vector::Constant(300, 2.5));
  EXPECT_REL(largest_eigenvalue(shift_only)->value, 2.5, 1e-11);
  EXPECT_REL(largest_eigenvalue(Matrix(7.0 * Matrix::Identity(400, 400)))->value, 7.0, 1e-11);
}

TEST(SmallestEigenvalue, IsNotAboveTheTruth) {
  const FeatureMatrix x = random_rows(60, 12, false, 5);
  const Matrix m = *WeightedRows(x, Vector::Ones(60), Vector::Zero(12)).form();
  const double truth = Eigen::SelfAdjointEigenSolver<Matrix>(m).eigenvalues().minCoeff();
  EXPECT_LE(smallest_eigenvalue(m), truth);
  EXPECT_REL(smallest_eigenvalue(m), truth, 1e-11);
  EXPECT_EQ(smallest_eigenvalue(Matrix::Zero(3, 3)), 0.0);
}

TEST(Cholesky, FactorsAcrossPanelsAndTellsIndefiniteMatrices) {
  for (const Index d : {1, 5, 128, 129, 300}) {
    const FeatureMatrix x = random_rows(d + 7, d, false, 9);
    const Matrix m = *WeightedRows(x, Vector::Ones(d + 7), Vector::Ones(d)).form();
    Matrix factor = m;
    ASSERT_EQ(cholesky_in_place(factor), CholeskyStatus::done);
    const Matrix lower = factor.triangularView<Eigen::Lower>();
    EXPECT_LT((lower * lower.transpose() - m).norm(), 1e-13 * m.norm());
    Matrix indefinite = m;
    indefinite(d - 1, d - 1) = -1.0;
    EXPECT_EQ(cholesky_in_place(indefinite), CholeskyStatus::failed);
  }
}

TEST(Cholesky, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  Matrix m = Matrix::Identity(4, 4);
  EXPECT_EQ(cholesky_in_place(m, source.get_token()), CholeskyStatus::stopped);
  EXPECT_FALSE(largest_eigenvalue(m, source.get_token()).has_value());
}

}  // namespace
}  // namespace sid
