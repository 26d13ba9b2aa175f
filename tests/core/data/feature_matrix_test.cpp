#include "sid/data/feature_matrix.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

struct Case {
  std::string name;
  FeatureMatrix features;
  Matrix dense;  ///< the same values
};

/// One matrix of every storage, with three different sizes that are not multiples of eight.
std::vector<Case> cases(Index rows, Index cols) {
  Stream stream(StreamKey{.seed = 31});
  const auto size = static_cast<std::size_t>(rows * cols);
  DenseBytes bytes{rows, cols, 1.0 / 255.0, std::vector<std::uint8_t>(size)};
  DenseFloat floats{rows, cols, std::vector<float>(size)};
  DenseDouble doubles{rows, cols, std::vector<double>(size)};
  SparseRows sparse{rows, cols, {0}, {}, {}};
  std::vector<Case> out(5);
  // Bytes with a background: every second group of eight is zero.
  DenseBytes image{rows, cols, 1.0 / 128.0, std::vector<std::uint8_t>(size)};
  for (Case& one : out) one.dense = Matrix::Zero(rows, cols);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < cols; ++j) {
      const auto at = static_cast<std::size_t>(i * cols + j);
      bytes.bytes[at] = static_cast<std::uint8_t>(stream.index_below(256));
      floats.values[at] = static_cast<float>(stream.normal());
      doubles.values[at] = stream.normal();
      if (j / 8 % 2 == 1) image.bytes[at] = static_cast<std::uint8_t>(stream.index_below(256));
      out[4].dense(i, j) = image.scale * image.bytes[at];
      out[0].dense(i, j) = bytes.scale * bytes.bytes[at];
      out[1].dense(i, j) = floats.values[at];
      out[2].dense(i, j) = doubles.values[at];
      if (stream.uniform() < 0.2 && i != 2) {
        sparse.columns.push_back(static_cast<std::int32_t>(j));
        sparse.values.push_back(stream.normal());
        out[3].dense(i, j) = sparse.values.back();
      }
    }
    sparse.row_begin.push_back(static_cast<std::int64_t>(sparse.values.size()));
  }
  out[0].name = "bytes";
  out[0].features = FeatureMatrix(bytes);
  out[1].name = "floats";
  out[1].features = FeatureMatrix(floats);
  out[2].name = "doubles";
  out[2].features = FeatureMatrix(doubles);
  out[3].name = "sparse";
  out[3].features = FeatureMatrix(sparse);
  out[4].name = "bytes with a background";
  out[4].features = FeatureMatrix(image);
  return out;
}

Vector random_vector(Index size, std::uint64_t seed) {
  Stream stream(StreamKey{.seed = seed});
  Vector out(size);
  for (double& value : out) value = stream.normal();
  return out;
}

TEST(FeatureMatrix, ProductsAgreeWithDenseArithmetic) {
  for (const Case& one : cases(137, 43)) {
    SCOPED_TRACE(one.name);
    const FeatureMatrix& x = one.features;
    ASSERT_EQ(x.rows(), 137);
    ASSERT_EQ(x.cols(), 43);
    const Vector w = random_vector(43, 1), u = random_vector(137, 2), start = random_vector(43, 3);
    Vector product(137), sum = start;
    x.multiply(w, product);
    x.multiply_transpose_and_add(u, sum);
    EXPECT_LT((product - one.dense * w).cwiseAbs().maxCoeff(), 1e-13);
    EXPECT_LT((sum - start - one.dense.transpose() * u).cwiseAbs().maxCoeff(), 1e-12);
    for (Index i = 0; i < 137; ++i) {
      EXPECT_EQ(x.dot_row(i, w), product[i]) << "one row and all rows differ";
      EXPECT_NEAR(x.row_squared_norm(i), one.dense.row(i).squaredNorm(), 1e-12);
      Vector added = start;
      x.add_row(i, -0.7, added);
      EXPECT_LT((added - start + 0.7 * one.dense.row(i).transpose()).cwiseAbs().maxCoeff(), 1e-14);
      EXPECT_EQ(x.at(i, i % 43), one.dense(i, i % 43));
    }
  }
}

TEST(FeatureMatrix, ListedRowsAreTheSameAsSingleRows) {
  const std::vector<std::int32_t> rows = {5, 0, 136, 5, 5, 88, 2, 41, 135};
  for (const Case& one : cases(137, 43)) {
    SCOPED_TRACE(one.name);
    const Vector w = random_vector(43, 4), factors = random_vector(9, 5);
    Vector dots(9), sum = Vector::Zero(43), one_by_one = Vector::Zero(43);
    one.features.dot_rows(rows, w.data(), dots.data());
    one.features.add_rows(rows, factors.data(), sum.data());
    for (std::size_t j = 0; j < rows.size(); ++j) {
      EXPECT_EQ(dots[static_cast<Index>(j)], one.features.dot_row(rows[j], w));
      one.features.add_row(rows[j], factors[static_cast<Index>(j)], one_by_one);
    }
    EXPECT_EQ(sum, one_by_one) << "bits depend on how rows are grouped";
  }
}

TEST(FeatureMatrix, WeightedGramAgreesWithDenseArithmetic) {
  for (const Case& one : cases(137, 43)) {
    SCOPED_TRACE(one.name);
    const Vector weights = random_vector(137, 6);  // of both signs
    const Matrix gram = one.features.weighted_gram(weights);
    const Matrix expected = one.dense.transpose() * weights.asDiagonal() * one.dense;
    EXPECT_LT((gram - expected).cwiseAbs().maxCoeff(), 1e-11);
    EXPECT_EQ(gram, gram.transpose());
  }
}

