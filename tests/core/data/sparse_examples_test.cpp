#include "sid/data/sparse_examples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stop_token>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "sid/data/internal/power_law.hpp"
#include "sid/math/contract.hpp"

#include "core/random/chi_square.hpp"

namespace sid {
namespace {

/// A standard normal variable lies beyond with probability 1e-6, on both sides together.
constexpr double kNormalLimit = 4.892;

const SparseRows& rows_of(const Dataset& data) {
  return std::get<SparseRows>(data.features.storage());
}

double harmonic(Index size) {
  double sum = 0.0;
  for (Index c = 1; c <= size; ++c) sum += 1.0 / static_cast<double>(c);
  return sum;
}

/// Pearson's statistic of counts against 1/(c + 1).
double chi_square_of_power_law(const std::vector<std::int64_t>& counts) {
  double total = 0.0, sum = 0.0;
  for (const std::int64_t count : counts) total += static_cast<double>(count);
  const double h = harmonic(static_cast<Index>(counts.size()));
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const double expected = total / (static_cast<double>(c + 1) * h);
    const double difference = static_cast<double>(counts[c]) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

// False alarms: 1e-6 for each size.
TEST(PowerLaw, DrawsNumbersAsOftenAsItSays) {
  for (const Index size : {2, 3, 7, 150}) {
    const internal::PowerLaw law(size);
    EXPECT_NEAR(law.total(), harmonic(size), 1e-14 * law.total());
    std::vector<std::int64_t> counts(static_cast<std::size_t>(size));
    Stream stream(StreamKey{.seed = 5, .replica = static_cast<std::uint32_t>(size)});
    for (int i = 0; i < 400'000; ++i) ++counts[static_cast<std::size_t>(law.draw(stream))];
    EXPECT_LT(chi_square_of_power_law(counts), test::chi_square_limit(counts.size() - 1)) << size;
  }
  const internal::PowerLaw one(1);
  Stream stream(StreamKey{.seed = 1});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.draw(stream), 0);
}

TEST(SparseExamples, AreSparseRowsOfUnitLengthWithTwoClasses) {
  const SparseExamples how{.features = 230, .nonzeros = 9, .noise = 0.1, .seed = 3};
  const Dataset data = *make_sparse_examples(41, how);
  EXPECT_EQ(data.rows(), 41);
  EXPECT_EQ(data.cols(), 230);
  EXPECT_EQ(rows_of(data).columns.size(), rows_of(data).values.size());
  for (Index i = 0; i < data.rows(); ++i) {
    EXPECT_NEAR(data.features.row_squared_norm(i), 1.0, 1e-14);
    EXPECT_EQ(std::abs(data.labels[i]), 1.0);
  }
  for (const double value : rows_of(data).values) EXPECT_GT(value, 0.0);
  EXPECT_EQ(data.description,
            "synthetic sparse rows, 41 of 230 columns with 9 entries on average, noise 0.1, seed "
            "3");
}

TEST(SparseExamples, AreAFunctionOfTheirSettingsAndARowOfItsNumber) {
  const SparseExamples how{.features = 90, .nonzeros = 7, .noise = 0.2, .seed = 4};
  const Dataset data = *make_sparse_examples(25, how);
  EXPECT_EQ(data.fingerprint, make_sparse_examples(25, how)->fingerprint);
  SparseExamples other = how;
  other.seed = 5;
  EXPECT_NE(data.fingerprint, make_sparse_examples(25, other)->fingerprint);
  const Dataset longer = *make_sparse_examples(31, how);
  for (Index i = 0; i < 25; ++i) {
    EXPECT_EQ(data.labels[i], longer.labels[i]);
    for (Index j = 0; j < 90; ++j) EXPECT_EQ(data.features.at(i, j), longer.features.at(i, j));
  }
}

// Recorded once; every processor, compiler and thread has to draw these rows.
TEST(SparseExamples, HaveTheRecordedFingerprint) {
  const SparseExamples how{.features = 5000, .nonzeros = 40, .noise = 0.05, .seed = 1};
  EXPECT_EQ(make_sparse_examples(1000, how)->fingerprint, "7b04bf7afb385bcf");
}

// False alarms: 1e-6.
TEST(SparseExamples, HaveUniformNumbersOfEntries) {
  const SparseExamples how{.features = 64, .nonzeros = 6, .noise = 0.0, .seed = 11};
  const Dataset data = *make_sparse_examples(20'000, how);
  std::vector<std::int64_t> counts(11);
  const std::vector<std::int64_t>& begin = rows_of(data).row_begin;
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    const std::int64_t length = begin[i + 1] - begin[i];
    ASSERT_GE(length, 1);
    ASSERT_LE(length, 11);
    ++counts[static_cast<std::size_t>(length - 1)];
  }
  EXPECT_LT(test::chi_square(counts), test::chi_square_limit(counts.size() - 1));
}

// With one entry a row, columns are the words themselves. False alarms: 1e-6.
TEST(SparseExamples, HaveColumnsByThePowerLaw) {
  const SparseExamples how{.features = 30, .nonzeros = 1, .noise = 0.0, .seed = 12};
  const Dataset data = *make_sparse_examples(50'000, how);
  std::vector<std::int64_t> counts(30);
  for (const std::int32_t column : rows_of(data).columns)
    ++counts[static_cast<std::size_t>(column)];
  EXPECT_LT(chi_square_of_power_law(counts), test::chi_square_limit(counts.size() - 1));
  for (const double value : rows_of(data).values) EXPECT_EQ(value, 1.0);
}

TEST(SparseExamples, HaveValuesOfWordsThatCameAWholeNumberOfTimes) {
  const Index d = 160;
  const SparseExamples how{.features = d, .nonzeros = 25, .noise = 0.0, .seed = 13};
  const Dataset data = *make_sparse_examples(60, how);
  const SparseRows& rows = rows_of(data);
  bool repeated = false;
  for (std::size_t i = 0; i < 60; ++i) {
    const auto begin = static_cast<std::size_t>(rows.row_begin[i]);
    const auto end = static_cast<std::size_t>(rows.row_begin[i + 1]);
    if (end - begin < 10) continue;  // then some word came once
    std::vector<double> often;
    for (std::size_t k = begin; k < end; ++k) {
      often.push_back(rows.values[k] / std::log((rows.columns[k] + 1) * harmonic(d)));
    }
    const double once = *std::min_element(often.begin(), often.end());
    for (const double value : often) {
      const double times = std::exp(value / once - 1.0);
      EXPECT_NEAR(times, std::round(times), 1e-9 * times);
      repeated = repeated || times > 1.5;
    }
  }
  EXPECT_TRUE(repeated);
}

// Each count is binomial. False alarms: 1e-6 each.
TEST(SparseExamples, HaveLabelsByTheHiddenRuleExceptForNoise) {
  for (const double noise : {0.0, 0.2, 0.5}) {
    const SparseExamples how{.features = 200, .nonzeros = 12, .noise = noise, .seed = 14};
    const Dataset data = *make_sparse_examples(4000, how);
    const Vector rule = sparse_rule(how);
    Vector score(data.rows());
    data.features.multiply(rule, score);
    Index ruled = 0, turned = 0, undecided = 0, up = 0;
    for (Index i = 0; i < data.rows(); ++i) {
      if (score[i] == 0.0) {
        ++undecided;
        up += data.labels[i] > 0.0 ? 1 : 0;
        continue;
      }
      ++ruled;
      turned += (score[i] > 0.0) == (data.labels[i] > 0.0) ? 0 : 1;
    }
    const auto n = static_cast<double>(ruled);
    EXPECT_GT(ruled, 2000);
    EXPECT_LE(std::abs(static_cast<double>(turned) - noise * n),
              kNormalLimit * std::sqrt(noise * (1.0 - noise) * n))
        << noise;
    EXPECT_GT(undecided, 20);
    EXPECT_LE(std::abs(static_cast<double>(up) - 0.5 * static_cast<double>(undecided)),
              kNormalLimit * 0.5 * std::sqrt(static_cast<double>(undecided)));
  }
}

TEST(SparseExamples, HaveARuleThatIsSparse) {
  const Vector rule = sparse_rule({.features = 8000, .nonzeros = 4, .noise = 0.0, .seed = 2});
  // Binomial(8000, 1/8): mean 1000, standard deviation 29.6. False alarms: 1e-6.
  EXPECT_NEAR(static_cast<double>((rule.array() != 0.0).count()), 1000.0, kNormalLimit * 29.6);
}

TEST(SparseExamples, AreSplitAsOneSetWouldBe) {
  const SparseExamples how{.features = 120, .nonzeros = 11, .noise = 0.1, .seed = 6};
  const TrainValidation direct = *split_sparse_examples(37, 19, 9, how);
  const TrainValidation cut = split(*make_sparse_examples(56, how), 37, 19, 9);
  EXPECT_EQ(direct.train.fingerprint, cut.train.fingerprint);
  EXPECT_EQ(direct.validation.fingerprint, cut.validation.fingerprint);
  EXPECT_EQ(direct.train.labels, cut.train.labels);
  EXPECT_EQ(direct.train.description, cut.train.description);
  EXPECT_NE(direct.train.fingerprint, split_sparse_examples(37, 19, 10, how)->train.fingerprint);
}

TEST(SparseExamples, AreHeldInAsMuchMemoryAsWasSaid) {
  const SparseExamples how{.features = 400, .nonzeros = 20, .noise = 0.1, .seed = 8};
  const Dataset data = *make_sparse_examples(3000, how);
  const double held = static_cast<double>(data.features.memory_bytes()) + 8.0 * 3000;
  EXPECT_NEAR(examples_bytes(3000, how) / held, 1.0, 0.05);
}

TEST(SparseExamples, StopWhenAskedTo) {
  std::stop_source source;
  source.request_stop();
  const auto data = make_sparse_examples(100, {}, source.get_token());
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, ErrorCode::stopped);
  EXPECT_EQ(split_sparse_examples(10, 10, 1, {}, source.get_token()).error().code,
            ErrorCode::stopped);
}

TEST(SparseExamples, RefuseWhatCannotBeDrawn) {
  EXPECT_THROW((void)make_sparse_examples(1, {.features = 3, .nonzeros = 1}), ContractViolation);
  EXPECT_THROW((void)make_sparse_examples(1, {.features = 100, .nonzeros = 26}), ContractViolation);
  EXPECT_THROW((void)make_sparse_examples(1, {.features = 100, .nonzeros = 0}), ContractViolation);
  EXPECT_THROW((void)make_sparse_examples(1, {.features = 100, .nonzeros = 5, .noise = 0.6}),
               ContractViolation);
  EXPECT_EQ(make_sparse_examples(0, {})->rows(), 0);
}

}  // namespace
}  // namespace sid
