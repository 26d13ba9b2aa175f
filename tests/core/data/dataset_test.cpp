#include "sid/data/dataset.hpp"

#include <limits>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

/// Row i is (i, -i) with label 10 i.
Dataset numbered(Index rows) {
  std::vector<double> values;
  Vector labels(rows);
  for (Index i = 0; i < rows; ++i) {
    values.push_back(static_cast<double>(i) + 0.1);
    values.push_back(-static_cast<double>(i) - 0.1);
    labels[i] = 10.0 * static_cast<double>(i);
  }
  return make_dataset(make_features(rows, 2, values), labels, "numbered");
}

std::vector<double> keys(const Dataset& data) {
  std::vector<double> out;
  for (Index i = 0; i < data.rows(); ++i) {
    out.push_back(data.labels[i]);
    EXPECT_EQ(data.features.at(i, 0), data.labels[i] / 10.0 + 0.1) << "labels left their rows";
  }
  return out;
}

TEST(Split, GivesDisjointPartsOfTheAskedSizes) {
  const TrainValidation parts = split(numbered(50), 20, 25, 1);
  ASSERT_EQ(parts.train.rows(), 20);
  ASSERT_EQ(parts.validation.rows(), 25);
  const auto train = keys(parts.train), validation = keys(parts.validation);
  std::set<double> seen(train.begin(), train.end());
  seen.insert(validation.begin(), validation.end());
  EXPECT_EQ(seen.size(), 45u);
  EXPECT_EQ(parts.train.description, "numbered");
  EXPECT_NE(parts.train.fingerprint, parts.validation.fingerprint);
}

TEST(Split, IsAFunctionOfTheSeed) {
  const Dataset all = numbered(50);
  EXPECT_EQ(keys(split(all, 20, 20, 1).train), keys(split(all, 20, 20, 1).train));
  EXPECT_NE(keys(split(all, 20, 20, 1).train), keys(split(all, 20, 20, 2).train));
  // The training part does not depend on how much is kept for validation.
  EXPECT_EQ(keys(split(all, 20, 5, 1).train), keys(split(all, 20, 30, 1).train));
}

TEST(Split, SpreadsRowsEvenly) {
  // How often each of 10 rows is among 3 for training, in 2000 splits: binomial with mean 600 and
  // deviation 20.5. Six deviations on ten rows: false alarm 2e-8.
  const Dataset all = numbered(10);
  std::vector<int> counts(10);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const double key : keys(split(all, 3, 0, seed).train)) {
      ++counts[static_cast<std::size_t>(key / 10.0 + 0.5)];
    }
  }
  for (const int count : counts) EXPECT_NEAR(count, 600, 6 * 20.5);
}

TEST(Split, RejectsMoreRowsThanThereAre) {
  const Dataset all = numbered(10);
  EXPECT_NO_THROW(split(all, 4, 6, 1));
  EXPECT_NO_THROW(split(all, 0, 0, 1));
  EXPECT_THROW(split(all, 5, 6, 1), ContractViolation);
  EXPECT_THROW(split(all, -1, 6, 1), ContractViolation);
  EXPECT_THROW(split(all, std::numeric_limits<Index>::max(), 6, 1), ContractViolation);
}

TEST(Fingerprint, DiffersWhereDataDiffer) {
  std::set<std::string> seen;
  const std::vector<double> values = {1.5, 2.0, 3.0, 4.0, 5.0, 6.0};
  const Vector labels = Vector::Ones(3);
  seen.insert(fingerprint_of(make_features(3, 2, values), labels));
  seen.insert(fingerprint_of(make_features(3, 2, values), -labels));
  seen.insert(fingerprint_of(make_features(2, 3, values), Vector::Ones(2)));
  seen.insert(fingerprint_of(FeatureMatrix(DenseDouble{3, 2, values}), labels));
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto changed = values;
    changed[i] += 0.5;
    seen.insert(fingerprint_of(make_features(3, 2, changed), labels));
  }
  seen.insert(fingerprint_of(FeatureMatrix(DenseBytes{3, 1, 1.0, {1, 2, 3}}), labels));
  seen.insert(fingerprint_of(FeatureMatrix(DenseBytes{3, 1, 0.5, {1, 2, 3}}), labels));
  EXPECT_EQ(seen.size(), 12u);
  EXPECT_EQ(fingerprint_of(make_features(3, 2, values), labels),
            fingerprint_of(make_features(3, 2, values), labels));
  EXPECT_EQ(seen.begin()->size(), 16u);
}

TEST(MakeDataset, NeedsOneLabelARow) {
  EXPECT_THROW(make_dataset(make_features(2, 1, {1.0, 2.0}), Vector::Ones(3), ""),
               ContractViolation);
}

}  // namespace
}  // namespace sid
