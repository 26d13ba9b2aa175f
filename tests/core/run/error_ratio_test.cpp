#include "sid/run/error_ratio.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"
#include "sid/run/statistics.hpp"

namespace sid {
namespace {

using Errors = std::function<double(std::size_t row, std::size_t checkpoint)>;

/// A curve with checkpoints at these iterations; an epoch is ten of them.
MethodCurve make_curve(const std::vector<std::int64_t>& at, std::size_t rows, const Errors& error) {
  MethodCurve curve;
  for (const std::int64_t t : at) {
    Checkpoint checkpoint;
    checkpoint.t = checkpoint.k = t;
    checkpoint.epochs = static_cast<double>(t) / 10.0;
    curve.checkpoints.push_back(checkpoint);
  }
  curve.checkpoints_done = static_cast<std::int64_t>(at.size());
  curve.replicas = static_cast<std::int64_t>(rows);
  curve.replica_numbers.resize(rows);
  std::iota(curve.replica_numbers.begin(), curve.replica_numbers.end(), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < at.size(); ++c) {
      const double e = error(row, c);
      curve.errors.push_back({.hypergradient = e, .lower = 2.0 * e, .linear = 3.0 * e});
    }
  }
  recompute_points(curve);
  return curve;
}

MethodCurve constant(const std::vector<std::int64_t>& at, double value) {
  return make_curve(at, 1, [=](std::size_t, std::size_t) { return value; });
}

constexpr RatioReplicas kFixed{.curve_random = false, .base_random = false};

ErrorRatio ratio_of(const MethodCurve& curve, const MethodCurve& base, bool common = false) {
  return error_ratio(curve,
                     base,
                     Quantity::hypergradient,
                     RatioAxis::epochs,
                     {.common_numbers = common,
                      .curve_random = curve.replicas > 1,
                      .base_random = base.replicas > 1});
}

TEST(ErrorRatio, DividesMeansAtCommonCheckpoints) {
  const ErrorRatio r = ratio_of(constant({10, 20, 40}, 6.0), constant({10, 20, 40}, 3.0));
  EXPECT_EQ(r.x, (std::vector<double>{1.0, 2.0, 4.0}));
  EXPECT_EQ(r.ratio, (std::vector<double>{2.0, 2.0, 2.0}));
  EXPECT_EQ(r.low, r.ratio) << "deterministic curves have no interval";
  EXPECT_EQ(r.high, r.ratio);
  EXPECT_EQ(r.interpolated, 0);
  EXPECT_EQ(r.without_base, 0);
  EXPECT_FALSE(r.paired);
}

TEST(ErrorRatio, ACurveOverItselfIsOne) {
  const MethodCurve curve = make_curve({3, 9, 27}, 5, [](std::size_t row, std::size_t c) {
    return 0.1 + static_cast<double>(row * row) / static_cast<double>(c + 1);
  });
  const ErrorRatio r = ratio_of(curve, curve, true);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(r.ratio[i], 1.0);
    EXPECT_NEAR(r.low[i], 1.0, 1e-14) << "every difference is zero";
    EXPECT_NEAR(r.high[i], 1.0, 1e-14);
  }
  EXPECT_TRUE(r.paired);
}

TEST(ErrorRatio, InterpolatesPowersExactly) {
  // 100/t is a straight line on logarithmic axes.
  const std::vector<std::int64_t> coarse = {10, 100, 1000}, fine = {10, 30, 77, 100, 400, 1000};
  const MethodCurve base = make_curve(coarse, 1, [&](std::size_t, std::size_t c) {
    return 100.0 / static_cast<double>(coarse[c]);
  });
  const MethodCurve curve = make_curve(
      fine, 1, [&](std::size_t, std::size_t c) { return 250.0 / static_cast<double>(fine[c]); });
  const ErrorRatio r = ratio_of(curve, base);
  for (const double value : r.ratio) EXPECT_NEAR(value, 2.5, 1e-12);
  EXPECT_EQ(r.interpolated, 3);
}

