#include "sid/run/statistics.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::theory_vectors;

/// P(|T| <= t) by Simpson's rule in the angle atan(t/sqrt(degrees)), where the density is
/// proportional to cos^(degrees-1); the normalisation is the same rule over the whole range.
double two_sided_by_quadrature(std::int64_t degrees, double t) {
  const auto integral = [&](double end) {
    constexpr int kPanels = 20000;
    const double h = end / kPanels;
    double sum = 0.0;
    for (int i = 0; i <= kPanels; ++i) {
      const double weight = i == 0 || i == kPanels ? 1.0 : (i % 2 == 0 ? 2.0 : 4.0);
      sum += weight * std::pow(std::cos(h * i), static_cast<double>(degrees - 1));
    }
    return sum * h / 3.0;
  };
  const double root = std::sqrt(static_cast<double>(degrees));
  return integral(std::atan(t / root)) / integral(std::numbers::pi / 2.0);
}

TEST(StudentQuantile, MeetsEveryTabulatedValue) {
  // The table was made by an iterative inversion that stopped near 4e-9.
  const nlohmann::json& table = theory_vectors().at("student_t_975");
  ASSERT_GE(table.size(), 30U);
  for (const auto& [degrees, expected] : table.items()) {
    const double value = student_t_975(std::stoll(degrees));
    EXPECT_NEAR(value / expected.get<double>(), 1.0, 1e-8) << degrees << " degrees";
  }
}

TEST(StudentQuantile, LeavesFivePercentOutside) {
  // Closed forms: tan(0.95 pi/2) and 0.95 sqrt(2/(1 - 0.95^2)).
  EXPECT_NEAR(student_t_975(1), 12.706204736174707, 1e-13);
  EXPECT_NEAR(student_t_975(2), 0.95 * std::sqrt(2.0 / (1.0 - 0.95 * 0.95)), 1e-14);
  for (const std::int64_t degrees : {3, 4, 5, 8, 13, 39, 100, 499, 999, 1000, 1001, 5000}) {
    EXPECT_NEAR(two_sided_by_quadrature(degrees, student_t_975(degrees)), 0.95, 1e-12) << degrees;
  }
}

TEST(StudentQuantile, DecreasesToTheNormalQuantileWithoutJumpBetweenMethods) {
  double previous = student_t_975(1);
  for (std::int64_t degrees = 2; degrees < 1500; ++degrees) {
    const double value = student_t_975(degrees);
    ASSERT_LT(value, previous) << degrees;
    previous = value;
  }
  // The formula changes after 1000 degrees; the second difference must stay smooth there.
  const auto bend = [](std::int64_t at) {
    return student_t_975(at + 1) - 2.0 * student_t_975(at) + student_t_975(at - 1);
  };
  EXPECT_NEAR(bend(1000), 0.5 * (bend(990) + bend(1010)), 1e-11);
  EXPECT_NEAR(student_t_975(1'000'000'000'000), 1.959963984540054, 1e-11);
  EXPECT_THROW(student_t_975(0), ContractViolation);
}

TEST(MeanEstimate, MeetsTheReferenceIntervals) {
  ASSERT_FALSE(theory_vectors().at("estimators").empty());
  for (const auto& c : theory_vectors().at("estimators")) {
    std::vector<double> errors;  // inner means of ||G_rj - g||^2, one per outer replica
    for (const auto& outer : c.at("G_R_K_m")) {
      double sum = 0.0;
      for (const auto& inner : outer) {
        for (std::size_t i = 0; i < inner.size(); ++i) {
          sum += std::pow(inner[i].get<double>() - c.at("true")[i].get<double>(), 2);
        }
      }
      errors.push_back(sum / static_cast<double>(outer.size()));
    }
    const MeanEstimate estimate = estimate_mean(errors);
    const auto& expected = c.at("mse_ci");
    EXPECT_NEAR(estimate.mean, expected.at("mean").get<double>(), 1e-14);
    EXPECT_NEAR(estimate.sem, expected.at("se").get<double>(), 1e-14);
    // Widths in units of the quantile: the reference's own is good to some 1e-10 only.
    const double ours = student_t_975(static_cast<std::int64_t>(errors.size()) - 1);
    const double theirs = expected.at("t_quantile").get<double>();
    for (const auto& [end, at] : {std::pair(estimate.ci_low, 0), std::pair(estimate.ci_high, 1)}) {
      const double reference = expected.at("log_scale")[static_cast<std::size_t>(at)].get<double>();
      EXPECT_NEAR(std::log(end / estimate.mean) / ours,
                  std::log(reference / estimate.mean) / theirs,
                  1e-14);
    }
    EXPECT_NEAR(estimate.std, estimate.sem * std::sqrt(static_cast<double>(errors.size())), 1e-14);
  }
}

TEST(MeanEstimate, LeavesOutWhatIsNotFinite) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> dirty = {1.0, nan, 3.0, inf, 8.0};
  const std::vector<double> clean = {1.0, 3.0, 8.0};
  const MeanEstimate a = estimate_mean(dirty);
  const MeanEstimate b = estimate_mean(clean);
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.std, b.std);
  EXPECT_EQ(a.ci_low, b.ci_low);
  EXPECT_EQ(a.ci_high, b.ci_high);
  const std::vector<double> none = {nan, inf};
  EXPECT_TRUE(std::isnan(estimate_mean(none).mean));
  EXPECT_TRUE(std::isnan(estimate_mean({}).mean));
}

TEST(MeanEstimate, HoldsAtTheEndsOfTheRange) {
  const std::vector<double> one = {0.25};
  EXPECT_EQ(estimate_mean(one).ci_low, 0.25);
  EXPECT_EQ(estimate_mean(one).ci_high, 0.25);
  EXPECT_EQ(estimate_mean(one).std, 0.0);

  const std::vector<double> zeros = {0.0, 0.0, 0.0};
  EXPECT_EQ(estimate_mean(zeros).ci_high, 0.0);

  const std::vector<double> huge = {1e308, 1.5e308, 1.2e308};
  const MeanEstimate big = estimate_mean(huge);
  EXPECT_NEAR(big.mean / 1e308, 3.7 / 3.0, 1e-14);
  EXPECT_NEAR(big.std / 1e308,
              std::sqrt((0.0544444444444444 + 0.0711111111111111 + 0.0011111111111111) / 2.0),
              1e-12);

  // Scaling by a power of two changes nothing but the scale.
  const std::vector<double> values = {0.3, 0.7, 1.9, 0.01};
  std::vector<double> scaled = values;
  for (double& v : scaled) v = std::ldexp(v, 300);
  EXPECT_EQ(estimate_mean(scaled).std, std::ldexp(estimate_mean(values).std, 300));
  EXPECT_EQ(estimate_mean(scaled).ci_low, std::ldexp(estimate_mean(values).ci_low, 300));
}

TEST(MeanEstimate, IntervalIsSymmetricInTheLogarithm) {
  const std::vector<double> values = {1.0, 2.0, 4.0, 0.5, 3.0};
  const MeanEstimate e = estimate_mean(values);
  EXPECT_LT(e.ci_low, e.mean);
  EXPECT_GT(e.ci_high, e.mean);
  EXPECT_NEAR(e.ci_low * e.ci_high, e.mean * e.mean, 1e-13);
  EXPECT_NEAR(std::log(e.ci_high / e.mean), student_t_975(4) * e.sem / e.mean, 1e-14);
}

}  // namespace
}  // namespace sid