TEST(FeatureMatrix, WeightedGramPassesOnNotANumber) {
  for (const Case& one : cases(9, 11)) {
    Vector weights = Vector::Ones(9);
    weights[1] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::isnan(one.features.weighted_gram(weights).sum())) << one.name;
  }
}

TEST(FeatureMatrix, SelectsRowsInTheOrderOfTheList) {
  const std::vector<std::int32_t> rows = {3, 3, 0, 12, 2};
  for (const Case& one : cases(13, 6)) {
    SCOPED_TRACE(one.name);
    const FeatureMatrix part = one.features.select(rows);
    EXPECT_EQ(part.storage().index(), one.features.storage().index());
    ASSERT_EQ(part.rows(), 5);
    ASSERT_EQ(part.cols(), 6);
    for (Index i = 0; i < 5; ++i) {
      for (Index j = 0; j < 6; ++j) {
        EXPECT_EQ(part.at(i, j), one.dense(rows[static_cast<std::size_t>(i)], j));
      }
    }
    EXPECT_EQ(one.features.select({}).rows(), 0);
    const std::vector<std::int32_t> outside = {13};
    EXPECT_THROW(one.features.select(outside), ContractViolation);
  }
}

TEST(FeatureMatrix, CountsItsMemory) {
  const auto all = cases(10, 6);
  EXPECT_EQ(all[0].features.memory_bytes(), 60);
  EXPECT_EQ(all[1].features.memory_bytes(), 240);
  EXPECT_EQ(all[2].features.memory_bytes(), 480);
  const auto& sparse = std::get<SparseRows>(all[3].features.storage());
  EXPECT_EQ(all[3].features.memory_bytes(),
            11 * 8 + static_cast<std::int64_t>(sparse.values.size()) * 12);
}

TEST(FeatureMatrix, RejectsStorageThatDoesNotFit) {
  EXPECT_THROW(FeatureMatrix(DenseBytes{2, 3, 1.0, std::vector<std::uint8_t>(5)}),
               ContractViolation);
  EXPECT_THROW(FeatureMatrix(DenseDouble{-1, 3, {}}), ContractViolation);
  const SparseRows good{2, 3, {0, 1, 2}, {2, 0}, {1.0, 2.0}};
  EXPECT_NO_THROW(FeatureMatrix{good});
  SparseRows bad = good;
  bad.columns[0] = 3;
  EXPECT_THROW(FeatureMatrix{bad}, ContractViolation);
  bad = good;
  bad.columns[0] = -1;
  EXPECT_THROW(FeatureMatrix{bad}, ContractViolation);
  bad = good;
  bad.row_begin = {0, 2, 2};  // 2 before 0 in one row
  EXPECT_THROW(FeatureMatrix{bad}, ContractViolation);
  bad = good;
  bad.row_begin = {0, 3, 2};
  EXPECT_THROW(FeatureMatrix{bad}, ContractViolation);
  bad = good;
  bad.row_begin = {};
  EXPECT_THROW(FeatureMatrix{bad}, ContractViolation);
}

TEST(FeatureMatrix, RejectsVectorsThatDoNotFit) {
  for (const Case& one : cases(9, 4)) {
    Vector four = Vector::Zero(4), nine = Vector::Zero(9);
    EXPECT_THROW(one.features.multiply(nine, nine), ContractViolation);
    EXPECT_THROW(one.features.multiply(four, four), ContractViolation);
    EXPECT_THROW(one.features.multiply_transpose_and_add(four, four), ContractViolation);
    EXPECT_THROW(one.features.dot_row(9, four), ContractViolation);
    EXPECT_THROW(one.features.add_row(-1, 1.0, four), ContractViolation);
    EXPECT_THROW(one.features.weighted_gram(four), ContractViolation);
    EXPECT_THROW(one.features.at(0, 4), ContractViolation);
  }
}

TEST(FeatureMatrix, IsEmptyByDefault) {
  const FeatureMatrix empty;
  EXPECT_EQ(empty.rows(), 0);
  EXPECT_EQ(empty.cols(), 0);
  Vector none(0);
  empty.multiply(none, none);
  empty.multiply_transpose_and_add(none, none);
  EXPECT_EQ(empty.weighted_gram(none).size(), 0);
  EXPECT_EQ(empty.memory_bytes(), 0);
}

TEST(MakeFeatures, ChoosesTheStorageThatKeepsEveryValue) {
  const auto kind = [](Index rows, Index cols, std::vector<double> values) {
    const FeatureMatrix features = make_features(rows, cols, values);
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < cols; ++j) {
        const double value = values[static_cast<std::size_t>(i * cols + j)];
        EXPECT_TRUE(features.at(i, j) == value || std::isnan(value));
      }
    }
    return features.storage().index();
  };
  EXPECT_EQ(kind(1, 4, {0.5, 1.0, -3.25, 0.0}), 1u) << "all exactly single precision";
  EXPECT_EQ(kind(1, 4, {0.1, 1.0, -3.25, 0.0}), 2u) << "0.1 is not";
  EXPECT_EQ(kind(1, 4, {1e300, 1.0, 1.0, 1.0}), 2u) << "out of range";
  EXPECT_EQ(kind(1, 4, {1e-300, 1.0, 1.0, 1.0}), 2u) << "below range";
  EXPECT_EQ(kind(1, 4, {std::nan(""), 1.0, 1.0, 1.0}), 2u);
  EXPECT_EQ(kind(1, 4, {0.1, 0.0, 0.0, 0.0}), 3u) << "a quarter is not zero";
  EXPECT_EQ(kind(2, 4, {0.1, 0.0, 0.0, 0.0, 0.0, 2.0, 1.0, 0.0}), 2u);
  EXPECT_EQ(kind(0, 4, {}), 1u);
  EXPECT_THROW(make_features(1, 4, {1.0}), ContractViolation);
}

}  // namespace
}  // namespace sid
