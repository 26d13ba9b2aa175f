#include "sid/app/state/part_rows.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TheoryCurve curve(const char* id, double value) {
  TheoryCurve made;
  made.id = id;
  made.values = {kNaN, value};
  return made;
}

class PartRows : public ::testing::Test {
 protected:
  PartRows() {
    source_.at = 1;
    source_.theory = &theory_;
  }
  /// Five replicas: Student's quantile is 2.776.
  void measure(const ErrorParts& value, double error) {
    point_.replicas = 5;
    point_.parts = Decomposition{};
    point_.parts->value = value;
    point_.parts->standard_error = {error, error, error, error};
    source_.point = &point_;
    source_.route = DecompositionRoute::nested;
    source_.run = RunState::over;
  }
  MethodTheory theory_;
  CurvePoint point_;
  PartRowsSource source_;
};

TEST_F(PartRows, SayWhatWasMeasuredAndHowFarTheBoundIs) {
  theory_.curves = {curve("bound_3_2", 8.0), curve("bound_3_1_squared", 400.0)};
  measure({.bias_squared = 0.04, .mean_of_variance = 0.5, .variance_of_mean = 0.1}, 0.01);
  const auto rows = part_rows(source_);
  // The bias is a norm there: roots of 0.04, 0.04 ∓ 0.0278, 400.
  EXPECT_EQ(rows[0].words, "measured 0.200 (0.111 to 0.260); bound 100 times it");
  EXPECT_EQ(rows[1].words, "measured 0.500 (0.472 to 0.528); bound 16.0 times it");
  EXPECT_EQ(rows[2].words, "measured 0.100 (0.0722 to 0.128); no bound");
  EXPECT_FALSE(rows[0].offer);
  EXPECT_NE(rows[0].tip.find("Bias² is 0.0400"), std::string::npos) << rows[0].tip;
  EXPECT_NE(rows[1].tip.find("5 replicas"), std::string::npos);
}

TEST_F(PartRows, StandOnWholeDecades) {
  theory_.curves = {curve("bound_3_2", 50.0), curve("exact_mean_of_variance", 0.1)};
  measure({.mean_of_variance = 1.0}, 0.1);
  const PartRow row = part_rows(source_)[1];
  ASSERT_EQ(row.decades.size(), 4U);
  EXPECT_EQ(row.first, "0.1");
  EXPECT_EQ(row.last, "100");
  EXPECT_NEAR(row.measured, 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(row.exact, 0.0, 1e-12);
  EXPECT_NEAR(row.bound, (1.0 + std::log10(50.0)) / 3.0, 1e-12);
  EXPECT_LT(row.low, row.measured);
  EXPECT_GT(row.high, row.measured);
  EXPECT_NE(row.words.find(", exact 0.100; bound 500 times it"), std::string::npos)
      << "the ratio is to the exact part: " << row.words;
}

TEST_F(PartRows, SayWhatIsBelowTheNoise) {
  measure({.bias_squared = -0.001, .mean_of_variance = 0.01, .variance_of_mean = -1.0}, 0.01);
  const auto rows = part_rows(source_);
  EXPECT_EQ(rows[0].words, "measured below its noise (0 to 0.164); no bound");
  EXPECT_TRUE(std::isnan(rows[0].measured)) << "nothing to put on a logarithmic axis";
  EXPECT_EQ(rows[1].words, "measured 0.0100 (0 to 0.0378); no bound");
  EXPECT_EQ(rows[1].low, 0.0) << "from the end of the axis";
  EXPECT_EQ(rows[2].words, "measured below its noise; no bound");
  EXPECT_FALSE(rows[2].has_axis());
  EXPECT_NE(rows[0].tip.find("below zero"), std::string::npos);
  theory_.curves = {curve("bound_3_2", 8.0)};
  EXPECT_EQ(part_rows(source_)[1].words, "measured 0.0100 (0 to 0.0378); bound 8.00")
      << "no multiple of what may be zero";
}

TEST_F(PartRows, OfferToMeasure) {
  theory_.curves = {curve("bound_3_3", 2e5), curve("exact_variance_of_mean", 2e-7)};
  const auto rows = part_rows(source_);
  EXPECT_EQ(rows[0].words, "not measured; no bound");
  EXPECT_TRUE(rows[0].offer);
  EXPECT_EQ(rows[2].words, "not measured, exact 2·10⁻⁷; bound 1·10¹² times it");
  EXPECT_TRUE(std::isnan(rows[2].measured));
  EXPECT_EQ(rows[2].first, "10⁻⁷");
  EXPECT_EQ(rows[2].last, "10⁶");
}

TEST_F(PartRows, WaitForTheRun) {
  source_.route = DecompositionRoute::conditional_mean;
  EXPECT_EQ(part_rows(source_)[0].words, "measured when it runs; no bound");
  source_.run = RunState::running;
  EXPECT_EQ(part_rows(source_)[0].words, "being measured; no bound");
  EXPECT_FALSE(part_rows(source_)[0].offer);
  source_.point = &point_;
  point_.replicas = 1;
  EXPECT_EQ(part_rows(source_)[0].words, "measured from two replicas on; no bound");
}

TEST_F(PartRows, OfABatchAreItsError) {
  source_.deterministic = true;
  source_.point = &point_;
  point_.replicas = 1;
  point_.hypergradient.mean = 0.25;
  const auto rows = part_rows(source_);
  EXPECT_EQ(rows[0].words, "measured 0.500, the whole error; no bound");
  EXPECT_EQ(rows[1].words, "zero: this method draws no samples; no bound");
  EXPECT_FALSE(rows[0].offer);
}

TEST_F(PartRows, AreBoundedInLength) {
  theory_.curves = {curve("bound_3_2", 1.0), curve("exact_mean_of_variance", 1e-300)};
  const PartRow row = part_rows(source_)[1];
  EXPECT_LE(row.decades.size(), 16U);
  EXPECT_EQ(row.exact, 0.0) << "at the end";
}

}  // namespace
}  // namespace sid::app