TEST(ErrorRatio, LeavesGapsWhereTheBaseHasNoValue) {
  const ErrorRatio r = ratio_of(constant({1, 10, 50, 100, 200}, 1.0), constant({10, 100}, 1.0));
  EXPECT_TRUE(std::isnan(r.ratio[0])) << "before its first checkpoint";
  EXPECT_EQ(r.ratio[1], 1.0);
  EXPECT_NEAR(r.ratio[2], 1.0, 1e-15);
  EXPECT_EQ(r.ratio[3], 1.0);
  EXPECT_TRUE(std::isnan(r.ratio[4])) << "beyond its last";
  EXPECT_TRUE(std::isnan(r.low[4]) && std::isnan(r.high[4]));
  EXPECT_EQ(r.without_base, 2);
}

TEST(ErrorRatio, LeavesGapsWhereAMeanSaysNothing) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const MethodCurve zero = constant({10}, 0.0), one = constant({10}, 1.0);
  EXPECT_EQ(ratio_of(zero, one).not_positive, 1);
  EXPECT_EQ(ratio_of(one, zero).not_positive, 1);
  EXPECT_EQ(ratio_of(constant({10}, 1e300), constant({10}, 1e-300)).not_positive, 1)
      << "no double is that large";
  const MethodCurve lost = make_curve(
      {10, 20}, 4, [](std::size_t row, std::size_t c) { return row == 2 && c == 1 ? kNan : 1.0; });
  const ErrorRatio r = ratio_of(lost, constant({10, 20}, 1.0));
  EXPECT_EQ(r.ratio[0], 1.0);
  EXPECT_TRUE(std::isnan(r.ratio[1])) << "a mean without the replica that overflowed is too low";
  EXPECT_EQ(r.diverged, 1);
}

TEST(ErrorRatio, CountsIterationsOrEpochs) {
  MethodCurve slow = constant({10, 100}, 1.0);
  for (CurvePoint& point : slow.points) point.at.epochs *= 4.0;
  const MethodCurve base = constant({10, 100}, 1.0);
  EXPECT_EQ(
      error_ratio(slow, base, Quantity::lower_level, RatioAxis::iterations, kFixed).interpolated,
      0);
  const ErrorRatio by_epochs =
      error_ratio(slow, base, Quantity::lower_level, RatioAxis::epochs, kFixed);
  EXPECT_EQ(by_epochs.interpolated, 1);
  EXPECT_EQ(by_epochs.without_base, 1);
}

TEST(ErrorRatio, CombinesIndependentIntervalsInQuadrature) {
  const MethodCurve a = make_curve({10, 40}, 6, [](std::size_t row, std::size_t c) {
    return 1.0 + static_cast<double>(row + c);
  });
  const MethodCurve b = make_curve(
      {10, 40}, 9, [](std::size_t row, std::size_t) { return 0.5 + static_cast<double>(row % 4); });
  const ErrorRatio r = ratio_of(a, b, true);
  EXPECT_FALSE(r.paired) << "other numbers of replicas";
  for (std::size_t i = 0; i < 2; ++i) {
    const MeanEstimate &m = a.points[i].hypergradient, &n = b.points[i].hypergradient;
    const double h = std::hypot(std::log(m.ci_high / m.mean), std::log(n.ci_high / n.mean));
    EXPECT_NEAR(std::log(r.high[i] / r.ratio[i]), h, 1e-12);
    EXPECT_NEAR(std::log(r.ratio[i] / r.low[i]), h, 1e-12);
  }
}

TEST(ErrorRatio, PairsOnlyEqualReplicasOfEqualSeeds) {
  const Errors error = [](std::size_t row, std::size_t c) {
    return 1.0 + static_cast<double>((3 * row + c) % 5);
  };
  const MethodCurve a = make_curve({10, 20}, 8, error);
  EXPECT_TRUE(ratio_of(a, a, true).paired);
  EXPECT_FALSE(ratio_of(a, a, false).paired) << "other seeds";
  MethodCurve shard = a;
  for (std::int64_t& number : shard.replica_numbers) number = 2 * number + 1;
  EXPECT_FALSE(ratio_of(a, shard, true).paired) << "other replicas";
  MethodCurve growing = a;
  growing.errors.clear();
  EXPECT_FALSE(ratio_of(growing, a, true).paired) << "values not at hand yet";
}

