#include "sid/data/digits.hpp"

#include <array>
#include <stop_token>
#include <thread>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

const DenseBytes& images_of(const Dataset& data) {
  return std::get<DenseBytes>(data.features.storage());
}

TEST(Digits, AreImagesOf28By28BytesWithOddAndEvenLabels) {
  const Dataset data = make_digits(1000, 1);
  ASSERT_EQ(data.rows(), 1000);
  ASSERT_EQ(data.cols(), 784);
  EXPECT_EQ(images_of(data).scale, 1.0 / 255.0);
  const auto digits = digits_shown(1000, 1);
  std::array<int, 10> counts{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    ++counts[digits[i]];
    EXPECT_EQ(data.labels[static_cast<Index>(i)], digits[i] % 2 == 1 ? 1.0 : -1.0);
  }
  for (const int count : counts) EXPECT_EQ(count, 100);
}

TEST(Digits, AreAFunctionOfCountAndSeed) {
  EXPECT_EQ(make_digits(50, 3).fingerprint, make_digits(50, 3).fingerprint);
  EXPECT_NE(make_digits(50, 3).fingerprint, make_digits(50, 4).fingerprint);
  EXPECT_NE(digits_shown(50, 3), digits_shown(50, 4));
}

// Recorded once; every processor, compiler and thread has to draw these images.
TEST(Digits, HaveTheRecordedFingerprint) {
  EXPECT_EQ(make_digits(1000, 1).fingerprint, "cb728a2e4e5ba4e2");
}

TEST(Digits, HaveInkLikeHandwriting) {
  const Dataset data = make_digits(2000, 2);
  const auto& bytes = images_of(data).bytes;
  double inked = 0.0, centre_x = 0.0, centre_y = 0.0, mass = 0.0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const double ink = bytes[i];
    if (ink > 0.0) inked += 1.0;
    mass += ink;
    centre_x += ink * static_cast<double>(i % 28);
    const auto row = i % 784 / 28;
    centre_y += ink * static_cast<double>(row);
  }
  const auto all = static_cast<double>(bytes.size());
  EXPECT_NEAR(inked / all, 0.19, 0.03);         // MNIST: 0.19
  EXPECT_NEAR(mass / 255.0 / all, 0.13, 0.02);  // MNIST: 0.13
  EXPECT_NEAR(centre_x / mass, 13.5, 0.3);
  EXPECT_NEAR(centre_y / mass, 13.5, 0.3);
}

TEST(Digits, StayInsideTheFrame) {
  const Dataset data = make_digits(2000, 3);
  const auto& bytes = images_of(data).bytes;
  double border = 0.0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t x = i % 28, y = i % 784 / 28;
    if ((x == 0 || x == 27 || y == 0 || y == 27) && bytes[i] > 0) border += 1.0;
  }
  EXPECT_LT(border / (2000.0 * 108.0), 0.01);
  for (Index i = 0; i < data.rows(); ++i) EXPECT_GT(data.features.row_squared_norm(i), 5.0);
}

TEST(Digits, CanBeToldApartByALinearRuleButNotPerfectly) {
  const Dataset all = make_digits(4000, 4);
  const TrainValidation parts = split(all, 2000, 2000, 1);
  const FeatureMatrix& train = parts.train.features;
  Matrix normal = train.weighted_gram(Vector::Ones(2000));
  normal.diagonal().array() += 10.0;
  Vector right = Vector::Zero(784);
  train.multiply_transpose_and_add(parts.train.labels, right);
  const Vector w = normal.llt().solve(right);
  Vector scores(2000);
  parts.validation.features.multiply(w, scores);
  const double correct =
      static_cast<double>((scores.array() * parts.validation.labels.array() > 0.0).count()) / 2000;
  EXPECT_GT(correct, 0.85);
  EXPECT_LT(correct, 0.97);
}

TEST(Digits, OfZeroImagesAreEmpty) {
  EXPECT_EQ(make_digits(0, 1).rows(), 0);
  EXPECT_EQ(make_digits(0, 1).cols(), 784);
  EXPECT_EQ(make_digits(1, 1).rows(), 1);
  EXPECT_THROW(make_digits(-1, 1), ContractViolation);
}

TEST(Digits, CanBeStoppedWhileTheyAreDrawn) {
  std::stop_source stop;
  std::jthread soon([&] { stop.request_stop(); });
  // More than a second of work, of which the stop leaves a fraction.
  const Result<Dataset> stopped = make_digits(100'000, 1, stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::stopped);
  EXPECT_EQ(make_digits(50, 3, std::stop_token())->fingerprint, make_digits(50, 3).fingerprint);
}

}  // namespace
}  // namespace sid
