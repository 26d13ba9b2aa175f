#include "sid/data/label_noise.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sid {
namespace {

Dataset dataset(Index rows) {
  DenseDouble features{.rows = rows,
                       .cols = 2,
                       .values = std::vector<double>(static_cast<std::size_t>(rows) * 2, 0.5)};
  Vector labels(rows);
  for (Index i = 0; i < rows; ++i) labels[i] = i % 3 == 0 ? 1.0 : -1.0;
  return make_dataset(FeatureMatrix(std::move(features)), std::move(labels), "made up");
}

Index changed(const Dataset& before, const Dataset& after) {
  return (before.labels.array() != after.labels.array()).count();
}

TEST(LabelNoise, TurnsExactlyTheFractionAskedFor) {
  const Dataset data = dataset(200);
  for (const double fraction : {0.0, 0.25, 0.3, 1.0}) {
    const Dataset noisy = with_label_noise(data, fraction, 7);
    EXPECT_EQ(changed(data, noisy), std::llround(200 * fraction)) << fraction;
    EXPECT_TRUE((noisy.labels.array().abs() == 1.0).all());
  }
}

TEST(LabelNoise, DependsOnTheSeedAndOnNothingElse) {
  const Dataset data = dataset(200);
  const Dataset first = with_label_noise(data, 0.3, 7);
  EXPECT_EQ(first.labels, with_label_noise(data, 0.3, 7).labels);
  EXPECT_NE(first.labels, with_label_noise(data, 0.3, 8).labels);
  EXPECT_NE(first.fingerprint, data.fingerprint);
  // A larger fraction turns the same examples and more.
  const Dataset more = with_label_noise(data, 0.5, 7);
  for (Index i = 0; i < 200; ++i) {
    if (first.labels[i] == data.labels[i]) continue;
    EXPECT_NE(more.labels[i], data.labels[i]) << i;
  }
}

TEST(LabelNoise, SaysSoInTheDescription) {
  EXPECT_EQ(with_label_noise(dataset(10), 0.3, 1).description, "made up, 3 labels of 10 turned");
  EXPECT_EQ(with_label_noise(dataset(10), 0.0, 1).description, "made up");
}

}  // namespace
}  // namespace sid