/// The share of trials in which the interval holds the true ratio 2. Replica i has the errors
/// 2 Z U and Z V with log-normal Z, U, V; `shared` says how much of the spread is common.
double coverage(bool paired, double shared, int trials, std::size_t rows, bool between) {
  int held = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Stream stream({.seed = 77, .replica = static_cast<std::uint32_t>(trial)});
    std::vector<double> common(rows), mine(rows), theirs(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      common[i] = std::exp(shared * stream.normal());
      mine[i] = std::exp(0.4 * stream.normal());
      theirs[i] = std::exp(0.4 * stream.normal());
    }
    const std::vector<std::int64_t> at =
        between ? std::vector<std::int64_t>{10, 40} : std::vector<std::int64_t>{20};
    const MethodCurve base = make_curve(
        at, rows, [&](std::size_t row, std::size_t) { return common[row] * theirs[row]; });
    const MethodCurve curve = make_curve(
        {20}, rows, [&](std::size_t row, std::size_t) { return 2.0 * common[row] * mine[row]; });
    const ErrorRatio r = ratio_of(curve, base, paired);
    EXPECT_EQ(r.paired, paired);
    held += r.low[0] <= 2.0 && r.high[0] >= 2.0 ? 1 : 0;
  }
  return static_cast<double>(held) / trials;
}

// An interval whose coverage lies in [0.94, 0.96] leaves [0.92, 0.98] over 3000 trials with
// probability below 1e-5 (the standard error is 0.004); one that covers 0.90 or less is found with
// probability above 0.999.
TEST(ErrorRatio, IndependentIntervalsCoverNineteenTimesInTwenty) {
  const double share = coverage(false, 0.0, 3000, 40, false);
  EXPECT_GT(share, 0.92);
  EXPECT_LT(share, 0.98);
}

TEST(ErrorRatio, PairedIntervalsCoverWhereReplicasMoveTogether) {
  for (const bool between : {false, true}) {
    const double share = coverage(true, 0.8, 3000, 40, between);
    EXPECT_GT(share, 0.92) << between;
    EXPECT_LT(share, 0.98) << between;
  }
  EXPECT_GT(coverage(false, 0.8, 1000, 40, false), 0.98)
      << "as if independent, they are wider than they need be";
}

TEST(ErrorRatio, OneRandomReplicaHasNoInterval) {
  const std::vector<std::int64_t> at{10, 20};
  const MethodCurve one = constant(at, 6.0);
  const MethodCurve six = make_curve(
      at, 6, [](std::size_t row, std::size_t) { return 2.0 + 0.4 * static_cast<double>(row); });
  const auto ratio = [](const MethodCurve& curve, const MethodCurve& base, RatioReplicas how) {
    return error_ratio(curve, base, Quantity::hypergradient, RatioAxis::epochs, how);
  };
  for (const ErrorRatio& r : {ratio(one, six, {}), ratio(six, one, {}), ratio(one, one, {})}) {
    EXPECT_EQ(r.single, 2);
    for (std::size_t i = 0; i < at.size(); ++i) {
      EXPECT_TRUE(std::isfinite(r.ratio[i]));
      EXPECT_TRUE(std::isnan(r.low[i]));
      EXPECT_TRUE(std::isnan(r.high[i]));
    }
  }
  // Without chance one replica tells all: the interval is that of the other mean.
  const ErrorRatio fixed = ratio(six, one, {.base_random = false});
  EXPECT_EQ(fixed.single, 0);
  EXPECT_LT(fixed.low[0], fixed.ratio[0]);
  EXPECT_GT(fixed.high[0], fixed.ratio[0]);
}

}  // namespace
}  // namespace sid
